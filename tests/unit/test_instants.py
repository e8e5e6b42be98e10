"""Instants: ISO 8601 in, ticks inside, seven digits of UTC out."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinhaus import instants
from twinhaus.instants import TICKS_PER_SECOND, expected_time, format_instant, parse_instant

FIRST = -62_135_596_800 * TICKS_PER_SECOND  # 0001-01-01T00:00:00Z
LAST = 253_402_300_800 * TICKS_PER_SECOND - 1  # The last tick of the year 9999.
SEEDS = 17_249_897_704_062_816  # 2024-08-30T03:49:30.4062816Z, the time in the seeds.

offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(
    datetime(1, 1, 3), datetime(9999, 12, 29), timezones=offsets  # noqa: DTZ001  The offset is added.
)  # fmt: skip


def ticks_of(time: datetime) -> int:
    """What the standard library makes of a time, in whole numbers."""
    since = time - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * TICKS_PER_SECOND + since.microseconds * 10


@given(st.integers(FIRST, LAST))
def test_what_is_written_is_read(ticks: int) -> None:
    """Every tick of every year comes back, in both ways of writing UTC."""
    for utc in ("+00:00", "Z"):
        text = format_instant(ticks, utc=utc)
        assert len(text) == len("2024-08-30T03:49:30.4062816") + len(utc)
        assert parse_instant(text) == ticks


@given(times)
def test_any_offset_is_read(time: datetime) -> None:
    """A time with any offset is the instant the standard library takes it for."""
    assert parse_instant(time.isoformat()) == ticks_of(time)


@given(st.integers(FIRST, LAST), st.integers(FIRST, LAST))
def test_the_order_of_texts_is_the_order_of_instants(one: int, other: int) -> None:
    """What we write can be sorted as text."""
    assert (format_instant(one) < format_instant(other)) == (one < other)


@given(st.text("0123456789-+:.TZ ", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing makes the parser fail; what it reads is an instant of these years, an offset's length around."""
    ticks = parse_instant(text)
    day = 86_400 * TICKS_PER_SECOND
    assert ticks is None or FIRST - day < ticks < LAST + day


@pytest.mark.parametrize(
    "text",
    [
        "2024-08-30T03:49:30.4062816+00:00",
        "2024-08-30T03:49:30.4062816Z",
        "2024-08-30T03:49:30.4062816",
        "2024-08-30t03:49:30.4062816z",
        "2024-08-30 03:49:30.4062816",
        "2024-08-30T03:49:30,4062816Z",
        "2024-08-30T03:49:30.40628169999Z",
        "2024-08-30T05:49:30.4062816+02:00",
        "2024-08-30T05:49:30.4062816+0200",
        "2024-08-30T05:49:30.4062816+02",
        "2024-08-29T18:19:30.4062816-09:30",
        "2024-08-30T03:49:30.4062816-00:00",
    ],
)
def test_one_instant_has_many_spellings(text: str) -> None:
    """Any offset, none for UTC, a comma, a space, small letters; digits finer than a tick are cut off."""
    assert parse_instant(text) == SEEDS


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("1970-01-01", 0),
        ("1970-01-01T00:00", 0),
        ("1970-01-01T00:01Z", 60 * TICKS_PER_SECOND),
        ("1970-01-01T00:00:00.1", 1_000_000),
        ("1970-01-01T00:00:00.0000001", 1),
        ("1969-12-31T23:59:59.9999999", -1),
        ("1970-01-01T00:00:00+00:01", -60 * TICKS_PER_SECOND),
        ("2024-02-29", 19_782 * 86_400 * TICKS_PER_SECOND),
        ("0001-01-01", FIRST),
        ("9999-12-31T23:59:59.9999999Z", LAST),
    ],
)
def test_what_is_left_out_is_zero(text: str, ticks: int) -> None:
    """A date alone is its midnight; seconds and their fraction may be missing."""
    assert parse_instant(text) == ticks


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "2024", "2024-08", "20240830", "2024-8-30", "2024-13-01", "2024-02-30", "2023-02-29", "0000-01-01",
        "2024-08-30T", "2024-08-30T24:00:00Z", "2024-08-30T03", "2024-08-30T3:49:30", "2024-08-30T03:60",
        "2024-08-30T03:49:61",
        "2024-08-30T03:49:30.", "2024-08-30T03:49.5Z", "2024-08-30T03:49:30+24:00", "2024-08-30T03:49:30+02:60",
        "2024-08-30T03:49:30+2", "2024-08-30T03:49:30Z+02:00", "2024-08-30Z", "2024-08-30+02:00", " 2024-08-30",
        "2024-08-30\n",
        "٢٠٢٤-٠٨-٣٠", "2024-08-30T03:49:30.4062816 Z", "10000-01-01", "-2024-08-30",
    ],
)  # fmt: skip
def test_what_is_not_a_time_is_none(text: str) -> None:
    """Days and hours that do not exist, parts that are missing, other digits and other forms are refused."""
    assert parse_instant(text) is None


@pytest.mark.parametrize(
    ("text", "is_leap"),
    [
        ("2016-12-31T23:59:60Z", True),
        ("2017-01-01t00:59:60.5+01:00", True),
        ("2016-12-31T23:60:00Z", False),
        ("2016-12-31T23:59:59+02:60", False),
        ("soon:60", False),
        (60, False),
    ],
)
def test_a_leap_second_is_told_from_what_is_no_time(text: object, *, is_leap: bool) -> None:
    """It is refused, as POSIX time has none, and why is said; RFC 3339 takes it as a time."""
    assert expected_time(text) == f"an ISO 8601 time{' with seconds up to 59' * is_leap}"


def test_it_is_written_as_the_seeds_do() -> None:
    """Seven digits, UTC as an offset; component metadata write Z."""
    assert format_instant(SEEDS) == "2024-08-30T03:49:30.4062816+00:00"
    assert format_instant(SEEDS, utc="Z") == "2024-08-30T03:49:30.4062816Z"
    assert format_instant(0) == "1970-01-01T00:00:00.0000000+00:00"
    assert format_instant(-1) == "1969-12-31T23:59:59.9999999+00:00"


def test_now_is_in_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's clock, cut off to whole ticks."""
    monkeypatch.setattr("twinhaus.instants.time.time_ns", lambda: SEEDS * 100 + 99)
    assert instants.now() == SEEDS
