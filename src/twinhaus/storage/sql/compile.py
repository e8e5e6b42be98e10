"""From a query plan to SQL for SQLite. Pure: text and parameters in, nothing run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from twinhaus.query.plan import Include, Query
from twinhaus.storage.sql.conditions import condition_filters
from twinhaus.storage.sql.facts import NO_FACTS, Facts
from twinhaus.storage.sql.filters import filters_of, twin_text
from twinhaus.storage.sql.membership import Parameters, SqlValue, Test, is_visible
from twinhaus.storage.sql.sources import Arm, Drive, Driver, Filter, Source, drives_of
from twinhaus.storage.sql.text_parts import TWIN_OF_ROW
from twinhaus.storage.sql.words import BLOCK_BITS, SQLITE

_REMEMBERED_MAX = 256  # Compiled queries; the largest have some hundred kilobytes of text.


@dataclass(frozen=True, slots=True)
class Statements:
    """How one driver answers a query. All statements take `:after`, those of a page and of its ids `:limit`."""

    driver: Driver
    page: str
    more: str
    count: str
    ids: str


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query as SQL: what each filter that can drive would run, the likeliest first, and the parameters of all."""

    statements: tuple[Statements, ...]
    parameters: dict[str, SqlValue]


def compile_query(query: Query, include: Include, facts: Facts = NO_FACTS) -> CompiledQuery:
    """Read a plan.

    Applications ask the same thing again and again, and a list for each of its pages, so what was made is remembered.
    What the tables do not tell of the condition is asked of it as it is, as the parameter `:condition`.
    """
    # True equals 1, but is not the same.
    return _compile(query, include, repr(query.condition), facts)


@lru_cache(_REMEMBERED_MAX)
def _compile(query: Query, include: Include, condition: str, facts: Facts) -> CompiledQuery:
    parameters = Parameters(SQLITE)
    sees = is_visible(query.within, parameters)
    of_condition, surely = condition_filters(query.condition, parameters, facts)
    filters = [*filters_of(query, parameters), *of_condition]
    if surely is not None:
        filters.append(Filter(_either(surely, _law)))
    statements = []
    for drive in drives_of(filters):
        matching = _matching(drive)
        page = _page(matching, twin_text(SQLITE, "page.twin", include, sees))
        ids, count = _ids(matching), _count(matching)
        statements.append(Statements(drive.source.driver, page, _more(matching), count, ids))
    return CompiledQuery(tuple(statements), as_bound(parameters.values))


def as_bound(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The same parameters, the arrays among them as JSON texts, which is how SQLite takes them."""
    # Those of a compiled query are texts already, so that no page has to make them.
    if tuple not in map(type, parameters.values()):
        return dict(parameters)
    return {name: json.dumps(value) if type(value) is tuple else value for name, value in parameters.items()}


def _matching(drive: Drive) -> str:
    """The numbers of the twins for which every filter holds, in order: the driver yields, the others test."""
    source = drive.source
    yielding = [
        (arm, " AND ".join((arm.rows, arm.test, *(test(arm.key) for test in drive.tests))))
        for arm in source.arms
    ]
    if source.order == "row":
        arms = [f"SELECT {arm.columns} FROM {rows}" for arm, rows in yielding]
        return f"SELECT {TWIN_OF_ROW} AS twin FROM ({' UNION '.join(arms)} ORDER BY row)"
    arms = [
        f"SELECT {_distinct(arm, source)}{_columns(arm, source)}{arm.key} AS twin FROM {rows}"
        for arm, rows in yielding
    ]
    if source.order == "block, twin" and len(arms) == 1 and source.arms[0].repeats:
        # Each twin once, block by block: DISTINCT would sort all of them.
        arms.append("SELECT NULL, NULL WHERE FALSE")
    return f"{' UNION '.join(arms)} ORDER BY {source.order}"


def _distinct(arm: Arm, source: Source) -> str:
    return "DISTINCT " if arm.repeats and source.order == "twin" else ""


def _columns(arm: Arm, source: Source) -> str:
    """All arms have the same; one that does not come in blocks is put in their order."""
    in_block = f"{arm.key} >> {BLOCK_BITS} AS block, " if source.order == "block, twin" else ""
    return arm.columns or in_block


def _page(matching: str, text: str) -> str:
    """One row: how many twins are on the page after `:after`, the last one's number, and their JSON texts joined
    by commas, assembled inside the engine.

    CROSS JOIN keeps the page as the outer loop, so the texts come in its order; an ORDER BY inside the aggregate
    would copy every text once more. The law's tests hold the order to the byte.
    """
    return f"""SELECT count(*), max(twin), CAST(group_concat(text, ',') AS BLOB)
        FROM (SELECT page.twin AS twin, {text} AS text
              FROM (SELECT twin FROM ({matching} LIMIT :limit)) AS page
              CROSS JOIN document ON document.twin = page.twin)"""


def _more(matching: str) -> str:
    """Whether any twin matches after `:after`."""
    return f"SELECT EXISTS (SELECT 1 FROM ({matching} LIMIT 1))"


def _ids(matching: str) -> str:
    """One row: the last number of the page after `:after`, and the ids of its twins as a JSON array in their order."""
    return f"""SELECT max(page.twin), json_group_array(named.id)
        FROM (SELECT twin FROM ({matching} LIMIT :limit)) AS page
        CROSS JOIN twin AS named ON named.number = page.twin"""


def _count(matching: str) -> str:
    """How many twins match after `:after`."""
    return f"SELECT count(*) FROM ({matching})"


def _either(test: Test, other: Test) -> Test:
    return lambda key: f"({test(key)} OR {other(key)})"


def _law(key: str) -> str:
    return f"""(SELECT satisfies(:condition, subject.updated, document.json)
        FROM twin AS subject CROSS JOIN document ON document.twin = subject.number WHERE subject.number = {key})"""
