"""From a query plan to one SQL statement. Pure: text and parameters in, nothing run.

Every filter knows two forms of itself. As a *source* it yields the numbers of its twins in ascending order straight
from an index. As a *test* it says of one number whether it belongs. One filter drives as the source, the others test
what it yields; so a page costs what the driver skips, however large the graph is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from twinhaus.graph import Direction
from twinhaus.query.plan import Condition, DateFilter, Include, ModelFilter, Query, RelationshipFilter

RUN_BITS = 6  # Twins of one row of `span`: 2 ** 6.

Driver = Literal["location", "model", "relationship", "date", "order"]
SqlValue = int | str | Condition
Order = Literal["twin", "run, twin"]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text, and its named parameters. A Condition is passed to the engine as it is, for `satisfies`."""

    text: str
    parameters: dict[str, SqlValue]


@dataclass(slots=True)
class _Parameters:
    """Hands out parameter names, so that no value ever stands in the text."""

    values: dict[str, SqlValue] = field(default_factory=dict)

    def bind(self, value: SqlValue) -> str:
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def bind_all(self, values: tuple[str, ...]) -> str:
        return ", ".join(self.bind(value) for value in values)


@dataclass(frozen=True, slots=True)
class _Arm:
    """A SELECT of twin numbers above the page's start, open to further tests of `key`, the number's own column."""

    text: str
    key: str


@dataclass(frozen=True, slots=True)
class _Filter:
    """One filter of a query: its arms as a source (together, each twin once), and its test of a twin's number."""

    driver: Driver
    arms: tuple[_Arm, ...]
    test: Callable[[str], str]
    order: Order = "twin"


def drivers(query: Query) -> tuple[Driver, ...]:
    """The filters of a query that can drive it, the likeliest first."""
    given: dict[Driver, object] = {
        "location": query.location_id,
        "model": query.model,
        "relationship": query.relationship,
        "date": query.date,
    }
    return tuple(driver for driver, filter_ in given.items() if filter_ is not None) or ("order",)


def compile_estimate(query: Query, driver: Driver, *, cap: int) -> Statement:
    """Counts what a driver would yield from the start, up to a cap."""
    parameters = _Parameters()
    chosen = _find(_filters(query, parameters, parameters.bind(0)), driver)
    yielded = " UNION ".join(arm.text for arm in chosen.arms)
    return Statement(f"SELECT count(*) FROM ({yielded} LIMIT {parameters.bind(cap)})", parameters.values)


def compile_page(query: Query, include: Include, *, driver: Driver, after: int, limit: int) -> Statement:
    """One row: how many twins were found (one more than the limit where more follow), the last twin's number on the
    page, and the page's JSON texts joined by commas, assembled inside the engine.
    """
    parameters = _Parameters()
    filters = _filters(query, parameters, parameters.bind(after))
    chosen = _find(filters, driver)
    tests = [filter_.test for filter_ in filters if filter_ is not chosen]
    if query.condition is not None:
        tests.append(_condition_test(query.condition, parameters))
    arms = " UNION ".join(" AND ".join((arm.text, *(test(arm.key) for test in tests))) for arm in chosen.arms)
    count = parameters.bind(limit)
    return Statement(
        f"""
        WITH candidate (twin) AS MATERIALIZED (
            SELECT twin FROM ({arms} ORDER BY {chosen.order} LIMIT {count} + 1)
        ),
        page (twin) AS MATERIALIZED (SELECT twin FROM candidate ORDER BY twin LIMIT {count})
        SELECT
            (SELECT count(*) FROM candidate),
            (SELECT max(twin) FROM page),
            (SELECT CAST(group_concat(text, ',') AS BLOB)
             FROM (SELECT {_twin_text(include)} AS text
                   FROM page CROSS JOIN document ON document.twin = page.twin
                   ORDER BY page.twin))
        """,
        parameters.values,
    )


def _twin_text(include: Include) -> str:
    """The twin's own text, or the same with arrays of relationships before its last brace."""
    ends = [("incoming", "target")] * include.incoming + [("outgoing", "source")] * include.outgoing
    if not ends:
        return "document.json"
    arrays = "".join(
        f""" || ',"{direction}Relationships":[' || coalesce((
            SELECT group_concat(relationship.document, ',' ORDER BY relationship.number)
            FROM relationship WHERE relationship.{end} = page.twin), '') || ']'"""
        for direction, end in ends
    )
    return f"substr(document.json, 1, length(document.json) - 1){arrays} || '}}'"


def _filters(query: Query, parameters: _Parameters, after: str) -> tuple[_Filter, ...]:
    return tuple(_each_filter(query, parameters, after)) or (_order_filter(after),)


def _each_filter(query: Query, parameters: _Parameters, after: str) -> Iterator[_Filter]:
    if query.date is not None:
        yield _date_filter(query.date, parameters, after)
    if query.model is not None:
        yield _model_filter(query.model, parameters, after)
    if query.location_id is not None:
        yield _location_filter(query.location_id, parameters, after)
    if query.relationship is not None:
        yield _relationship_filter(query.relationship, parameters, after)


def _find(filters: tuple[_Filter, ...], driver: Driver) -> _Filter:
    return next(filter_ for filter_ in filters if filter_.driver == driver)


def _order_filter(after: str) -> _Filter:
    arm = _Arm(f"SELECT twin.number AS twin FROM twin WHERE twin.number > {after}", "twin.number")
    return _Filter("order", (arm,), lambda key: "TRUE")


def _model_filter(model: ModelFilter, parameters: _Parameters, after: str) -> _Filter:
    table, column, number = ("twin", "model", "number") if model.exact else ("kind", "model", "twin")
    key = f"{table}.{number}"
    wanted = _model_numbers(model, parameters)
    arms = tuple(
        _Arm(f"SELECT {key} AS twin FROM {table} WHERE {table}.{column} = {one} AND {key} > {after}", key)
        for one in wanted
    )
    return _Filter("model", arms, lambda key: _model_test(model, wanted, key))


def _model_numbers(model: ModelFilter, parameters: _Parameters) -> list[str]:
    return [
        f"(SELECT model.number FROM model WHERE model.id = {parameters.bind(id_)})" for id_ in model.model_ids
    ]


def _model_test(model: ModelFilter, wanted: list[str], key: str) -> str:
    table, number = ("twin", "number") if model.exact else ("kind", "twin")
    return f"""EXISTS (SELECT 1 FROM {table} AS other
        WHERE other.{number} = {key} AND other.model IN ({", ".join(wanted)}))"""


def _location_filter(location_id: str, parameters: _Parameters, after: str) -> _Filter:
    place = f"(SELECT whole.number FROM twin AS whole WHERE whole.id = {parameters.bind(location_id)})"
    key = "location.twin"
    arm = _Arm(f"SELECT {key} FROM location WHERE location.place = {place} AND {key} > {after}", key)
    return _Filter(
        "location",
        (arm,),
        lambda key: (
            f"EXISTS (SELECT 1 FROM location AS other WHERE other.place = {place} AND other.twin = {key})"
        ),
    )


def _date_filter(date: DateFilter, parameters: _Parameters, after: str) -> _Filter:
    after_tick = None if date.after is None else parameters.bind(date.after)
    before_tick = None if date.before is None else parameters.bind(date.before)

    def between(newest: str, oldest: str) -> str:
        later = f"{newest} > {after_tick}" if after_tick else "TRUE"
        earlier = f"{oldest} < {before_tick}" if before_tick else "TRUE"
        return f"{later} AND {earlier}"

    first = f"(span.run << {RUN_BITS})"
    text = f"""SELECT span.run AS run, twin.number AS twin
        FROM span CROSS JOIN twin ON twin.number BETWEEN {first} AND {first} + {(1 << RUN_BITS) - 1}
        WHERE span.run >= ({after} >> {RUN_BITS}) AND {between("span.newest", "span.oldest")}
          AND twin.number > {after} AND {between("twin.updated", "twin.updated")}"""
    holds = between("other.updated", "other.updated")
    return _Filter(
        "date",
        (_Arm(text, "twin.number"),),
        lambda key: f"EXISTS (SELECT 1 FROM twin AS other WHERE other.number = {key} AND {holds})",
        "run, twin",
    )


def _relationship_filter(wanted: RelationshipFilter, parameters: _Parameters, after: str) -> _Filter:
    names = [parameters.bind(name) for name in wanted.names]
    models = [] if wanted.related is None else _model_numbers(wanted.related, parameters)

    def other_holds(other: str) -> str:
        return "TRUE" if wanted.related is None else _model_test(wanted.related, models, f"edge.{other}")

    def test(key: str) -> str:
        any_name = f"edge.name IN ({', '.join(names)})" if names else "TRUE"
        found = " OR ".join(
            f"""EXISTS (SELECT 1 FROM relationship AS edge
                WHERE edge.{end} = {key} AND {any_name} AND {other_holds(other)})"""
            for end, other in _ENDS[wanted.direction]
        )
        return f"({found})"

    arms = tuple(
        _Arm(
            f"""SELECT DISTINCT edge.{end} AS twin FROM relationship AS edge
            WHERE {name} AND edge.{end} > {after} AND {other_holds(other)}""",
            f"edge.{end}",
        )
        for end, other in _ENDS[wanted.direction]
        for name in ([f"edge.name = {name}" for name in names] or ["TRUE"])
    )
    return _Filter("relationship", arms, test)


_ENDS = {
    Direction.OUTGOING: (("source", "target"),),
    Direction.INCOMING: (("target", "source"),),
    Direction.EITHER: (("source", "target"), ("target", "source")),
}


def _condition_test(condition: Condition, parameters: _Parameters) -> Callable[[str], str]:
    value = parameters.bind(condition)
    return lambda key: (
        f"""(SELECT satisfies({value}, subject.updated, document.json)
        FROM twin AS subject CROSS JOIN document ON document.twin = subject.number WHERE subject.number = {key})"""
    )
