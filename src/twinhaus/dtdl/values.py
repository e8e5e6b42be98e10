"""Whether a value is one of a primitive schema, and what is expected where it is not (DTDL, "Primitive schemas").

A `Check` answers twice: `accepts` is the quick yes or no that almost every value passes, `faults` explains a no.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple, TypeAlias

from twinhaus.dtdl.geojson import geometry_problem
from twinhaus.dtdl.metamodel import GEOSPATIAL
from twinhaus.errors import Fault
from twinhaus.strictjson import Json, describe

Accepts: TypeAlias = Callable[[Json], bool]
Faults: TypeAlias = Callable[[Json, str], Iterator[Fault]]


class Check(NamedTuple):
    """`faults(value, path)` is empty exactly when `accepts(value)`."""

    accepts: Accepts
    faults: Faults


DOUBLE_MAX = 1.7976931348623157e308
FLOAT_MAX = 3.402823e38

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
_TIME = re.compile(_CLOCK)
_DATE_TIME = re.compile(rf"{_DATE.pattern}T{_CLOCK}")
_NUMBER = r"[0-9]+(?:\.[0-9]+(?=[YMWDHS]\Z))?"  # Only the last part may have a fraction.
_DURATION = re.compile(
    rf"P(?!\Z)(?:(?:{_NUMBER}Y)?(?:{_NUMBER}M)?|(?:{_NUMBER}W)?)(?:{_NUMBER}D)?"
    rf"(?:T(?=[0-9])(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


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
        return type(value) is int and low <= value <= high

    def faults(value: Json, path: str) -> Iterator[Fault]:
        if not accepts(value):
            yield mismatch(
                value, path, name if type(value) is not int else f"{name} between {low} and {high}"
            )

    return Check(accepts, faults)


def _real(name: str, limit: float) -> Check:
    def accepts(value: Json) -> bool:
        kind = type(value)
        return (kind is float or kind is int) and -limit <= value <= limit

    def faults(value: Json, path: str) -> Iterator[Fault]:
        if not accepts(value):
            in_range = type(value) not in (int, float)
            yield mismatch(value, path, name if in_range else f"{name} between -{limit} and {limit}")

    return Check(accepts, faults)


def _matching(pattern: re.Pattern[str], expected: str) -> Check:
    matches = pattern.fullmatch
    return plain_check(lambda value: type(value) is str and matches(value) is not None, expected)


def _is_date(value: Json) -> bool:
    return type(value) is str and (match := _DATE.fullmatch(value)) is not None and _is_on_calendar(match)


def _is_date_time(value: Json) -> bool:
    return (
        type(value) is str and (match := _DATE_TIME.fullmatch(value)) is not None and _is_on_calendar(match)
    )


def _is_on_calendar(match: re.Match[str]) -> bool:
    try:
        date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return False
    return True


def _geometry(name: str) -> Check:
    def faults(value: Json, path: str) -> Iterator[Fault]:
        problem = geometry_problem(name, value)
        if problem is not None:
            yield (
                mismatch(value, path, f"a GeoJSON {name}")
                if value is None
                else Fault(path, f"{subject(path)} {problem}")
            )

    return Check(lambda value: geometry_problem(name, value) is None, faults)


PRIMITIVES: dict[str, Check] = {
    "boolean": plain_check(lambda value: type(value) is bool, "true or false"),
    "byte": _whole("a byte", bits=8, signed=True),
    "bytes": _matching(_BASE64, "bytes in base64, padded with ="),
    "date": plain_check(_is_date, "a date such as 2024-08-30"),
    "dateTime": plain_check(_is_date_time, "a date and time with an offset, such as 2024-08-30T03:49:30Z"),
    "decimal": _matching(_DECIMAL, 'a decimal number in a string, such as "12.50"'),
    "double": _real("a number", DOUBLE_MAX),
    "duration": _matching(_DURATION, "an ISO 8601 duration such as PT15M"),
    "float": _real("a number", FLOAT_MAX),
    "integer": _whole("an integer", bits=32, signed=True),
    "long": _whole("a long integer", bits=64, signed=True),
    "short": _whole("a short integer", bits=16, signed=True),
    "string": plain_check(lambda value: type(value) is str, "a string"),
    "time": _matching(_TIME, "a time with an offset, such as 03:49:30Z"),
    "unsignedByte": _whole("an unsigned byte", bits=8, signed=False),
    "unsignedInteger": _whole("an unsigned integer", bits=32, signed=False),
    "unsignedLong": _whole("an unsigned long integer", bits=64, signed=False),
    "unsignedShort": _whole("an unsigned short integer", bits=16, signed=False),
    "uuid": _matching(_UUID, "a UUID such as a360cf30-c112-40a1-b4b4-f65da82fa9e8"),
    **{name: _geometry(name) for name in GEOSPATIAL},
}
