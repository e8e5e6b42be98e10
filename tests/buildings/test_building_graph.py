"""A whole real building in one graph: every point that its files know, in a fixed number of statements."""

import json
import shutil
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests import serving
from tests.api.asking import list_ids, put
from tests.api.bulk import bulk, lines
from tests.buildings.shared import relationships_file, skip_without_shared, twins_file
from tests.overheard import Overheard

from twinhaus.api.graph import read_graph
from twinhaus.query.graph import graph_text
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.testing.server import run_cli, running_server

pytestmark = skip_without_shared
ROOT = "THE-BUILDING"
Link = tuple[str, str, str]


def chain(*steps: tuple[str, str]) -> dict[str, Any]:
    """Incoming relationships, one after another: an alias and a name each."""
    inner: dict[str, Any] = {}
    for alias, name in reversed(steps):
        inner = {"alias": alias, "relationshipNames": [name], "direction": "Incoming", "relationship": inner}
    return inner


# From the building to all that is in it, on to the points of each, and along what feeds what.
GRAPH: dict[str, Any] = {
    "alias": "Building",
    "id": ROOT,
    "relationships": [
        chain(("Located", "locatedIn"), ("Points", "isCapabilityOf")),
        chain(("Parts", "isPartOf"), ("PartPoints", "isCapabilityOf")),
        chain(("Sources", "locatedIn"), ("Fed", "isFedBy"), ("FedPoints", "isCapabilityOf")),
    ],
}
BRANCHES = 7


@dataclass(frozen=True, slots=True)
class Building:
    """A store with one building, and every relationship in it."""

    store: Path
    links: set[Link]


@pytest.fixture(scope="module", params=["mediumOffice", "ghc"])
def building(
    request: pytest.FixtureRequest, store_of_models: Path, tmp_path_factory: pytest.TempPathFactory
) -> Building:
    """A building as its files have it. They have no twin for the building itself, so one is added; its machines are
    located in it, its spaces are parts of it.
    """
    store = Path(shutil.copy(store_of_models, tmp_path_factory.mktemp("graph")))
    twins, relationships = twins_file(request.param), relationships_file(request.param)
    files = ("--twins", str(twins), "--relationships", str(relationships))
    assert run_cli("import", *files, "--store", str(store)).returncode == 0
    links = [json.loads(line) for line in relationships.read_text("utf-8").splitlines()]
    with running_server(store, "--auth", "none") as server, serving.client(server.url) as http:
        for name, model in (("locatedIn", "Asset"), ("isPartOf", "Space")):
            tops = list_ids(http, modelFilter={"modelIds": [f"dtmi:com:willowinc:{model};1"]}, pageSize=1_000)
            put(http, ROOT, "dtmi:com:willowinc:Building;1")
            added = [{"sourceId": top, "name": name, "targetId": ROOT} for top in sorted(tops)]
            assert bulk(http, lines(*added), path="/twins/relationships/bulk")[-1]["summary"]["rejected"] == 0
            links += added
    return Building(store, {_link(one) for one in links})


def _link(relationship: dict[str, Any]) -> Link:
    return relationship["sourceId"], relationship["name"], relationship["targetId"]


def sources_of(links: set[Link]) -> dict[tuple[str, str], set[str]]:
    """Whose relationships of a name lead to a twin."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for source, name, target in links:
        found[name, target].add(source)
    return found


def expected(sources: Mapping[tuple[str, str], set[str]], twin_id: str, branch: dict[str, Any]) -> set[str]:
    """What a chain gathers, from the relationships alone."""
    (name,) = branch["relationshipNames"]
    found = sources.get((name, twin_id), set())
    inner = branch["relationship"]
    return found.union(*(expected(sources, one, inner) for one in found)) if inner else found


def gathered(twin: dict[str, Any]) -> set[str]:
    """Every twin in an answer."""
    collections = [value for value in twin.values() if isinstance(value, list)]
    return {twin["id"]}.union(*(gathered(other) for others in collections for other in others))


def test_a_building_is_one_graph(building: Building, capsys: pytest.CaptureFixture[str]) -> None:
    """From its root to its points in one call: every twin that the files lead to, and as many statements as there are
    branches, twice over, however many twins there are.
    """
    with closing(SqliteConnection(building.store, writable=False, busy_timeout_seconds=1)) as connection:
        overheard = Overheard(connection)
        text = graph_text(read_graph(GRAPH), SqlReader(overheard, ModelCache()))
        total = next(connection.rows("SELECT count(*) FROM twin", {}))[0]
    found = gathered(json.loads(text)["Building"])
    sources = sources_of(building.links)
    assert found == {ROOT}.union(*(expected(sources, ROOT, one) for one in GRAPH["relationships"]))
    assert len(overheard.statements) == 1 + 2 * BRANCHES
    with capsys.disabled():
        print(f"\n{len(found)} of {total} twins in one graph, by {len(overheard.statements)} statements")
