"""Models, schemas and the kinds of contents in the words of the terminal."""

from collections.abc import Iterable
from difflib import get_close_matches

from twinhaus.dtdl import Command, Component, Content, Property, Registry, Relationship, Telemetry
from twinhaus.dtdl.dtmi import without_version
from twinhaus.dtdl.types import Array, Element, Enum, Map, Object, Primitive, Reference, Schema, Texts
from twinhaus.dtdl.words import listed, printable

_DEPTH_MAX = 3
_NAMES_MAX = 6
_NEAREST_MAX = 3


def local_name(model_id: str) -> str:
    """`Room` of `dtmi:com:example:Room;1`."""
    return without_version(model_id).rpartition(":")[2]


def english(texts: Texts) -> str:
    """In English where there is an English one, else as it was written first, else nothing."""
    return printable(texts.get("en") or next(iter(texts.values()), ""))


def kind_of(content: Content) -> str:
    """What the language calls it."""
    match content:
        case Property():
            return "property"
        case Component():
            return "component"
        case Relationship():
            return "relationship"
        case Telemetry():
            return "telemetry"
        case Command():
            return "command"


def schema_words(registry: Registry, schema: Schema, *, depth: int = 0) -> str:
    """`array of {code: string, size: double}`; what has an id of its own goes by it within another schema."""
    if isinstance(schema, Primitive):
        return schema.name
    found = registry.find_element(schema.id) if isinstance(schema, Reference) else schema
    is_deep = depth >= _DEPTH_MAX or (isinstance(schema, Reference) and depth > 0)
    if is_deep or not isinstance(found, Array | Enum | Map | Object):
        return local_name(schema.id)
    return _complex_words(registry, found, depth)


def _complex_words(registry: Registry, schema: Array | Enum | Map | Object, depth: int) -> str:
    def inner(within: Schema) -> str:
        return schema_words(registry, within, depth=depth + 1)

    match schema:
        case Array():
            return f"array of {inner(schema.element_schema)}"
        case Map():
            value = registry.resolved(schema.map_value)
            return f"map of {inner(value.schema)}" if value else "map"
        case Enum():
            values = [value.enum_value for value in registry.all_resolved(schema.enum_values)]
            return f"one of {_cut(printable(str(value)) for value in values)}" if values else "nothing"
        case Object():
            fields = registry.all_resolved(schema.fields)
            return f"{{{_cut(f'{field.name}: {inner(field.schema)}' for field in fields)}}}"


def unit_of(element: Element) -> str:
    """The unit it is measured in, or nothing."""
    unit = element.extras.get("unit", "")
    return unit if isinstance(unit, str) else ""


def unknown_model(registry: Registry, model_id: str) -> str:
    """That there is no such model, and which ones are near: of the same name, or of nearly the same id."""
    wanted = local_name(model_id).casefold()
    named = [id for id in registry.ids if local_name(id).casefold() == wanted]
    by_name: dict[str, str] = {}
    for id in registry.ids:
        by_name.setdefault(local_name(id).casefold(), id)
    near = [by_name[name] for name in get_close_matches(wanted, by_name, n=_NEAREST_MAX, cutoff=0.7)]
    nearest = list(dict.fromkeys([*named, *near]))[:_NEAREST_MAX]
    hint = f" Did you mean {listed(nearest)}?" if nearest else ""
    return f'There is no model "{printable(model_id)}".{hint}'


def _cut(names: Iterable[str]) -> str:
    given = list(names)
    return ", ".join([*given[:_NAMES_MAX], *(["…"] if len(given) > _NAMES_MAX else [])])
