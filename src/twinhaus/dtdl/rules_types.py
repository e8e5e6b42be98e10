"""Rules of the extensions about an element and its siblings: quantities, annotations and overrides."""

from collections.abc import Iterable, Iterator, Mapping

from twinhaus.dtdl import metamodel, units
from twinhaus.dtdl.errors import ModelError
from twinhaus.dtdl.models import Models
from twinhaus.dtdl.rules_inheritance import error
from twinhaus.dtdl.types import (
    Command,
    Content,
    Element,
    Enum,
    Interface,
    Map,
    Object,
    Primitive,
    Property,
    Schema,
    Telemetry,
)

_QUANTITIES = frozenset(units.quantities(3))


def content_errors(content: Content, models: Models) -> Iterator[ModelError]:
    """The rules its co-types lay on one of an Interface's contents."""
    if isinstance(content, Property | Telemetry):
        yield from _quantity_errors(content, content.schema, models)
        yield from _schema_errors(content.schema, models)
    elif isinstance(content, Command):
        for payload in (content.request, content.response):
            if payload and (found := models.resolved(payload)):
                yield from _quantity_errors(found, found.schema, models)


def _schema_errors(schema: Schema, models: Models) -> Iterator[ModelError]:
    match schema:
        case Object():
            for one in schema.fields:
                if found := models.resolved(one):
                    yield from _quantity_errors(found, found.schema, models)
        case Map():
            if value := models.resolved(schema.map_value):
                yield from _quantity_errors(value, value.schema, models)
        case _:
            pass


def _quantity_errors(element: Element, schema: Schema, models: Models) -> Iterator[ModelError]:
    """A quantity is measured in numbers (DTDL, "Semantic types")."""
    if not element.types:
        return
    quantity = next((name for name in element.types if name in _QUANTITIES), None)
    if quantity is None:
        return
    if not isinstance(schema, Primitive) or schema.name not in metamodel.numeric_of(element.language):
        yield error(
            element, "notRequiredType", f"A {quantity} must have a numeric schema, such as double.", "schema"
        )


def annotation_errors(interface: Interface, models: Models) -> Iterator[ModelError]:
    """The rules for annotations that the Interface declares, or inherits and declares the annotated element of."""
    siblings = models.contents(interface.id)
    for content in siblings.values():
        if content.types and "ValueAnnotation" in content.types and isinstance(content, Property | Telemetry):
            sibling = siblings.get(str(content.extras.get("annotates")))
            if sibling is not None and interface.id in (content.interface_id, sibling.interface_id):
                yield from _annotation_errors(content, sibling, siblings, models)


def _annotation_errors(
    content: Property | Telemetry, sibling: Content, siblings: Mapping[str, Content], models: Models
) -> Iterator[ModelError]:
    """An annotation names a sibling Property or Telemetry that is none itself (annotation extension).

    A name that no sibling has is let through, as the language's authors do; published ontologies rely on it.
    """
    name = sibling.name
    if not isinstance(sibling, Property | Telemetry):
        message = f"{content.name} annotates {name}, which is neither a Property nor Telemetry."
        yield error(content, "notSiblingRequiredType", message, "annotates")
    elif "ValueAnnotation" in sibling.types:
        yield error(
            content,
            "disallowedType",
            f"{content.name} annotates {name}, which is an annotation itself.",
            "annotates",
        )
    elif "Override" in content.types:
        yield from _override_errors(content, sibling, siblings.values())


def _override_errors(
    content: Property | Telemetry, sibling: Property | Telemetry, contents: Iterable[Content]
) -> Iterator[ModelError]:
    """An override replaces a member that a co-type adds to what it annotates (overriding extension)."""
    member = str(content.extras.get("overrides")).rpartition(":")[2]
    if member not in sibling.extras:
        rule = (
            "matchingPropertyNotSupplemental"
            if hasattr(sibling, member)
            else "noMatchingSupplementalProperty"
        )
        yield error(
            content,
            rule,
            f"{content.name} overrides {member}, which no co-type of {sibling.name} adds.",
            "overrides",
        )
        return
    if member == "unit" and not _is_unit_enum_of(content.schema, sibling):
        yield error(
            content,
            "siblingPropertyMismatch",
            f"{content.name} overrides the unit of {sibling.name}, so its schema must be that unit enum.",
            "schema",
        )
    same = [
        other.name for other in contents
        if isinstance(other, Property) and "Override" in other.types
        and other.extras.get("annotates") == sibling.name
        and other.extras.get("overrides") == content.extras.get("overrides")
    ]  # fmt: skip
    if len(same) > 1 and same[0] != content.name:
        yield error(
            content,
            "multipleReference",
            f"{content.name} and {same[0]} both override {member} of {sibling.name}.",
            "overrides",
        )


def _is_unit_enum_of(schema: Schema, sibling: Property | Telemetry) -> bool:
    quantities = units.quantities(3)
    expected = {quantities[name] for name in sibling.types if name in quantities}
    return isinstance(schema, Enum) and schema.id.rpartition(":")[2].partition(";")[0] in expected
