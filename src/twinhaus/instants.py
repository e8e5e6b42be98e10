"""Instants as integers: ticks of 100 nanoseconds since 1970-01-01T00:00:00Z, the contract's seven fractional digits."""

import re
import time
from datetime import date
from datetime import time as clock_time
from functools import lru_cache

TICKS_PER_SECOND = 10_000_000
_NANOSECONDS_PER_TICK = 100
_SECONDS_PER_DAY = 86_400
TICKS_PER_DAY = _SECONDS_PER_DAY * TICKS_PER_SECOND
_EPOCH = date(1970, 1, 1).toordinal()
# 0001-01-01 in UTC: an offset leads to earlier ones, which cannot be written.
FIRST = (1 - _EPOCH) * TICKS_PER_DAY
_FRACTION_DIGITS = 7
_LEAP_SECOND = re.compile(r"(?<=\d\d:\d\d):60")

_ISO_8601 = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<minute>\d{2}:\d{2})(?P<second>:\d{2}(?:[.,](?P<fraction>\d{1,18}))?)?"
    r"(?P<offset>[Zz]|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)


def now() -> int:
    """This instant, in ticks."""
    return time.time_ns() // _NANOSECONDS_PER_TICK


def parse_instant(text: str) -> int | None:
    """Ticks of an ISO 8601 time with any offset (none means UTC), or None. Digits finer than a tick are cut off."""
    found = _ISO_8601.fullmatch(text)
    if found is None:
        return None
    try:
        days = date.fromisoformat(found["date"]).toordinal() - _EPOCH
        clock = clock_time.fromisoformat((found["minute"] or "00:00") + (found["second"] or ":00")[:3])
    except ValueError:
        return None
    offset = _offset_seconds(found["offset"])
    if offset is None:
        return None
    seconds = days * _SECONDS_PER_DAY + clock.hour * 3600 + clock.minute * 60 + clock.second - offset
    fraction = (found["fraction"] or "").ljust(_FRACTION_DIGITS, "0")[:_FRACTION_DIGITS]
    return seconds * TICKS_PER_SECOND + int(fraction)


def without_leap_second(text: str) -> str:
    """The same text with second 59 where it has a 60, which is a time to others, and none to us."""
    return _LEAP_SECOND.sub(":59", text, count=1)


def expected_time(text: object) -> str:
    """What to say was expected where a text is no time. A leap second looks like one."""
    is_leap = isinstance(text, str) and parse_instant(text) != parse_instant(without_leap_second(text))
    return "an ISO 8601 time with seconds up to 59" if is_leap else "an ISO 8601 time"


def format_instant(ticks: int, *, utc: str = "+00:00") -> str:
    """`2024-08-30T03:49:30.4062816+00:00`: always UTC, always seven digits. Component metadata write `Z` for utc."""
    seconds, fraction = divmod(ticks, TICKS_PER_SECOND)
    return f"{_format_second(seconds)}.{fraction:07}{utc}"


@lru_cache(maxsize=64)
def _format_second(seconds: int) -> str:
    """Many twins are written within one second."""
    days, second_of_day = divmod(seconds, _SECONDS_PER_DAY)
    hours, rest = divmod(second_of_day, 3600)
    return f"{date.fromordinal(_EPOCH + days)}T{hours:02}:{rest // 60:02}:{rest % 60:02}"


def _offset_seconds(text: str | None) -> int | None:
    """Seconds east of UTC; None where the offset is out of range."""
    if text is None or text in "Zz":
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 23 or minutes > 59:
        return None
    return (hours * 3600 + minutes * 60) * (-1 if text[0] == "-" else 1)
