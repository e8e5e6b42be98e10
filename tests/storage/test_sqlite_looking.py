"""What a connection to a file sees between two looks at it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from twinhaus.query.plan import Comparison, Leaf
from twinhaus.storage.migrate import MIGRATIONS, StoreTooNew
from twinhaus.storage.sql.asking.facts import Facts
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.store import SqliteStore

CONDITION = Leaf(("height",), Comparison.IS_PRESENT)
FOREVER = float("inf")


@pytest.fixture(name="file")
def make_file(tmp_path: Path) -> Path:
    """An empty store."""
    path = tmp_path / "store.db"
    SqliteStore(path).close()
    return path


@pytest.fixture(name="looking")
def open_looking(file: Path) -> Iterator[SqliteConnection]:
    """A connection that only reads."""
    with closing(SqliteConnection(file, writable=False, busy_timeout_seconds=0)) as connection:
        yield connection


@pytest.fixture(name="writing")
def open_writing(file: Path) -> Iterator[SqliteConnection]:
    """Another, as of another process."""
    with closing(SqliteConnection(file, writable=True, busy_timeout_seconds=0)) as connection:
        yield connection


def set_state(connection: SqliteConnection, name: str, value: int) -> None:
    """Another server's change of the store."""
    list(connection.rows(QUERIES["sqlite"]["set_state"], {"name": name, "value": value}))


def test_what_others_commit_meanwhile_is_seen_by_the_next_look_only(
    looking: SqliteConnection, writing: SqliteConnection
) -> None:
    """Within one look neither the state that was read at its beginning nor any later statement sees the commit."""
    with looking.snapshot(FOREVER):
        set_state(writing, "access", 7)
        assert looking.state("access") == 0
        assert list(looking.rows("SELECT value FROM state WHERE name = 'access'", {})) == [(0,)]
    with looking.snapshot(FOREVER):
        assert looking.state("access") == 7


def test_a_look_that_failed_lets_go_of_what_it_saw(
    looking: SqliteConnection, writing: SqliteConnection
) -> None:
    """The log can be copied into the file to its end afterwards, which a snapshot still held would prevent."""
    with pytest.raises(ZeroDivisionError), looking.snapshot(FOREVER):
        raise ZeroDivisionError
    set_state(writing, "access", 7)
    ((is_busy, _, _),) = writing.rows("PRAGMA wal_checkpoint(TRUNCATE)", {})
    assert not is_busy


def test_what_is_remembered_of_a_condition_lasts_until_the_file_changes(
    looking: SqliteConnection, writing: SqliteConnection
) -> None:
    """A path that goes on from the one asked for is known to the next look after it came, and to none before."""
    path = 'INSERT INTO path (keys) VALUES (\'"height","unit"\')'
    with looking.snapshot(FOREVER):
        assert looking.facts(CONDITION) == Facts()
        list(writing.rows(path, {}))
        assert looking.facts(CONDITION) == Facts()
    with looking.snapshot(FOREVER):
        assert looking.facts(CONDITION) == Facts(onward=(('"height"', '"height","unit"'),))


def test_what_a_transaction_writes_it_knows_of_at_once(writing: SqliteConnection) -> None:
    """A connection that writes holds no snapshot, and remembers nothing."""
    with writing.transaction("BEGIN IMMEDIATE"):
        assert writing.facts(CONDITION) == Facts()
        list(writing.rows('INSERT INTO path (keys) VALUES (\'"height","unit"\')', {}))
        assert writing.facts(CONDITION) != Facts()


def test_a_store_that_became_too_new_is_read_no_more(
    looking: SqliteConnection, writing: SqliteConnection
) -> None:
    """Each later look says so, though nothing changes after the first."""
    set_state(writing, "compatible", MIGRATIONS["sqlite"][-1].version + 1)
    for _ in range(2):
        with pytest.raises(StoreTooNew), looking.snapshot(FOREVER):
            pass
