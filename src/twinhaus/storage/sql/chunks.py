"""From a query plan to SQL for PostgreSQL. Pure: text and parameters in, nothing run.

A statement looks at the next so many twins that a driver yields, its candidates, and no further: what it costs is known
before it runs, whatever the engine believes about its tables. `strides.py` goes on from there.
"""

from dataclasses import dataclass
from functools import lru_cache

from msgspec.structs import replace

from twinhaus.query.plan import Include, Query
from twinhaus.storage.sql.filters import Driver, Filter, drivers_of, filters_of, twin_text
from twinhaus.storage.sql.membership import Parameters, SqlValue, is_visible
from twinhaus.storage.sql.words import POSTGRES

_REMEMBERED_MAX = 256  # Compiled queries; the largest have some hundred kilobytes of text.


@dataclass(frozen=True, slots=True)
class Statements:
    """How one driver answers a query, from `:after` on, looking at `:chunk` candidates.

    `is_sure`: every candidate matches. Each statement is one row, which begins with how many twins matched, and, unless
    that is more than were asked for, how many candidates there were and the last one's number. `subjects` is all that
    may match, as three arrays, but for what is more than `:bytes`; where that cut something off, it says that it looked
    at `:chunk`, and up to where.
    """

    driver: Driver
    is_sure: bool
    page: str
    ids: str
    count: str
    subjects: str


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query as SQL: what each filter that can drive would run, the likeliest first, and the parameters of all.

    `texts` is the answer's texts of the twins with the numbers `:twins`.
    """

    statements: tuple[Statements, ...]
    texts: str
    parameters: dict[str, SqlValue]


def compile_chunks(query: Query, include: Include) -> CompiledQuery:
    """Read a plan, but for its condition: only what comes back from the engine can be asked for that."""
    return _compile(replace(query, condition=None), include)


@lru_cache(_REMEMBERED_MAX)
def _compile(query: Query, include: Include) -> CompiledQuery:
    parameters = Parameters(POSTGRES)
    sees = is_visible(query.within, parameters)
    filters = filters_of(query, parameters)
    text = twin_text(POSTGRES, "document.twin", include, sees)
    return CompiledQuery(
        tuple(_statements(driver, filters, text) for driver in drivers_of(filters)),
        f"""SELECT convert_to({POSTGRES.joined(text, "document.twin")}, 'UTF8')
            FROM document WHERE document.twin = ANY (CAST(:twins AS bigint[]))""",
        parameters.values,
    )


def _statements(driver: Filter, filters: list[Filter], text: str) -> Statements:
    # What its index cannot answer, the driver is asked again as a test.
    is_exact = all(arm.test == "TRUE" for arm in driver.arms)
    tests = [one.test("candidate.twin") for one in filters if one is not driver or not is_exact]
    matched = f"""candidate (twin) AS MATERIALIZED ({_candidates(driver)}),
        matched (twin) AS MATERIALIZED (
            SELECT candidate.twin FROM candidate WHERE {" AND ".join(tests) or "TRUE"}
            ORDER BY candidate.twin LIMIT :limit + 1)"""
    # Asked only where it is needed: a page that is full ends before the last candidate is found.
    looked = """CASE WHEN count(*) <= :limit THEN (SELECT count(*) FROM candidate) END,
        CASE WHEN count(*) <= :limit THEN (SELECT max(candidate.twin) FROM candidate) END"""
    placed = "(SELECT matched.twin, row_number() OVER (ORDER BY matched.twin) AS place FROM matched) AS page"
    return Statements(
        driver.driver,
        not tests,
        f"""WITH {matched}
            SELECT count(*), {looked}, max(twin) FILTER (WHERE place <= :limit),
                convert_to(string_agg(text, ',' ORDER BY twin) FILTER (WHERE place <= :limit), 'UTF8')
            FROM (SELECT page.twin, page.place,
                    (SELECT {text} FROM document WHERE document.twin = page.twin) AS text
                  FROM {placed}) AS told""",
        f"""WITH {matched}
            SELECT count(*), {looked}, max(twin) FILTER (WHERE place <= :limit),
                array_agg((SELECT named.id FROM twin AS named WHERE named.number = page.twin) ORDER BY twin)
                    FILTER (WHERE place <= :limit)
            FROM {placed}""",
        f"WITH {matched} SELECT count(*), {looked} FROM matched",
        f"""WITH {matched},
        weighed AS MATERIALIZED (
            SELECT matched.twin, subject.updated, document.json,
                sum(octet_length(document.json)) OVER (ORDER BY matched.twin) AS bytes
            FROM matched
            JOIN twin AS subject ON subject.number = matched.twin
            JOIN document ON document.twin = matched.twin),
        held AS MATERIALIZED (
            SELECT * FROM weighed
            WHERE bytes <= :bytes OR twin = (SELECT min(matched.twin) FROM matched)),
        cut (is_so) AS (SELECT (SELECT count(*) FROM held) < (SELECT count(*) FROM weighed))
            SELECT count(*), CASE WHEN cut.is_so THEN :chunk ELSE (SELECT count(*) FROM candidate) END,
                CASE WHEN cut.is_so THEN max(twin) ELSE (SELECT max(candidate.twin) FROM candidate) END,
                array_agg(twin ORDER BY twin), array_agg(updated ORDER BY twin), array_agg(json ORDER BY twin)
            FROM cut LEFT JOIN held ON TRUE GROUP BY cut.is_so""",
    )


def _candidates(driver: Filter) -> str:
    """The next `:chunk` numbers that the driver yields, in order, each once."""
    arms = [f"SELECT {arm.columns}{arm.key} AS twin FROM {arm.rows}" for arm in driver.arms]
    if len(arms) == 1 and not driver.arms[0].repeats:
        return f"SELECT twin FROM ({arms[0]}) AS arm ORDER BY {driver.order} LIMIT :chunk"
    return f"SELECT DISTINCT twin FROM ({' UNION ALL '.join(arms)}) AS arm ORDER BY twin LIMIT :chunk"
