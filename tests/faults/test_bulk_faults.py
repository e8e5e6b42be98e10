"""Bulk requests whose client, server or store lets them down: the report never tells of what is not there."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir

import httpx
import pytest
from tests import serving
from tests.api.bulk import NDJSON, ByHand, bulk, lines, read_report
from tests.faults.graphs import listed, twin
from tests.faults.tables import Tables, locked
from tests.serving import client

from twinhaus.storage.address import is_url
from twinhaus.storage.sql.sqlite.store import STREAMS_MAX
from twinhaus.testing.server import Server, running_server, start_server, stop_server
from twinhaus.transfer.lines import BATCH_LINES

COUNT = 5 * BATCH_LINES // 2
ROOMS = [twin(f"room-{number}", "Room", name=f"Room {number}") for number in range(COUNT)]
BAD_LINES = 60_000  # Their report is larger than what sockets hold.
MEBIBYTE = 1024 * 1024


@contextmanager
def served(store: str) -> Iterator[tuple[Server, httpx.Client]]:
    """A server, and a client of it."""
    with running_server(store, "--auth", "none") as server, client(server.url) as http:
        yield server, http


def until(sender: ByHand, line: int) -> list[str]:
    """The ids told of, up to the line of this number."""
    found: list[str] = []
    for told in sender.told():
        found.append(told["id"])
        if told["line"] == line:
            break
    return found


def check_beginning(found: set[str], told: list[str]) -> None:
    """What is there is the beginning of what was sent, and goes at least as far as what was told."""
    assert found == {room["id"] for room in ROOMS[: len(found)]}
    assert set(told) <= found


@pytest.mark.parametrize("query", ["", "?dryRun=true"])
def test_a_client_may_send_everything_before_it_reads(store: str, query: str) -> None:
    """However long the report: no line waits until the client takes what is told of the ones before."""
    with served(store) as (server, _):
        sender = ByHand(server.url, f"/twins/bulk{query}")
        for _ in range(60):
            sender.send(b"{}\n" * (BAD_LINES // 60))
        sender.finish()
        *told, last = sender.told()
        sender.cut()
        assert [one["line"] for one in told] == list(range(1, BAD_LINES + 1))
        assert last["summary"]["rejected"] == BAD_LINES


def test_a_client_that_hangs_up_leaves_the_beginning(store: str) -> None:
    """Whole batches are there, at least those that were reported; of the line that was cut off there is nothing."""
    with served(store) as (server, http):
        sender = ByHand(server.url)
        sender.send(lines(*ROOMS[:-1]) + lines(ROOMS[-1])[:-9])
        told = until(sender, BATCH_LINES)
        sender.cut()
        found = listed(http, {})
        check_beginning(found, told)
        assert ROOMS[-1]["id"] not in found
        again = bulk(http, lines(*ROOMS))
        sums = again[-1]["summary"]
        assert sums["unchanged"] >= len(told)
        assert sums["unchanged"] + sums["created"] == COUNT
    with Tables(store) as tables:
        tables.check()


@pytest.mark.parametrize("query", ["?atomic=true", "?dryRun=true"])
def test_a_client_that_hangs_up_leaves_nothing_of_all_or_none(store: str, query: str) -> None:
    """A body that was cut off is no body."""
    with served(store) as (server, http):
        sender = ByHand(server.url, f"/twins/bulk{query}")
        sender.send(lines(*ROOMS))
        sender.cut()
        assert bulk(http, lines(twin("after", "Room")))[-1]["summary"]["created"] == 1
        assert listed(http, {}) == {"after"}


def test_a_client_that_pauses_is_told_meanwhile(store: str) -> None:
    """Lines need not fill a batch: one that waits for its report gets it, and may go on."""
    with served(store) as (server, _):
        sender = ByHand(server.url)
        for number, room in enumerate(ROOMS[:3], start=1):
            sender.send(lines(room))
            told = next(sender.told())
            assert told == {"line": number, "id": room["id"], "outcome": "created"}
        sender.finish()
        assert next(sender.told())["summary"]["created"] == 3
        sender.cut()


def test_a_client_that_is_removed_writes_no_more(store: str) -> None:
    """What takes long is asked again whether it still may: the report ends where the client did."""
    with serving.serving(store) as served:
        credentials = serving.add_client(store, "to go", "twins:write")
        sender = ByHand(served.url, token=serving.get_token(served.url, credentials))
        sender.send(lines(ROOMS[0]))
        told = sender.told()
        assert next(told)["outcome"] == "created"
        assert served.http.delete(f"/clients/{credentials.client_id}").status_code == 204
        sender.send(lines(ROOMS[1]))
        sender.finish()
        assert next(told)["aborted"]["status"] == 401
        sender.cut()
        assert served.http.get(f"/twins/{ROOMS[0]['id']}").status_code == 200
        assert served.http.get(f"/twins/{ROOMS[1]['id']}").status_code == 404


def test_what_was_reported_survives_a_kill(store: str) -> None:
    """kill -9 amid a request: what its client was told is there, each twin wholly, and nothing by halves."""
    server = start_server(store, "--auth", "none")
    try:
        sender = ByHand(server.url)
        sender.send(lines(*ROOMS))
        told = until(sender, BATCH_LINES + 1)
        server.kill()
        told += [one["id"] for one in sender.told()]
        sender.cut()
    finally:
        stop_server(server)
    assert len(told) >= BATCH_LINES
    with Tables(store) as tables:
        tables.check()
        check_beginning(set(tables.documents()), told)
    with served(store) as (_, http):
        assert bulk(http, lines(*ROOMS))[-1]["summary"]["rejected"] == 0


def test_all_or_none_survives_a_kill_as_none(store: str) -> None:
    """kill -9 before the answer began: all are there or none."""
    server = start_server(store, "--auth", "none")
    try:
        sender = ByHand(server.url, "/twins/bulk?atomic=true")
        sender.send(lines(*ROOMS))
        sender.finish()
        server.kill()
        sender.cut()
    finally:
        stop_server(server)
    with Tables(store) as tables:
        tables.check()
        assert len(tables.documents()) in (0, COUNT)


def test_a_store_that_fails_aborts_the_report(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line says why instead of summing up; all or none says it by its status."""
    monkeypatch.setenv("TWINHAUS_BUSY_TIMEOUT_SECONDS", "0.05")
    with served(store) as (_, http):
        with locked(store):
            (told,) = bulk(http, lines(*ROOMS))
            assert told["aborted"]["type"] == "urn:twinhaus:problem:unavailable"
            assert told["aborted"]["status"] == 503
            headers = {"Content-Type": NDJSON}
            answer = http.post("/twins/bulk?atomic=true", content=lines(*ROOMS), headers=headers)
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
        assert listed(http, {}) == set()
        assert bulk(http, lines(*ROOMS))[-1]["summary"]["created"] == COUNT


def test_what_is_kept_on_disk_has_a_limit(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body for all or none over the limit is a 413, announced or not; a report that nobody reads is aborted."""
    monkeypatch.setenv("TWINHAUS_SPOOL_BYTES_MAX", str(2 * MEBIBYTE))
    line = lines(twin("room", "Room", description="x" * MEBIBYTE))
    headers = {"Content-Type": NDJSON}
    with served(store) as (server, http):
        for body in (line * 3, iter([line] * 3)):
            answer = http.post("/twins/bulk", params={"atomic": "true"}, content=body, headers=headers)
            assert answer.status_code == 413, answer.text
        assert bulk(http, line, atomic="true")[-1]["summary"]["created"] == 1
        assert len(bulk(http, iter([line] * 5))) == 6
        sender = ByHand(server.url)
        for _ in range(300):
            sender.send(b'{"id":"%b"}\n' % (b"x" * 200) * 1_000)
        sender.finish()
        *_, last = sender.told()
        sender.cut()
        assert last["aborted"]["type"] == "urn:twinhaus:problem:too-large"


def test_what_is_kept_on_disk_is_in_the_folder_that_is_set(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a file without a name, which is gone with the server; without the setting it is beside the store's
    file, or where temporary files are.
    """
    folder = tmp_path / "spools"
    folder.mkdir()
    beside = Path(gettempdir()) if is_url(store) else Path(store).parent
    for setting, expected in (("", beside), (str(folder), folder)):
        monkeypatch.setenv("TWINHAUS_SPOOL_FOLDER", setting)
        with served(store) as (server, _):
            sender = ByHand(server.url, "/twins/bulk?atomic=true")
            while expected not in folders_of_unnamed_files(server):
                sender.send(lines(ROOMS[0]) * 1_000)
            sender.cut()


def folders_of_unnamed_files(server: Server) -> set[Path]:
    """Where the files are that a server has open, and that no folder lists."""
    folders = set()
    for descriptor in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # Closed meanwhile.
            file = descriptor.readlink()
            if file.name.endswith(" (deleted)"):
                folders.add(file.parent)
    return folders


def test_a_body_is_never_whole_in_memory(store: str) -> None:
    """In every mode the server needs a small part of what a body has that is far longer than its batches."""
    line = lines({"id": "x", "padding": "x" * MEBIBYTE})
    count = 200
    with served(store) as (server, http):
        bulk(http, line * 20)
        bulk(http, line * 20, atomic="true")
        before = peak_memory(server)
        for mode in ({}, {"atomic": "true"}, {"dryRun": "true", "atomic": "true"}):
            report = bulk(http, iter([line] * count), **mode)
            assert report[-1]["summary"]["rejected"] == count
        assert peak_memory(server) - before < len(line) * count / 5


def peak_memory(server: Server) -> int:
    """The most memory a server ever had, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def test_an_export_is_one_snapshot(store: str) -> None:
    """While all twins change together again and again, an export has them all as they were at one moment."""
    together = [f"twin-{number}" for number in range(400)]
    padding = "x" * 4_000

    def generation(number: int) -> bytes:
        code = str(number)
        return lines(*(twin(one, "Room", code=code, description=padding) for one in together))

    with served(store) as (server, http):
        bulk(http, generation(0), atomic="true")
        seen: list[str] = []
        for number in range(1, 6):
            with client(server.url) as other, other.stream("GET", "/export") as answer:
                pieces = answer.iter_bytes()
                bulk(http, generation(number), atomic="true")
                export = read_report(b"".join(pieces))
            codes = {line["twin"]["contents"]["code"] for line in export if "twin" in line}
            assert len(codes) == 1
            seen += codes
        assert seen == [str(number) for number in range(5)]


def test_exports_have_places_and_little_memory(store: str) -> None:
    """So many exports may run at a time, and one more is told to come again; a client that goes away makes room. All
    of them together need a small part of what they hand out.
    """
    line = "x" * MEBIBYTE
    rooms = [twin(f"room-{number}", "Room", description=line) for number in range(64)]
    with served(store) as (server, http):
        bulk(http, (lines(room) for room in rooms))
        assert len(http.get("/export", params={"of": "relationships"}).content) == 0
        before = peak_memory(server)
        with ExitStack() as stack:
            for _ in range(STREAMS_MAX):
                other = stack.enter_context(client(server.url))
                # Compressed, all of it would be on its way at once.
                stack.enter_context(other.stream("GET", "/export", headers={"Accept-Encoding": "identity"}))
            refused = http.get("/export")
            assert refused.status_code == 503
            assert int(refused.headers["Retry-After"]) > 0
            assert http.get("/twins/room-1").status_code == 200
        answer = http.get("/export")
        for _ in range(1_000):
            if answer.status_code == 200:
                break
            answer = http.get("/export")
        assert len(read_report(answer.content)) > len(rooms)
        assert peak_memory(server) - before < MEBIBYTE * len(rooms)
