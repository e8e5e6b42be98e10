"""From a query plan to SQL for SQLite. Pure: text and parameters in, nothing run."""

from dataclasses import dataclass
from functools import lru_cache

from msgspec.structs import replace

from twinhaus.query.plan import Include, Query
from twinhaus.storage.sql.filters import Driver, Filter, drivers_of, filters_of, twin_text
from twinhaus.storage.sql.membership import Parameters, SqlValue, Test, is_visible
from twinhaus.storage.sql.words import SQLITE

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


def compile_query(query: Query, include: Include) -> CompiledQuery:
    """Read a plan. Without a filter that can drive, the order of all twins does.

    Applications ask the same thing again and again, and a list for each of its pages, so what was made is remembered.
    The condition is not part of it: it goes to the engine as it is, as the parameter `:condition`.
    """
    is_conditional = query.condition is not None
    return _compile(replace(query, condition=None), include, is_conditional=is_conditional)


@lru_cache(_REMEMBERED_MAX)
def _compile(query: Query, include: Include, *, is_conditional: bool) -> CompiledQuery:
    parameters = Parameters(SQLITE)
    sees = is_visible(query.within, parameters)
    filters = filters_of(query, parameters)
    statements = []
    for driver in drivers_of(filters):
        tests = [filter_.test for filter_ in filters if filter_ is not driver]
        if is_conditional:
            tests.append(_condition_test)
        matching = _matching(driver, tests)
        page = _page(matching, twin_text(SQLITE, "page.twin", include, sees))
        ids, count = _ids(matching), _count(matching)
        statements.append(Statements(driver.driver, page, _more(matching), count, ids))
    return CompiledQuery(tuple(statements), parameters.values)


def _matching(driver: Filter, tests: list[Test]) -> str:
    """The numbers of the twins for which every filter holds, in order: the driver yields, the others test."""
    arms = (
        f"SELECT {'DISTINCT ' if arm.repeats else ''}{arm.columns}{arm.key} AS twin FROM "
        + " AND ".join((arm.rows, arm.test, *(test(arm.key) for test in tests)))
        for arm in driver.arms
    )
    return f"{' UNION '.join(arms)} ORDER BY {driver.order}"


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


def _condition_test(key: str) -> str:
    return f"""(SELECT satisfies(:condition, subject.updated, document.json)
        FROM twin AS subject CROSS JOIN document ON document.twin = subject.number WHERE subject.number = {key})"""
