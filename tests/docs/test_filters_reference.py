"""docs/reference/filters.md: its examples run as they are printed, on the demo's portfolio."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests import serving
from tests.docs.samples import samples
from tests.docs.walking import run, steps

from twinhaus.testing.buildings import write_ndjson
from twinhaus.testing.server import run_cli, running_server

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "filters.md"
EXAMPLES = [sample.body for sample in samples(PAGE) if sample.info == "json"]
PORTFOLIO_TWINS = 500
# What the demo has nothing of: twins that were changed then, ids in other systems, such a tag.
FINDS_NOTHING = ("lastUpdatedAfter", "mappedIds.value", "customTags")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the demo leaves."""
    folder = tmp_path_factory.mktemp("filters")
    twins, relationships = write_ndjson(folder / ".demo" / "portfolio", twins=PORTFOLIO_TWINS)
    for command in (
        ("models", "load", "--starter"),
        ("import", "--twins", str(twins), "--relationships", str(relationships)),
    ):
        done = run_cli(*command, "--store", str(folder / ".demo" / "store.db"))
        assert done.returncode == 0, done.stderr.decode()
    return folder


@pytest.fixture(scope="module")
def http(demo: Path) -> Iterator[httpx.Client]:
    """A client of a server on that."""
    with (
        running_server(demo / ".demo" / "store.db", "--auth", "none") as server,
        serving.client(server.url) as client,
    ):
        yield client


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_finds_what_it_speaks_of(http: httpx.Client, example: str) -> None:
    """It is sent as it stands, but for a token, which is the last answer's."""
    body = json.loads(example)
    if "continuationToken" in body:
        body["continuationToken"] = http.post("/twins", json={"pageSize": 1}).json()["continuationToken"]
    answer = http.post("/twins", json=body)
    assert answer.status_code == 200, answer.text
    assert bool(answer.json()["content"]) != any(words in example for words in FINDS_NOTHING)


def test_they_can_be_tried_as_the_page_says(demo: Path) -> None:
    """Its commands serve the demo's store, and send it a filter."""
    run(steps(PAGE.read_text("utf-8")), demo)
