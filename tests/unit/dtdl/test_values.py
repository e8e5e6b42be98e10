"""Values against primitive schemas; `test_geojson.py` has the geospatial ones."""

import math
import struct
from calendar import isleap
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinhaus.dtdl.values import PRIMITIVES, MinusZero

ACCEPTED: list[tuple[str, Any]] = [
    ("boolean", True),
    ("byte", -128),
    ("bytes", "aGVsbG8="),
    ("bytes", ""),
    ("date", "1964-02-29"),
    ("date", "2000-02-29"),
    ("date", "0004-02-29"),
    ("date", "0001-01-01"),
    ("date", "9999-12-31"),
    ("dateTime", "1980-01-01T06:00:00.00015Z"),
    ("dateTime", "1965-12-31T06:00:00+11:45"),
    ("dateTime", "1980-01-01T06:00:00-00:00"),
    ("dateTime", "2024-02-29T23:59:59+23:59"),
    ("dateTime", "1980-01-01t06:00:00z"),
    ("decimal", "-12.50"),
    ("decimal", "+0"),
    ("decimal", "12."),
    ("decimal", "123456789012345678901234567890.12345678901234567890"),
    ("double", 3),
    ("double", -0.0),
    ("double", 1.7976931348623157e308),
    ("double", 2**64),
    ("double", 5e-324),
    ("duration", "P3Y6M4DT8H9M5.00134S"),
    ("duration", "P2W4DT8H"),
    ("duration", "P3.4W"),
    ("duration", "P0Y"),
    ("duration", "PT0.001S"),
    ("duration", "P163Y16M64DT389999M15S"),
    ("float", 3.402823e38),
    ("float", 3.4028234663852886e38),
    ("float", 3.4028235e38),
    ("float", 1e-300),
    ("integer", 2**31 - 1),
    ("long", 2**63 - 1),
    ("short", -32768),
    ("string", ""),
    ("time", "23:59:59Z"),
    ("time", "23:59:59z"),
    ("time", "06:00:00.00015-01:15"),
    ("unsignedByte", 255),
    ("unsignedInteger", 2**32 - 1),
    ("unsignedLong", 2**64 - 1),
    ("unsignedShort", 65535),
    ("uuid", "a360cf30-c112-40a1-b4b4-f65da82fa9e8"),
]
REFUSED: list[tuple[str, Any]] = [
    ("boolean", 1),
    ("boolean", "true"),
    ("byte", 128),
    ("bytes", "aGVsbG8"),
    ("bytes", "aGVs bG8="),
    ("bytes", "aGVsbG8_"),
    ("bytes", "a==="),
    ("date", "1965-02-29"),
    ("date", "0000-01-01"),
    ("date", "0000-02-29"),
    ("date", "1900-02-29"),
    ("date", "2024-02-30"),
    ("date", "1965-04-31"),
    ("date", "1965-13-01"),
    ("date", "1965-01-00"),
    ("date", "19650101"),
    ("date", "1965-01"),
    ("date", "1965-01-01Z"),
    ("date", "65-01-01"),
    ("date", "१९६५-01-01"),
    ("dateTime", "1980-01-01T06:00:00"),
    ("dateTime", "1980-01-01T24:00:00Z"),
    ("dateTime", "1980-01-01T00:00:60Z"),
    ("dateTime", "1980-01-01T06:00Z"),
    ("dateTime", "1980-01-01T06:00:00+11"),
    ("dateTime", "1980-01-01T06:00:00+24:00"),
    ("dateTime", "1980-01-01T06:00:00+11:60"),
    ("dateTime", "1980-01-01T06:00:00.Z"),
    ("dateTime", "1980-01-01 06:00:00Z"),
    ("dateTime", "1980-01-01"),
    ("dateTime", "1965-02-29T06:00:00Z"),
    ("decimal", 12.5),
    ("decimal", "1e3"),
    ("decimal", "012"),
    ("decimal", ".5"),
    ("decimal", ""),
    ("decimal", "-"),
    ("decimal", "1,5"),
    ("double", True),
    ("double", "3.14"),
    ("double", float("nan")),
    ("double", float("inf")),
    ("duration", "P"),
    ("duration", "PT"),
    ("duration", "P1Y3W"),
    ("duration", "P3.0Y6M"),
    ("duration", "PT5S9M"),
    ("duration", "P1Y2M3W"),
    ("duration", "P3.4W5D"),
    ("duration", "PT.001S"),
    ("duration", "P8H"),
    ("duration", "P1Y2D3M"),
    ("duration", "-P1D"),
    ("duration", "P0,5Y"),
    ("duration", "P1.Y"),
    ("duration", "p1y"),
    ("float", 3.402824e38),
    ("float", -3.402824e38),
    ("byte", 1.0),
    ("integer", 1.0),
    ("integer", -0.0),
    ("integer", True),
    ("integer", "3"),
    ("integer", 2**31),
    ("long", 2**63),
    ("string", 1),
    ("time", "06:00:00"),
    ("time", "24:00:00Z"),
    ("unsignedByte", -1),
    ("unsignedLong", 2**64),
    ("uuid", "a360cf30c11240a1b4b4f65da82fa9e8"),
    ("uuid", "{a360cf30-c112-40a1-b4b4-f65da82fa9e8}"),
    ("uuid", "a360cf30-c112-40a1-b4b4-f65da82fa9e8\n"),
]

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(("schema", "value"), ACCEPTED)
def test_a_value_of_the_schema_is_accepted(schema: str, value: Any) -> None:
    """A value that the schema allows has no fault."""
    check = PRIMITIVES[schema]
    assert check.accepts(value)
    assert list(check.faults(value, "contents.x")) == []


@pytest.mark.parametrize(("schema", "value"), REFUSED)
def test_a_value_beyond_the_schema_is_refused(schema: str, value: Any) -> None:
    """A value that the schema does not allow has one fault, which names it."""
    check = PRIMITIVES[schema]
    assert not check.accepts(value)
    (fault,) = check.faults(value, "contents.x")
    assert fault.path == "contents.x"
    assert fault.message.startswith("x ")


@pytest.mark.parametrize("schema", sorted(PRIMITIVES))
def test_null_is_never_a_value(schema: str) -> None:
    """Null is refused by every schema, with the advice to leave the property out."""
    (fault,) = PRIMITIVES[schema].faults(None, "contents.x")
    assert fault.message == "x must not be null; leave it out to clear it"


@settings(deadline=None)
@given(st.sampled_from(sorted(PRIMITIVES)), ANY_JSON)
def test_what_is_not_accepted_is_explained(schema: str, value: Any) -> None:
    """The quick answer and the explanation always agree, whatever the value."""
    check = PRIMITIVES[schema]
    assert check.accepts(value) == (list(check.faults(value, "contents.x")) == [])


@settings(deadline=None)
@given(st.integers())
def test_an_integer_is_accepted_exactly_within_its_bits(number: int) -> None:
    """Each whole-number schema accepts an integer if it fits, and never a float or a string of the same value."""
    assert PRIMITIVES["integer"].accepts(number) == (-(2**31) <= number < 2**31)
    assert PRIMITIVES["long"].accepts(number) == (-(2**63) <= number < 2**63)
    assert PRIMITIVES["unsignedShort"].accepts(number) == (0 <= number < 2**16)
    assert not PRIMITIVES["long"].accepts(str(number))
    assert not PRIMITIVES["long"].accepts(float(number % 1000))


@settings(deadline=None)
@given(st.dates(), st.times(), st.integers(-23 * 60, 23 * 60))
def test_every_real_instant_with_an_offset_is_a_date_time(day: date, clock: time, minutes: int) -> None:
    """A real date and time with an offset is accepted, and refused as soon as the offset is taken away."""
    instant = datetime.combine(day, clock, timezone(timedelta(minutes=minutes)))
    assert PRIMITIVES["dateTime"].accepts(instant.isoformat())
    assert PRIMITIVES["date"].accepts(day.isoformat())
    assert PRIMITIVES["time"].accepts(instant.timetz().isoformat())
    assert not PRIMITIVES["dateTime"].accepts(instant.replace(tzinfo=None).isoformat())
    assert not PRIMITIVES["date"].accepts(instant.isoformat())


@settings(deadline=None)
@given(st.uuids())
def test_every_uuid_is_accepted(uuid: UUID) -> None:
    """A UUID in its usual form is accepted, whatever its version and casing."""
    assert PRIMITIVES["uuid"].accepts(str(uuid))
    assert PRIMITIVES["uuid"].accepts(str(uuid).upper())


@settings(deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_a_double(number: float) -> None:
    """A double is any finite number, a float any whose nearest one in single precision is finite."""
    assert PRIMITIVES["double"].accepts(number)
    assert PRIMITIVES["float"].accepts(number) == _is_single(number)


def _is_single(number: float) -> bool:
    try:
        return math.isfinite(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return False


@given(st.integers(0, 9_999), st.integers(0, 13), st.integers(0, 32))
def test_a_date_is_one_of_the_calendar(year: int, month: int, day: int) -> None:
    """Ten characters are a date exactly when the calendar has that day."""
    try:
        date(year, month, day)
        is_on_calendar = True
    except ValueError:
        is_on_calendar = False
    text = f"{year:04}-{month:02}-{day:02}"
    assert PRIMITIVES["date"].accepts(text) == is_on_calendar
    assert PRIMITIVES["dateTime"].accepts(f"{text}T00:00:00Z") == is_on_calendar


def test_the_29th_of_february_is_there_every_leap_year() -> None:
    """Every year of four digits has the days of February that the calendar gives it."""
    for year in range(1, 10_000):
        assert PRIMITIVES["date"].accepts(f"{year:04}-02-29") == isleap(year)


def test_minus_zero_is_an_integer_without_being_unsigned() -> None:
    """Where `-0` can be told from `0` it is a signed integer and a number, but no unsigned one, which is all digits."""
    for name in ("byte", "short", "integer", "long", "float", "double"):
        assert PRIMITIVES[name].accepts(MinusZero())
    for name in ("unsignedByte", "unsignedShort", "unsignedInteger", "unsignedLong"):
        (fault,) = PRIMITIVES[name].faults(MinusZero(), "contents.x")
        assert fault.message.endswith("got the number -0")


def test_a_number_out_of_range_is_told_the_range() -> None:
    """An integer that does not fit is told what would."""
    (fault,) = PRIMITIVES["integer"].faults(2**31, "contents.level")
    assert (
        fault.message
        == "level expects an integer between -2147483648 and 2147483647; got the number 2147483648"
    )


@pytest.mark.parametrize(
    ("schema", "limit"), [("double", "1.7976931348623157e+308"), ("float", "3.4028235e+38")]
)
def test_a_number_beyond_its_precision_is_told_the_range(schema: str, limit: str) -> None:
    """A number of too large a magnitude is told which are not; what is no number is told that one is expected."""
    (fault,) = PRIMITIVES[schema].faults(10**400, "contents.x")
    assert fault.message.startswith(f"x expects a number between -{limit} and {limit}; got")
    (fault,) = PRIMITIVES[schema].faults("1", "contents.x")
    assert fault.message == 'x expects a number; got the string "1"'
