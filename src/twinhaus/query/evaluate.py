"""The law: what a query means, in plain Python. Every engine is held to this by property tests.

Sources: the list seed, and the contract notes on POST /twins (contract/README.md).
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Protocol, assert_never

from twinhaus.graph import METADATA, Direction
from twinhaus.instants import parse_instant
from twinhaus.query.folding import fold
from twinhaus.query.plan import (
    Attribute,
    Comparison,
    Condition,
    DateFilter,
    Group,
    Leaf,
    ModelFilter,
    Query,
    RelationshipFilter,
)
from twinhaus.strictjson import Json, JsonObject


class TwinView(Protocol):
    """What a query can ask of one twin."""

    @property
    def id(self) -> str: ...
    @property
    def model_id(self) -> str: ...
    @property
    def updated(self) -> int: ...
    @property
    def contents(self) -> JsonObject: ...


class GraphView(Protocol):
    """What a query can ask of what surrounds a twin."""

    def is_kind_of(self, model_id: str, ancestor_id: str) -> bool: ...
    def model_of(self, twin_id: str) -> str: ...
    def wholes_of(self, twin_id: str) -> Iterable[str]: ...
    def relationships_of(self, twin_id: str, direction: Direction) -> Iterable[tuple[str, str]]:
        """Name and other twin's id of each relationship in that direction."""
        ...


def matches(query: Query, twin: TwinView, graph: GraphView) -> bool:
    """Whether a twin belongs to the answer: it can be seen, and every filter given holds."""
    return (
        is_visible(query.within, twin.id, graph)
        and (query.model is None or _is_instance(query.model, twin.model_id, graph))
        and (query.date is None or _is_within(query.date, twin.updated))
        and (query.location_id is None or _is_in(query.location_id, twin.id, query.within, graph))
        and (query.relationship is None or _is_related(query.relationship, twin.id, query.within, graph))
        and (query.condition is None or satisfies(query.condition, twin))
    )


def _is_instance(wanted: ModelFilter, model_id: str, graph: GraphView) -> bool:
    if wanted.exact:
        return model_id in wanted.model_ids
    return any(graph.is_kind_of(model_id, ancestor) for ancestor in wanted.model_ids)


def _is_within(wanted: DateFilter, updated: int) -> bool:
    return (wanted.after is None or updated > wanted.after) and (
        wanted.before is None or updated < wanted.before
    )


def is_visible(within: Collection[str], twin_id: str, graph: GraphView) -> bool:
    """Whether a twin is there for who sees only what is located in one of these places; without any, all is."""
    return not within or is_located(within, twin_id, graph)


def _is_in(location_id: str, twin_id: str, within: Collection[str], graph: GraphView) -> bool:
    """What is in a place that can be seen can be seen itself, but not the other way round."""
    return is_visible(within, location_id, graph) and is_located((location_id,), twin_id, graph)


def is_located(places: Collection[str], twin_id: str, graph: GraphView) -> bool:
    """One of the places itself, or what leads to one from part to whole; a twin seen once is not followed again."""
    seen = {twin_id}
    waiting = [twin_id]
    while waiting:
        here = waiting.pop()
        if here in places:
            return True
        further = set(graph.wholes_of(here)) - seen
        seen |= further
        waiting.extend(further)
    return False


def _is_related(wanted: RelationshipFilter, twin_id: str, within: Collection[str], graph: GraphView) -> bool:
    return any(
        is_followed(wanted, name, other_id, within, graph)
        for name, other_id in graph.relationships_of(twin_id, wanted.direction)
    )


def is_followed(
    wanted: RelationshipFilter, name: str, other_id: str, within: Collection[str], graph: GraphView
) -> bool:
    """Whether a relationship in the wanted direction is one that is asked for, and leads to what can be seen."""
    return (
        (not wanted.names or name in wanted.names)
        and (wanted.related is None or _is_instance(wanted.related, graph.model_of(other_id), graph))
        and is_visible(within, other_id, graph)
    )


def satisfies(condition: Condition, twin: TwinView) -> bool:
    """Whether the property filter holds for a twin."""
    match condition:
        case Leaf():
            return _holds(condition, twin) is not condition.negated
        case Group(members=members, any_suffices=True):
            return any(satisfies(member, twin) for member in members)
        case Group(members=members):
            return all(satisfies(member, twin) for member in members)
        case _:
            assert_never(condition)


def _holds(leaf: Leaf, twin: TwinView) -> bool:
    """The positive comparison: true when any value that the field reaches compares so."""
    match leaf.field:
        case Attribute.ID:
            reached: Iterable[Json] = (twin.id,)
        case Attribute.MODEL_ID:
            reached = (twin.model_id,)
        case Attribute.LAST_UPDATE_TIME:
            reached = (twin.updated,)
        case path:
            reached = values_at(twin.contents, path)
    compare = _COMPARE[leaf.comparison]
    return any(compare(actual, leaf.value) for actual in reached)


def values_at(value: Json, path: tuple[str, ...]) -> Iterator[Json]:
    """Every value a path reaches; where it meets an array on the way it goes on from each element."""
    if not path:
        yield value
    elif isinstance(value, list):
        for element in value:
            yield from values_at(element, path)
    elif isinstance(value, dict) and path[0] in value:
        yield from values_at(value[path[0]], path[1:])


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _equal(actual: Json, wanted: Json) -> bool:
    if _is_number(actual) and _is_number(wanted):
        return bool(actual == wanted)  # Python compares integers and floats exactly.
    return type(actual) is type(wanted) and bool(actual == wanted)


def _ordered(compare: Callable[[Json, Json], bool]) -> Callable[[Json, Json], bool]:
    def ordered(actual: Json, wanted: Json) -> bool:
        both_text = isinstance(actual, str) and isinstance(wanted, str)
        both_numbers = _is_number(actual) and _is_number(wanted)
        return (both_text or both_numbers) and compare(actual, wanted)

    return ordered


def _as_instants(compare: Callable[[Json, Json], bool]) -> Callable[[Json, Json], bool]:
    def at(actual: Json, wanted: Json) -> bool:
        instant = parse_instant(actual) if isinstance(actual, str) else None
        return instant is not None and compare(instant, wanted)

    return at


def _contains(actual: Json, wanted: Json) -> bool:
    if isinstance(actual, list):
        return any(_equal(element, wanted) for element in actual)
    return isinstance(actual, str) and isinstance(wanted, str) and fold(wanted) in fold(actual)


def _starts_with(actual: Json, wanted: Json) -> bool:
    return isinstance(actual, str) and fold(actual).startswith(fold(wanted))


def _ends_with(actual: Json, wanted: Json) -> bool:
    return isinstance(actual, str) and fold(actual).endswith(fold(wanted))


def _is_filled(actual: Json) -> bool:
    """A component's metadata are not content, so a component holding only them is empty."""
    if isinstance(actual, dict):
        return bool(actual.keys() - {METADATA})
    return actual not in ("", [])


_COMPARE: dict[Comparison, Callable[[Json, Json], bool]] = {
    Comparison.EQUALS: _equal,
    Comparison.GREATER: _ordered(lambda actual, wanted: bool(actual > wanted)),
    Comparison.GREATER_OR_EQUAL: _ordered(lambda actual, wanted: bool(actual >= wanted)),
    Comparison.LESS: _ordered(lambda actual, wanted: bool(actual < wanted)),
    Comparison.LESS_OR_EQUAL: _ordered(lambda actual, wanted: bool(actual <= wanted)),
    Comparison.AFTER: _as_instants(lambda actual, wanted: bool(actual > wanted)),
    Comparison.ON_OR_AFTER: _as_instants(lambda actual, wanted: bool(actual >= wanted)),
    Comparison.BEFORE: _as_instants(lambda actual, wanted: bool(actual < wanted)),
    Comparison.ON_OR_BEFORE: _as_instants(lambda actual, wanted: bool(actual <= wanted)),
    Comparison.CONTAINS: _contains,
    Comparison.STARTS_WITH: _starts_with,
    Comparison.ENDS_WITH: _ends_with,
    Comparison.IN: lambda actual, wanted: any(_equal(actual, one) for one in wanted),
    Comparison.IS_PRESENT: lambda actual, wanted: actual is not None,
    Comparison.IS_FILLED: lambda actual, wanted: actual is not None and _is_filled(actual),
}
