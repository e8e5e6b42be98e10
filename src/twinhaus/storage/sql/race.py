"""How SQLite answers a query: each filter that can drive races the others.

Which filter yields the fewest twins from here on is known for sure only by trying: each driver in turn may work for a
while, then each for four times as long.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Condition, Include, Query
from twinhaus.storage.sql.compile import CompiledQuery, compile_query
from twinhaus.storage.sql.facts import find_facts
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.store import IdPage, Page

FIRST_PATIENCE = 2  # Looks at the clock: some ten thousand of the engine's steps, enough for most pages.


class Racetrack(Protocol):
    """A connection that can give up a statement halfway."""

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Run a statement."""
        ...

    def first_row(
        self, text: str, parameters: dict[str, Any], condition: Condition | None, patience: int | None
    ) -> tuple[Any, ...] | None:
        """The first row of a statement that has at least one; None where it takes longer than patience allows.

        A condition becomes its parameter `:condition`, handed to `satisfies` as it is.
        """
        ...


def compiled_for(connection: Racetrack, query: Query, include: Include) -> CompiledQuery:
    """A query as this snapshot runs it."""
    return compile_query(query, include, find_facts(connection, QUERIES["sqlite"], query.condition))


class Race:
    """The Search of SQLite."""

    def list_twins(
        self, connection: Racetrack, query: Query, include: Include, *, after: int, limit: int
    ) -> Page:
        compiled = compiled_for(connection, query, include)
        bound = {**compiled.parameters, "after": after, "limit": limit}
        pages = [statements.page for statements in compiled.statements]
        count, last, body = _run(connection, pages, bound, query.condition)
        is_more = False
        if count == limit:
            bound["after"] = last
            mores = [statements.more for statements in compiled.statements]
            (is_more,) = _run(connection, mores, bound, query.condition)
        return Page(body=body or b"", count=count, last=last or after, more=bool(is_more))

    def list_ids(self, connection: Racetrack, query: Query, *, after: int, limit: int) -> IdPage:
        compiled = compiled_for(connection, query, WITHOUT_RELATIONSHIPS)
        bound = {**compiled.parameters, "after": after, "limit": limit}
        last, ids = _run(connection, [one.ids for one in compiled.statements], bound, query.condition)
        return IdPage(tuple(json.loads(ids)), last or after)

    def count_twins(self, connection: Racetrack, query: Query) -> int:
        compiled = compiled_for(connection, query, WITHOUT_RELATIONSHIPS)
        counts = [statements.count for statements in compiled.statements]
        (count,) = _run(connection, counts, {**compiled.parameters, "after": 0}, query.condition)
        return int(count)


def _run(
    connection: Racetrack, statements: list[str], parameters: dict[str, Any], condition: Condition | None
) -> tuple[Any, ...]:
    """The one row that each of the statements comes to, by whichever comes to it first."""
    patience: int | None = FIRST_PATIENCE if len(statements) > 1 else None
    while True:
        for statement in statements:
            row = connection.first_row(statement, parameters, condition, patience)
            if row is not None:
                return row
        patience = patience and patience * 4
