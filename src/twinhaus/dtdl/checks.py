"""Schemas compiled into checks: tables and closures, so that a valid value costs a few look-ups (DTDL, "Schemas")."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from twinhaus.dtdl.registry import Registry
from twinhaus.dtdl.types import Array, Element, Enum, Map, Object, Primitive, Reference, Schema
from twinhaus.dtdl.values import PRIMITIVES, Check, MinusZero, mismatch, plain_check, subject
from twinhaus.dtdl.words import NAMES_LISTED_MAX, did_you_mean, listed, shown
from twinhaus.errors import Fault, path_to
from twinhaus.strictjson import Json, describe

REFERENCES_FOLLOWED_MAX = 16


def check_of(registry: Registry, schema: Schema, *, followed: int = 0) -> Check:
    """The check of a schema. Those with an id of their own are kept in the registry, and may contain themselves.

    `followed` counts the references that led here; after many, the rest is compiled only when a value gets there.
    """
    match schema:
        case Primitive():
            return PRIMITIVES[schema.name]
        case Array():
            return _array(check_of(registry, schema.element_schema, followed=followed))
        case Map():
            value = registry.resolved(schema.map_value)
            return _map(check_of(registry, value.schema, followed=followed)) if value else ANYTHING
        case Object():
            return _object(registry, schema, followed)
        case Enum():
            return _enum(registry, schema)
        case Reference():
            return _named(registry, schema, followed)


def only_check(value: Json) -> Check:
    """The check of one value of an Enum."""
    return _one_of([value], type(value))


def is_required(element: Element) -> bool:
    """Whether an instance must have it (the extension requirement)."""
    return any(cotype.name == "Required" for cotype in element.cotypes)


def table_check(
    checks: Mapping[str, Check], required: frozenset[str], expected: str, unknown: Callable[[str], str]
) -> Check:
    """A check of an object by its members; `unknown` says what is wrong with a name that `checks` does not have."""
    accepting = {name: check.accepts for name, check in checks.items()}

    def accepts(value: Json) -> bool:
        if type(value) is not dict:
            return False
        for name, inner in value.items():
            accept = accepting.get(name)
            if accept is None or not accept(inner):
                return False
        return not required or required <= value.keys()

    def faults(value: Json, path: str) -> Iterator[Fault]:
        if type(value) is not dict:
            yield mismatch(value, path, expected)
            return
        for name, inner in value.items():
            if (check := checks.get(name)) is None:
                yield Fault(path_to(path, name), unknown(name))
            else:
                yield from check.faults(inner, path_to(path, name))
        for name in sorted(required - value.keys()):
            yield Fault(path_to(path, name), f"{subject(path_to(path, name))} is required, but missing")

    return Check(accepts, faults)


ANYTHING = Check(lambda value: True, lambda value, path: iter(()))
ANY_OBJECT = plain_check(lambda value: type(value) is dict, "an object")


def _named(registry: Registry, reference: Reference, followed: int) -> Check:
    known = registry.compiled.get(reference.id)
    if known is not None:
        return known
    late = _late(registry, reference)
    if followed > REFERENCES_FOLLOWED_MAX:
        return late
    # Stands in while the schema is compiled, should it contain itself.
    registry.compiled[reference.id] = late
    check = registry.compiled[reference.id] = _compiled(registry, reference, followed + 1)
    return check


def _compiled(registry: Registry, reference: Reference, followed: int) -> Check:
    element = registry.find_element(reference.id)
    if isinstance(element, Array | Map | Object | Enum):
        return check_of(registry, element, followed=followed)
    return ANYTHING


def _late(registry: Registry, reference: Reference) -> Check:
    """A check that finds, or compiles, the real one when it is first asked."""
    real: list[Check] = []

    def check() -> Check:
        if not real:
            real.append(_compiled(registry, reference, 0))
        return real[0]

    return Check(lambda value: check().accepts(value), lambda value, path: check().faults(value, path))


def _array(element: Check) -> Check:
    accept = element.accepts

    def accepts(value: Json) -> bool:
        return type(value) is list and all(map(accept, value))

    def faults(value: Json, path: str) -> Iterator[Fault]:
        if type(value) is not list:
            yield mismatch(value, path, "an array")
            return
        for index, inner in enumerate(value):
            yield from element.faults(inner, f"{path}[{index}]")

    return Check(accepts, faults)


def _map(element: Check) -> Check:
    accept = element.accepts

    def accepts(value: Json) -> bool:
        return type(value) is dict and all(map(accept, value.values()))

    def faults(value: Json, path: str) -> Iterator[Fault]:
        if type(value) is not dict:
            yield mismatch(value, path, "an object, mapping keys to values")
            return
        for key, inner in value.items():
            yield from element.faults(inner, path_to(path, key))

    return Check(accepts, faults)


def _object(registry: Registry, schema: Object, followed: int) -> Check:
    fields = registry.all_resolved(schema.fields)
    checks = {field.name: check_of(registry, field.schema, followed=followed) for field in fields}
    required = frozenset(field.name for field in fields if is_required(field))
    legal = f" Legal are {listed(checks, joined_by='and')}." if checks else ""

    def unknown(name: str) -> str:
        return f"there is no field {shown(name)} here.{did_you_mean(name, checks) or legal}"

    return table_check(checks, required, "an object", unknown)


def _enum(registry: Registry, schema: Enum) -> Check:
    values = [value.enum_value for value in registry.all_resolved(schema.enum_values)]
    return _one_of(values, int if schema.value_schema.name == "integer" else str)


def _one_of(values: Sequence[Json], kind: type) -> Check:
    known = frozenset(values)
    legal = [f'"{value}"' if kind is str else f"{value}" for value in values]

    def accepts(value: Json) -> bool:
        return (type(value) is kind or (kind is int and type(value) is MinusZero)) and value in known

    def faults(value: Json, path: str) -> Iterator[Fault]:
        if accepts(value):
            return
        if value is None or not legal:
            yield mismatch(value, path, "one of its values" if legal else "nothing, for it has no values")
            return
        hint = did_you_mean(value, map(str, values)) if isinstance(value, str) else ""
        is_short = len(legal) <= NAMES_LISTED_MAX or not hint
        expected = listed(legal if is_short else [*legal[:3], f"{len(legal) - 3} more"])
        yield Fault(path, f"{subject(path)} expects {expected}; got {describe(value)}{hint and '.' + hint}")

    return Check(accepts, faults)
