"""A copy that is killed, or loses its database or its disk, goes on where it stood; and the source is never touched."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest
from tests.copies import PAIRS, Pair, all_rows, copy, engine_called, filling, pair_of
from tests.engines import ENGINES
from tests.faults.graphs import bring_in
from tests.faults.tables import Tables
from tests.faults.test_postgres_outages import small_disk
from tests.postgres import own_server
from tests.serving import make_store, opened

from twinhaus.errors import StorageFull, Unavailable
from twinhaus.storage.tables import StoreUnfinished
from twinhaus.testing.buildings import iter_relationships, iter_twins
from twinhaus.testing.postgres.databases import Databases
from twinhaus.testing.postgres.own import OwnServer
from twinhaus.transfer import copying
from twinhaus.transfer.copying import Beginning

TWINS = 300
COMMITS_MAX = 40  # Between two kills.
KILLS_MIN = 3
# Copies in small batches, and tells of each transaction just before it is committed.
COMMAND = """
import sys
from twinhaus.cli import main
from twinhaus.storage.sql.tables import SqlTableWriter
from twinhaus.transfer import copying

copying.ROWS_AT_ONCE = copying._PIECE_ROWS = 100
note = SqlTableWriter._note

def note_and_tell(self, progress):
    note(self, progress)
    print("about to commit", flush=True)

SqlTableWriter._note = note_and_tell
main(sys.argv[1:])
"""


@pytest.fixture(scope="module")
def buildings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The same building in a store of each engine; to be copied from, not changed."""
    with ExitStack() as stack:
        stores = {name: stack.enter_context(engine_called(request, name).new_store()) for name in ENGINES}
        for store in stores.values():
            make_store(store)
            links = [one for one in iter_relationships(TWINS) if "properties" not in one]
            bring_in(store, tmp_path_factory.mktemp("lines"), iter_twins(TWINS), links)
        yield stores


@pytest.fixture(params=PAIRS, ids=" to ".join)
def pair(request: pytest.FixtureRequest, buildings: dict[str, str]) -> Iterator[Pair]:
    """A building, and where its copy will be, in each engine in turn."""
    source, target = (engine_called(request, name) for name in request.param)
    with pair_of(source.copied(buildings[source.name]), target) as new:
        yield new


def copy_until_killed(pair: Pair, *, commits: int) -> int | None:
    """Copy by the command, and kill it around its so-manieth commit. Its exit code where it came to its end before."""
    command = [sys.executable, "-c", COMMAND, "copy", "--from", pair.source, "--to", pair.target]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        told = sum(1 for _, line in zip(range(commits), process.stdout, strict=False) if line)
        if told == commits:
            process.kill()
    return process.returncode if process.returncode >= 0 else None


def test_a_copy_killed_at_any_time_goes_on(pair: Pair) -> None:
    """kill -9, again and again: as long as it is unfinished nobody can open it, and in the end it is the same store,
    sound in itself.
    """
    before = all_rows(pair.source)
    random = Random(4)
    kills = 0
    while (code := copy_until_killed(pair, commits=random.randint(1, COMMITS_MAX))) is None:
        kills += 1
        with filling(pair.target) as target:
            if target.progress is None:  # The last commit was done.
                break
        with pytest.raises(StoreUnfinished), opened(pair.target):
            pass
    assert code in (0, None)
    assert kills >= KILLS_MIN
    assert all_rows(pair.source) == before
    assert all_rows(pair.target) == before
    with Tables(pair.target) as tables:
        tables.check()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction takes a hundred rows."""
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 100)
    monkeypatch.setattr(copying, "_PIECE_ROWS", 100)


def at_batch(number: int, act: Callable[[], None]) -> Callable[[int], None]:
    """What does something once, after so many batches."""
    left = iter(range(number))

    def advance(count: int) -> None:
        if next(left, None) == number - 1:
            act()

    return advance


@pytest.fixture(scope="module")
def database() -> Iterator[OwnServer]:
    """A server that keeps what it has acknowledged through a power cut."""
    with own_server() as server:
        yield server


@pytest.mark.usefixtures("small_batches")
def test_a_copy_outlives_its_database(buildings: dict[str, str], database: OwnServer, tmp_path: Path) -> None:
    """The server copied into, or from, is killed and started again: the command says so, and the next goes on."""
    rows = all_rows(buildings["sqlite"])
    with Databases(database.url).database() as url:
        for batch in (2, 9, 5):
            with pytest.raises(Unavailable):
                copy(buildings["sqlite"], url, at_batch(batch, database.kill))
            database.start()
        assert copy(buildings["sqlite"], url)[0] is Beginning.RESUMED
        assert all_rows(url) == rows
        back = str(tmp_path / "back.db")
        for batch in (3, 8):
            # The rows that are on their way may still come to an end.
            with pytest.raises(Unavailable):
                copy(url, back, at_batch(batch, database.kill))
            database.start()
        assert copy(url, back)[0] is Beginning.RESUMED
        assert all_rows(back) == rows


@pytest.mark.usefixtures("small_batches")
def test_a_full_disk_ends_a_copy_and_room_lets_it_go_on(buildings: dict[str, str], tmp_path: Path) -> None:
    """What was copied is kept."""
    disk = tmp_path / "disk"
    with small_disk(disk):
        filler = disk / "filler"
        target = str(disk / "copy.db")

        def fill() -> None:
            with pytest.raises(OSError, match="No space"), filler.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(64 * 1024))

        with pytest.raises(StorageFull):
            copy(buildings["sqlite"], target, at_batch(5, fill))
        filler.unlink()
        beginning, found = copy(buildings["sqlite"], target)
        assert beginning is Beginning.RESUMED
        assert all(one.is_same for one in found)
