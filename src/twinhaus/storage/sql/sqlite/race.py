"""How SQLite answers a query: step by step, as `stretches.py` has it, and what the steps come to put together."""

import json
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Include, Query
from twinhaus.storage.sql.asking.facts import NO_FACTS
from twinhaus.storage.sql.sqlite.compile import CompiledQuery, Statements, compile_query
from twinhaus.storage.sql.sqlite.stretches import HUNDRED, Asked, Racetrack, Walk
from twinhaus.storage.store import IdPage, Page
from twinhaus.storage.turns import Turn


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
        walk = Walk(connection, ways, compiled.parameters, query.condition, turns)
        parts: list[bytes] = []
        found, last, follow = 0, after, None
        left: int | None = after  # What is behind it is not decided.
        while left is not None and found < limit:
            size = _portion(found, limit) if len(ways) > 1 else limit
            (count_of_part, last_of_part, part, follow), until = walk.step(Asked("page", left, size))
            if count_of_part:
                parts.append(part)
                found, last = found + count_of_part, last_of_part
            left = until if count_of_part < size or follow == 0 else last
        more = left is not None and (follow == 1 or _follow(walk, left))
        return Page(b",".join(parts), found, last, more=more)

    def list_ids(self, connection: Racetrack, query: Query, *, after: int, limit: int) -> IdPage:
        compiled = compiled_for(connection, query, WITHOUT_RELATIONSHIPS)
        walk = Walk(connection, compiled.statements, compiled.parameters, query.condition)
        found: list[str] = []
        last = after
        left: int | None = after
        while left is not None and len(found) < limit:
            (last_of_part, ids), left = walk.step(Asked("ids", left, limit - len(found)))
            found += json.loads(ids)
            last = last_of_part or last
        return IdPage(tuple(found), last)

    def count_twins(self, connection: Racetrack, query: Query) -> int:
        compiled = compiled_for(connection, query, WITHOUT_RELATIONSHIPS)
        # All that are yielded have to be looked at, and in order that would be all twins.
        ways = [one for one in compiled.statements if one.driver != "order"] or compiled.statements
        walk = Walk(connection, ways, compiled.parameters, query.condition)
        found = 0
        left: int | None = 0
        while left is not None:
            (count_of_part,), left = walk.step(Asked("count", left))
            found += count_of_part
        return found


def _fewest_first(
    connection: Racetrack, ways: Sequence[Statements], parameters: dict[str, Any]
) -> Sequence[Statements]:
    """Where those begin that find all of a block before its first twin, the one that finds fewest of them. To count
    takes less than to begin.
    """
    in_blocks = [way for way in ways if way.nearby is not None]
    if len(in_blocks) < 2 or ways[0].nearby is None:
        return ways
    counted = f"SELECT {', '.join(way.nearby for way in in_blocks if way.nearby is not None)}"
    counts = connection.first_row(counted, parameters, None, None) or ()
    (_, fewest) = min(zip(counts, in_blocks, strict=True), key=itemgetter(0))
    return [fewest, *(way for way in ways if way is not fewest)]


def _portion(found: int, limit: int) -> int:
    """A first hundred, which shows who will come to the rest soon: so it takes no longer where there is nothing."""
    return (min(limit, HUNDRED) if found < HUNDRED else limit) - found


def _follow(walk: Walk, after: int | None) -> bool:
    """Whether any twin is behind this one."""
    while after is not None:
        (is_one,), after = walk.step(Asked("more", after, 1))
        if is_one:
            return True
    return False
