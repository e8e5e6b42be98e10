"""JSON as the contract reads it: RFC 8259, and I-JSON (RFC 7493) where that is stricter.

The standard library's scanner does the reading; what it lets through and the contract does not is refused here:
duplicate keys, NaN and Infinity, numbers beyond 64 bits, lone surrogates, NUL characters and bottomless nesting.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TypeAlias

import msgspec

from twinhaus.errors import Fault, Invalid, path_to

Json: TypeAlias = Any  # Free JSON: the user's own data, of any shape.
JsonObject: TypeAlias = dict[str, Any]

DEPTH_MAX = 64
INTEGER_MIN, INTEGER_MAX = -(2**63), 2**64 - 1
_DIGITS_MAX = 20  # No 64-bit integer, sign included, is longer.
_FORBIDDEN_CHARACTER = re.compile("[\x00\ud800-\udfff]")


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


def read(text: bytes | str) -> Json:
    """The value a JSON text holds. Raises MalformedJson naming every fault; `$` is the path of the text as a whole."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MalformedJson(Fault("$", f"The text is not UTF-8: byte {error.start} is wrong")) from error
    reader = _Reader()
    try:
        value = reader.decoder.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise MalformedJson(Fault("$", f"Not JSON ({where}): {error.msg}")) from error
    except RecursionError as error:
        raise MalformedJson(_too_deep("$")) from error
    if reader.suspicious or "\\u" in text or text.count("{") + text.count("[") > DEPTH_MAX:
        faults = tuple(_faults(value, "", 0))
        if faults:
            raise MalformedJson(*faults)
    return value


def read_object(text: bytes | str) -> JsonObject:
    """The object a JSON text holds; anything else than an object is a fault."""
    value = read(text)
    if not isinstance(value, dict):
        raise MalformedJson(Fault("$", f"Expected an object; got {describe(value)}"))
    return value


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


class _Reader:
    """One reading: the decoder, and whether it met something to look at again."""

    def __init__(self) -> None:
        self.suspicious = False
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_int=self._integer,
            parse_float=self._float,
            parse_constant=_refuse_constant,
        )

    def _object(self, pairs: list[tuple[str, Json]]) -> JsonObject:
        value = dict(pairs)
        if len(value) == len(pairs):
            return value
        self.suspicious = True
        repeating = _Repeating(value)
        seen: set[str] = set()
        repeating.repeated = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return repeating

    def _integer(self, text: str) -> int | _OutOfRange:
        if len(text) <= _DIGITS_MAX and INTEGER_MIN <= (number := int(text)) <= INTEGER_MAX:
            return number
        self.suspicious = True
        return _OutOfRange(text)

    def _float(self, text: str) -> float | _OutOfRange:
        number = float(text)
        if math.isfinite(number):
            return number
        self.suspicious = True
        return _OutOfRange(text)


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJson(Fault("$", f"{name} is not JSON; a number must be finite"))


def _too_deep(path: str) -> Fault:
    return Fault(path, f"Nested deeper than {DEPTH_MAX} levels")


def _faults(value: Json, path: str, depth: int) -> Iterator[Fault]:
    if depth > DEPTH_MAX:
        yield _too_deep(path or "$")
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
                    yield from _faults(member, path_to(path, key), depth + 1)
        case list():
            for index, element in enumerate(value):
                yield from _faults(element, path_to(path, index), depth + 1)
        case _:
            pass
