"""Rules about schemas: how deep, what a Property of DTDL v2 may hold, which values an Enum may have."""

from collections.abc import Iterator

from twinhaus.dtdl import metamodel
from twinhaus.dtdl.errors import ModelError
from twinhaus.dtdl.models import Models
from twinhaus.dtdl.rules_inheritance import error, unique_errors
from twinhaus.dtdl.types import (
    Array, Command, Content, Element, Enum, Map, Object, Primitive, Property, Relationship, Schema, Telemetry,
)  # fmt: skip

_DEPTH_LOOKED_AT = 64  # Beyond any limit; keeps the walk finite where a schema contains itself.


def content_errors(content: Content, models: Models) -> Iterator[ModelError]:
    """The rules for everything within one of an Interface's contents."""
    match content:
        case Property() | Telemetry():
            yield from _holder_errors(content, content.schema, models)
        case Relationship():
            properties = [found for one in content.properties if (found := models.resolved(one))]
            yield from unique_errors(content, "properties", "name", [one.name for one in properties])
            for one in properties:
                yield from _holder_errors(one, one.schema, models)
        case Command():
            for payload in (content.request, content.response):
                if payload and (found := models.resolved(payload)):
                    yield from schema_errors(found.schema, models)


def _holder_errors(holder: Property | Telemetry, schema: Schema, models: Models) -> Iterator[ModelError]:
    if isinstance(holder, Property) and holder.language == metamodel.V2 and _holds_array(schema, models, 0):
        yield error(holder, "excludedType", f"{holder.name} is a Property, in which DTDL v2 allows no Array and no geospatial schema.", "schema")
    yield from schema_errors(schema, models)


def _holds_array(schema: Schema, models: Models, depth: int) -> bool:
    found = models.resolved(schema) if not isinstance(schema, Primitive) else schema  # type: ignore[type-var]
    if isinstance(found, Primitive):
        return found.name in metamodel.GEOSPATIAL
    if found is None or depth > _DEPTH_LOOKED_AT:
        return False
    return isinstance(found, Array) or any(_holds_array(inner, models, depth + 1) for inner in _within(found, models))


def schema_errors(schema: Schema, models: Models) -> Iterator[ModelError]:
    """Depth, self-reference and names, for a schema written in place and all it holds."""
    if not isinstance(schema, Array | Map | Object | Enum):
        return
    depth_max = metamodel.SCHEMA_DEPTH_MAX[schema.language]
    if _contains_itself(schema, models):
        if schema.language < metamodel.V4:
            yield error(schema, "recursiveStructureWide", f"{schema.id} contains itself.")
    elif (depth := _depth(schema, models, 0)) > depth_max:
        yield error(schema, "excessiveDepthWide", f"The schema is {depth} levels deep; {depth_max} are allowed.")
    yield from _own_errors(schema, models)
    for inner in _within(schema, models):
        if not isinstance(inner, Primitive) and getattr(inner, "interface_id", None) == schema.interface_id:
            yield from _nested_errors(inner, models)


def _nested_errors(schema: Schema, models: Models) -> Iterator[ModelError]:
    if not isinstance(schema, Array | Map | Object | Enum):
        return
    yield from _own_errors(schema, models)
    for inner in _within(schema, models):
        yield from _nested_errors(inner, models)


def _own_errors(schema: Element, models: Models) -> Iterator[ModelError]:
    match schema:
        case Object():
            names = [found.name for one in schema.fields if (found := models.resolved(one))]
            yield from unique_errors(schema, "fields", "name", names)
        case Enum():
            yield from _enum_errors(schema, models)


def _enum_errors(enum: Enum, models: Models) -> Iterator[ModelError]:
    values = [found for one in enum.enum_values if (found := models.resolved(one))]
    yield from unique_errors(enum, "enumValues", "name", [value.name for value in values])
    yield from unique_errors(enum, "enumValues", "enumValue", [value.enum_value for value in values])
    expected = int if enum.value_schema.name == "integer" else str
    for value in values:
        if type(value.enum_value) is not expected:
            message = f"{value.name} has the value {value.enum_value!r}, which is not of the Enum's valueSchema, {enum.value_schema.name}."
            yield error(value, "nonConformantDatatype", message, "enumValue")


def _within(schema: Element, models: Models) -> list[Schema]:
    """The schemas directly within one."""
    match schema:
        case Array():
            return [schema.element_schema]
        case Map():
            found = models.resolved(schema.map_value)
            return [found.schema] if found else []
        case Object():
            return [found.schema for one in schema.fields if (found := models.resolved(one))]
        case _:
            return []


def _depth(schema: Schema, models: Models, above: int) -> int:
    found = None if isinstance(schema, Primitive) else models.resolved(schema)  # type: ignore[type-var]
    if found is None or above > _DEPTH_LOOKED_AT:
        return 0
    return 1 + max((_depth(inner, models, above + 1) for inner in _within(found, models)), default=0)


def _contains_itself(schema: Element, models: Models) -> bool:
    seen: set[str] = set()
    row = [schema]
    while row:
        inner = [inner for one in row for inner in _within(one, models) if not isinstance(inner, Primitive)]
        found = [element for one in inner if (element := models.resolved(one)) and element.id not in seen]  # type: ignore[type-var]
        if any(element.id == schema.id for element in found):
            return True
        seen.update(element.id for element in found)
        row = list(found)
    return False
