"""How SQLite answers a query: each filter that can drive races the others.

Which filter yields the fewest twins from here on is known for sure only by trying: each driver in turn may work for a
while, then each for four times as long. And later, only among those that another filter may yield.
"""

import json
from collections.abc import Iterator, Sequence
from operator import itemgetter
from time import perf_counter
from typing import Any, Literal, Protocol

from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Condition, Include, Query
from twinhaus.storage.sql.asking.facts import NO_FACTS, Facts
from twinhaus.storage.sql.sqlite.compile import CompiledQuery, Statements, compile_query
from twinhaus.storage.store import IdPage, Page
from twinhaus.storage.turns import Turn

CLOCK_STEPS = 5_000  # Steps of SQLite's machine between looks at the clock: some tenths of a millisecond.
FIRST_PATIENCE = 8  # Looks at the clock for a hundred twins; enough for most pages.
SEEKING_PATIENCE = 2  # For a driver that seeks a row with nearly every step, and takes several times as long.
HUNDRED = 100
HUNDREDS_MAX = 10  # Of twins, for which so many times as long is waited.
ARMS_OF_A_TURN = 8  # A driver of so many more may work for as long once more: each has to be begun.
# Then all that another filter may yield is found first, and for that is waited so many times as long.
TURNS_BEFORE_NARROWED = 2
NARROWED_PATIENCE = 16

Wanted = Literal["page", "more", "ids", "count"]


class Racetrack(Protocol):
    """A connection that can give up a statement halfway."""

    def facts(self, condition: Condition) -> Facts:
        """What has to be known before the condition is read as SQL."""
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
    facts = NO_FACTS if query.condition is None else connection.facts(query.condition)
    return compile_query(query, include, facts)


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
        ways = _fewest_first(connection, compiled.statements, {**compiled.parameters, "after": after})
        parts: list[bytes] = []
        missing, last, is_more = limit, after, None
        for size in _portions(limit) if len(ways) > 1 else (limit,):
            bound = {**compiled.parameters, "after": last, "limit": size}
            first, (count, last_of_part, part, is_more) = _run(
                connection, ways, "page", bound, query.condition, turns
            )
            if count:
                parts.append(part)
                missing, last = missing - count, last_of_part
            if count < size or is_more == 0:
                break
            ways.insert(0, ways.pop(first))  # What came to this part first will likely come to the next.
        if not missing and is_more is None:
            bound = {**compiled.parameters, "after": last, "limit": 1}
            _, (is_more,) = _run(connection, ways, "more", bound, query.condition, turns)
        return Page(body=b",".join(parts), count=limit - missing, last=last, more=bool(is_more))

    def list_ids(self, connection: Racetrack, query: Query, *, after: int, limit: int) -> IdPage:
        compiled = compiled_for(connection, query, WITHOUT_RELATIONSHIPS)
        bound = {**compiled.parameters, "after": after, "limit": limit}
        _, (last, ids) = _run(connection, compiled.statements, "ids", bound, query.condition)
        return IdPage(tuple(json.loads(ids)), last or after)

    def count_twins(self, connection: Racetrack, query: Query) -> int:
        compiled = compiled_for(connection, query, WITHOUT_RELATIONSHIPS)
        # All that are yielded have to be looked at, and in order that would be all twins.
        ways = [one for one in compiled.statements if one.driver != "order"] or compiled.statements
        _, (count,) = _run(connection, ways, "count", {**compiled.parameters, "after": 0}, query.condition)
        return int(count)


def _fewest_first(
    connection: Racetrack, ways: Sequence[Statements], parameters: dict[str, Any]
) -> list[Statements]:
    """Where those begin that find all of a block before its first twin, the one that finds fewest of them. To count
    takes less than to begin.
    """
    in_blocks = [way for way in ways if way.nearby is not None]
    if len(in_blocks) < 2 or ways[0].nearby is None:
        return list(ways)
    counted = f"SELECT {', '.join(way.nearby for way in in_blocks if way.nearby is not None)}"
    counts = connection.first_row(counted, parameters, None, None) or ()
    (_, fewest) = min(zip(counts, in_blocks, strict=True), key=itemgetter(0))
    return [fewest, *(way for way in ways if way is not fewest)]


def _portions(limit: int) -> Iterator[int]:
    """A first hundred, which shows who will come to the rest soon: so it takes no longer where there is nothing."""
    yield min(limit, HUNDRED)
    if limit > HUNDRED:
        yield limit - HUNDRED


def _run(
    connection: Racetrack,
    ways: Sequence[Statements],
    wanted: Wanted,
    parameters: dict[str, Any],
    condition: Condition | None,
    turns: list[Turn] | None = None,
) -> tuple[int, tuple[Any, ...]]:
    """Which of the ways comes first to the one row that each comes to, and that row."""
    hundreds = min(max(parameters.get("limit", 0) // HUNDRED, 1), HUNDREDS_MAX)
    turn = 0
    while True:
        for index, way in enumerate(ways):
            started = perf_counter()
            chosen, patience = _in_turn(way, turn)
            statement: str = getattr(chosen, wanted)
            allowed = hundreds * patience if len(ways) > 1 else None
            row = connection.first_row(statement, parameters, condition, allowed)
            if turns is not None and wanted in {"page", "more"}:
                steps = None if allowed is None else allowed * CLOCK_STEPS
                found = None if row is None else int(row[0])
                seconds = perf_counter() - started
                turns.append(Turn(chosen.driver, wanted, statement, steps, "steps", found, seconds))
            if row is not None:
                return index, row
        turn += 1


def _in_turn(way: Statements, turn: int) -> tuple[Statements, int]:
    """What a way does, and for how many looks at the clock it may."""
    first = SEEKING_PATIENCE if way.driver == "related" else FIRST_PATIENCE
    patience = first * 4**turn * (1 + way.arms // ARMS_OF_A_TURN)
    if way.narrowed is None or turn < TURNS_BEFORE_NARROWED:
        return way, patience
    return way.narrowed, patience * NARROWED_PATIENCE
