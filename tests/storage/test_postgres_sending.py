"""Statements that are sent off to PostgreSQL while nobody waits for their answers."""

from collections.abc import Iterator
from contextlib import closing, suppress

import psycopg
import pytest
from psycopg.pq import PipelineStatus

from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.schema import DEFAULT_SCHEMA, prepare_store
from twinhaus.storage.sql.postgres.sending import STATEMENTS_PREPARED_MAX, Sending, SentBefore

INSERT = "INSERT INTO thing (number, text) SELECT * FROM unnest(CAST(:numbers AS bigint[]), CAST(:texts AS text[]))"
FAR_MORE_THAN_A_SOCKET_TAKES = 5_000_000
LOCK_SECONDS = 60


class Undone(Exception):
    """What was done is to be forgotten."""


@pytest.fixture
def connection(postgres_url: str) -> Iterator["psycopg.Connection[tuple[int]]"]:
    """One with a table of numbers, each of which is there once."""
    with psycopg.connect(postgres_url, autocommit=True) as connected:
        connected.execute("CREATE TABLE thing (number bigint PRIMARY KEY, text text)")
        yield connected


def numbers(connection: "psycopg.Connection[tuple[int]]") -> list[int]:
    """What is in the table."""
    return [number for (number,) in connection.execute("SELECT number FROM thing ORDER BY number")]


def test_all_that_is_sent_is_done(connection: "psycopg.Connection[tuple[int]]") -> None:
    """However much it is and whoever pushes it on: once it has arrived it is there, in order."""
    sending = Sending(connection)
    for number in range(6):
        sending.send(INSERT, {"numbers": (number,), "texts": ("x" * FAR_MORE_THAN_A_SOCKET_TAKES,)})
        sending.push()
    sending.arrive()
    assert not sending.is_under_way
    assert numbers(connection) == [0, 1, 2, 3, 4, 5]


def test_the_first_failure_is_told_and_nothing_after_it_is_done(
    connection: "psycopg.Connection[tuple[int]]",
) -> None:
    """Afterwards the connection does whatever it is asked for, the same statements too."""
    sending = Sending(connection)
    for number in (1, 1, 2):
        sending.send(INSERT, {"numbers": (number,), "texts": (None,)})
    with pytest.raises(psycopg.errors.UniqueViolation):
        sending.arrive()
    assert connection.pgconn.pipeline_status == PipelineStatus.OFF
    assert numbers(connection) == []
    sending.send(INSERT, {"numbers": (3, 4), "texts": ("a", "b")})
    sending.arrive()
    assert numbers(connection) == [3, 4]


def test_a_lost_connection_is_told(connection: "psycopg.Connection[tuple[int]]", postgres_url: str) -> None:
    """It is an error of the driver's, not a wait for an answer that never comes."""
    sending = Sending(connection)
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 60000)", (connection.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        for number in range(3):
            sending.send(INSERT, {"numbers": (number,), "texts": ("x" * FAR_MORE_THAN_A_SOCKET_TAKES,)})
        sending.arrive()


def test_what_is_asked_comes_after_what_was_sent(connection: "psycopg.Connection[tuple[int]]") -> None:
    """In one message: who asks sees what was sent before, and whoever is to take rows has them by then."""
    sending = Sending(connection)
    taken: list[tuple[int]] = []
    for number in (1, 2):
        sending.send(INSERT, {"numbers": (number,), "texts": ("é",)})
        sending.send("SELECT count(*) FROM thing", {}, taken.extend)
    assert sending.ask("SELECT * FROM thing ORDER BY number", {}) == [(1, "é"), (2, "é")]
    assert taken == [(1,), (2,)]
    assert sending.ask(
        "SELECT CAST(:none AS bigint), CAST(:bytes AS bytea)", {"none": None, "bytes": b"\0"}
    ) == [(None, b"\0")]


def test_who_asks_is_not_blamed_for_what_was_sent(connection: "psycopg.Connection[tuple[int]]") -> None:
    """A failure of its own comes as it is, and one of what was sent before as the cause of another."""
    sending = Sending(connection)
    sending.send(INSERT, {"numbers": (1, 1), "texts": ("a", "b")})
    with pytest.raises(SentBefore) as raised:
        sending.ask("SELECT count(*) FROM thing", {})
    assert isinstance(raised.value.__cause__, psycopg.errors.UniqueViolation)
    with pytest.raises(psycopg.errors.DivisionByZero):
        sending.ask("SELECT 1 / CAST(:number AS bigint)", {"number": 0})
    assert sending.ask("SELECT count(*) FROM thing", {}) == [(0,)]


def test_a_transaction_goes_on_as_long_as_more_is_asked(connection: "psycopg.Connection[tuple[int]]") -> None:
    """What nothing but a first statement has begun ends with the last, and a failure undoes all of it."""
    sending = Sending(connection)
    now = "SELECT CAST(extract(epoch FROM now()) * 1000000 AS bigint)"
    first, second = (sending.ask(now, {}, is_last=False) for _ in range(2))
    assert first == second == sending.ask(now, {})
    assert first != sending.ask(now, {})
    sending.send(INSERT, {"numbers": (1,), "texts": ("a",)})
    assert sending.ask("SELECT count(*) FROM thing", {}, is_last=False) == [(1,)]
    with pytest.raises(psycopg.errors.DivisionByZero):
        sending.ask("SELECT 1 / 0", {}, is_last=False)
    assert sending.ask("SELECT count(*) FROM thing", {}) == [(0,)]


def test_nothing_is_waited_for_that_is_left(connection: "psycopg.Connection[tuple[int]]") -> None:
    """Who comes next does, and hears of a failure."""
    sending = Sending(connection)
    sending.send(INSERT, {"numbers": (1,), "texts": ("a",)})
    sending.leave()
    assert sending.ask("SELECT count(*) FROM thing", {}) == [(1,)]
    sending.send(INSERT, {"numbers": (1,), "texts": ("a",)})
    sending.leave()
    with pytest.raises(psycopg.errors.UniqueViolation):
        sending.ask("SELECT count(*) FROM thing", {})


def test_only_so_many_statements_stay_prepared(connection: "psycopg.Connection[tuple[int]]") -> None:
    """The least used ones make room, and come back when they are needed; what failed leaves none behind."""
    sending = Sending(connection)
    for number in [*range(STATEMENTS_PREPARED_MAX + 50), 0]:
        assert sending.ask(f"SELECT {number}", {}) == [(number,)]
    ((prepared,),) = sending.ask("SELECT count(*) FROM pg_prepared_statements", {})
    assert prepared == STATEMENTS_PREPARED_MAX
    for _ in range(3):
        with pytest.raises(psycopg.errors.DivisionByZero):
            sending.ask("SELECT 1 / 0", {})
        assert sending.ask("SELECT 1", {}) == [(1,)]
    ((prepared,),) = sending.ask("SELECT count(*) FROM pg_prepared_statements", {})
    assert prepared <= 3


@pytest.fixture
def store(postgres_url: str) -> Iterator[PostgresConnection]:
    """A connection to a database with a store."""
    with closing(PostgresConnection(postgres_url)) as connected:
        prepare_store(connected, DEFAULT_SCHEMA, lock_seconds=LOCK_SECONDS, make=True)
        yield connected


def test_statements_of_reads_stay_prepared(store: PostgresConnection) -> None:
    """The next read finds those of the last."""
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :like"
    for expected in (0, 1):
        with store.snapshot(DEFAULT_SCHEMA, float("inf")):
            assert list(store.rows(prepared, {"like": "SELECT 4%"})) == [(expected,)]
            store.rows("SELECT 40 + CAST(:value AS bigint)", {"value": 2})


def test_statements_of_what_was_undone_are_prepared_anew(store: PostgresConnection) -> None:
    """Undoing a write loses all that are prepared, and the next write does not miss them."""
    for number, is_undone in enumerate((False, True, False)):
        with suppress(Undone), store.turn(DEFAULT_SCHEMA, lock_seconds=LOCK_SECONDS):
            store.send([("set_state", {"name": "models", "value": number})])
            if is_undone:
                raise Undone
    with store.snapshot(DEFAULT_SCHEMA, float("inf")):
        assert store.state("models") == "2"


def test_a_read_that_failed_does_not_fail_the_next(store: PostgresConnection) -> None:
    """A statement was given up, say: whoever reads by the same connection is answered, with what it asks for."""
    for number in range(2):
        with (
            pytest.raises(psycopg.errors.DivisionByZero),
            store.snapshot(DEFAULT_SCHEMA, float("inf")),
        ):
            list(store.rows("SELECT 1 / 0", {}))
        with store.snapshot(DEFAULT_SCHEMA, float("inf")):
            assert list(store.rows("SELECT CAST(:number AS bigint)", {"number": number})) == [(number,)]
