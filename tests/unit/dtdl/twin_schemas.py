"""Models with every kind of schema, twins of them to draw, and validators of the schemas that the models come to."""

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from tests.unit.dtdl.conftest import array_of, interface, prop

import twinhaus.ontology
from twinhaus.dtdl import Property, Registry, check_contents, load_models
from twinhaus.dtdl.jsonschema import json_schema
from twinhaus.dtdl.jsonschema_terms import PRIMITIVES
from twinhaus.dtdl.metamodel import GEOSPATIAL
from twinhaus.dtdl.types import Primitive
from twinhaus.strictjson import Json, JsonObject
from twinhaus.testing.strategies import contents
from twinhaus.testing.strategies.values import PRIMITIVES as LEGAL

PLAIN, EVERYTHING = "dtmi:test:Plain;1", "dtmi:test:Everything;1"
STARTER = load_models(twinhaus.ontology.documents())


def object_of(*fields: JsonObject) -> JsonObject:
    """An Object schema."""
    return {"@type": "Object", "fields": list(fields)}


def field(name: str, schema: Json, *types: str, **members: Json) -> JsonObject:
    """A Field, with any co-types."""
    return {"@type": ["Field", *types], "name": name, "schema": schema, **members}


def _map(schema: Json, **members: Json) -> JsonObject:
    return {
        "@type": "Map",
        "mapKey": {"name": "key", "schema": "string"},
        "mapValue": {"name": "value", "schema": schema, **members},
    }


def _enum(of: str, *values: str | int, **members: Json) -> JsonObject:
    named = [{"name": f"v{number}", "enumValue": value} for number, value in enumerate(values)]
    return {"@type": "Enum", "valueSchema": of, "enumValues": [one | members for one in named]}


PART = interface(
    "Part",
    prop("weight", "double", "Mass", unit="kilogram", displayName={"de": "Gewicht", "en": "Weight"}),
    prop("marked", "boolean", "Required"),
    version=4,
    displayName="Part",
    extensions=["dtmi:dtdl:extension:quantitativeTypes;2", "dtmi:dtdl:extension:requirement;2"],
)
PLAIN_MODEL = interface(
    "Plain",
    *(prop(name, name) for name in PRIMITIVES),
    prop("rows", array_of(3)),
    prop("pair", object_of(field("left", "integer", "Required"), field("right", "dateTime"))),
    prop("labels", _map("string", displayName="A label")),
    prop("grid", _map({"@type": "Array", "elementSchema": _map("short")})),
    prop("colour", _enum("string", "red", "dark blue", displayName="Shown")),
    prop("grade", _enum("integer", 1, 2)),
    prop("nothing", {"@type": "Enum", "valueSchema": "string"}),
    prop("lengthUnit", "LengthUnit", displayName="Unit of its length"),
    prop("needed", "string", "Required", description="Never without"),
    {"@type": "Telemetry", "name": "noise", "schema": "double"},
    {"@type": "Component", "name": "first", "schema": "dtmi:test:Part;1", "displayName": "The first"},
    {"@type": "Component", "name": "second", "schema": "dtmi:test:Part;1"},
    {"@type": "Relationship", "name": "leadsTo"},
    version=4,
    extensions=["dtmi:dtdl:extension:quantitativeTypes;2", "dtmi:dtdl:extension:requirement;2"],
)
EVERYTHING_MODEL = interface(
    "Everything",
    *(prop(name, name) for name in GEOSPATIAL),
    prop("tree", "dtmi:test:Tree;1"),
    version=4,
    extends=PLAIN,
    schemas=[
        {
            "@id": "dtmi:test:Tree;1",
            **object_of(
                field("label", "string"),
                field("branches", {"@type": "Array", "elementSchema": "dtmi:test:Tree;1"}),
            ),
        }
    ],
)
NEEDED: JsonObject = {"needed": "here", "first": {"marked": True}, "second": {"marked": False}}
MODELS = load_models([PART, PLAIN_MODEL, EVERYTHING_MODEL])


def _ecma_pattern(
    validator: Validator, pattern: str, value: Json, schema: JsonObject
) -> Iterator[ValidationError]:
    """In Python `$` lets a line break follow; in ECMA 262 it is the end."""
    ended = f"{pattern[:-1]}\\Z" if pattern.endswith("$") else pattern
    yield from Draft202012Validator.VALIDATORS["pattern"](validator, ended, value, schema)


EcmaValidator: type[Validator] = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _ecma_pattern}
)


def validator_of(registry: Registry, model_id: str, *, formats: bool = False) -> Validator:
    """A validator of twins of a model."""
    checker = Draft202012Validator.FORMAT_CHECKER if formats else None
    return EcmaValidator(json_schema(registry, model_id), format_checker=checker)


@cache
def known_validator(model_id: str, *, formats: bool = False) -> Validator:
    """The validator of a model of this file, or of a starter model."""
    return validator_of(MODELS if model_id in MODELS else STARTER, model_id, formats=formats)


def is_valid(model_id: str, held: JsonObject, *, formats: bool = False) -> bool:
    """Whether the schema allows a twin with these contents."""
    twin: JsonObject = {"id": "T", "modelId": model_id, "contents": held}
    return known_validator(model_id, formats=formats).is_valid(twin)


def assert_agreement(registry: Registry, model_id: str, held: JsonObject) -> None:
    """Both verdicts on these contents are the same, whether formats are checked or not."""
    faults = check_contents(registry, model_id, held)
    for formats in (False, True):
        assert is_valid(model_id, held, formats=formats) == (not faults), (formats, faults)


# What stands where something else should: near misses of every kind, and values of every type. No whole number is
# written as a fraction here: JSON Schema takes that for an integer.
_POINT = {"type": "Point", "coordinates": [8.5, 47.25]}
ODD: tuple[Json, ...] = (
    None, True, False, 0, 1, 2, 127, 128, -129, 255, 256, 32_768, 65_536, 2**31, 2**32, 2**63, 2**64, -1, 0.5, -1e300,
    3.5e38, "", "1", "red", "Red", "metre", "P", "PT", "PT1.5S", "P1.5DT1S", "P1Y2D", "P1W2D", "2024-02-30",
    "2023-02-29", "0000-01-01", "2024-13-01", "2024-02-29", "2100-02-29", "2024-08-30T03:49:30",
    "2024-08-30T03:49:60Z", "2024-08-30t03:49:30z",
    "2024-02-30T03:49:30Z", "24:00:00Z", "03:49:30", "03:49:30.5+05:30", "a360cf30c11240a1b4b4f65da82fa9e8", "AA=",
    "AAE=", "1.", "+1.5", "01", "-0", ".5", "2024-08-30\n", "1\n", [], [[]], [[[["a"]]]], {}, {"a": 1}, {"left": 1},
    {"left": 1, "up": 2}, _POINT, {"$metadata": {}}, {"$metadata": 1}, {"marked": True}, {"a": [{"b": 1}]},
    {"a": [{"b": "1"}]},
)  # fmt: skip
GEOMETRIES: dict[str, tuple[Json, ...]] = {
    "point": (_POINT, {**_POINT, "bbox": [0, 0, 1, 1]}, {**_POINT, "coordinates": [180, -90, 1e6]}),
    "multiPoint": ({"type": "MultiPoint", "coordinates": [[0, 0], [1, 1]]},),
    "lineString": ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]},),
    "multiLineString": ({"type": "MultiLineString", "coordinates": [[[0, 0], [1, 1]], [[0, 0], [2, 2]]]},),
    "polygon": ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},),
    "multiPolygon": ({"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]},),
}
ODD_GEOMETRIES: tuple[Json, ...] = (
    {}, {"type": "Point"}, {"type": "point", "coordinates": [0, 0]}, {**_POINT, "coordinates": [0]},
    {**_POINT, "coordinates": [0, 0, 0, 0]}, {**_POINT, "coordinates": [181, 0]}, {**_POINT, "coordinates": [0, -90.5]},
    {**_POINT, "coordinates": ["0", 0]}, {**_POINT, "coordinates": [True, 0]}, {**_POINT, "bbox": [0] * 5},
    {**_POINT, "bbox": [0, 0, 1, "1"]}, {**_POINT, "bbox": [0] * 7}, {**_POINT, "crs": "x"},
    {**_POINT, "properties": {}}, {**_POINT, "features": None},
    {"type": "LineString", "coordinates": [[0, 0]]}, {"type": "LineString", "coordinates": []},
    {"type": "MultiPoint", "coordinates": []}, {"type": "MultiLineString", "coordinates": [[[0, 0]]]},
    {"type": "Polygon", "coordinates": []}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]},
    {"type": "Polygon", "coordinates": [0, 0]}, {"type": "MultiPolygon", "coordinates": [[[[0, 0]]]]},
    {"type": "MultiPolygon", "coordinates": [[]]}, _POINT,
)  # fmt: skip
_TREES = st.recursive(
    st.just({}) | st.fixed_dictionaries({"label": st.sampled_from(LEGAL["string"])}),
    lambda inner: st.fixed_dictionaries({"branches": st.lists(inner, max_size=2)}),
    max_leaves=5,
)
_SPECIAL = {
    **{name: st.sampled_from(values) for name, values in GEOMETRIES.items()},
    "tree": _TREES,
    "needed": st.just("here"),
    "pair": st.just({"left": 1}),
    "nothing": st.just("at all"),
}


@st.composite
def everything(draw: st.DrawFn) -> JsonObject:
    """Contents of the model with every kind of schema; legal but for what may be missing."""
    held = {name: value for name, value in draw(contents(_DRAWN, _DRAWN_ID)).items() if name not in _SPECIAL}
    chosen = draw(st.sets(st.sampled_from(sorted(_SPECIAL))))
    return held | {name: draw(_SPECIAL[name]) for name in sorted(chosen)}


# The same model as far as values can be drawn for it: an enum without values has none.
_DRAWN_ID = "dtmi:test:Plain;2"
_DRAWN_DOCUMENT = json.loads(PLAIN_MODEL)
_DRAWN_DOCUMENT["@id"] = _DRAWN_ID
_DRAWN_DOCUMENT["contents"] = [one for one in _DRAWN_DOCUMENT["contents"] if one["name"] != "nothing"]
_DRAWN = load_models([PART, json.dumps(_DRAWN_DOCUMENT)])


@st.composite
def damaged(draw: st.DrawFn, held: JsonObject) -> JsonObject:
    """The contents with something in them left out, put in place of something else, or added."""
    changed = copy.deepcopy(held)
    places = list(_places(changed))
    match draw(st.sampled_from(("replace", "remove", "add") if places else ("add",))):
        case "add":
            holders = [changed, *(holder[key] for holder, key in places if isinstance(holder[key], dict))]
            name = draw(st.sampled_from(("colour", "noise", "leadsTo", "$metadata", "Name", "label", "")))
            draw(st.sampled_from(holders))[name] = copy.deepcopy(draw(st.sampled_from(ODD)))
        case "remove":
            holder, key = draw(st.sampled_from(places))
            del holder[key]
        case _:
            holder, key = draw(st.sampled_from(places))
            holder[key] = copy.deepcopy(draw(st.sampled_from(ODD + ODD_GEOMETRIES)))
    return changed


def _places(value: Json) -> Iterator[tuple[Any, Any]]:
    """Every member and element, as what holds it and where."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, held in inner:
        yield value, key
        yield from _places(held)


# No geometries are drawn where texts are; they are put in afterwards.
_STARTER_WITHOUT_GEOMETRIES = load_models(
    [re.sub(rf'"({"|".join(GEOSPATIAL)})"', '"string"', one) for one in twinhaus.ontology.documents()]
)


@st.composite
def starter_contents(draw: st.DrawFn, model_id: str) -> JsonObject:
    """Contents that are legal for a starter model."""
    held = draw(contents(_STARTER_WITHOUT_GEOMETRIES, model_id))
    for name, content in STARTER.contents(model_id).items():
        if name in held and isinstance(content, Property) and isinstance(content.schema, Primitive):
            geometries = GEOMETRIES.get(content.schema.name)
            held[name] = draw(st.sampled_from(geometries)) if geometries else held[name]
    return held


FRACTIONS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda number: not number.is_integer())


@st.composite
def with_a_slip(draw: st.DrawFn, text: str) -> str:
    """The text with a few characters of it replaced by others."""
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 2)))
    return text[:start] + draw(st.text("0123459PYMWDTHS.:-+Zz/=eaF \n", max_size=3)) + text[end:]
