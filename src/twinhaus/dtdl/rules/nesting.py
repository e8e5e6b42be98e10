"""Which elements have a schema, and which schemas stand within which."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from twinhaus.dtdl.models import Models
from twinhaus.dtdl.types import (
    Array,
    Command,
    CommandPayload,
    Component,
    Content,
    Element,
    Field,
    Map,
    MapValue,
    Object,
    Primitive,
    Property,
    Relationship,
    Schema,
    Telemetry,
)

Holder: TypeAlias = Property | Telemetry | CommandPayload | Field | MapValue


def holders_in(content: Content, models: Models) -> list[Property | Telemetry | CommandPayload]:
    """The elements of a content, itself perhaps, that have a schema."""
    match content:
        case Property() | Telemetry():
            return [content]
        case Relationship():
            return models.all_resolved(content.properties)
        case Command():
            return models.all_resolved(one for one in (content.request, content.response) if one)
        case Component():
            return []


def directly_within(schema: Element, models: Models) -> list[Schema]:
    """The schemas of an Array's elements, a Map's values or an Object's fields."""
    match schema:
        case Array():
            return [schema.element_schema]
        case Map():
            value = models.resolved(schema.map_value)
            return [value.schema] if value else []
        case Object():
            return [field.schema for field in models.all_resolved(schema.fields)]
        case _:
            return []


def complex_within(schema: Element, models: Models) -> Iterator[Element]:
    """Those directly within that are not primitive, references followed."""
    for inner in directly_within(schema, models):
        if not isinstance(inner, Primitive) and (found := models.resolved(inner)) is not None:
            yield found


def all_within(schemas: Iterable[Schema], models: Models) -> Iterator[Primitive | Element]:
    """The schemas and all within them at any depth, each once."""
    seen: set[int] = set()
    waiting = list(schemas)
    while waiting:
        one = waiting.pop()
        found = one if isinstance(one, Primitive) else models.resolved(one)
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        if not isinstance(found, Primitive):
            waiting.extend(directly_within(found, models))


class Loops(Struct, frozen=True):
    """Schemas, by `id()`, that lead into a loop of schemas, and those of them that are part of one."""

    leading: frozenset[int] = frozenset()
    closed: frozenset[int] = frozenset()


def loops_of(schemas: Iterable[Schema], models: Models) -> Loops:
    """The loops among the schemas and all within them."""
    within: dict[int, list[int]] = {}
    around: dict[int, list[int]] = {}
    for one in all_within(schemas, models):
        if not isinstance(one, Primitive):
            within[id(one)] = [id(found) for found in complex_within(one, models)]
    for holder, held in within.items():
        for key in held:
            around.setdefault(key, []).append(holder)
    leading = _not_ending(within, around)
    return Loops(leading, leading & _not_ending(around, within) if leading else leading)


def _not_ending(following: Mapping[int, list[int]], before: Mapping[int, list[int]]) -> frozenset[int]:
    """What is left when all that nothing follows is taken away, again and again."""
    left = {key: len(following.get(key, ())) for key in {*following, *before}}
    ended = [key for key, count in left.items() if count == 0]
    for key in ended:  # The list grows while it is walked.
        for one in before.get(key, ()):
            left[one] -= 1
            if left[one] == 0:
                ended.append(one)
    return frozenset(key for key, count in left.items() if count)
