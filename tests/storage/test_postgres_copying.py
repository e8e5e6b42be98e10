"""Rows that go into PostgreSQL by COPY while nobody waits for it, with statements before and after them."""

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.pq import PipelineStatus

from twinhaus.storage.sql.postgres.copied import COPIED, Copied
from twinhaus.storage.sql.postgres.copying import Copying
from twinhaus.storage.sql.postgres.sending import Sending, SentBefore
from twinhaus.storage.sql.queries import QUERIES

THING = Copied("COPY thing (number, text) FROM STDIN", ("numbers", "texts"))
INSERT = "INSERT INTO thing (number, text) VALUES (:number, '')"
COUNT = "SELECT count(*) FROM thing"
FAR_MORE_THAN_A_SOCKET_TAKES = 5_000_000
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@pytest.fixture
def connection(postgres_url: str) -> Iterator["psycopg.Connection[tuple[int]]"]:
    """One with a table of numbers, each of which is there once."""
    with psycopg.connect(postgres_url, autocommit=True) as connected:
        connected.execute("CREATE TABLE thing (number bigint PRIMARY KEY, text text)")
        yield connected


@pytest.fixture
def copying(connection: "psycopg.Connection[tuple[int]]") -> Copying:
    """What copies into the table."""
    return Copying(connection, Sending(connection))


def numbers(connection: "psycopg.Connection[tuple[int]]") -> list[int]:
    """What is in the table."""
    return [number for (number,) in connection.execute("SELECT number FROM thing ORDER BY number")]


def copy(copying: Copying, *numbers: int, text: str = "") -> None:
    """Copy rows of these numbers."""
    rows = {"numbers": numbers, "texts": (text,) * len(numbers)}
    copying.copy(THING.text, THING.rows(rows))


def test_all_that_is_told_is_done_in_order(
    connection: "psycopg.Connection[tuple[int]]", copying: Copying
) -> None:
    """However much it is, whoever pushes it on, and whatever is copied or a statement; who asks sees all of it."""
    copying.send("BEGIN", {})
    copy(copying, 1, 2, text="x" * FAR_MORE_THAN_A_SOCKET_TAKES)
    copying.send("DELETE FROM thing WHERE number = 1", {})
    copy(copying, 1, 3)
    copy(copying, 4)
    copying.push()
    assert copying.ask(COUNT, {}) == [(4,)]
    copying.send(INSERT, {"number": 5})
    copy(copying, 6)
    copying.send("COMMIT", {})
    copying.arrive()
    assert not copying.is_under_way
    assert not copying.has_more
    assert numbers(connection) == [1, 2, 3, 4, 5, 6]


def test_pushing_is_enough(connection: "psycopg.Connection[tuple[int]]", copying: Copying) -> None:
    """Nobody has to wait for what is on its way, if they come by often enough."""
    copying.send(INSERT, {"number": 1})
    copy(copying, 2, text="x" * FAR_MORE_THAN_A_SOCKET_TAKES)
    copy(copying, 3)
    while copying.has_more:
        copying.push()
    copying.arrive()
    assert numbers(connection) == [1, 2, 3]


@pytest.mark.parametrize("told", ["copy", "send"])
def test_nothing_is_done_after_a_failure(
    connection: "psycopg.Connection[tuple[int]]", copying: Copying, told: str
) -> None:
    """The first is told once, and afterwards the connection does whatever it is asked for."""
    copying.send("BEGIN", {})
    copy(copying, 1)
    if told == "copy":
        copy(copying, 1, 2)
    else:
        copying.send(INSERT, {"number": 1})
    copy(copying, 3)
    copying.send("COMMIT", {})
    with pytest.raises(psycopg.errors.UniqueViolation):
        copying.arrive()
    assert not copying.is_under_way
    assert connection.pgconn.pipeline_status == PipelineStatus.OFF
    connection.execute("ROLLBACK")
    copy(copying, 4)
    assert copying.ask(COUNT, {}) == [(1,)]


def test_what_is_told_after_a_known_failure_is_not_done(
    connection: "psycopg.Connection[tuple[int]]", copying: Copying
) -> None:
    """It is no failure of who asks next."""
    copy(copying, 1)
    copy(copying, 1)
    while copying.has_more:
        copying.push()
    copy(copying, 2)
    copying.send(INSERT, {"number": 3})
    with pytest.raises(SentBefore) as raised:
        copying.ask(COUNT, {})
    assert isinstance(raised.value.__cause__, psycopg.errors.UniqueViolation)
    assert numbers(connection) == [1]


def test_a_lost_connection_is_told(
    connection: "psycopg.Connection[tuple[int]]", copying: Copying, postgres_url: str
) -> None:
    """It is an error of the driver's, not a wait for an answer that never comes."""
    copying.send("BEGIN", {})
    copy(copying, 1)
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 60000)", (connection.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        for number in (2, 3):
            copy(copying, number, text="x" * FAR_MORE_THAN_A_SOCKET_TAKES)
        copying.arrive()
    assert connection.closed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXTS, min_size=1))
def test_any_text_is_copied_as_it_is(
    connection: "psycopg.Connection[tuple[int]]", copying: Copying, texts: list[str]
) -> None:
    """Whatever COPY itself would take for more than a character."""
    connection.execute("TRUNCATE thing")
    rows = THING.rows({"numbers": tuple(range(len(texts))), "texts": tuple(texts)})
    copying.copy(THING.text, rows)
    found = copying.ask("SELECT text FROM thing ORDER BY number", {})
    assert [text for (text,) in found] == texts


def test_what_can_be_copied_has_statements_beside_it() -> None:
    """A few rows go by the statement of the same name, into the same columns."""
    for name, copied in COPIED.items():
        table, columns = copied.text.removeprefix("COPY ").split(" FROM ")[0].split(" ", 1)
        assert f"INSERT INTO {table} {columns}" in QUERIES["postgres"][name]
