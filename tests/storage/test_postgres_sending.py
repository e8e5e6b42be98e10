"""Statements that are sent off to PostgreSQL while nobody waits for their answers."""

from collections.abc import Iterator
from contextlib import closing, suppress

import psycopg
import pytest
from psycopg.pq import PipelineStatus

from twinhaus.storage.sql.postgres import PostgresConnection
from twinhaus.storage.sql.postgres_schema import DEFAULT_SCHEMA, prepare_store
from twinhaus.storage.sql.postgres_sending import Sending

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
