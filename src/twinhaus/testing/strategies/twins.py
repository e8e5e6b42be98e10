"""Twins of a model, and properties of its relationships, drawn from the model itself: everything that it allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from hypothesis import strategies as st

from twinhaus.dtdl import Component, Property, Registry, Relationship
from twinhaus.dtdl.types import Array, Enum, Field, Map, Object, Primitive, Reference, Schema
from twinhaus.strictjson import Json, JsonObject
from twinhaus.testing.strategies.primitives import LEGAL, TEXTS

VALUES_MAX = 2  # Of an array or a map.
DEPTH_MAX = 4  # Below it, all that may be missing is: a schema may contain itself.

Members: TypeAlias = Mapping[str, Property | Component | Field]


@dataclass(frozen=True, slots=True)
class Instances:
    """What has been drawn from a registry's models."""

    registry: Registry
    draw: st.DrawFn

    def members(self, members: Members, depth: int = 0) -> JsonObject:
        """An object with all of the members that it must have, and some of the others."""
        found: JsonObject = {}
        for name, member in members.items():
            if is_needed(self.registry, member) or (depth < DEPTH_MAX and self.draw(st.booleans())):
                found[name] = self._member(member, depth)
        return found

    def _member(self, member: Property | Component | Field, depth: int) -> Json:
        if isinstance(member, Component):
            part = self.members(contents_of(self.registry, member.schema.id), depth + 1)
            return part | ({"$metadata": {}} if self.draw(st.booleans()) else {})
        return self.value(member.schema, depth + 1)

    def value(self, schema: Schema, depth: int = 0) -> Json:
        """Any value that a schema has."""
        count = self.draw(st.integers(0, VALUES_MAX)) if depth < DEPTH_MAX else 0
        match schema:
            case Primitive():
                return self.draw(LEGAL[schema.name])
            case Enum():
                return self.draw(st.sampled_from(enum_values(self.registry, schema)))
            case Array():
                return [self.value(schema.element_schema, depth + 1) for _ in range(count)]
            case Map():
                inner = value_schema(self.registry, schema)
                return {self.draw(TEXTS): self.value(inner, depth + 1) for _ in range(count)}
            case Object():
                return self.members(fields_of(self.registry, schema), depth)
            case Reference():
                return self.value(referred(self.registry, schema), depth)
            case _:
                assert_never(schema)


@st.composite
def twins(draw: st.DrawFn, registry: Registry, model_id: str) -> JsonObject:
    """Contents of a twin of the model."""
    return Instances(registry, draw).members(contents_of(registry, model_id))


@st.composite
def relationship_properties(draw: st.DrawFn, registry: Registry, model_id: str, name: str) -> JsonObject:
    """Properties of a relationship from a twin of the model."""
    return Instances(registry, draw).members(properties_of(registry, model_id, name))


def contents_of(registry: Registry, model_id: str) -> Members:
    """What a twin's contents may hold."""
    contents = registry.contents(model_id)
    return {name: one for name, one in contents.items() if isinstance(one, Property | Component)}


def properties_of(registry: Registry, model_id: str, name: str) -> Members:
    """What a relationship may hold."""
    declared = registry.contents(model_id)[name]
    assert isinstance(declared, Relationship)
    return {one.name: one for one in registry.all_resolved(declared.properties)}


def fields_of(registry: Registry, schema: Object) -> dict[str, Field]:
    """The fields of an Object, by name."""
    return {field.name: field for field in registry.all_resolved(schema.fields)}


def is_needed(registry: Registry, member: Property | Component | Field) -> bool:
    """Whether it must be there: it is Required, or a component with something that is."""
    if isinstance(member, Component):
        return any(is_needed(registry, one) for one in contents_of(registry, member.schema.id).values())
    return "Required" in member.types


def enum_values(registry: Registry, schema: Enum) -> list[Json]:
    """The values of an Enum."""
    return [value.enum_value for value in registry.all_resolved(schema.enum_values)]


def value_schema(registry: Registry, schema: Map) -> Schema:
    """The schema of a Map's values."""
    value = registry.resolved(schema.map_value)
    assert value is not None
    return value.schema


def referred(registry: Registry, reference: Reference) -> Schema:
    """The schema of an id."""
    element = registry.find_element(reference.id)
    assert isinstance(element, Array | Enum | Map | Object)
    return element
