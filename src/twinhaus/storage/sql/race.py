"""How SQLite answers a query: each filter that can drive races the others.

Which filter yields the fewest twins from here on is known for sure only by trying: each driver in turn may work for a
while, then each for four times as long.
"""

import json
from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any, Literal, Protocol

from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Condition, Include, Query
from twinhaus.storage.sql.compile import CompiledQuery, compile_query
from twinhaus.storage.sql.facts import find_facts
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.sources import Driver
from twinhaus.storage.store import IdPage, Page
from twinhaus.storage.turns import Turn

CLOCK_STEPS = 5_000  # Steps of SQLite's machine between looks at the clock: some tenths of a millisecond.
FIRST_PATIENCE = 8  # Looks at the clock for a hundred twins; enough for most pages.
HUNDREDS_MAX = 10  # Of twins, for which so many times as long is waited.


class Racetrack(Protocol):
    """A connection that can give up a statement halfway."""

    def state(self, name: str) -> Any:
        """A value of the whole store."""
        ...

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
        self,
        connection: Racetrack,
        query: Query,
        include: Include,
        *,
        after: int,
        limit: int,
        turns: list[Turn],
    ) -> Page:
        compiled = compiled_for(connection, query, include)
        bound = {**compiled.parameters, "after": after, "limit": limit}
        pages = [(one.driver, one.page) for one in compiled.statements]
        first, (count, last, body) = _run(connection, pages, bound, query.condition, turns, "page")
        is_more = False
        if count == limit:
            bound["after"] = last
            mores = [(one.driver, one.more) for one in compiled.statements]
            mores.insert(0, mores.pop(first))  # What came to this page first will likely come to the next.
            _, (is_more,) = _run(connection, mores, bound, query.condition, turns, "more")
        return Page(body=body or b"", count=count, last=last or after, more=bool(is_more))

    def list_ids(self, connection: Racetrack, query: Query, *, after: int, limit: int) -> IdPage:
        compiled = compiled_for(connection, query, WITHOUT_RELATIONSHIPS)
        bound = {**compiled.parameters, "after": after, "limit": limit}
        ways = [(one.driver, one.ids) for one in compiled.statements]
        _, (last, ids) = _run(connection, ways, bound, query.condition)
        return IdPage(tuple(json.loads(ids)), last or after)

    def count_twins(self, connection: Racetrack, query: Query) -> int:
        compiled = compiled_for(connection, query, WITHOUT_RELATIONSHIPS)
        ways = [(one.driver, one.count) for one in compiled.statements]
        _, (count,) = _run(connection, ways, {**compiled.parameters, "after": 0}, query.condition)
        return int(count)


def _run(
    connection: Racetrack,
    ways: list[tuple[Driver, str]],
    parameters: dict[str, Any],
    condition: Condition | None,
    turns: list[Turn] | None = None,
    wanted: Literal["page", "more"] = "page",
) -> tuple[int, tuple[Any, ...]]:
    """Which of the statements comes first to the one row that each comes to, and that row."""
    hundreds = min(max(parameters.get("limit", 0) // 100, 1), HUNDREDS_MAX)
    patience: int | None = FIRST_PATIENCE * hundreds if len(ways) > 1 else None
    while True:
        for index, (driver, statement) in enumerate(ways):
            started = perf_counter()
            row = connection.first_row(statement, parameters, condition, patience)
            if turns is not None:
                allowed = None if patience is None else patience * CLOCK_STEPS
                found = None if row is None else int(row[0])
                seconds = perf_counter() - started
                turns.append(Turn(driver, wanted, statement, allowed, "steps", found, seconds))
            if row is not None:
                return index, row
        patience = patience and patience * 4
