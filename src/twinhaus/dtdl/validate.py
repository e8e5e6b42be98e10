"""Whether a twin is what its model says, and a relationship what the models at its ends allow.

Every write passes here, so each model is compiled once per registry; a valid twin then costs a few look-ups.
"""

from collections.abc import Mapping
from itertools import islice

from twinhaus.dtdl.checks import ANY_OBJECT, check_of, is_required, table_check
from twinhaus.dtdl.registry import Registry
from twinhaus.dtdl.types import Command, Component, Content, Property, Relationship, Telemetry
from twinhaus.dtdl.values import Check
from twinhaus.dtdl.words import did_you_mean, listed, shown
from twinhaus.errors import Fault
from twinhaus.graph import METADATA
from twinhaus.strictjson import Json

FAULTS_MAX = 100  # Per twin; who has more has another problem than the hundred-and-first.


def check_contents(registry: Registry, model_id: str, contents: Mapping[str, Json]) -> tuple[Fault, ...]:
    """Every fault of a twin's contents against its model, inherited contents included; empty when it is valid.

    `$metadata` within a component may be any object and is not looked at. Raises UnknownModel.
    """
    check = registry.compiled.get(model_id) or _compile(registry, model_id)
    if check.accepts(contents):
        return ()
    return tuple(islice(check.faults(contents, "contents"), FAULTS_MAX))


def check_relationship(
    registry: Registry, *, source_model: str, name: str, target_model: str, properties: Mapping[str, Json]
) -> tuple[Fault, ...]:
    """Every fault of a relationship: its name (at `name`), its target (`targetId`), its properties (`properties.…`).

    Raises UnknownModel for a source model that is not there.
    """
    declared = registry.contents(source_model).get(name)
    if not isinstance(declared, Relationship):
        return (_undeclared(registry, source_model, name),)
    faults = []
    if declared.target is not None and not registry.is_kind_of(target_model, declared.target):
        message = f"{name} of {source_model} must lead to a {declared.target}; {target_model} is not one"
        faults.append(Fault("targetId", message))
    check = _properties_check(registry, declared)
    if not check.accepts(properties):
        faults.extend(islice(check.faults(properties, "properties"), FAULTS_MAX))
    return tuple(faults)


def max_multiplicity(registry: Registry, source_model: str, name: str) -> int | None:
    """How many relationships of this name a twin of this model may have; None for any number. Raises UnknownModel."""
    declared = registry.contents(source_model).get(name)
    return declared.max_multiplicity if isinstance(declared, Relationship) else None


def _undeclared(registry: Registry, source_model: str, name: str) -> Fault:
    contents = registry.contents(source_model)
    if name in contents:
        return Fault("name", f'"{name}" of {source_model} is {_kind(contents[name])}, not a relationship')
    legal = [known for known, content in contents.items() if isinstance(content, Relationship)]
    hint = did_you_mean(name, legal) or (f" It declares {listed(legal, joined_by='and')}." if legal else "")
    return Fault("name", f"{source_model} declares no relationship {shown(name)}.{hint}")


def _compile(registry: Registry, model_id: str, *, is_component: bool = False) -> Check:
    contents = registry.contents(model_id)
    checks = {
        name: _content_check(registry, content) for name, content in contents.items() if _is_state(content)
    }
    required = frozenset(name for name in checks if must_be_told(registry, contents[name]))
    legal = tuple(checks)

    def unknown(name: str) -> str:
        if name in contents:
            return f"{name} is {_kind(contents[name])} of {model_id}; contents hold its properties and components only"
        return f"{model_id} has no property or component {shown(name)}.{did_you_mean(name, legal)}"

    if is_component:
        checks[METADATA] = ANY_OBJECT
        return table_check(checks, required, f"an object, the component {model_id}", unknown)
    check = registry.compiled[model_id] = table_check(checks, required, "an object", unknown)
    return check


def _is_state(content: Content) -> bool:
    return isinstance(content, Property | Component)


def must_be_told(registry: Registry, content: Content) -> bool:
    """Whether it cannot be left out: it is required, or a component that requires something. A twin has all its
    components, empty where it was given none, and that one cannot be empty.
    """
    return is_required(content) or (
        isinstance(content, Component) and not _content_check(registry, content).accepts({})
    )


def _content_check(registry: Registry, content: Content) -> Check:
    if isinstance(content, Component):
        key = f"{content.schema.id}#component"
        if key not in registry.compiled:
            registry.compiled[key] = _compile(registry, content.schema.id, is_component=True)
        return registry.compiled[key]
    assert isinstance(content, Property)
    return check_of(registry, content.schema)


def _properties_check(registry: Registry, relationship: Relationship) -> Check:
    known = registry.compiled.get(relationship.id)
    if known is None:
        properties = registry.all_resolved(relationship.properties)
        checks = {one.name: check_of(registry, one.schema) for one in properties}
        required = frozenset(one.name for one in properties if is_required(one))

        def unknown(name: str) -> str:
            return f"{relationship.name} has no property {shown(name)}.{did_you_mean(name, checks)}"

        known = registry.compiled[relationship.id] = table_check(checks, required, "an object", unknown)
    return known


def _kind(content: Content) -> str:
    match content:
        case Relationship():
            return "a relationship"
        case Telemetry():
            return "telemetry"
        case Command():
            return "a command"
        case Component():
            return "a component"
        case Property():
            return "a property"
