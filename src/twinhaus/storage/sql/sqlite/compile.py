"""From a query plan to SQL for SQLite. Pure: text and parameters in, nothing run."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from twinhaus.query.plan import Include, Query
from twinhaus.storage.sql.asking.conditions import condition_filters
from twinhaus.storage.sql.asking.facts import NO_FACTS, Facts
from twinhaus.storage.sql.asking.filters import RUN_BITS, WIDE_BITS, filters_of, twin_text
from twinhaus.storage.sql.asking.membership import Parameters, SqlValue, Test, is_visible
from twinhaus.storage.sql.asking.sources import ORDER, Arm, Drive, Source, drives_of
from twinhaus.storage.sql.words import BLOCK_BITS, SQLITE, Order

_REMEMBERED_MAX = 256  # Compiled queries; the largest have some hundred kilobytes of text.
_LIMIT = " LIMIT :limit"
# All there are, all of a block, or the first in each field is found before the first twin is known.
_DEAR = ("related", "range", "trigram")
# SQLite refuses some 1,000 subqueries or more in what WITH names and is mentioned twice: "nested too deep".
_SELECTS_AHEAD_MAX = 500
# Where the rows of an arm end that are up to `:until`, besides.
_ENDS: dict[Order, str] = {
    "twin": "TRUE",
    "wide, run, twin": f"wide_span.run <= (:until >> {RUN_BITS + WIDE_BITS})",
    "block, twin": f"block.number <= (:until >> {BLOCK_BITS})",
}


class Statements(Struct, frozen=True):
    """How one driver, of so many arms, answers a query. All statements take `:after`, all but `count` `:limit`. Those
    of a `stretch` answer it for the twins up to `:until`; there are none where the driver would have to find all that
    is behind it as well. Those that are `narrowed` do so, too, but first find all of the stretch that another filter
    may yield, and ask nothing of any others. `nearby` are how many the driver yields in the next blocks, where it has
    to find all of a block before the first is known. Where it is dear to begin, a page looks for one twin more, so that
    it is not begun again to see whether more follow.

    `counted` are the twins that match, `limited` their numbers in order; `text` is a twin's. The statements are put
    together when they are run, since these may be long.
    """

    driver: str
    arms: int
    counted: str
    limited: str
    text: str
    is_dear: bool
    stretch: "Statements | None" = None
    narrowed: "Statements | None" = None
    nearby: str | None = None

    @property
    def page(self) -> str:
        """One row: how many twins are on the page after `:after`, the last one's number, their JSON texts joined by
        commas, assembled inside the engine, and whether more follow; NULL where that is for `more` to say.

        CROSS JOIN keeps the page as the outer loop, so the texts come in its order; an ORDER BY inside the aggregate
        would copy every text once more. The law's tests hold the order to the byte.
        """
        ahead, page, more = "", f"SELECT twin FROM ({self.limited})", "NULL"
        if self.is_dear:
            ahead = f"WITH ahead AS MATERIALIZED ({page.replace(_LIMIT, f'{_LIMIT} + 1')})"
            page, more = (
                f"SELECT twin FROM ahead ORDER BY twin{_LIMIT}",
                "(SELECT count(*) > :limit FROM ahead)",
            )
        return f"""{ahead} SELECT count(*), max(twin), CAST(group_concat(text, ',') AS BLOB), {more}
            FROM (SELECT page.twin AS twin, {self.text} AS text
                  FROM ({page}) AS page CROSS JOIN document ON document.twin = page.twin)"""

    @property
    def more(self) -> str:
        """Whether any twin matches after `:after`, where `:limit` is 1."""
        return f"SELECT EXISTS (SELECT 1 FROM ({self.limited}))"

    @property
    def ids(self) -> str:
        """One row: the last number of the page after `:after`, and its twins' ids as a JSON array in their order."""
        return f"""SELECT max(page.twin), json_group_array(named.id)
            FROM (SELECT twin FROM ({self.limited})) AS page
            CROSS JOIN twin AS named ON named.number = page.twin"""

    @property
    def count(self) -> str:
        """How many twins match after `:after`."""
        return f"SELECT count(*) FROM {self.counted}"


class CompiledQuery(Struct, frozen=True):
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
    parameters = Parameters(SQLITE, query.model)
    sees = is_visible(query.within, parameters)
    of_condition, surely = condition_filters(query.condition, parameters, facts)
    filters = [*filters_of(query, parameters), *of_condition]
    last = None if surely is None else _either(surely, _law)
    text = twin_text(SQLITE, "page.twin", include, sees)
    return CompiledQuery(
        tuple(_statements(drive, last, text) for drive in drives_of(filters)), as_bound(parameters.values)
    )


def _statements(drive: Drive, last: Test | None, text: str) -> Statements:
    limited = _matching(drive, last, _LIMIT)
    whole = Statements(
        drive.source.driver,
        len(drive.source.arms),
        _counted(drive, last),
        limited,
        text,
        drive.source.driver in _DEAR and limited.count("SELECT") <= _SELECTS_AHEAD_MAX,
    )
    stretch = _in_stretch(drive.source)
    return replace(
        whole,
        stretch=stretch and _of_stretch(whole, replace(drive, source=stretch), last),
        narrowed=stretch and _narrowed(whole, replace(drive, source=stretch), last),
        nearby=_nearby(drive.source),
    )


def _in_stretch(source: Source) -> Source | None:
    """Its rows up to `:until`; None where it looks at others as well."""
    are_ordered = all(arm.order in _ENDS for arm in source.arms)
    if not are_ordered or (source.is_gathered and source.order != SQLITE.order):
        return None
    return replace(source, arms=tuple(map(_arm_in_stretch, source.arms)))


def _arm_in_stretch(arm: Arm) -> Arm:
    return replace(arm, rows=f"{arm.rows} AND {_ENDS[arm.order]} AND {arm.key} <= :until")


def _of_stretch(whole: Statements, drive: Drive, last: Test | None) -> Statements:
    return replace(whole, counted=_counted(drive, last), limited=_matching(drive, last, _LIMIT))


def _narrowed(whole: Statements, drive: Drive, last: Test | None) -> Statements | None:
    """None where there is no other filter whose twins are found soon, or each arm would find them for itself."""
    among = drive.among and _in_stretch(drive.among)
    if among is None or drive.source.order is None:
        return None
    candidates = " UNION ALL ".join(f"SELECT {arm.key} FROM {arm.rows}" for arm in among.arms)
    narrowed = replace(drive, tests=(lambda key: f"{key} IN ({candidates})", *drive.tests))
    return replace(_of_stretch(whole, narrowed, last), driver=f"{drive.source.driver}+{among.driver}")


def _nearby(source: Source) -> str | None:
    if source.driver != "range" or source.order != SQLITE.order:
        return None
    arms = (
        f"SELECT count(*) FROM {arm.rows} AND block.number <= (:after >> {BLOCK_BITS}) + 1"
        for arm in source.arms
    )
    return " + ".join(f"({arm})" for arm in arms)


def as_bound(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The same parameters, the arrays among them as JSON texts, which is how SQLite takes them."""
    # Those of a compiled query are texts already, so that no page has to make them.
    if tuple not in map(type, parameters.values()):
        return dict(parameters)
    return {
        name: msgspec.json.encode(value).decode() if type(value) is tuple else value
        for name, value in parameters.items()
    }


def _counted(drive: Drive, last: Test | None) -> str:
    """The twins that match. Those of one arm need not come in order, which takes half of the time."""
    (arm, *others) = drive.source.arms
    if drive.source is ORDER and not drive.tests and last is None:
        return "twin"  # SQLite counts a whole table without looking at each row.
    if others or arm.repeats:
        return f"({_matching(drive, last, '')})"
    return f"({_rows(arm, drive.tests, last)})"


def _matching(drive: Drive, last: Test | None, limit: str) -> str:
    """The numbers of the twins for which every filter holds, in order: the driver yields, the others test, the dearest
    last. The limit holds for all and, where arms are not merged, for each: whatever is behind so many in the order of
    its arm is behind as many in that of all.
    """
    source = drive.source
    if source.order is not None:
        return _merged(source.arms, source.order, drive.tests, last) + limit
    each = (
        f"SELECT twin FROM ({_merged((arm,), arm.order, drive.tests, last)}{limit})" for arm in source.arms
    )
    return f"{' UNION '.join(each)} ORDER BY twin{limit}"


def _merged(arms: Sequence[Arm], order: Order, tests: Sequence[Test], last: Test | None) -> str:
    """Of arms that have this order."""
    rows = [_rows(arm, tests, last) for arm in arms]
    if order == "block, twin" and len(arms) == 1 and arms[0].repeats:
        # Each twin once, block by block: DISTINCT would sort all of them.
        rows.append("SELECT NULL, NULL WHERE FALSE")
    return f"{' UNION '.join(rows)} ORDER BY {order}"


def _rows(arm: Arm, tests: Sequence[Test], last: Test | None) -> str:
    conditions = [arm.rows, *(test(arm.key) for test in tests), arm.test]
    if last is not None:
        conditions.append(last(arm.key))
    distinct = "DISTINCT " if arm.repeats and arm.order == "twin" else ""
    return f"SELECT {distinct}{arm.columns}{arm.key} AS twin FROM {' AND '.join(conditions)}"


def _either(test: Test, other: Test) -> Test:
    return lambda key: f"({test(key)} OR {other(key)})"


def _law(key: str) -> str:
    return f"""(SELECT satisfies(:condition, subject.updated, document.json)
        FROM twin AS subject CROSS JOIN document ON document.twin = subject.number WHERE subject.number = {key})"""
