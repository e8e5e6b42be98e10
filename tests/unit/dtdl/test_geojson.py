"""Values against the geospatial schemas (RFC 7946)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinhaus.dtdl.metamodel import GEOSPATIAL
from twinhaus.dtdl.values import PRIMITIVES

RING = [[0, 0], [1, 0], [1, 1], [0, 0]]
SOUND: dict[str, Any] = {
    "point": [8.5, 47.4],
    "multiPoint": [[0, 0], [1, 1]],
    "lineString": [[0, 0], [1, 1]],
    "multiLineString": [[[0, 0], [1, 1]], [[2, 2], [3, 3], [4, 4]]],
    "polygon": [RING, [[0.2, 0.1], [0.4, 0.1], [0.4, 0.2], [0.2, 0.1]]],
    "multiPolygon": [[RING], [RING]],
}


def geometry(schema: str, coordinates: Any, **members: Any) -> dict[str, Any]:
    """A GeoJSON object of the schema's type."""
    return {"type": schema[0].upper() + schema[1:], "coordinates": coordinates, **members}


def faults(schema: str, value: Any) -> dict[str, str]:
    """The faults of a value, path to message; none exactly when it is accepted."""
    found = {fault.path: fault.message for fault in PRIMITIVES[schema].faults(value, "contents.at")}
    assert PRIMITIVES[schema].accepts(value) == (not found)
    return found


@pytest.mark.parametrize("schema", GEOSPATIAL)
def test_each_schema_has_its_own_geometry(schema: str) -> None:
    """A geometry is a value of the schema of its type, and of no other."""
    for other in GEOSPATIAL:
        assert (faults(other, geometry(schema, SOUND[schema])) == {}) == (other == schema)


@pytest.mark.parametrize("schema", GEOSPATIAL)
def test_the_nesting_of_coordinates_is_that_of_the_type(schema: str) -> None:
    """The coordinates of a geometry of other depth are refused, at a path within the coordinates."""
    depth = {
        "point": 1,
        "multiPoint": 2,
        "lineString": 2,
        "multiLineString": 3,
        "polygon": 3,
        "multiPolygon": 4,
    }
    for other, coordinates in SOUND.items():
        found = faults(schema, geometry(schema, coordinates))
        if depth[other] != depth[schema]:
            assert found
            assert all(path.startswith("contents.at.coordinates") for path in found)


@pytest.mark.parametrize(
    ("schema", "coordinates"),
    [
        ("point", [8.5, 47.4, 408]),
        ("point", [-180, 90]),
        ("point", [180.0, -90.0, -0.5]),
        ("multiPoint", []),
        ("multiPoint", [[0, 0, 1], [1, 1]]),
        ("multiLineString", []),
        ("polygon", []),
        ("polygon", [[[0, 0, 5], [1, 0, 5], [1, 1, 5], [0, 0, 5]]]),
        ("polygon", [[[0, 0], [1, 0], [1, 1], [0.0, 0.0]]]),
        ("multiPolygon", [[]]),
    ],
)
def test_sound_coordinates_are_accepted(schema: str, coordinates: Any) -> None:
    """Positions of two or three numbers, and arrays of none where the RFC asks for an array of any length."""
    assert faults(schema, geometry(schema, coordinates)) == {}


@pytest.mark.parametrize(
    ("schema", "coordinates", "path"),
    [
        ("point", None, ""),
        ("point", [], ""),
        ("point", [8.5], ""),
        ("point", [1, 2, 3, 4], ""),
        ("point", "8.5,47.4", ""),
        ("point", [True, 0], "[0]"),
        ("point", ["8.5", 0], "[0]"),
        ("point", [0, None], "[1]"),
        ("point", [0, 0, None], "[2]"),
        ("point", [181, 0], "[0]"),
        ("point", [0, -90.5], "[1]"),
        ("point", [float("nan"), 0], "[0]"),
        ("point", [0, 0, float("inf")], "[2]"),
        ("multiPoint", [[0, 0], [1]], "[1]"),
        ("lineString", [[0, 0]], ""),
        ("lineString", [], ""),
        ("multiLineString", [[[0, 0], [1, 1]], [[0, 0]]], "[1]"),
        ("polygon", [[[0, 0], [1, 0], [0, 0]]], "[0]"),
        ("polygon", [[[0, 0], [1, 0], [1, 1], [0, 1]]], "[0]"),
        ("polygon", [RING, []], "[1]"),
        ("polygon", [RING, [[0, 0], [1, "0"], [1, 1], [0, 0]]], "[1][1][1]"),
        ("multiPolygon", [[RING], [[[0, 0], [1, 0], [1, 1], [0, 1]]]], "[1][0]"),
        ("multiPolygon", [[RING], None], "[1]"),
    ],
)
def test_unsound_coordinates_are_refused_where_they_are(schema: str, coordinates: Any, path: str) -> None:
    """The fault stands at the position, line or ring that is wrong."""
    assert list(faults(schema, geometry(schema, coordinates))) == [f"contents.at.coordinates{path}"]


@pytest.mark.parametrize("value", [None, 1, "POINT(8.5 47.4)", [8.5, 47.4], True])
def test_a_geometry_is_an_object(value: Any) -> None:
    """Anything else is refused, and told what would be right; null is told to be left out."""
    (message,) = faults("point", value).values()
    assert message.startswith("at must not be null" if value is None else "at expects a GeoJSON Point; got")


def test_type_and_coordinates_must_be_there() -> None:
    """A geometry that lacks one of them is told so, at its path."""
    assert faults("point", {}) == {"contents.at.type": 'at.type is missing; it must be "Point"'}
    assert faults("point", {"type": "Point"}) == {
        "contents.at.coordinates": "at.coordinates is missing; a geometry must have it"
    }
    assert faults("point", {"type": "point", "coordinates": [0, 0]}) == {
        "contents.at.type": 'at.type expects "Point"; got the string "point"'
    }


def test_all_faults_of_a_geometry_are_told_at_once() -> None:
    """Each wrong number has its own path."""
    assert faults("multiPoint", geometry("multiPoint", [[0, "1"], [0, 0], [200, 100]])) == {
        "contents.at.coordinates[0][1]": 'at.coordinates[0][1] expects a number; got the string "1"',
        "contents.at.coordinates[2][0]": (
            "at.coordinates[2][0] expects a longitude between -180 and 180 degrees; got 200"
        ),
        "contents.at.coordinates[2][1]": (
            "at.coordinates[2][1] expects a latitude between -90 and 90 degrees; got 100"
        ),
    }


@pytest.mark.parametrize("member", ["geometry", "properties", "features"])
def test_members_of_features_are_refused(member: str) -> None:
    """RFC 7946 forbids a geometry to have them."""
    assert list(faults("point", geometry("point", [0, 0], **{member: None}))) == [f"contents.at.{member}"]


def test_members_geojson_does_not_know_are_free() -> None:
    """Foreign members may be anything."""
    assert faults("point", geometry("point", [0, 0], crs=None, id="x", title={"en": ["Here"]})) == {}


def test_a_bbox_has_two_numbers_for_each_axis() -> None:
    """As many axes as the positions have; it must be made of numbers."""
    flat, high = [0, 0], [0, 0, 3]
    assert faults("point", geometry("point", flat, bbox=[0, 0, 1, 1])) == {}
    assert faults("point", geometry("point", high, bbox=[0, 0, 0, 1, 1, 1])) == {}
    assert faults("polygon", geometry("polygon", [], bbox=[0, 0, 0, 1, 1, 1])) == {}
    assert faults("multiPoint", geometry("multiPoint", [flat, high], bbox=[0, 0, 1, 1])) == {}
    assert faults("point", geometry("point", flat, bbox=[0, 0, 0, 1, 1, 1])) == {
        "contents.at.bbox": "at.bbox expects an array of 4 numbers; got 6 values"
    }
    assert list(faults("point", geometry("point", high, bbox=[0, 0, 1, 1]))) == ["contents.at.bbox"]
    assert list(faults("point", geometry("point", flat, bbox=None))) == ["contents.at.bbox"]
    assert list(faults("point", geometry("point", flat, bbox=[0, 0, "1", 1]))) == ["contents.at.bbox[2]"]


coordinates_like = st.recursive(
    st.none() | st.booleans() | st.integers(-200, 200) | st.floats() | st.just("1"),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)


@given(st.sampled_from(GEOSPATIAL), coordinates_like, st.booleans())
def test_any_coordinates_are_accepted_or_explained(schema: str, coordinates: Any, has_bbox: bool) -> None:
    """The quick answer and the explanation always agree, and what is accepted is JSON."""
    value = geometry(schema, coordinates, **({"bbox": coordinates} if has_bbox else {}))
    if faults(schema, value) == {}:
        json.dumps(value, allow_nan=False)
