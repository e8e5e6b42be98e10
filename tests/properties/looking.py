"""A look into the tables of a store beside it, and at what each source of a query would answer by itself."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Query
from twinhaus.storage.address import is_url
from twinhaus.storage.paths import IndexedPaths, paths_noted
from twinhaus.storage.sql.asking.facts import Facts, asked_paths
from twinhaus.storage.sql.postgres.chunks import compile_chunks
from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.schema import DEFAULT_SCHEMA
from twinhaus.storage.sql.sqlite.compile import CompiledQuery, Statements, compile_query
from twinhaus.storage.sql.sqlite.connection import SqliteConnection

_ENOUGH = 1_000
# No twin has a higher number: one that was removed leaves its own, so all examples of a law together take many.
_LAST = 2**40

# What a source yields: its name, the ids in order, and whether all of them surely match.
Answer = tuple[str, list[str], bool]


class Looking(Protocol):
    """A connection of its own."""

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        """What a statement yields."""
        ...

    def answers(self, query: Query) -> list[Answer]:
        """What each source of a query yields by itself."""
        ...


class SqliteLooking:
    """Into a file."""

    def __init__(self, connection: SqliteConnection) -> None:
        self._connection = connection

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        return list(self._connection.rows(text, {}))

    def answers(self, query: Query) -> list[Answer]:
        compiled = compile_query(query, WITHOUT_RELATIONSHIPS, _facts(self, query))
        bound = {**compiled.parameters, "after": 0, "limit": _ENOUGH, "until": _LAST}
        answers: list[Answer] = []
        for way, statements in ways(compiled):
            ((_, ids),) = self._connection.rows(statements.ids, bound, query.condition)
            answers.append((way, json.loads(ids), True))
        return answers


class PostgresLooking:
    """Into a database."""

    def __init__(self, connection: PostgresConnection) -> None:
        self._connection = connection

    def rows(self, text: str) -> list[tuple[Any, ...]]:
        return self._rows(text, {})

    def answers(self, query: Query) -> list[Answer]:
        compiled = compile_chunks(query, WITHOUT_RELATIONSHIPS, _facts(self, query))
        bound = {**compiled.parameters, "after": 0, "chunk": _ENOUGH, "limit": _ENOUGH}
        answers: list[Answer] = []
        for statements in compiled.statements:
            ((matched, looked, _, doubtful, _, ids),) = self._rows(statements.ids, bound)
            assert looked < _ENOUGH
            assert matched == len(ids or ())
            answers.append((statements.source.driver, ids or [], doubtful == 0))
        return answers

    def _rows(self, text: str, bound: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with self._connection.snapshot(DEFAULT_SCHEMA, float("inf")):
            return list(self._connection.rows(text, bound))


def indexed_in(looking: Looking) -> IndexedPaths:
    """The paths that a store's index follows."""
    ((noted,),) = looking.rows("SELECT value FROM state WHERE name = 'indexed'")
    return paths_noted(noted)


def ways(compiled: CompiledQuery) -> Iterator[tuple[str, Statements]]:
    """All ways to answer a query, each with its name."""
    for statements in compiled.statements:
        for way in (statements, statements.stretch, statements.narrowed):
            if way is not None:
                yield way.driver, way


def _facts(looking: Looking, query: Query) -> Facts:
    """Found in the plainest way."""
    followed = indexed_in(looking)
    asked = set() if query.condition is None else set(asked_paths(query.condition, followed))
    paths = [keys for (keys,) in looking.rows("SELECT keys FROM path")]
    onward = sorted((here, there) for here in asked for there in paths if there.startswith(f"{here},"))
    are_untold = ("",) in looking.rows("SELECT path.keys FROM property JOIN path ON number = path")
    return Facts(followed, are_untold, tuple(onward))


@contextmanager
def looking_into(store: str) -> Iterator[Looking]:
    """Beside a store that is there."""
    if is_url(store):
        with closing(PostgresConnection(store)) as connection:
            yield PostgresLooking(connection)
    else:
        with closing(SqliteConnection(Path(store), writable=False, busy_timeout_seconds=10)) as file:
            yield SqliteLooking(file)
