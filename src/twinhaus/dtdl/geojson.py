"""The six geospatial schemas: GeoJSON geometries (RFC 7946, section 3.1)."""

from collections.abc import Callable

from twinhaus.strictjson import Json, describe

LONGITUDE_MAX = 180
LATITUDE_MAX = 90
_POSITION_LENGTHS = (2, 3)  # Longitude, latitude, perhaps altitude.
_BBOX_LENGTHS = (4, 6)
_RING_LENGTH_MIN = 4
_LINE_LENGTH_MIN = 2
_MEMBERS = frozenset({"type", "coordinates", "bbox"})


def geometry_problem(schema: str, value: Json) -> str | None:
    """What keeps a value from being a geometry of the schema (`point`, …, `multiPolygon`); None if nothing does."""
    name = schema[0].upper() + schema[1:]
    if not isinstance(value, dict):
        return f"expects a GeoJSON {name}; got {describe(value)}"
    if value.get("type") != name:
        return f'expects a GeoJSON object whose type is "{name}"; got {describe(value.get("type"))}'
    for key in value.keys() - _MEMBERS:
        return f'is a GeoJSON {name}, which has no member "{key}"'
    if "bbox" in value and not _is_bbox(value["bbox"]):
        return "has a bbox that is not four or six numbers"
    return _coordinates_problem(schema, value.get("coordinates"))


def _coordinates_problem(schema: str, coordinates: Json) -> str | None:
    match schema:
        case "point":
            return _position_problem(coordinates)
        case "multiPoint":
            return _each(_position_problem, coordinates)
        case "lineString":
            return _line_problem(coordinates)
        case "multiLineString":
            return _each(_line_problem, coordinates)
        case "polygon":
            return _polygon_problem(coordinates)
        case _:
            return _each(_polygon_problem, coordinates)


def _each(problem_of: Callable[[Json], str | None], values: Json) -> str | None:
    if not isinstance(values, list):
        return f"expects an array of coordinates; got {describe(values)}"
    return next((problem for value in values if (problem := problem_of(value))), None)


def _position_problem(position: Json) -> str | None:
    if not isinstance(position, list) or len(position) not in _POSITION_LENGTHS:
        return "expects positions of two or three numbers: longitude, latitude, perhaps altitude"
    if not all(_is_number(number) for number in position):
        return "holds a position that is not made of numbers"
    if abs(position[0]) > LONGITUDE_MAX or abs(position[1]) > LATITUDE_MAX:
        return (
            f"holds the position {position[:2]}, whose longitude is beyond 180 or latitude beyond 90 degrees"
        )
    return None


def _line_problem(line: Json) -> str | None:
    problem = _each(_position_problem, line)
    if problem is None and len(line) < _LINE_LENGTH_MIN:
        return "holds a line of fewer than two positions"
    return problem


def _polygon_problem(polygon: Json) -> str | None:
    return _each(_ring_problem, polygon)


def _ring_problem(ring: Json) -> str | None:
    problem = _each(_position_problem, ring)
    if problem is None and (len(ring) < _RING_LENGTH_MIN or ring[0] != ring[-1]):
        return "holds a ring that is not closed: four or more positions, the last equal to the first"
    return problem


def _is_bbox(bbox: Json) -> bool:
    return (
        isinstance(bbox, list) and len(bbox) in _BBOX_LENGTHS and all(_is_number(number) for number in bbox)
    )


def _is_number(value: Json) -> bool:
    return type(value) in (int, float)
