"""Values of every primitive and geospatial schema, of the whole range each has; and such as are none of them."""

import base64
from datetime import timedelta, timezone

from hypothesis import strategies as st

from twinhaus.dtdl.values import FLOAT_MAX
from twinhaus.strictjson import Json

_Values = st.SearchStrategy[Json]

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
_BITS = {"byte": 8, "short": 16, "integer": 32, "long": 64}
_UNSIGNED = {"unsignedByte": 8, "unsignedShort": 16, "unsignedInteger": 32, "unsignedLong": 64}
_RANGES = {name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for name, bits in _BITS.items()} | {
    name: (0, 2**bits - 1) for name, bits in _UNSIGNED.items()
}

_offsets = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_times = st.builds(lambda clock, zone: clock.replace(tzinfo=zone).isoformat(), st.times(), _offsets)
_date_times = st.builds(lambda day, clock: f"{day.isoformat()}T{clock}", st.dates(), _times)
_decimals = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda number: f"{number:f}")


@st.composite
def _durations(draw: st.DrawFn) -> str:
    """Whole parts in their order, weeks or years and months but not both; perhaps a fraction in the last."""
    days = draw(st.sampled_from(("YMD", "WD")))
    dated = [f"{draw(st.integers(0, 99))}{unit}" for unit in days if draw(st.booleans())]
    timed = [f"{draw(st.integers(0, 99))}{unit}" for unit in "HMS" if draw(st.booleans())]
    if not dated and not timed:
        timed = ["0S"]
    last = timed or dated
    if draw(st.booleans()):
        last[-1] = f"{last[-1][:-1]}.{draw(st.integers(0, 999))}{last[-1][-1]}"
    return f"P{''.join(dated)}{'T' if timed else ''}{''.join(timed)}"


_positions = st.tuples(st.integers(-180, 180) | st.floats(-180, 180), st.floats(-90, 90)).map(
    list
) | st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.floats(-1e4, 1e4)).map(list)
_lines = st.lists(_positions, min_size=2, max_size=4)
_rings = st.lists(_positions, min_size=3, max_size=4).map(lambda ring: [*ring, ring[0]])
_COORDINATES: dict[str, _Values] = {
    "point": _positions,
    "multiPoint": st.lists(_positions, max_size=3),
    "lineString": _lines,
    "multiLineString": st.lists(_lines, max_size=2),
    "polygon": st.lists(_rings, max_size=2),
    "multiPolygon": st.lists(st.lists(_rings, max_size=2), max_size=2),
}


def _geometries(schema: str) -> _Values:
    name = schema[0].upper() + schema[1:]
    return _COORDINATES[schema].map(lambda coordinates: {"type": name, "coordinates": coordinates})


LEGAL: dict[str, _Values] = {
    "boolean": st.booleans(),
    "bytes": st.binary(max_size=8).map(lambda octets: base64.b64encode(octets).decode()),
    "date": st.dates().map(lambda day: day.isoformat()),
    "dateTime": _date_times | st.just("2024-02-29T03:49:30.1234567Z"),
    "decimal": _decimals | st.sampled_from(("+0", "12.", "-0.5")),
    "double": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63), 2**64 - 1),
    "duration": _durations(),
    "float": st.floats(allow_nan=False, allow_infinity=False, width=32) | st.integers(-(2**63), 2**64 - 1),
    "string": TEXTS,
    "time": _times | st.just("23:59:59.999Z"),
    "uuid": st.uuids().map(str) | st.uuids().map(lambda uuid: str(uuid).upper()),
    **{name: st.integers(low, high) for name, (low, high) in _RANGES.items()},
    **{name: _geometries(name) for name in _COORDINATES},
}

_booleans, _objects, _arrays = st.booleans(), st.just({"value": 1}), st.just([1])
_numbers = st.integers(-3, 3) | st.floats(-3, 3)
_words = st.sampled_from(("", "x", "true", "1", "3.14", "null"))


def _beyond(low: int, high: int) -> _Values:
    return st.integers(-(2**65), low - 1) | st.integers(high + 1, 2**65)


_MALFORMED: dict[str, tuple[str, ...]] = {
    "bytes": ("A", "AA=", "AAE", "AA==AA==", "A A=", "AAE_"),
    "date": ("2023-02-29", "2024-13-01", "2024-00-10", "0000-01-01", "20240101", "2024-1-1", "2024-08-30Z"),
    "dateTime": (
        "2024-08-30", "2024-08-30T03:49:30", "2024-08-30T03:49Z", "2024-08-30T24:00:00Z", "2023-02-29T00:00:00Z",
        "2024-08-30T03:49:60Z", "2024-08-30 03:49:30Z", "2024-08-30T03:49:30+1:00", "2024-08-30T03:49:30+24:00",
    ),
    "decimal": ("", "1e3", "012", ".5", "1,5", "--1", "0x1", "NaN", "1 "),
    "duration": ("", "P", "PT", "P1Y2W", "P1.5Y2M", "PT1M1H", "1D", "P1H", "PT1D", "P-1D", "P1.D", "p1D"),
    "time": ("03:49", "03:49:30", "24:00:00Z", "03:49:60Z", "3:49:30Z", "T03:49:30Z", "03:49:30+1"),
    "uuid": ("", "a360cf30c11240a1b4b4f65da82fa9e8", "g360cf30-c112-40a1-b4b4-f65da82fa9e8"),
}  # fmt: skip
_UNSOUND: dict[str, tuple[Json, ...]] = {
    "point": ([], [0], [0, 0, 0, 0], ["0", 0], [0, 91], [[0, 0]]),
    "multiPoint": ([[0]], [0, 0], [[0, 0], None]),
    "lineString": ([[0, 0]], [[0, 0], [True, 0]]),
    "multiLineString": ([[[0, 0]]], [[0, 0]]),
    "polygon": ([[[0, 0], [1, 0], [0, 0]]], [[[0, 0], [1, 0], [1, 1], [2, 2]]], [[]]),
    "multiPolygon": ([[[[0, 0], [1, 0], [1, 1]]]], [[0]]),
}


def illegal(name: str) -> _Values:
    """Values that a primitive or geospatial schema lacks: of another type, or of its type and still not one."""
    return _ILLEGAL[name]


def _no_geometry(schema: str) -> _Values:
    title = schema[0].upper() + schema[1:]
    unsound = [{"type": title, "coordinates": coordinates} for coordinates in _UNSOUND[schema]]
    collection = {"type": "GeometryCollection", "geometries": []}
    return st.sampled_from([*unsound, collection, {"type": title}]) | _numbers | _words | _arrays


_too_large = st.floats(min_value=FLOAT_MAX, exclude_min=True, allow_infinity=False)
_ILLEGAL: dict[str, _Values] = {
    "boolean": _numbers | _words | _objects | _arrays,
    "double": _booleans | _words | _objects | _arrays,
    "float": _too_large | _too_large.map(lambda number: -number) | _booleans | _words | _objects | _arrays,
    "string": _numbers | _booleans | _objects | _arrays,
    **{
        name: _beyond(low, high)
        | st.integers(0, 100).map(float)
        | st.just(0.5)
        | _booleans
        | _words
        | _objects
        for name, (low, high) in _RANGES.items()
    },
    **{
        name: st.sampled_from(texts) | _numbers | _booleans | _objects | _arrays
        for name, texts in _MALFORMED.items()
    },
    **{name: _no_geometry(name) for name in _UNSOUND},
}
