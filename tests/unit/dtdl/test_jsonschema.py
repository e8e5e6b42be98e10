"""A model's JSON Schema against our own verdicts: what one allows, the other allows.

The validator reads `$` in a pattern as ECMA 262 does, and comes to the same verdict whether it checks `format` or not.
What JSON Schema has no words for has tests of its own, so that the list in the module's docstring is neither too long
nor too short.
"""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.unit.dtdl.conftest import interface, ontology, ontology_text, prop
from tests.unit.dtdl.twin_schemas import (
    EVERYTHING,
    EVERYTHING_MODEL,
    FRACTIONS,
    GEOMETRIES,
    MODELS,
    NEEDED,
    ODD,
    ODD_GEOMETRIES,
    PART,
    PLAIN_MODEL,
    STARTER,
    assert_agreement,
    damaged,
    everything,
    field,
    is_valid,
    known_validator,
    object_of,
    starter_contents,
    validator_of,
    with_a_slip,
)  # fmt: skip

from twinhaus.dtdl import Registry, UnknownModel, check_contents, load_models
from twinhaus.dtdl.jsonschema import DIALECT, json_schema
from twinhaus.dtdl.jsonschema_terms import PRIMITIVES
from twinhaus.dtdl.metamodel import GEOSPATIAL
from twinhaus.dtdl.values import PRIMITIVES as CHECKS
from twinhaus.strictjson import Json, JsonObject
from twinhaus.testing.strategies import ModelSet, contents, model_sets
from twinhaus.testing.strategies.values import PRIMITIVES as LEGAL

# --- agreement


@given(everything())
def test_legal_contents_are_legal_to_both(held: JsonObject) -> None:
    """Contents drawn for every kind of schema get the same verdict, which is yes where nothing needed is missing."""
    assert_agreement(MODELS, EVERYTHING, held)
    complete = {name: value for name, value in held.items() if name != "nothing"}
    assert is_valid(EVERYTHING, complete | NEEDED)


@given(st.data())
def test_damaged_contents_are_damaged_to_both(data: st.DataObject) -> None:
    """Contents with one thing wrong, or merely changed, get the same verdict."""
    held = data.draw(damaged(data.draw(everything()) | NEEDED))
    assert_agreement(MODELS, EVERYTHING, held)


@pytest.mark.parametrize("name", GEOSPATIAL)
def test_geometries_are_geometries_to_both(name: str) -> None:
    """GeoJSON of each kind, and near misses of it, get the same verdict."""
    for value in (*ODD_GEOMETRIES, *ODD, *(one for kind in GEOMETRIES.values() for one in kind)):
        assert_agreement(MODELS, EVERYTHING, {**NEEDED, name: value})
    assert all(is_valid(EVERYTHING, {**NEEDED, name: value}) for value in GEOMETRIES[name])


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_near_misses_are_judged_alike(name: str) -> None:
    """Values of every kind, legal for other schemas or for none, get the same verdict as a value of each primitive."""
    texts = [value for values in LEGAL.values() for value in values if isinstance(value, str)]
    for value in (*ODD, *texts):
        assert_agreement(MODELS, EVERYTHING, {**NEEDED, name: value})


def test_metadata_is_judged_alike() -> None:
    """`$metadata` may be any object within a component, and stands nowhere else."""
    for value in ODD:
        assert_agreement(MODELS, EVERYTHING, {**NEEDED, "first": {"marked": True, "$metadata": value}})
        assert_agreement(MODELS, EVERYTHING, {**NEEDED, "$metadata": value})
    assert is_valid(EVERYTHING, {**NEEDED, "first": {"marked": True, "$metadata": {"any": [1]}}})


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
@given(data=st.data())
def test_a_value_is_a_primitive_to_both(name: str, data: st.DataObject) -> None:
    """Texts one slip away from legal ones, and numbers around the limits, get the same verdict."""
    legal = data.draw(st.sampled_from(LEGAL[name]))
    assert is_valid(EVERYTHING, {**NEEDED, name: legal})
    value: Json = legal
    if isinstance(legal, str):
        value = data.draw(with_a_slip(legal))
    elif not isinstance(legal, bool):
        value = data.draw(st.integers(legal - 2, legal + 2) if isinstance(legal, int) else FRACTIONS)
    assert_agreement(MODELS, EVERYTHING, {**NEEDED, name: value})


@pytest.mark.parametrize("model_id", STARTER.ids)
@settings(max_examples=25)  # Of each of many models, which have much in common.
@given(data=st.data())
def test_starter_models_agree(model_id: str, data: st.DataObject) -> None:
    """Twins of every starter model get the same verdict, legal or damaged."""
    held = data.draw(starter_contents(model_id))
    assert is_valid(model_id, held)
    assert_agreement(STARTER, model_id, data.draw(damaged(held)))


@given(st.data(), model_sets())
def test_generated_models_agree(data: st.DataObject, models: ModelSet) -> None:
    """So do twins of models that are themselves drawn, with several parents."""
    model_id = data.draw(st.sampled_from(models.ids))
    validator = validator_of(models.registry, model_id)
    held = data.draw(contents(models.registry, model_id))
    for one in (held, data.draw(damaged(held))):
        expected = not check_contents(models.registry, model_id, one)
        assert validator.is_valid({"id": "T", "modelId": model_id, "contents": one}) == expected


# --- the schema itself


@pytest.mark.parametrize("registry", [MODELS, STARTER], ids=["everything", "starter"])
def test_a_schema_is_one(registry: Registry) -> None:
    """Every schema is valid against the metaschema of 2020-12, says so, and has an id of its own."""
    for model_id in registry.ids:
        schema = json_schema(registry, model_id)
        Draft202012Validator.check_schema(schema)
        assert (schema["$schema"], schema["$id"]) == (DIALECT, f"urn:twinhaus:schema:{model_id}")


def test_every_term_has_a_schema() -> None:
    """Whatever DTDL names by a term, and we check, is known here too."""
    assert {*PRIMITIVES, *GEOSPATIAL} == CHECKS.keys()


def test_the_same_models_have_the_same_schema() -> None:
    """Built again, from documents in another order, it is the same to the letter."""
    again = load_models([EVERYTHING_MODEL, PLAIN_MODEL, PART])
    assert json.dumps(json_schema(again, EVERYTHING)) == json.dumps(json_schema(MODELS, EVERYTHING))


def test_an_unknown_model_has_no_schema() -> None:
    """A model that is not there is named."""
    with pytest.raises(UnknownModel) as raised:
        json_schema(MODELS, "dtmi:test:Nothing;1")
    assert raised.value.model_id == "dtmi:test:Nothing;1"


@pytest.mark.parametrize(
    ("twin", "expected"),
    [
        ({}, True),
        ({"lastUpdateTime": "2024-08-30T03:49:30.4062816+00:00"}, True),
        ({"lastUpdateTime": None}, True),
        ({"lastUpdateTime": 1}, False),
        ({"id": None}, False),
        ({"id": ""}, False),
        ({"id": "x" * 256}, True),
        ({"id": "x" * 257}, False),
        ({"id": "a\x7fb"}, False),
        ({"id": "Plant/AHU 7 ü\u00a0"}, True),
        ({"modelId": "dtmi:test:Part;2"}, False),
        ({"content": {}}, False),
        ({"contents": None}, False),
        ({"contents": []}, False),
    ],
)
def test_the_twin_around_the_contents(twin: JsonObject, expected: bool) -> None:
    """Id, model, time and contents are what `PUT /twins` takes of them."""
    whole: JsonObject = {"id": "T", "modelId": EVERYTHING, "contents": NEEDED}
    assert known_validator(EVERYTHING).is_valid(whole | twin) is expected


def test_contents_may_be_left_out_where_nothing_is_required() -> None:
    """Without contents, or with null, a twin is legal exactly when its model requires nothing."""
    for model_id, expected in (("dtmi:com:willowinc:Level;1", True), (EVERYTHING, False)):
        for more in ({}, {"contents": None}):
            twin: JsonObject = {"id": "T", "modelId": model_id, **more}
            assert known_validator(model_id).is_valid(twin) is expected


def test_shared_parts_stand_once() -> None:
    """What has an id, and a component's model, is written once, however often it is used; a loop ends."""
    schema = json_schema(MODELS, EVERYTHING)
    held = schema["properties"]["contents"]["properties"]
    assert held["first"]["$ref"] == held["second"]["$ref"] == "#/$defs/dtmi:test:Part;1"
    tree = schema["$defs"]["dtmi:test:Tree;1"]["properties"]["branches"]
    assert tree == {"type": "array", "items": {"$ref": "#/$defs/dtmi:test:Tree;1"}}
    assert json.dumps(schema).count("nauticalMile") == 1
    assert schema["$defs"].keys() >= {"position", "point", "multiPolygon"}


def test_names_descriptions_and_units_are_told() -> None:
    """`displayName`, in English if it can be, is the title; units are annotations; the nearest note wins."""
    schema = json_schema(MODELS, EVERYTHING)
    held = schema["properties"]["contents"]["properties"]
    part = schema["$defs"]["dtmi:test:Part;1"]
    assert (part["title"], held["first"]["title"]) == ("Part", "The first")
    weight = {"title": "Weight", "x-unit": "kilogram", "type": "number"}
    assert part["properties"]["weight"] == weight
    assert held["needed"] == {"description": "Never without", "type": "string"}
    assert held["lengthUnit"]["title"] == "Unit of its length"
    assert held["labels"]["additionalProperties"] == {"title": "A label", "type": "string"}
    assert [one["const"] for one in held["colour"]["oneOf"]] == ["red", "dark blue"]
    assert held["grade"] == {"type": "integer", "enum": [1, 2]}


def test_older_languages_have_schemas_too() -> None:
    """DTDL v2 and v3: enums and maps of v2, units of its core, fields required in v3 only."""
    pair = prop("pair", object_of(field("left", "date", "Required")))
    older = load_models(
        [
            interface("Two", prop("speed", "double", "Velocity", unit="knot"), version=2),
            interface("Three", pair, extensions=["dtmi:dtdl:extension:requirement;1"]),
        ]
    )
    two = json_schema(older, "dtmi:test:Two;1")["properties"]["contents"]["properties"]
    assert two["speed"] == {"x-unit": "knot", "type": "number"}
    three = validator_of(older, "dtmi:test:Three;1")
    for value, expected in (({}, False), ({"left": "2024-08-30"}, True)):
        twin: JsonObject = {"id": "T", "modelId": "dtmi:test:Three;1", "contents": {"pair": value}}
        assert three.is_valid(twin) is expected


# --- what JSON Schema has no words for


@pytest.mark.parametrize(
    "held",
    [
        pytest.param({"integer": 1.0}, id="1.0 is an integer"),
        pytest.param({"grade": 1.0}, id="1.0 equals 1"),
        pytest.param(
            {"polygon": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}},
            id="open ring",
        ),
        pytest.param({"point": {"type": "Point", "coordinates": [0, 0], "bbox": [0] * 6}}, id="bbox"),
    ],
)
def test_the_schema_is_wider(held: JsonObject) -> None:
    """These the schema lets through, and we refuse."""
    assert is_valid(EVERYTHING, {**NEEDED, **held})
    assert check_contents(MODELS, EVERYTHING, {**NEEDED, **held}) != ()


@pytest.mark.parametrize("name", ["willow-building", "azure-building", "rec4"])
def test_every_model_of_an_ontology_has_a_schema(name: str) -> None:
    """The schema of every model of a public ontology is built, and those of a sample are valid schemas."""
    registry = ontology(name)
    sizes = [len(json.dumps(json_schema(registry, model_id))) for model_id in registry.ids]
    assert max(sizes) < 100_000
    for model_id in registry.ids[::50]:
        Draft202012Validator.check_schema(json_schema(registry, model_id))


def test_the_airport_models_have_schemas() -> None:
    """So is that of every model which the airport ontology adds to the building ontology."""
    building = ontology("willow-building")
    models = json.loads(ontology_text("willow-airport"))
    both = building.extended([json.dumps(model) for model in models if model["@id"] not in building])
    added = [model_id for model_id in both.ids if model_id not in building]
    assert added
    for model_id in added:
        Draft202012Validator.check_schema(json_schema(both, model_id))
