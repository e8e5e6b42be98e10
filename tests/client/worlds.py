"""Filters with what they mean, drawn together: each expression comes with a plain function that says the same.

The function is put together beside the expression, by `and`, `or` and `not`; a single comparison is asked of
`query/evaluate.py`, which is the law.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from hypothesis import strategies as st

from twinhaus.graph import Direction
from twinhaus.instants import parse_instant
from twinhaus.query.evaluate import satisfies
from twinhaus.query.plan import Attribute, Comparison, Leaf
from twinhaus.strictjson import JsonObject
from twinhaus_client import Field, Filter, dtmi, located_in, model, related, updated_after, updated_before

MODELS = {"Space": ("Space",), "Level": ("Level", "Space"), "Room": ("Room", "Space"), "Sensor": ("Sensor",)}
IDS = ("A", "B", "C")
NAMES = ("isPartOf", "feeds")
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
TIMES = tuple(NOON + timedelta(seconds=seconds) for seconds in range(4))
TEXTS = ("", "L01", "l01", "x.y", 'q"u\\', TIMES[1].isoformat())
NUMBERS = (0, 1, -1, 1.0, 2.5, 2**63 - 1)
SCALARS: tuple[Any, ...] = (*TEXTS, *NUMBERS, True, False)
KEYS = ("code", "area", "a.b", 'q"\\', "contents", "x")


@dataclass(frozen=True, slots=True)
class World:
    """A twin and its surroundings: what `evaluate.TwinView` and `GraphView` ask for, in one."""

    id: str
    model_id: str
    updated: int
    contents: JsonObject
    links: tuple[tuple[str, str, str], ...] = ()
    models: dict[str, str] = field(default_factory=dict)

    def is_kind_of(self, model_id: str, ancestor_id: str) -> bool:
        return any(ancestor_id == dtmi(one) for one in MODELS[model_id.rpartition(":")[2].partition(";")[0]])

    def model_of(self, twin_id: str) -> str:
        return self.models[twin_id]

    def wholes_of(self, twin_id: str) -> Iterable[str]:
        return (target for source, name, target in self.links if source == twin_id and name == "isPartOf")

    def relationships_of(self, twin_id: str, direction: Direction) -> Iterable[tuple[str, str]]:
        for source, name, target in self.links:
            if source == twin_id and direction is not Direction.INCOMING:
                yield name, target
            if target == twin_id and direction is not Direction.OUTGOING:
                yield name, source


Meaning: TypeAlias = Callable[[World], bool]


@dataclass(frozen=True, slots=True)
class Meant:
    """A filter, what it means, and whether the contract has operators for its negation."""

    filter: Filter
    means: Meaning
    is_negatable: bool = True


_VALUES = st.recursive(
    st.sampled_from((*SCALARS, None)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=2),
    max_leaves=6,
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A twin with anything in it, among others."""
    models = {id_: dtmi(draw(st.sampled_from(sorted(MODELS)))) for id_ in IDS}
    id_ = draw(st.sampled_from(IDS))
    links = draw(st.lists(st.tuples(*map(st.sampled_from, (IDS, NAMES, IDS))), max_size=4))
    updated = parse_instant(draw(st.sampled_from(TIMES)).isoformat())
    assert updated is not None
    contents = draw(st.dictionaries(st.sampled_from(KEYS), _VALUES, max_size=4))
    return World(id_, models[id_], updated, contents, tuple(links), models)


def _meaning(path: tuple[str, ...], comparison: Comparison, value: Any = None) -> Meaning:
    if path in (("id",), ("modelId",), ("lastUpdateTime",)):
        leaf = Leaf(Attribute(path[0]), comparison, value)
    else:
        leaf = Leaf(path, comparison, value)
    return lambda world: satisfies(leaf, world)


_POSITIVE: dict[str, tuple[Callable[[Field, Any], Filter], Comparison]] = {
    "==": (lambda field, value: field == value, Comparison.EQUALS),
    "contains": (Field.contains, Comparison.CONTAINS),
    "in": (Field.is_in, Comparison.IN),
    "not null": (lambda field, _: field.is_not_null(), Comparison.IS_PRESENT),
    "not empty": (lambda field, _: field.is_not_empty(), Comparison.IS_FILLED),
}
_NEGATIVE: dict[str, Callable[[Field, Any], Filter]] = {
    "==": lambda field, value: field != value,
    "contains": Field.not_contains,
    "in": Field.not_in,
    "not null": lambda field, _: field.is_null(),
    "not empty": lambda field, _: field.is_empty(),
}
_ONLY_POSITIVE: dict[str, tuple[Callable[[Field, Any], Filter], Comparison]] = {
    "<": (lambda field, value: field < value, Comparison.LESS),
    "<=": (lambda field, value: field <= value, Comparison.LESS_OR_EQUAL),
    ">": (lambda field, value: field > value, Comparison.GREATER),
    ">=": (lambda field, value: field >= value, Comparison.GREATER_OR_EQUAL),
    "starts": (Field.starts_with, Comparison.STARTS_WITH),
    "ends": (Field.ends_with, Comparison.ENDS_WITH),
}
_ON_TIMES: dict[str, tuple[Callable[[Field, datetime], Filter], Comparison, Comparison]] = {
    "after": (Field.after, Comparison.AFTER, Comparison.GREATER),
    "on or after": (Field.on_or_after, Comparison.ON_OR_AFTER, Comparison.GREATER_OR_EQUAL),
    "before": (lambda field, time: field < time, Comparison.BEFORE, Comparison.LESS),
    "on or before": (lambda field, time: field <= time, Comparison.ON_OR_BEFORE, Comparison.LESS_OR_EQUAL),
}


def _value_for(name: str) -> st.SearchStrategy[Any]:
    match name:
        case "in":
            return st.lists(st.sampled_from(SCALARS), max_size=3).map(tuple)
        case "starts" | "ends":
            return st.sampled_from(TEXTS)
        case "<" | "<=" | ">" | ">=":
            return st.sampled_from((*TEXTS, *NUMBERS))
        case "not null" | "not empty":
            return st.none()
        case _:
            return st.sampled_from(SCALARS)


@st.composite
def _fields(draw: st.DrawFn) -> tuple[Field, tuple[str, ...]]:
    first, *others = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3))
    field = Field("contents")[first]
    for key in others:
        field = field[key]
    return field, (first, *others)


_ATTRIBUTES = st.sampled_from(("id", "modelId")).map(lambda name: (Field(name), (name,)))


@st.composite
def comparisons(draw: st.DrawFn) -> Meant:
    """One comparison of a field, positive or negative."""
    field, path = draw(_fields() | _ATTRIBUTES)
    name = draw(st.sampled_from((*_POSITIVE, *_ONLY_POSITIVE)))
    value = draw(_value_for(name))
    if name in _ONLY_POSITIVE:
        build, comparison = _ONLY_POSITIVE[name]
        return Meant(build(field, value), _meaning(path, comparison, value), is_negatable=False)
    build, comparison = _POSITIVE[name]
    means = _meaning(path, comparison, value)
    if draw(st.booleans()):
        return Meant(_NEGATIVE[name](field, value), lambda world: not means(world))
    return Meant(build(field, value), means)


@st.composite
def comparisons_of_times(draw: st.DrawFn) -> Meant:
    """One comparison of a field with a time."""
    time = draw(st.sampled_from(TIMES))
    instant = parse_instant(time.isoformat())
    build, comparison, on_last_update = _ON_TIMES[draw(st.sampled_from(sorted(_ON_TIMES)))]
    if draw(st.booleans()):
        field = Field("lastUpdateTime")
        return Meant(build(field, time), _meaning(("lastUpdateTime",), on_last_update, instant))
    field, path = draw(_fields())
    return Meant(build(field, time), _meaning(path, comparison, instant), is_negatable=False)


def _joined(one: Meant, other: Meant, joint: str) -> Meant:
    is_negatable = one.is_negatable and other.is_negatable
    if joint == "&":
        return Meant(
            one.filter & other.filter, lambda world: one.means(world) and other.means(world), is_negatable
        )
    return Meant(
        one.filter | other.filter, lambda world: one.means(world) or other.means(world), is_negatable
    )


def _negated(one: Meant) -> Meant:
    return Meant(~one.filter, lambda world: not one.means(world)) if one.is_negatable else one


def conditions() -> st.SearchStrategy[Meant]:
    """Comparisons, joined and negated in any way that the contract has."""
    return st.recursive(
        comparisons() | comparisons_of_times(),
        lambda inner: st.builds(_joined, inner, inner, st.sampled_from("&|")) | inner.map(_negated),
        max_leaves=8,
    )


@st.composite
def parts(draw: st.DrawFn) -> tuple[Meant, ...]:
    """Filters on what surrounds a twin, each kind at most once but for dates."""
    names = tuple(draw(st.lists(st.sampled_from(sorted(MODELS)), min_size=1, max_size=2)))
    direction = draw(st.sampled_from(tuple(Direction)))
    place = draw(st.sampled_from((*IDS, "nowhere")))
    exact = draw(st.booleans())
    wanted = model(*names).exactly() if exact else model(*names)
    by_name = tuple(draw(st.lists(st.sampled_from(NAMES), max_size=2)))

    def is_instance(world: World, model_id: str) -> bool:
        kinds = (model_id,) if exact else tuple(dtmi(one) for one in MODELS[model_id.rpartition(":")[2][:-2]])
        return any(dtmi(name) in kinds for name in names)

    def is_related(world: World) -> bool:
        return any(
            (not by_name or name in by_name) and is_instance(world, world.models[other])
            for name, other in world.relationships_of(world.id, direction)
        )

    every = (
        Meant(wanted, lambda world: is_instance(world, world.model_id)),
        Meant(located_in(place), lambda world: place in _places(world)),
        Meant(related(*by_name, direction=direction.value, model=wanted), is_related),
        *(_dated(draw(st.sampled_from(TIMES)), draw(st.booleans())) for _ in range(3)),
    )
    return tuple(draw(st.lists(st.sampled_from(every), unique_by=id, max_size=4)))


def _places(world: World) -> set[str]:
    found: set[str] = set()
    waiting = {world.id}
    while waiting:
        found |= waiting
        waiting = {whole for one in waiting for whole in world.wholes_of(one)} - found
    return found


def _dated(time: datetime, is_after: bool) -> Meant:
    instant = parse_instant(time.isoformat())
    assert instant is not None
    if is_after:
        return Meant(updated_after(time), lambda world: world.updated > instant)
    return Meant(updated_before(time), lambda world: world.updated < instant)


@st.composite
def filters(draw: st.DrawFn) -> Meant:
    """Any filter: surroundings and conditions in any order, joined by `&` in any grouping."""
    found = [*draw(parts()), *draw(st.lists(conditions(), max_size=2))]
    found = draw(st.permutations(found)) if found else [draw(conditions())]
    while len(found) > 1:
        at = draw(st.integers(0, len(found) - 2))
        found[at : at + 2] = [_joined(found[at], found[at + 1], "&")]
    return found[0]
