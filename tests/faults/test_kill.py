"""kill -9: whatever was acknowledged is there afterwards, and nothing is there by halves."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Semaphore
from typing import Any

import httpx
from tests.engines import POSTGRES, SQLITE, Engine
from tests.faults.graphs import bring_in, lines, link, link_path, model, pages, twin
from tests.faults.tables import Tables
from tests.serving import client

from twinhaus.strictjson import JsonObject
from twinhaus.testing.server import Server, start_server, stop_server
from twinhaus.transfer.lines import BATCH_LINES

KILLS = {SQLITE: 6, POSTGRES: 4}
ROOMS = [f"room-{number}" for number in range(BATCH_LINES * 5 // 2)]
WRITERS = 8
TWINS_OF_A_WRITER = 5
LEVELS = ("level-1", "level-2", "level-3")
KINDS = ("Room", "Zone", "Space")

Known = dict[str, Any]  # By id: a twin's model and generation; True for a relationship.


def written_in(generation: int) -> JsonObject:
    """Contents that tell their generation in many places, over several pages of the file."""
    mark = f"generation {generation}"
    return {
        "name": mark,
        "code": mark,
        "description": f"{mark}. " * 300,
        "externalIds": {f"key {number}": mark for number in range(10)},
        "mappedIds": [{"exactType": "ExternalIdentity", "scope": "ORG", "scopeId": mark, "value": mark}],
    }


def generation_of(contents: JsonObject) -> int:
    """The one generation that everything in the contents is of."""
    number = int(contents["name"].removeprefix("generation "))
    wanted = written_in(number)
    assert {key: contents.get(key) for key in wanted} == wanted, "a mix of old and new"
    return number


def rooms(generation: int) -> list[JsonObject]:
    """The lines of one import."""
    return [twin(room, "Room", **written_in(generation)) for room in ROOMS]


@dataclass(frozen=True, slots=True)
class Change:
    """A request, and what is known to be there once it is acknowledged; None for what is not."""

    method: str
    path: str
    body: JsonObject | None
    effect: Known


class Writer:
    """One client of many. It changes twins of its own, one after another, and notes what was acknowledged."""

    def __init__(self, number: int) -> None:
        self._random = Random(number)
        self._twins = [f"twin-{number}-{index}" for index in range(TWINS_OF_A_WRITER)]
        self._generation = 0
        self.writes = 0
        self._under_way: Known = {}
        self.known: Known = {}

    def write_on(self, url: str, acknowledged: Callable[[], None]) -> None:
        """Write until the server is no more."""
        with client(url) as http:
            while True:
                change = self._next_change()
                self._under_way = change.effect
                try:
                    answer = http.request(change.method, change.path, json=change.body)
                except httpx.TransportError:
                    return
                assert answer.status_code in (200, 204), answer.text
                self.known = _after(self.known, change.effect)
                self._under_way = {}
                self.writes += 1
                acknowledged()

    def compare(self, found: Known) -> None:
        """What is there is what was acknowledged, or that and all of what was under way."""
        own = {one: value for one, value in found.items() if one.split("_")[0] in self._twins}
        assert own in (self.known, _after(self.known, self._under_way))
        self.known = own

    def _next_change(self) -> Change:
        one, level = self._random.choice(self._twins), self._random.choice(LEVELS)
        relationship = f"{one}_isPartOf_{level}"
        if one not in self.known:
            return self._put(one)
        match self._random.randrange(10):
            case 0:
                own = {known: None for known in self.known if known.split("_")[0] == one}
                return Change("DELETE", f"/twins/{one}?cascade=true", None, own)
            case 1 | 2 | 3 if relationship in self.known:
                return Change("DELETE", link_path(one, "isPartOf", level), None, {relationship: None})
            case 1 | 2 | 3:
                body = link(one, "isPartOf", level)
                return Change("PUT", "/twins/relationships", body, {relationship: True})
            case _:
                return self._put(one)

    def _put(self, one: str) -> Change:
        self._generation += 1
        kind = self._random.choice(KINDS)
        body = twin(one, kind, **written_in(self._generation))
        return Change("PUT", "/twins", body, {one: (model(kind), self._generation)})


def _after(known: Known, effect: Known) -> Known:
    return {one: value for one, value in {**known, **effect}.items() if value is not None}


def write_until_killed(server: Server, writers: Sequence[Writer], *, acknowledged: int) -> None:
    """Kill the server among the writes that follow so many acknowledged ones."""
    done = Semaphore(0)
    with ThreadPoolExecutor(len(writers)) as beside:
        running = [beside.submit(writer.write_on, server.url, done.release) for writer in writers]
        is_enough = all(done.acquire(timeout=60) for _ in range(acknowledged))
        server.kill()
        for one in running:
            one.result()
    assert is_enough, "the writers stood still"


def everything(url: str) -> Known:
    """What a list of all twins with their relationships knows."""
    found: Known = {}
    with client(url) as http:
        for page in pages(http, {"include": {"outgoingRelationships": True}}):
            for one in page:
                if one["id"] not in LEVELS:
                    found[one["id"]] = (one["modelId"], generation_of(one["contents"]))
                    found |= {relationship["id"]: True for relationship in one["outgoingRelationships"]}
    return found


def test_a_server_killed_among_many_writes_keeps_all_it_acknowledged(
    store: str, engine: Engine, tmp_path: Path
) -> None:
    """After each of many kills all that was acknowledged is there, each twin wholly old or wholly new, relationships
    too; and the indexes agree with the tables.
    """
    bring_in(store, tmp_path, [twin(level, "Level", name=level) for level in LEVELS])
    writers = [Writer(number) for number in range(WRITERS)]
    random, kills = Random(9), KILLS[engine.name]
    server = start_server(store, "--auth", "none")
    try:
        for _ in range(kills):
            write_until_killed(server, writers, acknowledged=random.randrange(1, 120))
            server = start_server(store, "--auth", "none")
            found = everything(server.url)
            for writer in writers:
                writer.compare(found)
            with Tables(store) as tables:
                tables.check()
    finally:
        stop_server(server)
    assert all(writer.writes > kills for writer in writers)


def kill_import(store: str, kind: str, sent: Sequence[bytes]) -> None:
    """Import these lines from standard input, and kill the import once all of them are on their way."""
    command = [sys.executable, "-m", "twinhaus.cli", "import", "--store", store, f"--{kind}", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as importing:
        assert importing.stdin is not None
        importing.stdin.write(b"".join(sent))
        importing.stdin.flush()
        importing.kill()


def check_whole_batches(taken: Sequence[bool], sent: int) -> None:
    """What was taken is a number of whole batches from the start; of those sent, at most the last two may miss: one
    that was being written, and one in the pipe.
    """
    count = sum(taken)
    assert list(taken) == [True] * count + [False] * (len(taken) - count)
    assert count % BATCH_LINES == 0
    assert sent - 2 * BATCH_LINES < count <= sent


def test_an_import_of_twins_killed_at_any_time_is_run_again_to_its_end(store: str, tmp_path: Path) -> None:
    """A killed import has taken whole batches from the start, each twin wholly; run again, it takes the rest."""
    bring_in(store, tmp_path, rooms(1))
    for generation, sent in enumerate((500, 1_001, 2_005), start=2):
        new = rooms(generation)
        kill_import(store, "twins", [lines([room]) for room in new[:sent]])
        with Tables(store) as tables:
            tables.check()
            found = tables.documents()
        generations = [generation_of(found[room]["contents"]) for room in ROOMS]
        assert set(generations) <= {generation - 1, generation}
        check_whole_batches([one == generation for one in generations], sent)
        bring_in(store, tmp_path, new)
        with Tables(store) as tables:
            tables.check()
            found = tables.documents()
        assert {generation_of(found[room]["contents"]) for room in ROOMS} == {generation}


def test_an_import_of_relationships_killed_at_any_time_is_run_again_to_its_end(
    store: str, tmp_path: Path
) -> None:
    """So is one of relationships: the places the twins are in follow those that were taken."""
    bring_in(store, tmp_path, [twin(level, "Level") for level in LEVELS] + rooms(1))
    for level, sent in zip(LEVELS, (700, 1_003, 2_050), strict=True):
        new = [link(room, "isPartOf", level) for room in ROOMS]
        kill_import(store, "relationships", [lines([one]) for one in new[:sent]])
        with Tables(store) as tables:
            tables.check()
            found = tables.relationship_ids()
        check_whole_batches([f"{room}_isPartOf_{level}" in found for room in ROOMS], sent)
        bring_in(store, tmp_path, [], new)
        with Tables(store) as tables:
            tables.check()
            assert {f"{room}_isPartOf_{level}" for room in ROOMS} <= tables.relationship_ids()
