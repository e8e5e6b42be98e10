"""JSON texts against elements of any id."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.unit.dtdl.conftest import interface, prop

from twinhaus.dtdl import Registry, load_models
from twinhaus.dtdl.instances import NotCheckable
from twinhaus.dtdl.metamodel import GEOSPATIAL, V4, primitives_of

MAP = {
    "@type": "Map",
    "mapKey": {"name": "key", "schema": "string"},
    "mapValue": {"name": "value", "schema": {"@type": "Array", "elementSchema": "short"}},
}
TREE = {
    "@id": "dtmi:test:tree;1",
    "@type": "Object",
    "fields": [
        {"name": "label", "schema": "string"},
        {
            "@id": "dtmi:test:branches;3",
            "name": "branches",
            "schema": {"@type": "Array", "elementSchema": "dtmi:test:tree;1"},
        },
    ],
}
COLOUR = {
    "@id": "dtmi:test:colour;1",
    "@type": "Enum",
    "valueSchema": "string",
    "enumValues": [
        {"name": "red", "enumValue": "Red"},
        {"@id": "dtmi:test:blue;1", "name": "blue", "enumValue": "Blue"},
    ],
}
GRADE = {
    "@type": "Enum",
    "valueSchema": "integer",
    "enumValues": [{"name": "none", "enumValue": 0}, {"name": "one", "enumValue": 1}],
}


@pytest.fixture(scope="module")
def registry() -> Registry:
    """A model with every kind of element."""
    command = {
        "@type": "Command",
        "name": "paint",
        "request": {
            "name": "with",
            "schema": {"@type": "Object", "fields": [{"name": "colour", "schema": "dtmi:test:colour;1"}]},
        },
        "response": {"name": "done", "schema": "boolean"},
    }
    model = interface(
        "A",
        prop("tags", MAP),
        prop("grade", GRADE),
        {"@type": "Telemetry", "name": "noise", "schema": "double"},
        command,
        {
            "@type": "Relationship",
            "name": "feeds",
            "properties": [prop("flow", {"@type": "Array", "elementSchema": "float"})],
        },
        {"@type": "Component", "name": "other", "schema": "dtmi:test:B;1"},
        version=4,
        schemas=[TREE, COLOUR],
    )
    return load_models([model, interface("B", version=4)])


def faults(registry: Registry, element_id: str, value: str) -> dict[str, str]:
    """The faults of a JSON text, path to message."""
    return {fault.path: fault.message for fault in registry.check_value(element_id, value)}


def primitive(name: str) -> str:
    """The id of a primitive schema of DTDL v4."""
    return f"dtmi:dtdl:instance:Schema:{name};4"


@pytest.mark.parametrize(
    ("element_id", "conforming", "failing"),
    [
        ("dtmi:test:tree;1", '{"branches": [{"label": "x"}, {}]}', '{"branches": [{"label": 1}]}'),
        ("dtmi:test:branches;3", '[{"label": "x"}]', '{"label": "x"}'),
        ("dtmi:test:branches:_schema;3", '[{"label": "x"}]', '{"label": "x"}'),
        ("dtmi:test:tree:_fields:__label;1", '"x"', "1"),
        ("dtmi:test:colour;1", '"Red"', '"red"'),
        ("dtmi:test:colour:_enumValues:__red;1", '"Red"', '"Blue"'),
        ("dtmi:test:blue;1", '"Blue"', '"Red"'),
        ("dtmi:test:A:_contents:__tags:_schema;1", '{"": [1]}', '{"": [1.0]}'),
        ("dtmi:test:A:_contents:__tags:_schema:_mapValue;1", "[1, -32768]", "[32768]"),
        ("dtmi:test:A:_contents:__tags:_schema:_mapValue:_schema;1", "[]", "{}"),
        ("dtmi:test:A:_contents:__grade:_schema;1", "1", '"1"'),
        ("dtmi:test:A:_contents:__grade:_schema:_enumValues:__one;1", "1", "0"),
        ("dtmi:test:A:_contents:__paint:_request:_schema;1", '{"colour": "Red"}', '{"colour": "Green"}'),
        ("dtmi:test:A:_contents:__paint:_request:_schema:_fields:__colour;1", '"Red"', '"Green"'),
        ("dtmi:test:A:_contents:__feeds:_properties:__flow:_schema;1", "[0.5]", "[true]"),
        ("dtmi:standard:schema:scaledDecimal;4", '{"scale": -2, "value": "12.5"}', '{"scale": 0.5}'),
        ("dtmi:standard:schema:geospatial:point;2", '{"type":"Point","coordinates":[8.5,47.4]}', '{"type":"Point"}'),
        ("dtmi:dtdl:extension:quantitativeTypes:v1:enum:LengthUnit", '"metre"', '"meter"'),
        ("dtmi:iotcentral:schema:geopoint;2", '{"lat": 47.4, "lon": 8.5}', '{"latitude": 47.4}'),
    ],
)  # fmt: skip
def test_a_value_is_checked_against_an_element_of_any_id(
    registry: Registry, element_id: str, conforming: str, failing: str
) -> None:
    """Ids of an author's own, ids that the language assigns, and ids of what the language defines, are all found."""
    assert faults(registry, element_id, conforming) == {}
    assert faults(registry, element_id, failing) != {}


@pytest.mark.parametrize(
    "element_id",
    [
        "dtmi:test:A;1",
        "dtmi:test:A:_contents:__tags;1",
        "dtmi:test:A:_contents:__noise;1",
        "dtmi:test:A:_contents:__paint;1",
        "dtmi:test:A:_contents:__paint:_request;1",
        "dtmi:test:A:_contents:__paint:_response;1",
        "dtmi:test:A:_contents:__feeds;1",
        "dtmi:test:A:_contents:__feeds:_properties:__flow;1",
        "dtmi:test:A:_contents:__other;1",
        "dtmi:test:A:_contents:__tags:_schema:_mapKey;1",
    ],
)
def test_what_has_no_values_is_told(registry: Registry, element_id: str) -> None:
    """An Interface, its contents, payloads and the key of a Map are no schemas; asking for their values raises."""
    with pytest.raises(NotCheckable, match="only schemas and parts of schemas have values"):
        registry.check_value(element_id, "22")


@pytest.mark.parametrize(
    "element_id",
    [
        "", ";", "dtmi:test:Nothing;1", "dtmi:test:A;2", "dtmi:test:A:_contents;1", "dtmi:test:A:_contents:__tag;1",
        "dtmi:test:A:_contents:__tags:_schema;2", "dtmi:test:A:_contents:__tags:_schema",
        "dtmi:test:A:_contents:__tags:_schema:_schema;1", "dtmi:test:tree:_fields:__branches;1",
        "dtmi:test:A:_contents:__feeds:_target;1", "dtmi:dtdl:instance:Schema:integer;5", "integer",
        "dtmi:dtdl:instance:Schema:uuid;3", "dtmi:dtdl:instance:Schema:uuid:_schema;4",
        "dtmi:standard:schema:scaledDecimal:_fields:__scale:_x;4", "dtmi:test:A:_;1", "dtmi:test:A:_contents:__;1",
    ],
)  # fmt: skip
def test_an_id_of_nothing_is_told(registry: Registry, element_id: str) -> None:
    """An id that no element has raises; so does one the language would assign to an element that has its own."""
    with pytest.raises(NotCheckable, match="There is no element"):
        registry.check_value(element_id, "22")


def standard_ids() -> Iterator[str]:
    """The ids of all that the language has a term for."""
    for language in range(2, V4 + 1):
        for name in primitives_of(language):
            yield f"dtmi:dtdl:instance:Schema:{name};{language}"
        for name in GEOSPATIAL:
            yield f"dtmi:standard:schema:geospatial:{name};{language}"


@pytest.mark.parametrize("element_id", [*standard_ids()])
def test_every_schema_of_every_version_is_known_without_models(element_id: str) -> None:
    """The schemas of the language are there in an empty registry, and none has null as a value."""
    assert list(faults(Registry.empty(), element_id, "null")) == ["$"]


@pytest.mark.parametrize(
    "text", ["$$", "", " ", '{ "hello" }', '[ "hi": "there" ]', "{ 23 ]", "[1] 2", "01", "'a'", "tru"]
)
def test_what_is_not_json_is_a_fault(registry: Registry, text: str) -> None:
    """No exception: the place is told by line and column, at the path of the whole."""
    assert faults(registry, "dtmi:test:tree;1", text)["$"].startswith("Not JSON (line 1, column ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NaN", "NaN is not JSON"),
        ("-Infinity", "-Infinity is not JSON"),
        ('{"label": "a", "label": "b"}', "A key stands twice"),
        ("[" * 100_000, "nested too deeply"),
        ('{"branches": [' * 400 + "]}" * 400, "nested too deeply"),
        ('"\\ud800"', "lone surrogates"),
        ('{"\\ude00\\ud83d": 1}', "lone surrogates"),
        ('"\ud800"', "lone surrogates"),
    ],
)
def test_json_without_one_meaning_is_a_fault(registry: Registry, text: str, said: str) -> None:
    """Numbers that are none, keys that stand twice and bottomless nesting are told at the path of the whole."""
    assert said in faults(registry, "dtmi:test:tree;1", text)["$"]


@pytest.mark.parametrize("schema", ["byte", "short", "integer", "long"])
def test_an_integer_is_written_as_one(schema: str) -> None:
    """Fractions and exponents are refused, whatever their value; `-0` is an integer like any other."""
    for text in ("0", "-0", "3", "-2", "127"):
        assert faults(Registry.empty(), primitive(schema), text) == {}
    for text in ("0.0", "-0.0", "1.0", "1e0", "1E2", "-2.02", '"3"', "true", "[3]"):
        assert list(faults(Registry.empty(), primitive(schema), text)) == ["$"]


@pytest.mark.parametrize("schema", ["unsignedByte", "unsignedShort", "unsignedInteger", "unsignedLong"])
def test_an_unsigned_integer_is_written_in_digits(schema: str) -> None:
    """It has no sign, not even that of `-0`."""
    for text in ("0", "3", "255"):
        assert faults(Registry.empty(), primitive(schema), text) == {}
    for text in ("-0", "-1", "0.0", "1e0"):
        assert list(faults(Registry.empty(), primitive(schema), text)) == ["$"]
    assert faults(Registry.empty(), primitive(schema), "-0")["$"].endswith("got the number -0")


@pytest.mark.parametrize(
    ("schema", "last", "first_beyond"),
    [
        ("byte", 2**7 - 1, 2**7),
        ("byte", -(2**7), -(2**7) - 1),
        ("short", 2**15 - 1, 2**15),
        ("integer", 2**31 - 1, 2**31),
        ("integer", -(2**31), -(2**31) - 1),
        ("long", 2**63 - 1, 2**63),
        ("long", -(2**63), -(2**63) - 1),
        ("unsignedByte", 2**8 - 1, 2**8),
        ("unsignedShort", 2**16 - 1, 2**16),
        ("unsignedInteger", 2**32 - 1, 2**32),
        ("unsignedLong", 2**64 - 1, 2**64),
    ],
)
def test_integers_are_exact_to_the_last_bit(schema: str, last: int, first_beyond: int) -> None:
    """The last integer that fits is one, the next is not, and is told the range."""
    assert faults(Registry.empty(), primitive(schema), str(last)) == {}
    assert (
        f"got the number {first_beyond}"
        in faults(Registry.empty(), primitive(schema), str(first_beyond))["$"]
    )


@pytest.mark.parametrize(
    ("schema", "text", "conforms"),
    [
        ("double", "1.79769313486231E+308", True),
        ("double", "1.79769313486233E+308", False),
        ("double", "-1e309", False),
        ("double", "1e-400", True),
        ("double", "-0", True),
        ("double", "18446744073709551616", True),
        ("double", "1" + "0" * 300, True),
        ("double", "1" + "0" * 309, False),
        ("double", "1" + "0" * 5_000, False),
        ("float", "3.402823E+38", True),
        ("float", "3.402824E+38", False),
        ("float", "-0.0", True),
        ("float", "1e309", False),
        ("long", "1" + "0" * 60, False),
        ("string", "1e309", False),
        ("string", '"\\u0000"', True),
        ("string", '"\\ud83d\\ude00 \\u00e9 é"', True),
    ],
)
def test_numbers_have_the_range_of_their_precision(schema: str, text: str, conforms: bool) -> None:
    """However a number is written, and be it one that no twin can hold."""
    assert (faults(Registry.empty(), primitive(schema), text) == {}) == conforms


def test_a_number_beyond_all_is_shown_as_written() -> None:
    """An infinity stands in no message."""
    message = faults(Registry.empty(), primitive("double"), "-1e309")["$"]
    assert message.endswith("got the number -1e309")


def test_minus_zero_is_the_zero_of_an_enum(registry: Registry) -> None:
    """A signed zero is a value of an Enum of integers that has 0, and of no Enum of strings."""
    assert faults(registry, "dtmi:test:A:_contents:__grade:_schema;1", "-0") == {}
    assert faults(registry, "dtmi:test:A:_contents:__grade:_schema;1", "-0.0") != {}
    assert faults(registry, "dtmi:test:colour;1", "-0") != {}


def test_paths_are_within_the_value(registry: Registry) -> None:
    """All faults come at once, each at its path; the value as a whole is `$`."""
    found = faults(registry, "dtmi:test:branches;3", '[{"label": 1}, {"labl": "x"}, null]')
    assert found == {
        "[0].label": "value[0].label expects a string; got the number 1",
        "[1].labl": 'there is no field "labl" here. Did you mean "label"?',
        "[2]": "value[2] must not be null; leave it out to clear it",
    }
    assert faults(registry, "dtmi:test:tree;1", '{"branches": [{"label": 1}]}') == {
        "branches[0].label": "branches[0].label expects a string; got the number 1"
    }
    assert faults(registry, "dtmi:test:colour;1", '"red"') == {
        "$": 'value expects "Red" or "Blue"; got the string "red". Did you mean "Red"?'
    }


def test_models_added_later_are_found(registry: Registry) -> None:
    """A snapshot with more models knows their elements; the one before does not."""
    extended = registry.extended(
        [interface("C", prop("size", {"@type": "Array", "elementSchema": "double"}))]
    )
    added = "dtmi:test:C:_contents:__size:_schema;1"
    assert faults(extended, added, "[1]") == {}
    with pytest.raises(NotCheckable):
        registry.check_value(added, "[1]")


def test_an_id_without_version_leads_to_its_elements() -> None:
    """From DTDL v3 on an id needs no version, nor do those that the language derives from it."""
    document: dict[str, Any] = json.loads(
        interface("A", prop("size", {"@type": "Array", "elementSchema": "byte"}), version=4)
    )
    registry = load_models([json.dumps(document | {"@id": "dtmi:test:A"})])
    assert faults(registry, "dtmi:test:A:_contents:__size:_schema", "[1]") == {}
