"""A published ontology over HTTP: whole in one request, and whole in one answer."""

import json
from pathlib import Path
from random import Random

from tests import serving
from tests.buildings.shared import read_models, skip_without_shared

from twinhaus.strictjson import JsonObject

pytestmark = skip_without_shared

ROOT = "dtmi:com:willowinc:Space;1"


def kinds_of(root: str, interfaces: list[JsonObject]) -> set[str]:
    """A model and all that extend it, followed in plain Python."""
    found, waiting = {root}, [root]
    while waiting:
        parent = waiting.pop()
        for one in interfaces:
            extends = one.get("extends", [])
            if parent in ([extends] if isinstance(extends, str) else extends) and one["@id"] not in found:
                found.add(one["@id"])
                waiting.append(one["@id"])
    return found


def test_willow_building_comes_and_goes_over_http(tmp_path: Path) -> None:
    """All 3,700 interfaces are added by one request in any order, listed with the definitions that were sent, and by
    descent; sent again, they change nothing.
    """
    interfaces = read_models("willow-building")
    Random(1).shuffle(interfaces)
    with serving.opened(store := tmp_path / "store.db"):
        pass
    with serving.serving(store) as served:
        first = served.http.post("/models", json=interfaces)
        assert first.status_code == 201, first.text[:2_000]
        assert [one["id"] for one in first.json()] == [one["@id"] for one in interfaces]
        listed = served.http.get("/models", params={"includeModelDefinitions": "true"})
        assert [json.loads(one["modelDefinition"]) for one in listed.json()] == interfaces
        kinds = served.http.get("/models", params={"rootModel": ROOT}).json()
        assert {one["id"] for one in kinds} == kinds_of(ROOT, interfaces)
        assert served.http.post("/models", json=interfaces[:100]).status_code == 200
        assert (
            served.http.get("/models?includeModelDefinitions=true").headers["etag"] == listed.headers["etag"]
        )
