"""A JSON text as an instance of an element: a schema, or a part of one, of any id (DTDL, "Schemas").

Twins are checked by `validate.py`, by the same checks. Here the text itself is read, since the language looks at how a
number is written: `-0` is no unsigned integer, and `1e0` no integer at all.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NoReturn

from twinhaus.dtdl.checks import check_of, only_check
from twinhaus.dtdl.contexts import Context, vocabulary
from twinhaus.dtdl.extensions.iot import IOT_CENTRAL
from twinhaus.dtdl.registry import Registry
from twinhaus.dtdl.types import (
    Array,
    Element,
    Enum,
    EnumValue,
    Field,
    Map,
    MapValue,
    Object,
    Primitive,
    Schema,
)
from twinhaus.dtdl.values import Check, MinusZero
from twinhaus.dtdl.words import shown
from twinhaus.errors import Fault
from twinhaus.strictjson import Json, JsonObject

_ROOT = "value"
_INTEGER_DIGITS_MAX = 40  # More than any integer schema holds; a longer one can only be a double.
_QUANTITATIVE = "dtmi:dtdl:extension:quantitativeTypes;"


class NotCheckable(ValueError):
    """The id is not that of a schema, or of a Field, MapValue or EnumValue: nothing else has values."""


def check_value(registry: Registry, element_id: str, json_text: str) -> list[Fault]:
    """Every fault of the value that a JSON text holds against the element of this id; none when it conforms.

    The id is the author's own, one the language defines or one it assigns (`dtmi:x:Room:_contents:__area:_schema;1`).
    Paths are within the value, `$` is that of the whole. Raises NotCheckable for an id of anything without values.
    """
    check = registry.compiled.get(f"{element_id}#instance") or _compile(registry, element_id)
    try:
        value = _read(json_text)
        return [] if check.accepts(value) else [_within_value(one) for one in check.faults(value, _ROOT)]
    except json.JSONDecodeError as error:
        return [Fault("$", f"Not JSON (line {error.lineno}, column {error.colno}): {error.msg}")]
    except UnicodeEncodeError:
        return [Fault("$", "Text must not hold lone surrogates, which are no characters")]
    except _Malformed as error:
        return [Fault("$", str(error))]
    except RecursionError:
        return [Fault("$", "The text is nested too deeply to be a value of any schema")]


def _within_value(fault: Fault) -> Fault:
    path = fault.path.removeprefix(_ROOT).removeprefix(".")
    return Fault(path or "$", fault.message)


def _compile(registry: Registry, element_id: str) -> Check:
    element = _find(registry, element_id)
    match element:
        case Primitive() | Array() | Enum() | Map() | Object():
            check = check_of(registry, element)
        case Field() | MapValue():
            check = check_of(registry, element.schema)
        case EnumValue():
            check = only_check(element.enum_value)
        case None:
            raise NotCheckable(f"There is no element {shown(element_id)} here")
        case _:
            kind = type(element).__name__
            raise NotCheckable(f"{element_id} is a {kind}; only schemas and parts of schemas have values")
    registry.compiled[f"{element_id}#instance"] = check
    return check


def _find(registry: Registry, element_id: str) -> Schema | Element | None:
    """The element of any id. One the language assigns tells the way there: from the nearest id of an author's own."""
    path, _, version = element_id.partition(";")
    base = f"{path.partition(':_')[0]};{version}" if version else path.partition(":_")[0]
    found = registry.find_element(base) or _defined_by_the_language().get(base)
    if element_id == base or not isinstance(found, Element):
        return found if element_id == base else None
    element: Element | None = found
    while element is not None and element.id != element_id:
        element = next((one for one in _directly_within(element) if _leads_to(one.id, element_id)), None)
    return element


def _leads_to(id: str, target: str) -> bool:
    path, _, version = id.partition(";")
    target_path, _, target_version = target.partition(";")
    return version == target_version and ":_" in path and f"{target_path}:".startswith(f"{path}:")


def _directly_within(element: Element) -> Iterator[Element]:
    for name in element.__struct_fields__:
        held = getattr(element, name)
        yield from (one for one in (held if isinstance(held, tuple) else (held,)) if isinstance(one, Element))


@cache
def _defined_by_the_language() -> Mapping[str, Schema]:
    """The schemas that the language and its extensions define, by id."""
    contexts = [
        Context(4),
        Context(2, (IOT_CENTRAL,)),
        *(Context(3 if version == 1 else 4, (f"{_QUANTITATIVE}{version}",)) for version in (1, 2, 3)),
    ]
    found: dict[str, Schema] = {}
    for context in contexts:
        for word, schema in vocabulary(context).schemas.items():
            id = schema.id if isinstance(schema, Element) else word
            if id.startswith("dtmi:"):
                found[id] = schema
    return found


def _read(text: str) -> Json:
    """The value of a text, with its numbers as they are written. A string must be one that UTF-8 can carry."""
    value = _decode(text)
    if "\\u" in text or not text.isascii():
        json.dumps(value, ensure_ascii=False).encode()
    return value


class _Malformed(ValueError):
    """The text is JSON, but of a sort that has no one meaning."""


class _Beyond(float):
    """An infinity, standing for a number that no double holds; it is shown as it was written."""

    text: str

    def __str__(self) -> str:
        return self.text if len(self.text) <= _INTEGER_DIGITS_MAX else f"{self.text[:_INTEGER_DIGITS_MAX]}…"


def _integer(text: str) -> int | float:
    if text == "-0":
        return MinusZero()
    return int(text) if len(text) <= _INTEGER_DIGITS_MAX else _number(text)


def _number(text: str) -> float:
    number = float(text)
    if abs(number) < float("inf"):
        return number
    beyond = _Beyond(number)
    beyond.text = text
    return beyond


def _object(pairs: list[tuple[str, Json]]) -> JsonObject:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise _Malformed("A key stands twice in one object; each may stand once")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise _Malformed(f"{name} is not JSON; a number must be finite")


_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_refuse_constant
).decode
