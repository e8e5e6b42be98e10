"""From a query plan to SQL. Pure: text and parameters in, nothing run.

Every filter knows two forms of itself. As a *source* it yields the numbers of its twins in ascending order straight
from an index. As a *test* it says of one number whether it belongs. One filter drives as the source, the others test
what it yields; so a page costs what the driver skips, however large the graph is.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from twinhaus.graph import Direction
from twinhaus.query.plan import DateFilter, Include, ModelFilter, Query, RelationshipFilter
from twinhaus.storage.sql.membership import (
    Parameters,
    SqlValue,
    Test,
    is_any,
    is_instance,
    is_named,
    is_visible,
)

# A filter of more arms only tests: SQLite merges no more than 500, and each takes time to prepare.
ARMS_MAX = 40
_REMEMBERED_MAX = 256  # Compiled queries; the largest have some hundred kilobytes of text.
RUN_BITS = 4  # Twins of one row of `span`: 2 ** 4.
WIDE_BITS = 6  # Rows of `span` of one row of `wide_span`: 2 ** 6.

Driver = Literal["location", "model", "relationship", "date", "within", "order"]
Order = Literal["twin", "wide, run, twin"]

# From which end a relationship is looked at, and where it leads.
ENDS = {
    Direction.OUTGOING: (("source", "target"),),
    Direction.INCOMING: (("target", "source"),),
    Direction.EITHER: (("source", "target"), ("target", "source")),
}


@dataclass(frozen=True, slots=True)
class _Arm:
    """A SELECT of twin numbers above the page's start, in order, from an index alone.

    It is open to further tests: its own, which the index cannot answer, and those of other filters on `key`, the
    number's column.
    """

    text: str
    key: str
    test: str = "TRUE"


@dataclass(frozen=True, slots=True)
class _Filter:
    """One filter of a query: its arms as a source (together, each twin once), and its test of a twin's number."""

    driver: Driver
    arms: tuple[_Arm, ...]
    test: Test
    order: Order = "twin"


# Where no filter can drive, every twin is looked at.
_ORDER = _Filter(
    "order",
    (_Arm("SELECT twin.number AS twin FROM twin WHERE twin.number > :after", "twin.number"),),
    is_any,
)


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
    return _compile(
        query.model,
        query.relationship,
        query.location_id,
        query.date,
        query.within,
        include,
        is_conditional=query.condition is not None,
    )


@lru_cache(_REMEMBERED_MAX)
def _compile(
    model: ModelFilter | None,
    relationship: RelationshipFilter | None,
    location_id: str | None,
    date: DateFilter | None,
    within: tuple[str, ...],
    include: Include,
    *,
    is_conditional: bool,
) -> CompiledQuery:
    parameters = Parameters()
    sees = is_visible(within, parameters)
    filters: list[_Filter] = []
    if location_id is not None:
        filters.append(_location_filter(location_id, sees, parameters))
    if model is not None:
        filters.append(_model_filter(model, parameters))
    if relationship is not None:
        filters.append(_relationship_filter(relationship, sees, parameters))
    if date is not None:
        filters.append(_date_filter(date, parameters))
    if within:
        filters.append(_within_filter(within, sees, parameters))
    drivers = [filter_ for filter_ in filters if 0 < len(filter_.arms) <= ARMS_MAX] or [_ORDER]
    statements = []
    for driver in drivers:
        tests = [filter_.test for filter_ in filters if filter_ is not driver]
        if is_conditional:
            tests.append(_condition_test)
        matching = _matching(driver, tests)
        page = _page(matching, twin_text("page.twin", include, sees))
        ids, count = _ids(matching), _count(matching)
        statements.append(Statements(driver.driver, page, _more(matching), count, ids))
    return CompiledQuery(tuple(statements), parameters.values)


def _matching(driver: _Filter, tests: list[Test]) -> str:
    """The numbers of the twins for which every filter holds, in order: the driver yields, the others test."""
    arms = (" AND ".join((arm.text, arm.test, *(test(arm.key) for test in tests))) for arm in driver.arms)
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


def twin_text(key: str, include: Include, sees: Test) -> str:
    """A twin's own text, or the same with arrays of relationships before its last brace. `key` is its number."""
    ends = [("incoming", "target", "source")] * include.incoming
    ends += [("outgoing", "source", "target")] * include.outgoing
    if not ends:
        return "document.json"
    arrays = "".join(
        f""" || ',"{direction}Relationships":[' || coalesce((
            SELECT group_concat(relationship.document, ',' ORDER BY relationship.number)
            FROM relationship WHERE relationship.{end} = {key} AND {sees(f"relationship.{other}")}), '') || ']'"""
        for direction, end, other in ends
    )
    return f"substr(document.json, 1, length(document.json) - 1){arrays} || '}}'"


def _model_filter(model: ModelFilter, parameters: Parameters) -> _Filter:
    table, number = ("twin", "number") if model.exact else ("kind", "twin")
    key = f"{table}.{number}"
    arms = tuple(
        _Arm(
            f"""SELECT {key} AS twin FROM {table}
            WHERE {table}.model = (SELECT model.number FROM model WHERE model.id = {parameters.bind(id_)})
              AND {key} > :after""",
            key,
        )
        for id_ in model.model_ids
    )
    return _Filter("model", arms, is_instance(model, parameters))


def _location_filter(location_id: str, sees: Test, parameters: Parameters) -> _Filter:
    place = f"""(SELECT whole.number FROM twin AS whole
        WHERE whole.id = {parameters.bind(location_id)} AND {sees("whole.number")})"""
    return _Filter(
        "location",
        (_located_arm(place),),
        lambda key: (
            f"EXISTS (SELECT 1 FROM location AS other WHERE other.place = {place} AND other.twin = {key})"
        ),
    )


def _within_filter(within: tuple[str, ...], sees: Test, parameters: Parameters) -> _Filter:
    places = (
        f"(SELECT whole.number FROM twin AS whole WHERE whole.id = {parameters.bind(id_)})" for id_ in within
    )
    return _Filter("within", tuple(map(_located_arm, places)), sees)


def _located_arm(place: str) -> _Arm:
    return _Arm(
        f"SELECT location.twin FROM location WHERE location.place = {place} AND location.twin > :after",
        "location.twin",
    )


def _date_filter(date: DateFilter, parameters: Parameters) -> _Filter:
    after_tick = None if date.after is None else parameters.bind(date.after)
    before_tick = None if date.before is None else parameters.bind(date.before)

    def between(newest: str, oldest: str) -> str:
        later = f"{newest} > {after_tick}" if after_tick else "TRUE"
        earlier = f"{oldest} < {before_tick}" if before_tick else "TRUE"
        return f"{later} AND {earlier}"

    text = f"""SELECT wide_span.run AS wide, span.run AS run, twin.number AS twin
        FROM wide_span
        CROSS JOIN span ON {_within("span.run", "wide_span.run", WIDE_BITS)}
        CROSS JOIN twin ON {_within("twin.number", "span.run", RUN_BITS)}
        WHERE wide_span.run >= (:after >> {RUN_BITS + WIDE_BITS}) AND {between("wide_span.newest", "wide_span.oldest")}
          AND span.run >= (:after >> {RUN_BITS}) AND {between("span.newest", "span.oldest")}
          AND twin.number > :after AND {between("twin.updated", "twin.updated")}"""
    holds = between("other.updated", "other.updated")
    return _Filter(
        "date",
        (_Arm(text, "twin.number"),),
        lambda key: f"EXISTS (SELECT 1 FROM twin AS other WHERE other.number = {key} AND {holds})",
        "wide, run, twin",
    )


def _within(number: str, run: str, bits: int) -> str:
    """That a number is one of the 2 ** bits of a run."""
    return f"{number} BETWEEN ({run} << {bits}) AND ({run} << {bits}) + {(1 << bits) - 1}"


def _relationship_filter(wanted: RelationshipFilter, sees: Test, parameters: Parameters) -> _Filter:
    named = is_named(wanted.names, parameters)
    is_wanted = is_instance(wanted.related, parameters) if wanted.related else is_any

    def leads(other: str) -> str:
        return f"{is_wanted(f'edge.{other}')} AND {sees(f'edge.{other}')}"

    def test(key: str) -> str:
        found = " OR ".join(
            f"""EXISTS (SELECT 1 FROM relationship AS edge
                WHERE edge.{end} = {key} AND {named} AND {leads(other)})"""
            for end, other in ENDS[wanted.direction]
        )
        return f"({found})"

    each_name = [f"edge.name = {parameters.bind(name)}" for name in wanted.names] or ["TRUE"]
    arms = tuple(
        _Arm(
            f"SELECT DISTINCT edge.{end} AS twin FROM relationship AS edge WHERE {name} AND edge.{end} > :after",
            f"edge.{end}",
            leads(other),
        )
        for end, other in ENDS[wanted.direction]
        for name in each_name
    )
    return _Filter("relationship", arms, test)


def _condition_test(key: str) -> str:
    return f"""(SELECT satisfies(:condition, subject.updated, document.json)
        FROM twin AS subject CROSS JOIN document ON document.twin = subject.number WHERE subject.number = {key})"""
