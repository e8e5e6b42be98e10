"""What a model says of one place within its twins' contents, or within the properties of a relationship."""

from collections.abc import Sequence

from twinhaus.dtdl.checks import check_of
from twinhaus.dtdl.registry import Registry
from twinhaus.dtdl.types import Component, Map, Object, Property, Reference, Relationship, Schema
from twinhaus.dtdl.values import Check


def check_in_contents(registry: Registry, model_id: str, keys: Sequence[str]) -> Check | None:
    """The check of what stands at these keys; None where the model, which must be stored, has nothing there."""
    content = registry.contents(model_id).get(keys[0])
    match content:
        case Property():
            return _check_at(registry, content.schema, keys[1:])
        case Component() if len(keys) > 1:
            return check_in_contents(registry, content.schema.id, keys[1:])
        case _:
            return None


def check_in_properties(
    registry: Registry, source_model: str, name: str, keys: Sequence[str]
) -> Check | None:
    """The same of a relationship's properties."""
    relationship = registry.contents(source_model).get(name)
    if not isinstance(relationship, Relationship):
        return None
    for one in registry.all_resolved(relationship.properties):
        if one.name == keys[0]:
            return _check_at(registry, one.schema, keys[1:])
    return None


def _check_at(registry: Registry, schema: Schema, keys: Sequence[str]) -> Check | None:
    if not keys:
        return check_of(registry, schema)
    element = registry.find_element(schema.id) if isinstance(schema, Reference) else schema
    match element:
        case Object():
            fields = registry.all_resolved(element.fields)
            inner = next((field.schema for field in fields if field.name == keys[0]), None)
        case Map():
            value = registry.resolved(element.map_value)
            inner = value.schema if value else None
        case _:
            inner = None
    return None if inner is None else _check_at(registry, inner, keys[1:])
