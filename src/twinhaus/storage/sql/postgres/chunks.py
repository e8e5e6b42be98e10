"""From a query plan to SQL for PostgreSQL. Pure: text and parameters in, nothing run.

A statement looks at the next so many twins that a driver yields, its candidates, and no further: what it costs is known
before it runs, whatever the engine believes about its tables. `strides.py` goes on from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from twinhaus.query.plan import Include, Query
from twinhaus.storage.sql.asking.conditions import condition_filters
from twinhaus.storage.sql.asking.facts import NO_FACTS, Facts
from twinhaus.storage.sql.asking.filters import filters_of, twin_text
from twinhaus.storage.sql.asking.knowledge import is_none
from twinhaus.storage.sql.asking.membership import Parameters, SqlValue, Test, is_visible
from twinhaus.storage.sql.asking.sources import Arm, Drive, Source, drives_of
from twinhaus.storage.sql.words import POSTGRES

_COUNT = "(SELECT count(*) FROM candidate)"
_LAST = "(SELECT max(candidate.twin) FROM candidate)"
_REMEMBERED_MAX = 256  # Compiled queries; the largest have some hundred kilobytes of text.


@dataclass(frozen=True, slots=True)
class Statements:
    """How one source answers a query, from `:after` on, looking at `:chunk` candidates.

    Each statement is one row. `page`, `ids` and `count` begin with how many twins matched; unless that is more than
    were asked for, how many candidates there were and the last one's number; and for how many of those that matched
    the condition may hold or not. `subjects` begins with the candidates and the last one's number, and is all that may
    match, as three arrays, but for what is more than `:bytes`; where that cut something off, it says that it looked at
    `:chunk`, and up to where. A gathered source of more twins than `:chunk` says that it looked at as many, and got no
    further than `:after`.
    """

    source: Source
    page: str
    ids: str
    count: str
    subjects: str


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query as SQL: what each source that can drive would run, the likeliest first, and the parameters of all.

    `tells_nothing`: for whichever twin, the condition may hold or not. `texts` is the answer's texts of the twins
    with the numbers `:twins`.
    """

    statements: tuple[Statements, ...]
    tells_nothing: bool
    texts: str
    parameters: dict[str, SqlValue]


def compile_chunks(query: Query, include: Include, facts: Facts = NO_FACTS) -> CompiledQuery:
    """Read a plan."""
    # True equals 1, but is not the same.
    return _compile(query, include, repr(query.condition), facts)


@lru_cache(_REMEMBERED_MAX)
def _compile(query: Query, include: Include, condition: str, facts: Facts) -> CompiledQuery:
    parameters = Parameters(POSTGRES, query.model)
    sees = is_visible(query.within, parameters)
    of_condition, surely = condition_filters(query.condition, parameters, facts)
    filters = [*filters_of(query, parameters), *of_condition]
    text = twin_text(POSTGRES, "document.twin", include, sees)
    return CompiledQuery(
        tuple(_statements(drive, surely, text) for drive in drives_of(filters)),
        surely is is_none,
        f"""SELECT convert_to({POSTGRES.joined(text, "document.twin")}, 'UTF8')
            FROM document WHERE document.twin = ANY (CAST(:twins AS bigint[]))""",
        parameters.values,
    )


def _statements(drive: Drive, surely: Test | None, text: str) -> Statements:
    candidates = _candidates(drive.source)
    tests = [test("candidate.twin") for test in drive.tests]
    matched = f"""{candidates.tables},
        matched (twin, is_sure) AS MATERIALIZED (
            SELECT candidate.twin, {"TRUE" if surely is None else surely("candidate.twin")}
            FROM candidate WHERE {" AND ".join(("candidate.passes", *tests))}
            ORDER BY candidate.twin LIMIT :limit + 1)"""
    # Asked only where it is needed: a page that is full ends before the last candidate is found.
    counts = f"""count(*),
        CASE WHEN count(*) <= :limit THEN {candidates.count} END,
        CASE WHEN count(*) <= :limit THEN {candidates.last} END,
        count(*) FILTER (WHERE NOT is_sure)"""
    placed = "(SELECT matched.*, row_number() OVER (ORDER BY matched.twin) AS place FROM matched) AS page"
    return Statements(
        drive.source,
        f"""WITH {matched}
            SELECT {counts}, max(twin) FILTER (WHERE place <= :limit),
                convert_to(string_agg(text, ',' ORDER BY twin) FILTER (WHERE place <= :limit), 'UTF8')
            FROM (SELECT page.*, (SELECT {text} FROM document WHERE document.twin = page.twin) AS text
                  FROM {placed}) AS told""",
        f"""WITH {matched}
            SELECT {counts}, max(twin) FILTER (WHERE place <= :limit),
                array_agg((SELECT named.id FROM twin AS named WHERE named.number = page.twin) ORDER BY twin)
                    FILTER (WHERE place <= :limit)
            FROM {placed}""",
        f"WITH {matched} SELECT {counts} FROM matched",
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
            SELECT CASE WHEN cut.is_so THEN :chunk ELSE {candidates.count} END,
                CASE WHEN cut.is_so THEN max(twin) ELSE {candidates.last} END,
                array_agg(twin ORDER BY twin), array_agg(updated ORDER BY twin), array_agg(json ORDER BY twin)
            FROM cut LEFT JOIN held ON TRUE GROUP BY cut.is_so""",
    )


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Tables of which one is `candidate`, twins and whether each passes the source's own tests; how many were looked
    at, and which was the last.
    """

    tables: str
    count: str = _COUNT
    last: str = _LAST


def _candidates(source: Source) -> _Candidates:
    """The next `:chunk` numbers that a source yields, in order, each once."""
    if source.is_gathered:
        return _gathered(source)
    is_tested = any(arm.test != "TRUE" for arm in source.arms)
    if len(source.arms) == 1 and not is_tested and not source.arms[0].repeats:
        (arm,) = source.arms
        rows = f"SELECT {arm.columns}{arm.key} AS twin FROM {arm.rows}"
        found = f"SELECT twin, TRUE FROM ({rows}) AS arm ORDER BY {arm.order} LIMIT :chunk"
    else:
        arms = map(_in_order, source.arms)
        found = f"""SELECT twin, bool_or(passes) FROM ({" UNION ALL ".join(arms)}) AS arm
            GROUP BY twin ORDER BY twin LIMIT :chunk"""
    return _Candidates(f"candidate (twin, passes) AS MATERIALIZED ({found})")


def _in_order(arm: Arm) -> str:
    """So that arms are merged; else all of all may be sorted."""
    rows = f"SELECT {arm.columns}{arm.key} AS twin, {arm.test} AS passes FROM {arm.rows}"
    if arm.order == "twin":
        return f"({rows} ORDER BY {arm.key} OFFSET 0)"
    return (
        f"(SELECT twin, passes FROM ({rows} ORDER BY {arm.order} LIMIT :chunk) AS one ORDER BY twin OFFSET 0)"
    )


def _gathered(source: Source) -> _Candidates:
    """All of them, or none if they are more than `:chunk`."""
    arms = (
        f"(SELECT {arm.key}, {arm.test}, {number} FROM {arm.rows} LIMIT :chunk + 1)"
        for number, arm in enumerate(source.arms)
    )
    is_too_much = "(SELECT count(*) FROM gathered) > :chunk"
    return _Candidates(
        f"""gathered (twin, passes, arm) AS MATERIALIZED (
            SELECT * FROM ({" UNION ALL ".join(arms)}) AS arm LIMIT :chunk + 1),
        candidate (twin, passes) AS MATERIALIZED (
            SELECT gathered.twin, bool_or(gathered.passes AND {_finally(source.arms)})
            FROM gathered WHERE gathered.twin > :after AND NOT {is_too_much} GROUP BY gathered.twin)""",
        f"CASE WHEN {is_too_much} THEN :chunk ELSE {_COUNT} END",
        f"CASE WHEN {is_too_much} THEN :after ELSE {_LAST} END",
    )


def _finally(arms: Sequence[Arm]) -> str:
    """The tests that wait until all arms are gathered, each of its own arm's twins."""
    waiting = ((number, arm.finally_) for number, arm in enumerate(arms))
    tests = "".join(f" WHEN {number} THEN {test('gathered.twin')}" for number, test in waiting if test)
    return f"CASE gathered.arm{tests} ELSE TRUE END" if tests else "TRUE"
