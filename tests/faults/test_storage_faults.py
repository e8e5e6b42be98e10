"""What the machine below can do to a store: a locked file, a full disk, a damaged page, no time, no listener."""

import asyncio
import json
import logging
import os
import resource
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import apsw
import httpx
import psycopg
import pytest
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send
from tests.faults.graphs import bring_in, link, listed, model, twin
from tests.faults.tables import Tables, locked
from tests.serving import client, make_store, opened

from twinhaus import changes
from twinhaus.api.envelope import Envelope
from twinhaus.drafts import TwinDraft
from twinhaus.query.plan import DateFilter, Include, Query
from twinhaus.storage.store import Transaction
from twinhaus.testing.server import running_server

ROOMS = {"modelFilter": {"modelIds": [model("Room")]}}
PAGES_MAX = 400
LOG_BYTES_MORE = 400_000
CLIENTS = 8


@contextmanager
def served(store: str | Path) -> Iterator[httpx.Client]:
    """A server on the store, and a client of it."""
    with running_server(store, "--auth", "none") as server, client(server.url) as http:
        yield http


def put_room(http: httpx.Client, room: str, **contents: str) -> httpx.Response:
    """Create or replace a room."""
    return http.put("/twins", json=twin(room, "Room", **contents))


def check_problem(answer: httpx.Response, code: str) -> None:
    """503, saying when to come again and what is the matter, and nothing of what is inside."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    problem = answer.json()
    assert problem["type"] == f"urn:twinhaus:problem:{code}"
    assert not {"sqlite", "apsw", "error", "database", "traceback"} & set(problem["detail"].lower().split())


def test_a_write_that_finds_the_store_locked_too_long_is_told_to_come_again(
    store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another program holds the write lock, writes answer 503 and reads go on; afterwards all is well."""
    monkeypatch.setenv("TWINHAUS_BUSY_TIMEOUT_SECONDS", "0.05")
    with served(store) as http:
        assert put_room(http, "before").status_code == 200
        with locked(store):
            check_problem(put_room(http, "meanwhile"), "unavailable")
            check_problem(http.delete("/twins/before"), "unavailable")
            assert listed(http, ROOMS) == {"before"}
            assert http.get("/readyz").status_code == 200
        assert listed(http, ROOMS) == {"before"}
        assert put_room(http, "after").status_code == 200
        assert listed(http, ROOMS) == {"before", "after"}


def test_a_write_waits_for_another_program_to_finish(store: str) -> None:
    """A lock that is let go in time costs a write nothing but the wait."""
    with served(store) as http, ThreadPoolExecutor(1) as beside:
        with locked(store):
            waiting = beside.submit(put_room, http, "patient")
            assert listed(http, ROOMS) == set()
            assert not waiting.done()
        assert waiting.result().status_code == 200
        assert listed(http, ROOMS) == {"patient"}


def fill(http: httpx.Client) -> tuple[set[str], list[httpx.Response]]:
    """Many clients put large twins until each was refused a few times: the twins acknowledged, and the refusals."""

    def write(number: int) -> tuple[set[str], list[httpx.Response]]:
        taken: set[str] = set()
        refused: list[httpx.Response] = []
        count = 0
        while len(refused) < 5:
            room, count = f"room-{number}-{count}", count + 1
            answer = put_room(http, room, name=room, description="wall " * 2_000)
            if answer.status_code == 200:
                taken.add(room)
            else:
                refused.append(answer)
        return taken, refused

    with ThreadPoolExecutor(CLIENTS) as pool:
        each = list(pool.map(write, range(CLIENTS)))
    return set().union(*(taken for taken, _ in each)), [one for _, refused in each for one in refused]


def test_a_full_store_refuses_writes_and_loses_none(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the engine finds no room (SQLITE_FULL), writes answer 503 storage-full and change nothing, what was
    acknowledged is there, reads go on, and so do writes once something was deleted.
    """
    limit = f"import apsw; apsw.connection_hooks.append(lambda one: one.execute('PRAGMA max_page_count={PAGES_MAX}'))"
    (tmp_path / "sitecustomize.py").write_text(limit, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    with served(file) as http:
        taken, refused = fill(http)
        for answer in refused:
            check_problem(answer, "storage-full")
        assert listed(http, ROOMS) == taken
        gone = sorted(taken)[:10]
        assert [http.delete(f"/twins/{room}").status_code for room in gone] == [204] * len(gone)
        assert put_room(http, "again", description="wall " * 2_000).status_code == 200
        assert listed(http, ROOMS) == taken - {*gone} | {"again"}
    with Tables(str(file)) as tables:
        tables.check()


@pytest.mark.skipif(
    not hasattr(resource, "prlimit"), reason="limits of another process can be set on Linux only"
)
def test_a_file_that_cannot_grow_refuses_writes_and_loses_none(file: Path) -> None:
    """When the system refuses to write (here by RLIMIT_FSIZE), writes answer 503 and change nothing, what was
    acknowledged is there, and once the limit is lifted the same server goes on.
    """
    with running_server(file, "--auth", "none") as server, client(server.url) as http:
        assert put_room(http, "first").status_code == 200
        most = Path(f"{file}-wal").stat().st_size + LOG_BYTES_MORE
        unlimited = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (most, unlimited[1]))
        taken, refused = fill(http)
        for answer in refused:
            check_problem(answer, "unavailable")
        assert listed(http, ROOMS) == {*taken, "first"}
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, unlimited)
        assert put_room(http, "again").status_code == 200
    with Tables(str(file)) as tables:
        tables.check()
        assert tables.documents().keys() == {*taken, "first", "again"}


def test_a_damaged_page_is_a_problem_and_not_a_crash(file: Path, tmp_path: Path) -> None:
    """Where the file is damaged, what needs the damaged pages answers 503 store-unusable; the rest is served."""
    bring_in(
        str(file), tmp_path, [twin(f"room-{number}", "Room", name="room " * 100) for number in range(500)]
    )
    damage(file, "document")
    with served(file) as http:
        check_problem(http.post("/twins", json={"pageSize": 1000}), "store-unusable")
        check_problem(http.get("/twins/room-7"), "store-unusable")
        assert http.get("/readyz").status_code == 200


def damage(file: Path, table: str) -> None:
    """Overwrite every page of a closed store's table."""
    connection = apsw.Connection(str(file))
    pages = [page for (page,) in connection.execute("SELECT pageno FROM dbstat WHERE name = ?", (table,))]
    (size,) = next(iter(connection.execute("PRAGMA page_size")))
    connection.close()
    with file.open("r+b") as opened_file:
        for page in pages:
            opened_file.seek((page - 1) * size)
            opened_file.write(b"\x5a" * size)


def test_a_query_has_a_deadline(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that looks at too many twins for its time answers 503 query-timeout, which says what would help; the
    server goes on, and the same filter over fewer twins is answered.
    """
    # So long that the index does not tell how they end: each is read, which takes a long list ten times what is brief.
    long = "x" * 200
    rooms = [twin(f"room-{number}", "Room", description=long) for number in range(3_000)]
    bring_in(str(file), tmp_path, [twin("level", "Level"), *rooms], [link("room-7", "isPartOf", "level")])
    monkeypatch.setenv("TWINHAUS_QUERY_TIMEOUT_SECONDS", "0.000001")
    request = {"propertyFilter": {"field": "description", "operator": "endsWith", "value": "nothing ends so"}}
    with served(file) as http:
        for _ in range(3):
            answer = http.post("/twins", json=request)
            check_problem(answer, "query-timeout")
            assert "filter" in answer.json()["detail"]
        assert listed(http, {**request, "locationFilter": {"locationId": "level"}}) == set()
        assert put_room(http, "after").status_code == 200


def test_a_query_of_a_database_has_a_deadline(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database takes too long, here because a table is locked, a list answers 503 query-timeout; the server
    goes on, and once the database does too the same list is answered.
    """
    make_store(postgres_url)
    monkeypatch.setenv("TWINHAUS_QUERY_TIMEOUT_SECONDS", "2")
    with served(postgres_url) as http:
        assert put_room(http, "before").status_code == 200
        with psycopg.connect(postgres_url) as administrator:
            administrator.execute("LOCK TABLE twinhaus.document")
            check_problem(http.post("/twins", json=ROOMS), "query-timeout")
            assert http.get("/healthz").status_code == 200
        assert listed(http, ROOMS) == {"before"}


def hang_up_after(http: httpx.Client, request: bytes) -> None:
    """Send these bytes on a connection of their own, and close it without waiting for anything."""
    address = urlsplit(str(http.base_url))
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(request)


def spoken(method: str, body: bytes, *, announced: int | None = None) -> bytes:
    """A request to /twins, byte by byte."""
    length = len(body) if announced is None else announced
    head = (
        f"{method} /twins HTTP/1.1",
        "Host: here",
        "Content-Type: application/json",
        f"Content-Length: {length}",
    )
    return "\r\n".join((*head, "", "")).encode() + body


def test_a_client_that_hangs_up_changes_nothing_by_halves(store: str) -> None:
    """A request cut off in its body does nothing; one sent whole is done whole or not at all, whether or not its
    answer is waited for; and the server goes on.
    """
    with served(store) as http:
        for number in range(20):
            halved = json.dumps(twin(f"halved-{number}", "Room", name="half")).encode()
            hang_up_after(http, spoken("PUT", halved[:-10], announced=len(halved)))
            hang_up_after(http, spoken("PUT", halved[:-1], announced=len(halved)))
            hang_up_after(
                http, spoken("PUT", json.dumps(twin(f"whole-{number}", "Room", name="whole")).encode())
            )
            hang_up_after(http, spoken("POST", b'{"pageSize": 1000}'))
        assert put_room(http, "after").status_code == 200
        found = listed(http, ROOMS)
        assert found <= {*(f"whole-{number}" for number in range(20)), "after"}
    with Tables(store) as tables:
        tables.check()
        assert tables.documents().keys() >= found


def test_a_client_that_hangs_up_is_no_error_of_the_servers(caplog: pytest.LogCaptureFixture) -> None:
    """Its request is given up with a word in the log, without an answer and without a traceback."""
    answered: list[Message] = []

    async def read_body(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()

    async def hang_up() -> Message:
        return {"type": "http.disconnect"}

    async def answer(message: Message) -> None:
        answered.append(message)

    scope = {"type": "http", "method": "PUT", "headers": [], "raw_path": b"/twins", "path": "/twins"}
    with caplog.at_level(logging.INFO):
        asyncio.run(Envelope(read_body)(scope, hang_up, answer))
    assert answered == []
    assert [
        (record.levelname, record.exc_info) for record in caplog.records if "given up" in record.message
    ] == [("INFO", None)]


def test_a_refused_write_takes_nothing_from_those_committed_with_it(store: str) -> None:
    """Writes that wait together are committed together; one that is refused undoes itself alone, though it has
    listed what the others wrote.
    """
    begin = Event()

    def put(room: str) -> Callable[[Transaction], int]:
        return lambda transaction: changes.put_twin(transaction, TwinDraft(room, model("Room"), {})).updated

    def list_and_refuse(transaction: Transaction) -> None:
        transaction.list_twins(Query(), Include(), after=0, limit=10)
        raise LookupError

    with opened(store) as writing:
        first = writing.write(lambda transaction: (begin.wait(), put("first")(transaction))[1])
        second, refused = writing.write(put("second")), writing.write(list_and_refuse)
        begin.set()
        assert isinstance(refused.exception(), LookupError)
        second.result()  # A refusal is known before the others are committed.
        newest = DateFilter(after=first.result())
        page = writing.read(
            lambda reader: reader.list_twins(Query(date=newest), Include(), after=0, limit=10)
        ).result()
        assert (page.count, second.result() > first.result()) == (1, True)
    with Tables(store) as tables:
        tables.check()
