"""What SQLite is told of many rows, and what becomes of it where it cannot be written."""

import re
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import apsw
import pytest

from twinhaus.storage.sql.queries import OF_ROWS, of_json, of_values
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.errors import NotWritten

FEW, MANY = 3, 1_000
_OF_ROWS = re.compile(r"SCAN (CONSTANT ROW|\d+-ROW VALUES CLAUSE|row\b)")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[SqliteConnection]:
    """To an empty store."""
    path = tmp_path / "store.db"
    path.touch()
    with closing(SqliteConnection(path, writable=True, busy_timeout_seconds=1)) as connection:
        connection.migrate()
        yield connection


def tell(connection: SqliteConnection, numbers: tuple[int, ...]) -> None:
    """Twins that are in themselves."""
    connection.send([("add_own_places", {"numbers": numbers})])


def count(connection: SqliteConnection) -> int:
    """How many of them there are."""
    ((places,),) = connection.rows("SELECT count(*) FROM location", {})
    return int(places)


@pytest.mark.parametrize("many", [FEW, MANY])
def test_what_was_told_is_there_for_whoever_asks(connection: SqliteConnection, many: int) -> None:
    """Whether it runs at once or on a thread of its own: who asks waits for it, and COMMIT keeps it."""
    with connection.transaction("BEGIN IMMEDIATE"):
        tell(connection, tuple(range(many)))
        tell(connection, tuple(range(many, 2 * many)))
        assert count(connection) == 2 * many
    assert count(connection) == 2 * many


@pytest.mark.parametrize("many", [FEW, MANY])
def test_what_failed_fails_all_of_its_transaction(connection: SqliteConnection, many: int) -> None:
    """Half of a statement may have been done: neither who asks nor COMMIT goes on after it, even if it is overheard."""
    twice = (*range(many), 0)
    with pytest.raises(NotWritten), connection.transaction("BEGIN IMMEDIATE"):
        with suppress(NotWritten):
            tell(connection, twice)
        with pytest.raises(NotWritten):
            count(connection)
    assert count(connection) == 0
    with connection.transaction("BEGIN IMMEDIATE"):
        tell(connection, tuple(range(many)))
    assert count(connection) == many


@pytest.mark.parametrize("many", [FEW, MANY])
def test_an_attempt_in_which_something_failed_cannot_be_undone_alone(
    connection: SqliteConnection, many: int
) -> None:
    """It may have been told before the attempt began."""
    with pytest.raises(NotWritten), connection.transaction("BEGIN IMMEDIATE"):
        with suppress(NotWritten):
            tell(connection, (*range(many), 0))
        with suppress(NotWritten):
            connection.begin_attempt()
        with suppress(NotWritten):
            connection.undo_attempt()
    assert count(connection) == 0


@pytest.mark.parametrize("is_busy", [True, False])
def test_no_thread_is_begun_where_all_is_waited_for(connection: SqliteConnection, is_busy: bool) -> None:
    """Rows that end a transaction take no thread but one that is at work, and are written all the same."""
    with connection.transaction("BEGIN IMMEDIATE"):
        if is_busy:
            tell(connection, tuple(range(MANY)))
        connection.begin_no_thread()
        tell(connection, tuple(range(MANY, 2 * MANY)))
        assert is_thread_there() == is_busy
    assert count(connection) == (2 * MANY if is_busy else MANY)
    with connection.transaction("BEGIN IMMEDIATE"):
        tell(connection, tuple(range(2 * MANY, 3 * MANY)))
        assert is_thread_there(), "the next transaction may"


def is_thread_there() -> bool:
    """Whether rows are written beside what we do."""
    return any(thread.name.startswith("sqlite-sending") for thread in threading.enumerate())


@pytest.mark.parametrize("many", [0, 1, 2, 199, 511, 513, 1_300])
def test_rows_are_written_in_portions(connection: SqliteConnection, many: int) -> None:
    """Of any number of them each is written once."""
    with connection.transaction("BEGIN IMMEDIATE"):
        connection.begin_no_thread()
        tell(connection, tuple(range(many)))
    assert [twin for (twin,) in connection.rows("SELECT twin FROM location ORDER BY twin", {})] == list(
        range(many)
    )


@pytest.mark.parametrize("name", OF_ROWS)
@pytest.mark.usefixtures("connection")
def test_what_is_told_leads(tmp_path: Path, name: str) -> None:
    """Whatever is looked up for a row is searched for by it, however many rows there are."""
    columns = len(OF_ROWS[name])
    told: list[tuple[str, Any]] = [(of_values(name, rows), (1,) * (rows * columns)) for rows in (1, 2, 512)]
    with closing(apsw.Connection(str(tmp_path / "store.db"))) as looking:
        for text, bound in (*told, (of_json(name), {"rows": "[]"})):
            steps = [step for *_, step in looking.execute(f"EXPLAIN QUERY PLAN {text}", bound)]
            assert not [step for step in steps if step.startswith("SCAN") and not _OF_ROWS.match(step)], text
