"""A server and a mirror of it are driven side by side: no answer differs.

`TWINHAUS_MACHINE_RUNS` sets how many runs there are, each on a graph that begins empty: 1,000 for a release, fewer
every day; and a quarter of them on PostgreSQL.
"""

import os
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test
from tests import serving
from tests.api import asking
from tests.engines import SQLITE, Engine
from tests.machine.machine import Machine
from tests.machine.ontology import DOCUMENTS, THING
from tests.machine.patching import patched

from twinhaus.strictjson import JsonObject, write
from twinhaus.testing.server import running_server

RUNS = int(os.environ.get("TWINHAUS_MACHINE_RUNS") or 60)
STEPS_MAX = 50  # Hypothesis ends many runs earlier; they have some 30 steps on average.
PARTS = 4  # Each a test of its own, so that several processes share the work.


@pytest.fixture(scope="module")
def http(engine: Engine) -> Iterator[httpx.Client]:
    """A client of a server for all runs; each run empties its graph first."""
    with engine.new_store() as store:
        serving.make_store(store, models=[write([*DOCUMENTS.values()]).decode()])
        with running_server(store, "--auth", "none") as server, serving.client(server.url) as http:
            yield http


@pytest.mark.parametrize("part", range(PARTS))
def test_no_answer_differs(http: httpx.Client, engine: Engine, part: int) -> None:
    """Whatever is put, patched, deleted and related, every answer is the one that the contract, read into plain Python,
    foretells: status, body, entity tag, faults; and a list read while all this goes on has each twin that matched
    throughout exactly once.
    """

    def machine() -> Machine:
        return Machine(http)

    runs = RUNS // PARTS if engine.name == SQLITE else RUNS // PARTS // 4
    few = settings(max_examples=max(1, runs), stateful_step_count=STEPS_MAX)
    run_state_machine_as_test(seed(part)(machine) if few.derandomize else machine, settings=few)  # type: ignore[arg-type]


def test_what_is_moved_onto_itself_stays(http: httpx.Client) -> None:
    """`from` must not be a proper prefix of `path`; nothing is one of itself, the whole twin included. Found by a run
    in which the mirror was wrong.
    """
    twin = asking.put(http, "moved", THING, name="a")
    for pointer in ("", "/contents", "/contents/name"):
        patch: list[JsonObject] = [{"op": "move", "from": pointer, "path": pointer}]
        assert patched(patch, twin) == twin
        assert http.patch("/twins/moved", json=patch).json() == twin
