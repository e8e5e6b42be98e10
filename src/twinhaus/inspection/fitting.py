"""Whether the values that one schema allows are allowed by another: what is lost on the way from old to new."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from twinhaus.dtdl import Registry
from twinhaus.dtdl.checks import is_required
from twinhaus.dtdl.jsonschema_terms import PRIMITIVES as TERMS
from twinhaus.dtdl.types import Array, Enum, Field, Map, Object, Primitive, Reference, Schema
from twinhaus.dtdl.values import PRIMITIVES
from twinhaus.dtdl.words import printable
from twinhaus.inspection.wording import schema_words


class Kind(StrEnum):
    """What is lost."""

    SCHEMA = "schema"
    VALUE = "value"
    FIELD = "field"
    FREEDOM = "freedom"  # To leave it out.


class Loss(Struct, frozen=True):
    """Something the old schema allows and the new one does not. `path` leads there from the property: `.area[]`."""

    kind: Kind
    path: str
    subject: str = ""
    becomes: str = ""


class Side(Struct, frozen=True):
    """A schema, and the models it belongs to."""

    registry: Registry
    schema: Schema

    def within(self, schema: Schema) -> "Side":
        """A schema of the same models."""
        return Side(self.registry, schema)

    def resolved(self) -> Schema | None:
        """The schema itself, references followed."""
        if not isinstance(self.schema, Reference):
            return self.schema
        found = self.registry.find_element(self.schema.id)
        return found if isinstance(found, Array | Enum | Map | Object) else None

    @property
    def words(self) -> str:
        """What the terminal calls it."""
        return schema_words(self.registry, self.schema)


def losses(old: Side, new: Side) -> tuple[Loss, ...]:
    """All that is lost; empty where every value of the old schema is one of the new."""
    return tuple(_losses(old, new, "", set()))


def _losses(old: Side, new: Side, path: str, met: set[tuple[int, int]]) -> Iterator[Loss]:
    before, after = old.resolved(), new.resolved()
    if before is None or after is None or (id(before), id(after)) in met:
        return  # Schemas may contain themselves.
    met.add((id(before), id(after)))
    match before, after:
        case Array(), Array():
            inner = old.within(before.element_schema), new.within(after.element_schema)
            yield from _losses(*inner, f"{path}[]", met)
        case Map(), Map():
            was, now = old.registry.resolved(before.map_value), new.registry.resolved(after.map_value)
            if was and now:
                yield from _losses(old.within(was.schema), new.within(now.schema), f"{path}{{}}", met)
        case Object(), Object():
            yield from _of_fields(old, new, path, met)
        case Enum(), Enum():
            values = _values(new, after)
            for value in _values(old, before):
                if value not in values:
                    yield Loss(Kind.VALUE, path, printable(str(value)))
        case _:
            if not _is_within(old, before, after):
                yield Loss(Kind.SCHEMA, path, old.words, new.words)


def _of_fields(old: Side, new: Side, path: str, met: set[tuple[int, int]]) -> Iterator[Loss]:
    before, after = _fields(old), _fields(new)
    for name, field in before.items():
        if name not in after:
            yield Loss(Kind.FIELD, path, name)
        else:
            inner = old.within(field.schema), new.within(after[name].schema)
            yield from _losses(*inner, f"{path}.{name}", met)
    for name, field in after.items():
        if is_required(field) and not (name in before and is_required(before[name])):
            yield Loss(Kind.FREEDOM, path, name)


def _fields(side: Side) -> dict[str, Field]:
    schema = side.resolved()
    assert isinstance(schema, Object)
    return {field.name: field for field in side.registry.all_resolved(schema.fields)}


def _values(side: Side, schema: Enum) -> list[str | int | bool]:
    return [value.enum_value for value in side.registry.all_resolved(schema.enum_values)]


def _is_within(old: Side, before: Schema, after: Schema) -> bool:
    """Whether every value of one schema is one of another of another kind."""
    if not isinstance(after, Primitive):
        return False
    if isinstance(before, Enum):
        return all(map(PRIMITIVES[after.name].accepts, _values(old, before)))
    if not isinstance(before, Primitive):
        return False
    return before == after or _is_wider(after.name, before.name)


def _is_wider(name: str, other: str) -> bool:
    """Whether a primitive schema has every value of another: `long` those of `integer`, `string` those of `date`."""
    wide, narrow = TERMS.get(name), TERMS.get(other)
    if wide is None or narrow is None:
        return False  # Geometries differ in their type.
    if name == "string":
        return bool(narrow["type"] == "string")
    if narrow["type"] == "integer":
        check = PRIMITIVES[name].accepts
        return check(narrow["minimum"]) and check(narrow["maximum"])
    return (name, other) == ("double", "float")
