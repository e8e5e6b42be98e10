"""What co-types ask of the elements around the one they stand on (the tables of the extensions, `cotypes.py`)."""

from collections.abc import Iterator, Sequence

from twinhaus.dtdl import metamodel
from twinhaus.dtdl.cotypes import NUMERIC, Cotype
from twinhaus.dtdl.errors import ModelError
from twinhaus.dtdl.models import Models
from twinhaus.dtdl.rules.inheritance import error, unique_errors
from twinhaus.dtdl.rules.nesting import Holder, holders_in
from twinhaus.dtdl.types import (
    Array,
    Element,
    Enum,
    Field,
    Interface,
    Map,
    MapValue,
    Object,
    Primitive,
    Reference,
    Schema,
)
from twinhaus.dtdl.values import PRIMITIVES
from twinhaus.dtdl.words import listed

_KIND_WORDS = {NUMERIC: "numeric, such as double"}


def interface_errors(interface: Interface, models: Models) -> Iterator[ModelError]:
    """The rules for every element that is written in the Interface."""
    own = [content for content in models.own_contents(interface) if content.interface_id == interface.id]
    yield from _index_errors(interface, "contents", own)
    for content in own:
        for holder in holders_in(content, models):
            yield from _holder_errors(holder, models)
    for schema in interface.schemas:
        yield from _written_errors(schema, models)


def _holder_errors(holder: Holder, models: Models) -> Iterator[ModelError]:
    for cotype in holder.cotypes:
        yield from _schema_errors(holder, cotype, models)
        yield from _value_errors(holder, cotype)
    yield from _written_errors(holder.schema, models)


def _written_errors(schema: Schema, models: Models) -> Iterator[ModelError]:
    """The errors within a schema that is written in place."""
    if isinstance(schema, Primitive | Reference) or schema.id == schema.interface_id:
        return  # Written elsewhere, or by the language itself.
    match schema:
        case Object():
            fields = models.all_resolved(schema.fields)
            yield from _object_errors(schema, fields)
            yield from _index_errors(schema, "fields", fields)
            for field in schema.fields:
                if isinstance(field, Field):
                    yield from _holder_errors(field, models)
        case Map():
            if isinstance(schema.map_value, MapValue):
                yield from _holder_errors(schema.map_value, models)
        case Array():
            yield from _written_errors(schema.element_schema, models)
        case Enum():
            yield from _index_errors(schema, "enumValues", models.all_resolved(schema.enum_values))


def _index_errors(element: Element, member: str, parts: Sequence[Element]) -> Iterator[ModelError]:
    """The index of an Indexed element tells it from its siblings (mqtt extension)."""
    indexed = [part for part in parts if "index" in part.extras]
    if len(indexed) > 1:
        yield from unique_errors(
            element, member, "index", indexed, [part.extras["index"] for part in indexed]
        )


def _object_errors(schema: Object, fields: Sequence[Field]) -> Iterator[ModelError]:
    for cotype in schema.cotypes:
        if cotype.fields_with and any(not cotype.fields_with & set(field.types) for field in fields):
            message = f"Every field of a {cotype.name} must be a {listed(sorted(cotype.fields_with))}."
            yield error(schema, "notRequiredType", message, "fields")
    for index, field in enumerate(fields):
        for cotype in field.cotypes:
            if cotype.within:
                yield from _field_errors(field, cotype, schema, fields[:index], fields)


def _field_errors(
    field: Field, cotype: Cotype, holder: Object, before: Sequence[Field], fields: Sequence[Field]
) -> Iterator[ModelError]:
    if not cotype.within & set(holder.types):
        message = f"{cotype.name} may stand on fields of a {listed(sorted(cotype.within))} only."
        yield error(field, "parentMissingCotype", message)
    for other in before:
        if cotype.name in other.types:
            message = f"{field.name} and {other.name} are both a {cotype.name}; one is allowed."
            yield error(field, "siblingDuplicatesCotype", message)
            break
    if cotype.sibling and not any(cotype.sibling in other.types for other in fields):
        message = f"{cotype.name} may be used only beside a field that is a {cotype.sibling}."
        yield error(field, "siblingMissingCotype", message)


def _schema_errors(holder: Holder, cotype: Cotype, models: Models) -> Iterator[ModelError]:
    found = models.resolved(holder.schema) if isinstance(holder.schema, Reference) else holder.schema
    if found is None:
        return
    if cotype.schema_kinds and not _is_one_of(found, cotype.schema_kinds, holder.language):
        expected = listed(_KIND_WORDS.get(kind, kind) for kind in sorted(cotype.schema_kinds))
        yield error(holder, "notRequiredType", f"The schema of a {cotype.name} must be {expected}.", "schema")
    if cotype.schema_terms and _term(found) not in cotype.schema_terms:
        message = f"The schema of a {cotype.name} must be {listed(sorted(cotype.schema_terms))}."
        yield error(holder, "notRequiredValue", message, "schema")


def _is_one_of(schema: Schema, kinds: frozenset[str], language: int) -> bool:
    match schema:
        case Primitive(name):
            return name in kinds or (NUMERIC in kinds and name in metamodel.numeric_of(language))
        case Reference():
            return False
        case _:
            return type(schema).__name__ in kinds or bool(kinds & set(schema.types))


def _term(schema: Schema) -> str:
    """The name of a schema that the language or an extension defines; nothing for others."""
    match schema:
        case Primitive(name):
            return name
        case Object() if schema.id == schema.interface_id:
            return schema.id.rpartition(":")[2].partition(";")[0]
        case _:
            return ""


def _value_errors(holder: Holder, cotype: Cotype) -> Iterator[ModelError]:
    """A number such as a minimum must itself be a value of the schema (iotoperations extension)."""
    schema = holder.schema
    if not isinstance(schema, Primitive) or schema.name not in metamodel.numeric_of(holder.language):
        return
    for member in cotype.members:
        if member.is_of_schema and member.name in holder.extras:
            value = holder.extras[member.name]
            if schema.name != "decimal" and not PRIMITIVES[schema.name].accepts(value):
                message = f"{member.name} must be a value of the schema {schema.name}; got {value}."
                yield error(holder, "nonConformantPropertyValue", message, member.name)
