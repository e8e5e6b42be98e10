"""Rules about schemas: how deep, what a Property of DTDL v2 may hold, which values an Enum may have."""

from collections.abc import Iterator

from twinhaus.dtdl import metamodel
from twinhaus.dtdl.errors import ModelError
from twinhaus.dtdl.models import Models
from twinhaus.dtdl.rules.inheritance import error, unique_errors
from twinhaus.dtdl.rules.nesting import (
    Loops,
    all_within,
    complex_within,
    directly_within,
    holders_in,
    loops_of,
)
from twinhaus.dtdl.types import (
    Array,
    Content,
    Element,
    Enum,
    Interface,
    Map,
    Object,
    Primitive,
    Property,
    Reference,
    Relationship,
    Schema,
)  # fmt: skip


def interface_errors(interface: Interface, models: Models) -> Iterator[ModelError]:
    """The rules for every schema that the Interface holds itself."""
    own = [content for content in models.own_contents(interface) if content.interface_id == interface.id]
    used = [holder.schema for content in own for holder in holders_in(content, models)]
    schemas = [*interface.schemas, *used]
    loops = loops_of(schemas, models) if any(map(_is_complex, schemas)) else Loops()
    for content in own:
        yield from _content_errors(content, models)
    for schema in schemas:
        yield from _schema_errors(schema, loops, models)


def _is_complex(schema: Schema) -> bool:
    return isinstance(schema, Reference | Array | Map | Object)


def _content_errors(content: Content, models: Models) -> Iterator[ModelError]:
    holders = holders_in(content, models)
    if isinstance(content, Relationship):
        yield from unique_errors(content, "properties", "name", holders, [holder.name for holder in holders])
    for holder in holders:
        if (
            isinstance(holder, Property)
            and holder.language == metamodel.V2
            and _holds_array(holder.schema, models)
        ):
            message = (
                f"{holder.name} is a Property, in which DTDL v2 allows no Array and no geospatial schema."
            )
            yield error(holder, "excludedType", message, "schema")


def _holds_array(schema: Schema, models: Models) -> bool:
    return any(
        isinstance(one, Array) or (isinstance(one, Primitive) and one.name in metamodel.GEOSPATIAL)
        for one in all_within([schema], models)
    )


def _schema_errors(schema: Schema, loops: Loops, models: Models) -> Iterator[ModelError]:
    """Depth, self-reference and names, for a schema written in place and all it holds."""
    if isinstance(schema, Primitive | Reference) or schema.id == schema.interface_id:
        return  # Written elsewhere, or by the language itself.
    if id(schema) not in loops.leading:
        yield from _depth_errors(schema, models)
    elif schema.language < metamodel.V4 and id(schema) in loops.closed:
        for holder in _closing(schema, loops, models):
            yield error(holder, "recursiveStructureWide", f"{schema.id} contains itself.")
    yield from _written_errors(schema, models)


def _closing(schema: Element, loops: Loops, models: Models) -> Iterator[Element]:
    """What leads from a schema further around its loop: fields of an Object, else the schema itself."""
    match schema:
        case Object():
            for field in models.all_resolved(schema.fields):
                held = field.schema
                found = models.find_element(held.id) if isinstance(held, Reference) else held
                if id(found) in loops.closed:
                    yield field
        case _:
            yield schema


def _depth_errors(schema: Element, models: Models) -> Iterator[ModelError]:
    by_language = metamodel.SCHEMA_DEPTH_MAX[schema.language]
    depth_max = metamodel.SCHEMA_DEPTH_MAX_BY_LIMITS.get(schema.limits, by_language)
    row = {id(schema): schema}
    for _ in range(depth_max):
        inner = (found for one in row.values() for found in complex_within(one, models))
        row = {id(one): one for one in inner}
    if row:
        message = f"The schema is more than {depth_max} levels deep."
        yield error(schema, "excessiveDepthWide", message)


def _written_errors(schema: Schema, models: Models) -> Iterator[ModelError]:
    """The errors of a schema and of those written within it."""
    if isinstance(schema, Primitive | Reference) or schema.id == schema.interface_id:
        return
    yield from _own_errors(schema, models)
    for inner in directly_within(schema, models):
        yield from _written_errors(inner, models)


def _own_errors(schema: Element, models: Models) -> Iterator[ModelError]:
    match schema:
        case Object():
            fields = models.all_resolved(schema.fields)
            yield from unique_errors(schema, "fields", "name", fields, [field.name for field in fields])
        case Enum():
            yield from _enum_errors(schema, models)
        case _:
            pass


def _enum_errors(enum: Enum, models: Models) -> Iterator[ModelError]:
    values = models.all_resolved(enum.enum_values)
    yield from unique_errors(enum, "enumValues", "name", values, [value.name for value in values])
    yield from unique_errors(enum, "enumValues", "enumValue", values, [value.enum_value for value in values])
    expected = int if enum.value_schema.name == "integer" else str
    for value in values:
        if type(value.enum_value) is not expected:
            message = (
                f"{value.name} has a value that is not of the Enum's valueSchema, {enum.value_schema.name}."
            )
            yield error(value, "nonConformantDatatype", message, "enumValue")
