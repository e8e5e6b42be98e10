"""From a query plan to SQL for PostgreSQL. Pure: text and parameters in, nothing run.

A statement looks at the next so many twins that a driver yields, its candidates, and no further: what it costs is known
before it runs, whatever the engine believes about its tables. `strides.py` goes on from there.
"""

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Include, Query
from twinhaus.storage.sql.asking.conditions import condition_filters
from twinhaus.storage.sql.asking.facts import Facts
from twinhaus.storage.sql.asking.filters import filters_of, twin_text
from twinhaus.storage.sql.asking.knowledge import is_none
from twinhaus.storage.sql.asking.membership import Parameters, SqlValue, Test, is_visible
from twinhaus.storage.sql.asking.sources import Arm, Drive, Source, drives_of
from twinhaus.storage.sql.words import POSTGRES

_COUNT = "(SELECT count(*) FROM candidate)"
_LAST = "(SELECT max(candidate.twin) FROM candidate)"
_REMEMBERED_MAX = 256  # Compiled queries; the largest have some hundred kilobytes of text.


class Statements(Struct, frozen=True):
    """How one source answers a query, from `:after` on, looking at `:chunk` candidates.

    `page` has a row for each twin that matched, up to one more than were asked for: its number, its text, whether the
    condition surely holds, and whether it is the last candidate, beyond which there may be more. That one's row comes
    in any case; where it did not match, it says neither yes nor no about the condition. Where all candidates match, and
    as many are looked at as are found, a row is a number and a text alone.

    The others are one row each. `ids` and `count` begin with how many twins matched; unless that is more than
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


class CompiledQuery(Struct, frozen=True):
    """A query as SQL: what each source that can drive would run, in turn, and the parameters of all.

    `tells_nothing`: for whichever twin, the condition may hold or not. `texts` is the answer's texts of the twins
    with the numbers `:twins`.
    """

    statements: tuple[Statements, ...]
    tells_nothing: bool
    texts: str
    parameters: dict[str, SqlValue]


def compile_chunks(query: Query, include: Include, facts: Facts) -> CompiledQuery:
    """Read a plan."""
    # True equals 1, but is not the same.
    return _compile(query, include, repr(query.condition), facts)


@lru_cache(_REMEMBERED_MAX)
def _compile(query: Query, include: Include, condition: str, facts: Facts) -> CompiledQuery:
    parameters = Parameters(POSTGRES, query.model)
    sees = is_visible(query.within, parameters)
    of_condition, surely = condition_filters(query.condition, parameters, facts)
    filters = [*filters_of(query, parameters), *of_condition]
    text = f"CAST({twin_text(POSTGRES, 'document.twin', include, sees)} AS varchar)"  # So it comes as bytes.
    told = f"(SELECT {text} FROM document WHERE document.twin = page.twin)"
    if include != WITHOUT_RELATIONSHIPS:
        # Of those there may be a hundred thousand; the twin after the page is only counted.
        told = f"CASE WHEN row_number() OVER () <= :limit THEN {told} END"
    # Where trigrams come in at all, they come in first.
    drives = sorted(drives_of(filters), key=lambda drive: drive.source.driver != "trigram")
    return CompiledQuery(
        tuple(_statements(drive, surely, told) for drive in drives),
        surely is is_none,
        f"""SELECT {text} FROM document
            WHERE document.twin = ANY (CAST(:twins AS bigint[])) ORDER BY document.twin""",
        parameters.values,
    )


def _statements(drive: Drive, surely: Test | None, told: str) -> Statements:
    candidates = _candidates(drive.source)
    is_plain = _is_plain(drive.source) and not drive.tests and surely is None
    passes = " AND ".join(("candidate.passes", *(test("candidate.twin") for test in drive.tests)))
    is_sure = "TRUE" if surely is None else surely("candidate.twin")
    matched = f"""{candidates.tables},
        matched (twin, is_sure) AS MATERIALIZED (
            SELECT candidate.twin, {is_sure} FROM candidate WHERE {passes}
            ORDER BY candidate.twin LIMIT :limit + 1)"""
    # Asked only where it is needed: a page that is full ends before the last candidate is found.
    counts = f"""count(*),
        CASE WHEN count(*) <= :limit THEN {candidates.count} END,
        CASE WHEN count(*) <= :limit THEN {candidates.last} END,
        count(*) FILTER (WHERE NOT is_sure)"""
    placed = "(SELECT matched.*, row_number() OVER (ORDER BY matched.twin) AS place FROM matched) AS page"
    return Statements(
        drive.source,
        _plain_page(drive.source, told) if is_plain else _page(candidates, passes, is_sure, told),
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


def _plain_page(source: Source, told: str) -> str:
    """Where all candidates match, as many are looked at as are found, and nothing else has to be known of them."""
    return f"SELECT page.twin, {told} FROM {_next(source.arms[0], ':limit + 1')} AS page"


def _page(candidates: "_Candidates", passes: str, is_sure: str, told: str) -> str:
    """Texts come in rows of their own: to put a hundred together takes the database longer than to find them.

    Candidates come in order, and none is looked at that is not needed.
    """
    return f"""WITH {candidates.tables}
        SELECT page.twin, CASE WHEN page.matches THEN {told} END,
            CASE WHEN page.matches THEN page.is_sure END, page.is_last
        FROM (
            SELECT candidate.twin, candidate.matches, {is_sure} AS is_sure, candidate.is_last
            FROM (SELECT candidate.twin, {passes} AS matches, candidate.is_last
                  FROM {candidates.ending} OFFSET 0) AS candidate
            WHERE candidate.matches OR candidate.is_last LIMIT :limit + 1) AS page"""


class _Candidates(Struct, frozen=True):
    """Tables of which one is `candidate`, twins in order and whether each passes the source's own tests; how many were
    looked at, and which was the last. `ending` is the same table with one more column: whether more may be behind it.
    """

    tables: str
    count: str = _COUNT
    last: str = _LAST
    ending: str = "(SELECT *, row_number() OVER () = :chunk AS is_last FROM candidate) AS candidate"


def _candidates(source: Source) -> _Candidates:
    """The next `:chunk` numbers that a source yields, in order, each once."""
    if source.is_gathered:
        return _gathered(source)
    if _is_plain(source):
        found = f"SELECT twin, TRUE FROM {_next(source.arms[0], ':chunk')} AS arm"
    else:
        arms = map(_in_order, source.arms)
        found = f"""SELECT twin, bool_or(passes) FROM ({" UNION ALL ".join(arms)}) AS arm
            GROUP BY twin ORDER BY twin LIMIT :chunk"""
    return _Candidates(f"candidate (twin, passes) AS MATERIALIZED ({found})")


def _is_plain(source: Source) -> bool:
    """Whether each row of it is one of its twins, in order."""
    (arm, *others) = source.arms
    return not (others or source.is_gathered or arm.repeats or arm.test != "TRUE")


def _next(arm: Arm, most: str) -> str:
    """The next so many twins of a plain one."""
    rows = f"SELECT {arm.columns}{arm.key} AS twin FROM {arm.rows}"
    return f"(SELECT twin FROM ({rows}) AS arm ORDER BY {arm.order} LIMIT {most})"


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
            FROM gathered WHERE gathered.twin > :after AND NOT {is_too_much}
            GROUP BY gathered.twin ORDER BY gathered.twin)""",
        f"CASE WHEN {is_too_much} THEN :chunk ELSE {_COUNT} END",
        f"CASE WHEN {is_too_much} THEN :after ELSE {_LAST} END",
        f"""(SELECT *, FALSE AS is_last FROM candidate
             UNION ALL SELECT :after, FALSE, TRUE WHERE {is_too_much}) AS candidate""",
    )


def _finally(arms: Sequence[Arm]) -> str:
    """The tests that wait until all arms are gathered, each of its own arm's twins."""
    waiting = ((number, arm.finally_) for number, arm in enumerate(arms))
    tests = "".join(f" WHEN {number} THEN {test('gathered.twin')}" for number, test in waiting if test)
    return f"CASE gathered.arm{tests} ELSE TRUE END" if tests else "TRUE"
