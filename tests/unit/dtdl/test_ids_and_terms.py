"""Ids and terms as models write them: lengths, reserved prefixes, and the full DTMI of a term."""

import pytest
from tests.unit.dtdl.conftest import interface, prop, rules

from twinhaus.dtdl import load_models

LIMITS = ["dtmi:dtdl:context;4#limitless", "dtmi:dtdl:limits:onvif;1"]


def relationship(target: object, version: int = 3) -> str:
    """An Interface whose relationship leads to this target."""
    return interface("A", {"@type": "Relationship", "name": "r", "target": target}, version=version)


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("not an id", "identifierNotDtmi"),
        ("dtmi:test:_system;1", "identifierInvalid"),
        ("dtmi:test:A;1#part", "identifierInvalid"),
        (f"dtmi:{'a' * 2_050};1", "identifierTooLong"),
        (["dtmi:test:A;1", "dtmi:test:B;1"], "identifierMultipleValues"),
        ({"@id": "dtmi:test:A;1", "@type": "Interface"}, "identifierNotString"),
        (3, "identifierNotString"),
    ],
)
def test_what_cannot_be_a_target(target: object, rule: str) -> None:
    """A target is one id, of an element that may be elsewhere."""
    assert rules(relationship(target)) == [rule]


def test_a_target_of_v2_has_a_version() -> None:
    """Later versions of the language let it go without."""
    assert rules(relationship("dtmi:test:B", 2)) == ["identifierInvalid"]
    assert rules(relationship("dtmi:test:B")) == []


def test_ids_have_a_length() -> None:
    """2,048 characters, and 512 under a limit extension."""
    for length, limits, expected in (
        (2_048, [], []),
        (2_049, [], ["idTooLong"]),
        (513, LIMITS, ["idTooLong"]),
    ):
        id = f"dtmi:{'a' * (length - 7)};1"
        text = interface("A", prop("p", "string") | {"@id": id}, version=4)
        if limits:
            text = text.replace('["dtmi:dtdl:context;4"]', str(limits).replace("'", '"'))
        assert rules(text, acceptable_limits=["dtmi:dtdl:limits:onvif"]) == expected


@pytest.mark.parametrize(
    "prefix", ["dtmi:dtdl:", "dtmi:standard:", "dtmi:iotcentral:", "dtmi:iotoperations:"]
)
def test_reserved_elements_cannot_be_referred_to_unless_they_are_defined(prefix: str) -> None:
    """No one else can define them, so there is nothing to look for."""
    assert rules(interface("A", extends=f"{prefix}thing;1")) == ["undefinedReservedId"]


def test_a_product_reserves_its_prefix_only_where_its_context_is_active() -> None:
    """Elsewhere the prefix is anyone's."""
    text = interface("A", version=4).replace("dtmi:test:A", "dtmi:iotoperations:A")
    assert rules(text) == []
    active = text.replace(
        '["dtmi:dtdl:context;4"]', '["dtmi:dtdl:context;4", "dtmi:iotoperations:context;4"]'
    )
    assert rules(active) == ["reservedId"]


@pytest.mark.parametrize(
    ("version", "extensions", "schema", "unit", "expected"),
    [
        (3, [1], "dtmi:dtdl:instance:Schema:double;3", "metre", []),
        (3, [1], "dtmi:dtdl:instance:Schema:double;2", "metre", []),
        (3, [1], "dtmi:dtdl:instance:Schema:double;4", "metre", ["undefinedReservedId"]),
        (3, [1], "double", "dtmi:dtdl:extension:quantitativeTypes:v1:unit:metre", []),
        (3, [1], "double", "dtmi:dtdl:extension:quantitativeTypes:v2:unit:metre", ["badDtmiOrTerm"]),
        (3, [1], "double", "second", ["wrongParent"]),
        (2, [], "double", "dtmi:standard:unit:metre;2", []),
        (2, [], "double", "dtmi:standard:unit:metre;3", ["badDtmiOrTerm"]),
    ],
)
def test_a_term_may_be_written_as_its_dtmi(
    version: int, extensions: list[int], schema: str, unit: str, expected: list[str]
) -> None:
    """It is that of the language or extension which is active, or of an older version of the language."""
    names = [f"dtmi:dtdl:extension:quantitativeTypes;{number}" for number in extensions]
    distance = prop("distance", schema, "Length", unit=unit)
    assert rules(interface("A", distance, version=version, extensions=names)) == expected


def test_a_name_that_is_no_text() -> None:
    """Elements without an id get one that ends in their name, so a name must be given and be text."""
    assert rules(interface("A", prop("", "string") | {"name": True})) == ["dtmiSegPropertyNotStringOrNumber"]
    assert rules(interface("A", {"@type": "Property", "schema": "string"})) == ["missingDtmiSegPropertyValue"]
    assert len(load_models([interface("A", prop("p", "string"))])) == 1
