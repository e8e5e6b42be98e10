"""The rules a model must keep beyond the shape of its elements; here, those about what it refers to.

Each rule is a function from what was read, and the models around it, to the errors it finds.
"""

from collections.abc import Iterable, Iterator

from twinhaus.dtdl.errors import ModelError, model_error
from twinhaus.dtdl.models import Models
from twinhaus.dtdl.reading import Reading, Use
from twinhaus.dtdl.rules import annotations, around, inheritance, schemas
from twinhaus.dtdl.types import CommandPayload, Element, Interface
from twinhaus.dtdl.words import listed


def unresolved(reading: Reading, models: Models) -> tuple[Use, ...]:
    """The uses of ids that are defined nowhere."""
    return tuple(use for use in reading.uses if not _is_defined(use.target_id, reading, models))


def check(reading: Reading, models: Models) -> Iterable[ModelError]:
    """Every rule that the models just read break."""
    unsound = set()  # Interfaces that the further rules cannot go through.
    for use in reading.uses:
        for error in reference_errors(use, models):
            yield error
            if error.validation_id.endswith(":badType"):
                unsound.add(use.place.partition.id)
    for interface in reading.interfaces.values():
        for error in inheritance.cycle_errors(interface, models):
            unsound.add(interface.id)
            yield error
    for interface in reading.interfaces.values():
        if interface.id not in unsound:
            yield from _interface_errors(interface, reading, models)


def _interface_errors(interface: Interface, reading: Reading, models: Models) -> Iterator[ModelError]:
    yield from inheritance.extends_errors(interface, models)
    yield from inheritance.content_errors(interface, models)
    yield from inheritance.component_errors(interface, models)
    yield from inheritance.size_errors(interface, reading.texts[interface.id], models)
    yield from schemas.interface_errors(interface, models)
    yield from around.interface_errors(interface, models)
    yield from annotations.annotation_errors(interface, models)


def _is_defined(id: str, reading: Reading, models: Models) -> bool:
    return models.find_element(id) is not None or id in reading.defined


def reference_errors(use: Use, models: Models) -> Iterator[ModelError]:
    """A reference must lead to an element of the right kind and version, of the same Interface (DTDL, "References")."""
    target = models.find_element(use.target_id)
    if target is None:
        return
    if (kind := _kind(target)) not in _kinds(use):
        yield _error(
            use,
            "badType",
            f"{use.member.name} must be {listed(sorted(_kinds(use)))}; {use.target_id} is not: it is {kind}.",
        )
    elif not isinstance(target, Interface) and target.interface_id != use.place.partition.id:
        message = (
            f"{use.target_id} belongs to {target.interface_id} and cannot be used from another Interface."
        )
        yield _error(use, "crossPartitionReference", message)
    language = use.place.context.language
    if target.language > language or (target.language < language and not use.member.older_allowed):
        message = f"{use.member.name} of a DTDL v{language} element cannot be {use.target_id} of v{target.language}."
        yield _error(use, "disallowedVersionReference", message)


def _kinds(use: Use) -> frozenset[str]:
    payloads = {"CommandRequest", "CommandResponse"}
    return use.member.kinds | ({"CommandPayload"} if payloads & use.member.kinds else frozenset())


def _kind(element: Element) -> str:
    return "CommandPayload" if isinstance(element, CommandPayload) else type(element).__name__


def _error(use: Use, rule: str, message: str) -> ModelError:
    return model_error(rule, use.place.id, use.path, message, document=use.place.document)
