"""Whether a value is one of a primitive schema, and what is expected where it is not (DTDL, "Primitive schemas").

A `Check` answers twice: `accepts` is the quick yes or no that almost every value passes, `faults` explains a no.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from twinhaus.dtdl.geojson import geometry_problems
from twinhaus.dtdl.metamodel import GEOSPATIAL
from twinhaus.errors import Fault
from twinhaus.instants import without_leap_second
from twinhaus.strictjson import Json, describe

Accepts: TypeAlias = Callable[[Json], bool]
Faults: TypeAlias = Callable[[Json, str], Iterator[Fault]]


class Check(NamedTuple):
    """`faults(value, path)` is empty exactly when `accepts(value)`."""

    accepts: Accepts
    faults: Faults


class MinusZero(int):
    """A `-0` that was read so that it can be told from `0`: an integer, but not one made of digits alone."""

    def __str__(self) -> str:
        return "-0"


DOUBLE_MAX = 1.7976931348623157e308
FLOAT_MAX = 3.4028235677973362e38  # The largest number whose nearest one in single precision is finite.

_LEAP_YEAR = r"(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DATE = (
    r"(?:(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|"
    rf"02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP_YEAR}-02-29)"
)
# An offset must be told; RFC 3339 knows neither 24:00 nor, without a table of leap seconds, a second 60. Its T and Z
# may be small letters (§5.6).
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_NUMBER = r"[0-9]+(?:\.[0-9]+(?=[YMWDHS]\Z))?"  # Only the last part may have a fraction.
_DURATION = (
    rf"P(?!\Z)(?:(?:{_NUMBER}Y)?(?:{_NUMBER}M)?|(?:{_NUMBER}W)?)(?:{_NUMBER}D)?"
    rf"(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_UUID = r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
_BASE64 = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_DECIMAL = r"[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?"


def subject(path: str) -> str:
    """What a message calls the value at a path: `area.grossArea` for `contents.area.grossArea`."""
    root, dot, rest = path.partition(".")
    return rest if dot and "[" not in root else path


def mismatch(value: Json, path: str, expected: str) -> Fault:
    """`levelNumber expects an integer; got the string "3"`."""
    if value is None:
        return Fault(path, f"{subject(path)} must not be null; leave it out to clear it")
    return Fault(path, f"{subject(path)} expects {expected}; got {describe(value)}")


def plain_check(accepts: Accepts, expected: str) -> Check:
    """A check that has only one thing to say."""

    def faults(value: Json, path: str) -> Iterator[Fault]:
        if not accepts(value):
            yield mismatch(value, path, expected)

    return Check(accepts, faults)


def _whole(name: str, *, bits: int, signed: bool) -> Check:
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)

    def accepts(value: Json) -> bool:
        return (type(value) is int and low <= value <= high) or (signed and type(value) is MinusZero)

    def faults(value: Json, path: str) -> Iterator[Fault]:
        if not accepts(value):
            is_beyond = type(value) is int
            yield mismatch(value, path, f"{name} between {low} and {high}" if is_beyond else name)

    return Check(accepts, faults)


def _real(limit: float, shown: str) -> Check:
    def accepts(value: Json) -> bool:
        kind = type(value)
        return (kind is float or kind is int or kind is MinusZero) and -limit <= value <= limit

    def faults(value: Json, path: str) -> Iterator[Fault]:
        if not accepts(value):
            is_beyond = isinstance(value, int | float) and type(value) is not bool
            yield mismatch(value, path, f"a number between -{shown} and {shown}" if is_beyond else "a number")

    return Check(accepts, faults)


def _text(pattern: str, expected: str) -> Check:
    matches = re.compile(pattern).fullmatch
    return plain_check(lambda value: type(value) is str and matches(value) is not None, expected)


def _time(pattern: str, expected: str) -> Check:
    accepts = _text(pattern, expected).accepts

    def faults(value: Json, path: str) -> Iterator[Fault]:
        if not accepts(value):
            is_leap = isinstance(value, str) and accepts(without_leap_second(value))
            yield mismatch(value, path, f"{expected}, with seconds up to 59" if is_leap else expected)

    return Check(accepts, faults)


def _geometry(name: str) -> Check:
    def faults(value: Json, path: str) -> Iterator[Fault]:
        for below, problem in geometry_problems(name, value):
            at = path + below
            yield Fault(at, f"{subject(at)} {problem}")

    return Check(lambda value: next(geometry_problems(name, value), None) is None, faults)


PRIMITIVES: dict[str, Check] = {
    "boolean": plain_check(lambda value: type(value) is bool, "true or false"),
    "byte": _whole("a byte", bits=8, signed=True),
    "bytes": _text(_BASE64, "bytes in base64, padded with ="),
    "date": _text(_DATE, "a date such as 2024-08-30"),
    "dateTime": _time(f"{_DATE}[Tt]{_TIME}", "a date and time with an offset, such as 2024-08-30T03:49:30Z"),
    "decimal": _text(_DECIMAL, 'a decimal number in a string, such as "12.50"'),
    "double": _real(DOUBLE_MAX, f"{DOUBLE_MAX}"),
    "duration": _text(_DURATION, "an ISO 8601 duration such as PT15M"),
    "float": _real(FLOAT_MAX, "3.4028235e+38"),
    "integer": _whole("an integer", bits=32, signed=True),
    "long": _whole("a long integer", bits=64, signed=True),
    "short": _whole("a short integer", bits=16, signed=True),
    "string": plain_check(lambda value: type(value) is str, "a string"),
    "time": _time(_TIME, "a time with an offset, such as 03:49:30Z"),
    "unsignedByte": _whole("an unsigned byte", bits=8, signed=False),
    "unsignedInteger": _whole("an unsigned integer", bits=32, signed=False),
    "unsignedLong": _whole("an unsigned long integer", bits=64, signed=False),
    "unsignedShort": _whole("an unsigned short integer", bits=16, signed=False),
    "uuid": _text(_UUID, "a UUID such as a360cf30-c112-40a1-b4b4-f65da82fa9e8"),
    **{name: _geometry(name) for name in GEOSPATIAL},
}
