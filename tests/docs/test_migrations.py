"""The how-tos of migrations run, with another server in the place of the one that is left."""

import json
import sys
from pathlib import Path

from tests import serving
from tests.docs.walking import run, steps

from twinhaus.testing.buildings import write_ndjson
from twinhaus.testing.server import run_cli

HOW_TOS = Path(__file__).parents[2] / "docs" / "how-to"
PORTFOLIO_TWINS = 500

# As far as the how-to uses it: what Azure's package has, with what it answers.
AZURE = """
import json
import sys
import types

MODELS = [
    {"@context": "dtmi:dtdl:context;2", "@id": f"dtmi:com:example:{name};1", "@type": "Interface", **more}
    for name, more in (
        ("Place", {"contents": [
            {"@type": "Property", "name": "name", "schema": "string"},
            {"@type": "Relationship", "name": "isIn", "target": "dtmi:com:example:Place;1"},
            {"@type": "Component", "name": "area", "schema": "dtmi:com:example:Area;1"}]}),
        ("Room", {"extends": "dtmi:com:example:Place;1"}),
        ("Area", {"contents": [{"@type": "Property", "name": "gross", "schema": "double"}]}),
    )
]
TIME = "2024-01-01T00:00:00.0000000Z"
TWINS = [
    {"$dtId": id_, "$etag": 'W/"1"', "$metadata": {"$model": f"dtmi:com:example:{model};1", "$lastUpdateTime": TIME,
     "name": {"lastUpdateTime": TIME}}, "name": name, "area": {"$metadata": {"$lastUpdateTime": TIME}, "gross": 12.5}}
    for id_, model, name in (
        ("building-1", "Place", "Head office"), ("level-1", "Place", "Ground floor"), ("room-1", "Room", "Reception"))
]
RELATIONSHIPS = [
    {"$relationshipId": id_, "$etag": 'W/"1"', "$sourceId": source, "$relationshipName": "isIn", "$targetId": target}
    for id_, source, target in (("a", "level-1", "building-1"), ("b", "room-1", "level-1"))
]
ANSWERS = {"SELECT * FROM digitaltwins": TWINS, "SELECT * FROM relationships": RELATIONSHIPS}


class DigitalTwinsClient:
    def __init__(self, endpoint, credential):
        assert endpoint.startswith("https://")

    def list_models(self, *, include_model_definition):
        return [types.SimpleNamespace(model=model) for model in MODELS if include_model_definition]

    def query_twins(self, query):
        return iter(ANSWERS[query])
"""


def test_azure_digital_twins(tmp_path: Path) -> None:
    """What Azure's own package answers is imported and found; so is a file for its bulk imports."""
    packages = tmp_path / "packages"
    for name, text in (
        ("azure/digitaltwins/core", AZURE),
        ("azure/identity", "class DefaultAzureCredential: ..."),
    ):
        (packages / name).mkdir(parents=True)
        (packages / name / "__init__.py").write_text(text)
    home = tmp_path / "home"
    home.mkdir()
    variables = {"ADT_URL": "https://twins.example", "PYTHONPATH": f"{packages}:{':'.join(sys.path)}"}
    run(
        steps((HOW_TOS / "migrate-from-azure-digital-twins.md").read_text("utf-8")), home, variables=variables
    )
    turned = [json.loads(line) for line in (home / "turned.ndjson").read_text().splitlines()]
    assert [(one["$sourceId"], one["$targetId"]) for one in turned] == [
        ("building-1", "level-1"),
        ("level-1", "room-1"),
    ]


def test_willow(tmp_path: Path) -> None:
    """All of a server of the same API is read, imported and compared."""
    twins, relationships = write_ndjson(tmp_path / "portfolio", twins=PORTFOLIO_TWINS)
    store = tmp_path / "willow.db"
    for command in (
        ("models", "load", "--starter"),
        ("import", "--twins", str(twins), "--relationships", str(relationships)),
    ):
        done = run_cli(*command, "--store", str(store))
        assert done.returncode == 0, done.stderr.decode()
    home = tmp_path / "home"
    home.mkdir()
    with serving.serving(store) as willow:
        variables = {
            "WILLOW_URL": f"{willow.url}/api/v3",
            "WILLOW_CLIENT_ID": willow.credentials.client_id,
            "WILLOW_CLIENT_SECRET": willow.credentials.client_secret,
        }
        run(steps((HOW_TOS / "migrate-from-willow.md").read_text("utf-8")), home, variables=variables)
    for name in (twins, relationships):
        assert len((home / name.name).read_text().splitlines()) == len(name.read_text().splitlines())
