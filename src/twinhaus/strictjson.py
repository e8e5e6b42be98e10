"""JSON as the contract reads it: RFC 8259, and I-JSON (RFC 7493) where that is stricter.

The standard library's scanner does the reading; what it lets through and the contract does not is refused here:
duplicate keys, NaN and Infinity, numbers beyond 64 bits, lone surrogates, NUL characters and bottomless nesting.

Almost every text is good, so it is read once, by hooks that give up at the first oddity; only a text with one is read
again, by hooks that go on and mark what is wrong, so that every fault is named at its path.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TypeAlias

import msgspec

from twinhaus.errors import Fault, Invalid, path_to

Json: TypeAlias = Any  # Free JSON: the user's own data, of any shape.
JsonObject: TypeAlias = dict[str, Any]

DEPTH_MAX = 64
# Schemas 24 deep (the limits of ONVIF) take three levels each; Interfaces stand around them.
MODEL_DEPTH_MAX = 112
INTEGER_MIN, INTEGER_MAX = -(2**63), 2**64 - 1
_DIGITS_MAX = 20  # No 64-bit integer, sign included, is longer.
_FORBIDDEN_CHARACTER = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether a text can stand in JSON as it is stored: NUL and lone surrogates cannot."""
    return _FORBIDDEN_CHARACTER.search(text) is None


class MalformedJson(Invalid):
    """The body is not JSON that can be stored."""

    code = "malformed-json"


class _Repeating(dict[str, Any]):
    """An object in which one key stood twice."""

    repeated: str


class _OutOfRange:
    """Stands where a number was that 64 bits cannot hold, until its path is known."""

    def __init__(self, text: str) -> None:
        self.text = text if len(text) <= 40 else f"{text[:40]}…"


def read(text: bytes | str, *, depth_max: int = DEPTH_MAX) -> Json:
    """The value a JSON text holds. Raises MalformedJson naming every fault; `$` is the path of the text as a whole."""
    if isinstance(text, bytes):
        value = _read_compact(text, depth_max)
        if value is not None:
            return value
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedJson(Fault("$", f"The text is not UTF-8: byte {error.start} is wrong")) from error
    try:
        try:
            value = _decode(text)
        except _OddityError:
            value = _decode_marking(text)
            raise MalformedJson(*_faults(value, "", 0, depth_max)) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise MalformedJson(Fault("$", f"Not JSON ({where}): {error.msg}")) from error
    except RecursionError as error:
        raise MalformedJson(_too_deep("$", depth_max)) from error
    if "\\u" in text or (text.count("{") + text.count("[") > depth_max and is_deeper(value, depth_max)):
        faults = tuple(_faults(value, "", 0, depth_max))
        if faults:
            raise MalformedJson(*faults)
    return value


def _read_compact(text: bytes, depth_max: int) -> Json | None:
    """The value of a text that is, to the byte, what would be written of it. So it holds nothing odd: a key that stood
    twice would be written once. Programs write such texts, and they are read in a third of the time. None: it is
    another, or null.
    """
    if b'": ' in text or b"\\u" in text:
        return None
    try:
        value = msgspec.json.decode(text)
        is_compact = msgspec.json.encode(value) == text
        msgspec.msgpack.encode(value)  # Which has no integers beyond 64 bits; JSON's writer lets them pass.
    except (ValueError, OverflowError, RecursionError):
        return None
    if not is_compact or (text.count(b"{") + text.count(b"[") > depth_max and is_deeper(value, depth_max)):
        return None
    return value


def read_object(text: bytes | str) -> JsonObject:
    """The object a JSON text holds; anything else than an object is a fault."""
    value = read(text)
    if not isinstance(value, dict):
        raise MalformedJson(Fault("$", f"Expected an object; got {describe(value)}"))
    return value


def canonical(value: Json) -> str:
    """One text for each JSON value: compact, its keys sorted."""
    return msgspec.json.encode(value, order="sorted").decode()


def write(value: Json) -> bytes:
    """Compact UTF-8. Integers and floats come out as they went in (`1` is not `1.0`)."""
    return msgspec.json.encode(value)


def describe(value: Json) -> str:
    """A value in an error's words: `the string "3"`, `an object`, `null`."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f'the string "{value if len(value) <= 60 else value[:59] + "…"}"'
        case list():
            return "an array"
        case _:
            return "an object"


class _OddityError(Exception):
    """The text holds something that is not as it should be."""


def _object(pairs: list[tuple[str, Json]]) -> JsonObject:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _OddityError
    return value


def _integer(text: str) -> int:
    if len(text) <= _DIGITS_MAX and INTEGER_MIN <= (number := int(text)) <= INTEGER_MAX:
        return number
    raise _OddityError


def _float(text: str) -> float:
    number = float(text)
    if number - number != 0:  # Infinite.
        raise _OddityError
    return number


def _marked_object(pairs: list[tuple[str, Json]]) -> JsonObject:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    repeating = _Repeating(value)
    seen: set[str] = set()
    repeating.repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return repeating


def _marked_integer(text: str) -> int | _OutOfRange:
    try:
        return _integer(text)
    except _OddityError:
        return _OutOfRange(text)


def _marked_float(text: str) -> float | _OutOfRange:
    try:
        return _float(text)
    except _OddityError:
        return _OutOfRange(text)


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJson(Fault("$", f"{name} is not JSON; a number must be finite"))


# Making a decoder takes longer than reading a twin; none of these keeps anything, so all threads share them.
_decode = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_refuse_constant
).decode
_decode_marking = json.JSONDecoder(
    object_pairs_hook=_marked_object,
    parse_int=_marked_integer,
    parse_float=_marked_float,
    parse_constant=_refuse_constant,
).decode


def _too_deep(path: str, depth_max: int) -> Fault:
    return Fault(path, f"Nested deeper than {depth_max} levels")


def is_deeper(value: Json, depth_max: int) -> bool:
    """Whether anything stands more than so many levels within the value."""
    level = [value]
    for _ in range(depth_max + 1):
        level = [
            inner
            for one in level
            if one.__class__ is dict or one.__class__ is list
            for inner in (one.values() if one.__class__ is dict else one)
        ]
        if not level:
            return False
    return True


def _faults(value: Json, path: str, depth: int, depth_max: int) -> Iterator[Fault]:
    if depth > depth_max:
        yield _too_deep(path or "$", depth_max)
        return
    match value:
        case str() if _FORBIDDEN_CHARACTER.search(value):
            yield Fault(path or "$", "Text must not hold NUL characters or lone surrogates")
        case _OutOfRange():
            yield Fault(path or "$", f"The number {value.text} is beyond 64 bits")
        case dict():
            if isinstance(value, _Repeating):
                yield Fault(path or "$", f'The key "{value.repeated}" stands twice in one object')
            for key, member in value.items():
                if _FORBIDDEN_CHARACTER.search(key):
                    yield Fault(path or "$", "Keys must not hold NUL characters or lone surrogates")
                else:
                    yield from _faults(member, path_to(path, key), depth + 1, depth_max)
        case list():
            for index, element in enumerate(value):
                yield from _faults(element, path_to(path, index), depth + 1, depth_max)
        case _:
            pass
