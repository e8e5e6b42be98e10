"""The six geospatial schemas: GeoJSON geometries (RFC 7946, sections 3.1, 5 and 6.1).

A geometry may have a `bbox` and members GeoJSON does not know; those of features it may not have (section 7.1).
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from twinhaus.strictjson import Json, describe

Problem: TypeAlias = tuple[str, str]  # Where within the value (`.coordinates[1]`), and what is wrong there.
Problems: TypeAlias = Iterator[Problem]

LONGITUDE_MAX = 180
LATITUDE_MAX = 90
_POSITION_LENGTHS = (2, 3)  # Longitude, latitude, perhaps altitude.
_RING_LENGTH_MIN = 4
_LINE_LENGTH_MIN = 2
_OF_FEATURES = ("geometry", "properties", "features")


def geometry_problems(schema: str, value: Json) -> Problems:
    """All that keeps a value from being a geometry of the schema (`point`, …, `multiPolygon`)."""
    name = schema[0].upper() + schema[1:]
    if value is None:
        yield "", "must not be null; leave it out to clear it"
    elif not isinstance(value, dict):
        yield "", f"expects a GeoJSON {name}; got {describe(value)}"
    elif "type" not in value:
        yield ".type", f'is missing; it must be "{name}"'
    elif value["type"] != name:
        yield ".type", f'expects "{name}"; got {describe(value["type"])}'
    else:
        yield from _members(schema, value)


def _members(schema: str, geometry: dict[str, Json]) -> Problems:
    for key in _OF_FEATURES:
        if key in geometry:
            yield f".{key}", "belongs to features; a geometry must not have it"
    if "coordinates" not in geometry:
        yield ".coordinates", "is missing; a geometry must have it"
        return
    sound = True
    for problem in _COORDINATES[schema](geometry["coordinates"], ".coordinates"):
        sound = False
        yield problem
    if sound and "bbox" in geometry:
        yield from _bbox(geometry["bbox"], geometry["coordinates"])


def _each(problems_of: Callable[[Json, str], Problems], values: Json, at: str) -> Problems:
    if not isinstance(values, list):
        yield at, f"expects an array; got {describe(values)}"
        return
    for index, value in enumerate(values):
        yield from problems_of(value, f"{at}[{index}]")


def _position(position: Json, at: str) -> Problems:
    if not isinstance(position, list) or len(position) not in _POSITION_LENGTHS:
        got = f"{len(position)} values" if isinstance(position, list) else describe(position)
        yield (
            at,
            f"expects a position of two or three numbers: longitude, latitude, perhaps altitude; got {got}",
        )
        return
    for index, number in enumerate(position):
        if not _is_number(number):
            yield f"{at}[{index}]", f"expects a number; got {describe(number)}"
        elif index < 2 and abs(number) > (LATITUDE_MAX if index else LONGITUDE_MAX):
            what, most = ("latitude", LATITUDE_MAX) if index else ("longitude", LONGITUDE_MAX)
            yield f"{at}[{index}]", f"expects a {what} between -{most} and {most} degrees; got {number}"


def _positions(positions: Json, at: str) -> Problems:
    return _each(_position, positions, at)


def _line(line: Json, at: str) -> Problems:
    yield from _positions(line, at)
    if isinstance(line, list) and len(line) < _LINE_LENGTH_MIN:
        yield at, "expects a line of two or more positions"


def _lines(lines: Json, at: str) -> Problems:
    return _each(_line, lines, at)


def _ring(ring: Json, at: str) -> Problems:
    yield from _positions(ring, at)
    if isinstance(ring, list) and (len(ring) < _RING_LENGTH_MIN or ring[0] != ring[-1]):
        yield at, "expects a closed ring: four or more positions, the last equal to the first"


def _rings(rings: Json, at: str) -> Problems:
    return _each(_ring, rings, at)


def _polygons(polygons: Json, at: str) -> Problems:
    return _each(_rings, polygons, at)


_COORDINATES: dict[str, Callable[[Json, str], Problems]] = {
    "point": _position,
    "multiPoint": _positions,
    "lineString": _line,
    "multiLineString": _lines,
    "polygon": _rings,
    "multiPolygon": _polygons,
}


def _bbox(bbox: Json, coordinates: Json) -> Problems:
    """The lowest of each axis, then the highest of each: twice as many numbers as a position has."""
    lengths = sorted({2 * length for length in _position_lengths(coordinates)}) or [4, 6]
    if not isinstance(bbox, list) or len(bbox) not in lengths:
        got = f"{len(bbox)} values" if isinstance(bbox, list) else describe(bbox)
        yield ".bbox", f"expects an array of {' or '.join(map(str, lengths))} numbers; got {got}"
        return
    for index, number in enumerate(bbox):
        if not _is_number(number):
            yield f".bbox[{index}]", f"expects a number; got {describe(number)}"


def _position_lengths(coordinates: Json) -> Iterator[int]:
    if coordinates and not isinstance(coordinates[0], list):
        yield len(coordinates)
    else:
        for inner in coordinates:
            yield from _position_lengths(inner)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and type(value) is not bool and abs(value) < float("inf")
