"""Twins against their models."""

import json
from typing import Any

import pytest
from tests.unit.dtdl.conftest import AREA, LEVEL, PERSON, SPACE, interface, prop

from twinhaus import strictjson
from twinhaus.dtdl import Registry, UnknownModel, check_contents, load_models
from twinhaus.dtdl.validate import FAULTS_MAX
from twinhaus.strictjson import DEPTH_MAX

LEVEL_ID = "dtmi:test:Level;1"


def faults(registry: Registry, contents: dict[str, Any], model_id: str = LEVEL_ID) -> dict[str, str]:
    """The faults of a twin, path to message."""
    return {fault.path: fault.message for fault in check_contents(registry, model_id, contents)}


def test_a_twin_with_everything_has_no_fault(building: Registry) -> None:
    """Inherited properties, maps, arrays of objects, enums, unit enums and components are all accepted."""
    contents = {
        "levelNumber": 0,
        "name": "Floor_1",
        "usage": "Office",
        "rank": 1,
        "customTags": {"any key at all.": True},
        "mappedIds": [{"scope": "ORG", "value": "x"}, {}],
        "area": {
            "$metadata": {"$lastUpdateTime": "2024-08-30T03:49:30Z"},
            "grossArea": 3,
            "unit": "squareMetre",
        },
    }
    assert faults(building, contents) == {}


def test_a_property_of_the_wrong_type_is_told_in_the_words_of_the_model(building: Registry) -> None:
    """A wrong type names the property, what it expects and what it got."""
    assert faults(building, {"levelNumber": "3"}) == {
        "contents.levelNumber": 'levelNumber expects an integer; got the string "3"'
    }


def test_a_misspelt_name_is_told_the_nearest_legal_one(building: Registry) -> None:
    """An unknown name is a fault, with a suggestion where one is near."""
    found = faults(building, {"levelNumbr": 1, "Name": "x", "zzz": 1})
    assert found["contents.levelNumbr"] == (
        'dtmi:test:Level;1 has no property or component "levelNumbr". Did you mean "levelNumber"?'
    )
    assert found["contents.Name"].endswith('Did you mean "name"?')
    assert "Did you mean" not in found["contents.zzz"]


@pytest.mark.parametrize(
    ("name", "what"), [("isPartOf", "a relationship"), ("noise", "telemetry"), ("clean", "a command")]
)
def test_what_is_no_property_is_named_for_what_it_is(building: Registry, name: str, what: str) -> None:
    """A relationship, command or telemetry used as a property is named as such."""
    assert faults(building, {name: "x"})[f"contents.{name}"].startswith(
        f"{name} is {what} of dtmi:test:Level;1"
    )


def test_every_fault_is_reported_at_its_own_path(building: Registry) -> None:
    """All faults come at once, each at the path of the value: in maps, arrays, objects and components."""
    contents = {
        "customTags": {"a.b": 1},
        "mappedIds": [{}, {"scope": 1, "extra": 2}, 3],
        "area": {"grossArea": "big", "volume": 1},
        "usage": "Ofice",
        "rank": 1.0,
        "name": None,
    }
    assert faults(building, contents) == {
        'contents.customTags["a.b"]': 'customTags["a.b"] expects true or false; got the number 1',
        "contents.mappedIds[1].scope": "mappedIds[1].scope expects a string; got the number 1",
        "contents.mappedIds[1].extra": 'there is no field "extra" here. Legal are scope and value.',
        "contents.mappedIds[2]": "mappedIds[2] expects an object; got the number 3",
        "contents.area.grossArea": 'area.grossArea expects a number; got the string "big"',
        "contents.area.volume": 'dtmi:test:Area;1 has no property or component "volume".',
        "contents.usage": 'usage expects "Office" or "Plant"; got the string "Ofice". Did you mean "Office"?',
        "contents.rank": "rank expects 1; got the number 1.0",
        "contents.name": "name must not be null; leave it out to clear it",
    }


def test_containers_must_be_what_they_are(building: Registry) -> None:
    """A map, array or component of another type is refused, null too."""
    found = faults(building, {"customTags": [], "mappedIds": {}, "area": None})
    assert (
        found["contents.customTags"] == "customTags expects an object, mapping keys to values; got an array"
    )
    assert found["contents.mappedIds"] == "mappedIds expects an array; got an object"
    assert found["contents.area"] == "area must not be null; leave it out to clear it"


def test_metadata_is_ignored_within_components_only(building: Registry) -> None:
    """`$metadata` may be any object in a component; elsewhere it is an unknown name, and it must be an object."""
    assert faults(building, {"area": {"$metadata": {"x": {"y": []}}}}) == {}
    assert "contents.area.$metadata" in faults(building, {"area": {"$metadata": 1}})
    assert "contents.$metadata" in faults(building, {"$metadata": {}})


def test_a_unit_must_be_of_its_unit_enum(building: Registry) -> None:
    """A property whose schema is a unit enum accepts the names of its units, and suggests the nearest."""
    assert faults(building, {"area": {"unit": "squareFoot"}}) == {}
    message = faults(building, {"area": {"unit": "squareFeet"}})["contents.area.unit"]
    assert message.endswith('got the string "squareFeet". Did you mean "squareFoot"?')


def test_faults_are_capped(building: Registry) -> None:
    """A twin with very many faults is answered with the first hundred."""
    contents = {"customTags": {f"key{number}": number for number in range(1000)}}
    assert len(check_contents(building, LEVEL_ID, contents)) == FAULTS_MAX


def test_an_unknown_model_is_an_error(building: Registry) -> None:
    """Contents cannot be checked against a model that is not there."""
    with pytest.raises(UnknownModel, match="dtmi:test:Nothing;1"):
        check_contents(building, "dtmi:test:Nothing;1", {})


def test_a_required_field_must_be_there() -> None:
    """A Field co-typed Required is a fault when missing, at its own path."""
    schema = {
        "@type": "Object",
        "fields": [{"@type": ["Field", "Required"], "name": "x", "schema": "double"}],
    }
    registry = load_models(
        [interface("A", prop("at", schema), extensions=["dtmi:dtdl:extension:requirement;1"])]
    )
    assert faults(registry, {"at": {}}, "dtmi:test:A;1") == {"contents.at.x": "at.x is required, but missing"}
    assert faults(registry, {"at": {"x": 1}}, "dtmi:test:A;1") == {}


def test_a_schema_of_v4_may_contain_itself() -> None:
    """A value of a self-referential schema is checked at every depth."""
    tree = {
        "@id": "dtmi:test:tree;1",
        "@type": "Object",
        "fields": [
            {"name": "label", "schema": "string"},
            {"name": "branches", "schema": {"@type": "Array", "elementSchema": "dtmi:test:tree;1"}},
        ],
    }
    model = interface("A", prop("root", "dtmi:test:tree;1"), version=4, schemas=[tree])
    registry = load_models([model])
    assert (
        faults(registry, {"root": {"branches": [{"branches": [{"label": "leaf"}]}]}}, "dtmi:test:A;1") == {}
    )
    found = faults(registry, {"root": {"branches": [{"branches": [{"label": 1}]}]}}, "dtmi:test:A;1")
    assert list(found) == ["contents.root.branches[0].branches[0].label"]


def test_a_long_chain_of_schemas_is_no_trouble() -> None:
    """However long a chain of named schemas of v4 is, compiling it needs no deep stack."""
    count = 3_000
    schemas = [
        {
            "@id": f"dtmi:test:s{number};1",
            "@type": "Object",
            "fields": [{"name": "next", "schema": f"dtmi:test:s{(number + 1) % count};1"}],
        }
        for number in range(count)
    ]
    registry = load_models(
        [interface("A", prop("root", "dtmi:test:s0;1"), version=4, schemas=schemas[:count])]
    )
    value: dict[str, Any] = {}
    for _ in range(60):
        value = {"next": value}
    assert faults(registry, {"root": value}, "dtmi:test:A;1") == {}


def test_a_twin_is_checked_against_models_added_later(building: Registry) -> None:
    """Adding models leaves what was compiled usable, and compiles the new ones on their first twin."""
    assert faults(building, {"name": "x"}) == {}
    room = interface("Room", prop("seats", "integer"), extends="dtmi:test:Level;1")
    extended = building.extended([room])
    assert faults(extended, {"seats": 3, "name": "x", "levelNumber": 2}, "dtmi:test:Room;1") == {}
    assert faults(extended, {"name": 1}) == {"contents.name": "name expects a string; got the number 1"}


def test_the_order_of_models_does_not_matter_to_twins() -> None:
    """A twin gets the same verdict whichever model was loaded first."""
    contents = {"levelNumber": "3", "area": {"grossArea": []}}
    orders = ([SPACE, LEVEL, AREA, PERSON], [PERSON, AREA, LEVEL, SPACE])
    first, second = (faults(load_models(order), contents) for order in orders)
    assert first == second


REQUIREMENT = "dtmi:dtdl:extension:requirement;2"


def test_a_required_property_must_be_there() -> None:
    """A Property co-typed Required is a fault when missing, in a twin and in a component; null does not stand in."""
    registry = load_models(
        [
            interface("Part", prop("serial", "string", "Required"), version=4, extensions=[REQUIREMENT]),
            interface(
                "Whole",
                prop("code", "string", "Required"),
                {"@type": "Component", "name": "part", "schema": "dtmi:test:Part;1"},
                version=4,
                extensions=[REQUIREMENT],
            ),
        ]
    )
    assert faults(registry, {"code": "x", "part": {"serial": "1"}}, "dtmi:test:Whole;1") == {}
    assert faults(registry, {"part": {"$metadata": {}}}, "dtmi:test:Whole;1") == {
        "contents.part.serial": "part.serial is required, but missing",
        "contents.code": "code is required, but missing",
    }
    assert list(faults(registry, {"code": None, "part": {"serial": "1"}}, "dtmi:test:Whole;1")) == [
        "contents.code"
    ]


def test_a_component_that_requires_something_must_be_there() -> None:
    """A twin has all its components, be they empty; one that must not be empty is therefore required itself."""
    registry = load_models(
        [
            interface("Part", prop("serial", "string", "Required"), version=4, extensions=[REQUIREMENT]),
            interface(
                "Whole", {"@type": "Component", "name": "part", "schema": "dtmi:test:Part;1"}, version=4
            ),
        ]
    )
    assert faults(registry, {}, "dtmi:test:Whole;1") == {"contents.part": "part is required, but missing"}


def test_a_cotype_nobody_knows_requires_nothing() -> None:
    """In DTDL v2, which lets any co-type stand, one that happens to be called Required means nothing."""
    schema = {
        "@type": "Object",
        "fields": [{"@type": ["Field", "Required"], "name": "x", "schema": "double"}],
    }
    registry = load_models([interface("A", prop("at", schema), prop("by", "string", "Required"), version=2)])
    assert faults(registry, {"at": {}}, "dtmi:test:A;1") == {}


def test_schemas_may_stand_as_deep_as_limits_allow() -> None:
    """With ONVIF's limits schemas are 24 deep; the model is read, and a value's faults are found at the bottom."""
    schema: Any = "double"
    value: Any = "wrong"
    for number in range(24):
        schema = {"@type": "Object", "fields": [{"name": f"f{number}", "schema": schema}]}
        value = {f"f{number}": value}
    document = json.loads(interface("A", prop("deep", schema), version=4))
    document["@context"] = ["dtmi:dtdl:context;4#limitless", "dtmi:dtdl:limits:onvif;1"]
    registry = load_models([json.dumps([document])], acceptable_limits=["dtmi:dtdl:limits:onvif;1"])
    (path,) = faults(registry, {"deep": value}, "dtmi:test:A;1")
    assert path == "contents.deep." + ".".join(f"f{number}" for number in reversed(range(24)))


def test_values_nest_as_deep_as_json_is_read() -> None:
    """A schema that contains itself has values of any depth; the deepest that is read at all is checked to its end."""
    nest = {
        "@id": "dtmi:test:nest;1",
        "@type": "Array",
        "elementSchema": "dtmi:test:nest;1",
    }
    registry = load_models([interface("A", prop("nest", "dtmi:test:nest;1"), version=4, schemas=[nest])])
    contents = strictjson.read('{"nest":' + "[" * (DEPTH_MAX - 2) + "1" + "]" * (DEPTH_MAX - 2) + "}")
    assert list(faults(registry, contents, "dtmi:test:A;1")) == ["contents.nest" + "[0]" * (DEPTH_MAX - 2)]


def test_a_name_may_need_quotes() -> None:
    """Keys of a map that are not plain stand in quotes, in the path and in the message alike."""
    registry = load_models([SPACE, LEVEL, AREA, PERSON])
    found = faults(registry, {"customTags": {"": 1, 'a"b': 1, "a b": 1, "[0]": 1}})
    assert list(found) == [f"contents.customTags[{key}]" for key in ('""', '"a\\"b"', '"a b"', '"[0]"')]
    assert found['contents.customTags["a b"]'].startswith('customTags["a b"] expects true or false')
