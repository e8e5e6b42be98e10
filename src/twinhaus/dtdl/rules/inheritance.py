"""Rules about what an Interface extends, and about its contents with everything it inherits."""

from collections import Counter
from collections.abc import Iterable, Iterator

from twinhaus.dtdl import metamodel
from twinhaus.dtdl.dtmi import is_dtmi
from twinhaus.dtdl.errors import ModelError, model_error
from twinhaus.dtdl.models import Models
from twinhaus.dtdl.types import Component, Content, Element, Interface


def error(element: Element, rule: str, message: str, member: str = "") -> ModelError:
    """An error of an element, at one of its members."""
    path = f"{element.path}.{member}".lstrip(".") if member else element.path
    return model_error(rule, element.id, path, message, document=element.document)


def cycle_errors(interface: Interface, models: Models) -> Iterator[ModelError]:
    """An Interface must not extend itself, however indirectly (DTDL, "Interface", `extends`)."""
    for parent_id in interface.extends:
        parent = models.find_interface(parent_id)
        if parent is not None and interface.id in models.ancestors(parent_id):
            yield error(
                interface,
                "recursiveStructureNarrow",
                f"{interface.id} extends itself through {parent_id}.",
                "extends",
            )
            return


def extends_errors(interface: Interface, models: Models) -> Iterator[ModelError]:
    """How deep, and how many Interfaces in all, one may extend."""
    depth_max = metamodel.EXTENDS_DEPTH_MAX[interface.language]
    count = len(models.ancestors(interface.id)) - 1
    if count > depth_max and (depth := _extends_depth(interface, models, depth_max + 1)) > depth_max:
        message = f"{interface.id} extends {depth} levels deep; {depth_max} are allowed."
        yield error(interface, "excessiveDepthNarrow", message, "extends")
    count_max = metamodel.EXTENDS_COUNT_MAX[interface.language]
    if count > count_max:
        yield error(
            interface,
            "excessiveCount",
            f"{interface.id} extends {count} Interfaces; {count_max} are allowed.",
            "extends",
        )


def _extends_depth(interface: Interface, models: Models, depth_max: int) -> int:
    """The longest chain of `extends`, counted no further than the limit."""
    row, depth = {interface.id}, 0
    while depth < depth_max:
        row = {parent for id in row if (found := models.find_interface(id)) for parent in found.extends}
        if not row:
            return depth
        depth += 1
    return depth


def content_errors(interface: Interface, models: Models) -> Iterator[ModelError]:
    """The names of contents must be unique, inherited ones included (DTDL, "Interface", `contents`)."""
    own = list(models.own_contents(interface))
    yield from unique_errors(interface, "contents", "name", own, [content.name for content in own])
    if len(interface.extends) > 1 or own:
        yield from _inherited_name_errors(interface, own, models)
    count_max = metamodel.CONTENTS_COUNT_MAX[interface.language]
    if (count := len(models.contents(interface.id))) > count_max:
        yield error(
            interface,
            "objectCountAboveMax",
            f"{interface.id} has {count} contents; {count_max} are allowed.",
            "contents",
        )


def _inherited_name_errors(interface: Interface, own: list[Content], models: Models) -> Iterator[ModelError]:
    owners = {content.name: content for content in own}
    for parent_id in interface.extends:
        if models.find_interface(parent_id) is None:
            continue
        for name, content in models.contents(parent_id).items():
            other = owners.setdefault(name, content)
            if other is not content and other.id != content.id:
                message = (
                    f'"{name}" is already declared by {content.interface_id}, which {interface.id} extends.'
                )
                yield error(interface, "nonUniqueImportedPropertyValue", message, "contents")


def unique_errors(
    element: Element, member: str, key: str, parts: Iterable[Element], values: Iterable[object]
) -> Iterator[ModelError]:
    """The parts of an element must differ in a member.

    Two with one id of their author's are an error already; ids that the language assigns follow from the names.
    """
    by_id = {
        (part.id if is_dtmi(part.id) else position): value
        for position, (part, value) in enumerate(zip(parts, values, strict=True))
    }
    for value, count in Counter(map(_exactly, by_id.values())).items():
        if count > 1:
            message = f'{member} holds {count} elements whose {key} is "{value[1]}".'
            yield error(element, "nonUniquePropertyValue", message, member)


def _exactly(value: object) -> tuple[type, object]:
    return type(value), value  # True is not 1 here.


def component_errors(interface: Interface, models: Models) -> Iterator[ModelError]:
    """No component within a component, be it through inheritance (DTDL, "Component")."""
    for content in models.own_contents(interface):
        if not isinstance(content, Component) or models.find_interface(content.schema.id) is None:
            continue
        nested = [
            name for name, inner in models.contents(content.schema.id).items() if isinstance(inner, Component)
        ]
        if content.schema.id == interface.id:
            yield error(
                interface,
                "recursiveStructureNarrow",
                f"{content.name} contains the Interface it is part of.",
                "contents",
            )
        elif nested:
            message = (
                f"{content.name} is a {content.schema.id}, which has a component of its own, {nested[0]}."
            )
            yield error(content, "excludedType", message, "schema")


def size_errors(interface: Interface, text: str, models: Models) -> Iterator[ModelError]:
    """How large an Interface may be, in bytes and in elements with all it inherits (DTDL, "Model limits")."""
    if interface.language == metamodel.V2:
        return
    if len(text) > metamodel.INTERFACE_BYTES_MAX:
        message = f"The Interface is {len(text)} bytes of JSON; {metamodel.INTERFACE_BYTES_MAX} are allowed."
        yield error(interface, "partitionTooLarge", message)
    found = map(models.find_interface, models.ancestors(interface.id))
    count = sum(ancestor.element_count for ancestor in found if ancestor)
    if count > metamodel.ELEMENTS_COUNT_MAX:
        yield error(
            interface,
            "excessiveCount",
            f"{interface.id} has {count} elements in all; {metamodel.ELEMENTS_COUNT_MAX} are allowed.",
        )
