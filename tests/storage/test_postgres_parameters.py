"""Parameters as they are sent to PostgreSQL in binary: a tuple is an array."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.testing.postgres.databases import Databases

few = settings(max_examples=50)
integers = st.integers(-(2**63), 2**63 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@pytest.fixture(scope="module")
def connection(postgres: Databases) -> Iterator[PostgresConnection]:
    """One to the server itself: nothing is written."""
    with closing(PostgresConnection(postgres.url)) as connected:
        yield connected


def answered(connection: PostgresConnection, type_: str, value: object) -> object:
    """What the database says that it was told."""
    ((answer,),) = connection.rows(f"SELECT CAST(:value AS {type_})", {"value": value})
    return answer


@few
@given(value=st.lists(integers, min_size=1))
def test_numbers_arrive(connection: PostgresConnection, value: list[int]) -> None:
    """All of 64 bits, alone and in an array."""
    assert answered(connection, "bigint[]", tuple(value)) == value
    assert answered(connection, "bigint", value[0]) == value[0]


@few
@given(value=st.lists(texts | st.none()), alone=texts)
def test_texts_arrive(connection: PostgresConnection, value: list[str | None], alone: str) -> None:
    """Empty ones, long ones and none at all, alone and in an array."""
    assert answered(connection, "text[]", tuple(value)) == value
    assert answered(connection, "text", alone) == alone


@few
@given(before=texts, after=texts, unstorable=st.sampled_from(("\x00", "\ud800", "\udfff")))
def test_texts_that_cannot_be_stored_are_none_that_are(
    connection: PostgresConnection, before: str, after: str, unstorable: str
) -> None:
    """NUL and lone surrogates become a control character, which no id has; other elements stay as they are."""
    value = before + unstorable + after
    assert answered(connection, "text", value) == before + "\x01" + after
    assert answered(connection, "text[]", ("a", value, None)) == ["a", before + "\x01" + after, None]


@few
@given(value=texts)
def test_what_comes_as_varchar_is_bytes(connection: PostgresConnection, value: str) -> None:
    """A text that goes on as it is need not become one here; what is declared as text still is."""
    assert answered(connection, "varchar", value) == value.encode()
    assert answered(connection, "text", value) == value
