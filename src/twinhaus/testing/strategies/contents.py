"""What a model's twins hold: contents drawn from its schemas, and the fields that queries reach into."""

from collections.abc import Iterator
from typing import TypeAlias, assert_never

from hypothesis import strategies as st

from twinhaus.dtdl import Component, Property, Registry
from twinhaus.dtdl.types import Array, Enum, Map, Object, Primitive, Reference, Schema
from twinhaus.query.plan import Scalar
from twinhaus.strictjson import Json, JsonObject
from twinhaus.testing.strategies.twins import referred
from twinhaus.testing.strategies.values import MAP_KEYS, PRIMITIVES, Pool

ELEMENTS_MAX = 3

Field: TypeAlias = tuple[tuple[str, ...], Pool]  # A path into contents, and values that may stand there.


@st.composite
def contents(draw: st.DrawFn, registry: Registry, model_id: str) -> JsonObject:
    """Contents that are legal for a model; each property may be missing."""
    held = {
        name: content
        for name, content in registry.contents(model_id).items()
        if isinstance(content, Property | Component)
    }
    found: JsonObject = {}
    for name in _some_of(draw, tuple(held)):
        content = held[name]
        if isinstance(content, Component):
            found[name] = draw(contents(registry, content.schema.id))
        else:
            found[name] = _value(draw, registry, content.schema)
    return found


def _some_of(draw: st.DrawFn, names: tuple[str, ...]) -> Iterator[str]:
    """One draw for all: which of them are there."""
    chosen = draw(st.integers(0, 2 ** len(names) - 1)) if names else 0
    return (name for number, name in enumerate(names) if chosen >> number & 1)


def _value(draw: st.DrawFn, registry: Registry, schema: Schema) -> Json:
    match schema:
        case Primitive():
            return draw(st.sampled_from(PRIMITIVES[schema.name]))
        case Enum():
            return draw(st.sampled_from(_enum_values(registry, schema)))
        case Array():
            count = draw(st.integers(0, ELEMENTS_MAX))
            return [_value(draw, registry, schema.element_schema) for _ in range(count)]
        case Map():
            value = registry.resolved(schema.map_value)
            assert value is not None
            return {key: _value(draw, registry, value.schema) for key in _some_of(draw, MAP_KEYS)}
        case Object():
            fields = _fields(registry, schema)
            return {name: _value(draw, registry, fields[name]) for name in _some_of(draw, tuple(fields))}
        case Reference():
            return _value(draw, registry, referred(registry, schema))
        case _:
            assert_never(schema)


def fields_of(registry: Registry) -> tuple[Field, ...]:
    """Every path that leads anywhere in the contents of any model, with the values that may stand at its end."""
    found: dict[tuple[str, ...], dict[str, Scalar]] = {}
    for model_id in registry.ids:
        for path, pool in _fields_of_model(registry, model_id):
            found.setdefault(path, {}).update({repr(value): value for value in pool})
    return tuple((path, tuple(values.values())) for path, values in found.items())


def _fields_of_model(registry: Registry, model_id: str) -> Iterator[Field]:
    for name, content in registry.contents(model_id).items():
        if isinstance(content, Property):
            yield from _reached(registry, (name,), content.schema)
        elif isinstance(content, Component):
            yield (name,), ()
            for path, pool in _fields_of_model(registry, content.schema.id):
                yield (name, *path), pool


def _reached(registry: Registry, path: tuple[str, ...], schema: Schema) -> Iterator[Field]:
    match schema:
        case Primitive():
            yield path, PRIMITIVES[schema.name]
        case Enum():
            yield path, _enum_values(registry, schema)
        case Array():
            yield from _reached(registry, path, schema.element_schema)
        case Map():
            value = registry.resolved(schema.map_value)
            yield path, ()
            for key in MAP_KEYS if value else ():
                yield from _reached(registry, (*path, key), value.schema) if value else ()
        case Object():
            yield path, ()
            for name, field in _fields(registry, schema).items():
                yield from _reached(registry, (*path, name), field)
        case Reference():
            yield from _reached(registry, path, referred(registry, schema))
        case _:
            assert_never(schema)


def _enum_values(registry: Registry, schema: Enum) -> Pool:
    return tuple(value.enum_value for value in registry.all_resolved(schema.enum_values))


def _fields(registry: Registry, schema: Object) -> dict[str, Schema]:
    return {field.name: field.schema for field in registry.all_resolved(schema.fields)}
