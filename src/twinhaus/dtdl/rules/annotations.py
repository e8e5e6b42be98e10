"""Rules of the extensions about a content and its siblings: annotations and overrides."""

from collections.abc import Iterable, Iterator, Mapping

from twinhaus.dtdl.errors import ModelError
from twinhaus.dtdl.extensions import units
from twinhaus.dtdl.models import Models
from twinhaus.dtdl.rules.inheritance import error
from twinhaus.dtdl.types import (
    Content,
    Enum,
    Interface,
    Property,
    Schema,
    Telemetry,
)


def annotation_errors(interface: Interface, models: Models) -> Iterator[ModelError]:
    """The rules for annotations that the Interface declares, or inherits and declares the annotated element of."""
    siblings = models.contents(interface.id)
    for content in siblings.values():
        if content.types and "ValueAnnotation" in content.types and isinstance(content, Property | Telemetry):
            sibling = siblings.get(str(content.extras.get("annotates")))
            if sibling is not None and interface.id in (content.interface_id, sibling.interface_id):
                yield from _annotation_errors(interface, content, sibling, siblings)


def _annotation_errors(
    interface: Interface, content: Property | Telemetry, sibling: Content, siblings: Mapping[str, Content]
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
        yield from _override_errors(interface, content, sibling, siblings.values())


def _override_errors(
    interface: Interface,
    content: Property | Telemetry,
    sibling: Property | Telemetry,
    contents: Iterable[Content],
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
        message = f"{content.name} and {same[0]} both override {member} of {sibling.name}."
        yield error(interface, "multipleReference", message, "contents")


def _is_unit_enum_of(schema: Schema, sibling: Property | Telemetry) -> bool:
    quantities = units.quantities(3)
    expected = {quantities[name] for name in sibling.types if name in quantities}
    return isinstance(schema, Enum) and schema.id.rpartition(":")[2].partition(";")[0] in expected
