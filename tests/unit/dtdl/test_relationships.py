"""Relationships against the models at their ends."""

from typing import Any

import pytest
from tests.unit.dtdl.conftest import interface, prop

from twinhaus.dtdl import Registry, UnknownModel, check_relationship, load_models, max_multiplicity

LEVEL, SPACE, PERSON = (f"dtmi:test:{name};1" for name in ("Level", "Space", "Person"))


def faults(
    registry: Registry, name: str, target: str, properties: dict[str, Any] | None = None
) -> dict[str, str]:
    """The faults of a relationship from a level, path to message."""
    found = check_relationship(
        registry, source_model=LEVEL, name=name, target_model=target, properties=properties or {}
    )
    return {fault.path: fault.message for fault in found}


def test_an_inherited_relationship_to_a_kind_of_its_target_is_legal(building: Registry) -> None:
    """A name declared by an ancestor, and a target that is a kind of the declared one, have no fault."""
    assert faults(building, "isPartOf", LEVEL, {"since": "2024-08-30"}) == {}


def test_a_relationship_without_target_may_lead_anywhere(building: Registry) -> None:
    """Where the model names no target, any twin will do."""
    assert faults(building, "seenWith", PERSON) == {}


def test_an_undeclared_name_is_told_the_nearest(building: Registry) -> None:
    """A name the source's model does not declare is a fault, with the nearest or the legal ones."""
    assert faults(building, "isPartof", LEVEL) == {
        "name": 'dtmi:test:Level;1 declares no relationship "isPartof". Did you mean "isPartOf"?'
    }
    assert faults(building, "feeds", LEVEL)["name"].endswith("It declares isPartOf and seenWith.")


def test_a_property_is_no_relationship(building: Registry) -> None:
    """A name that the model declares as something else is named for what it is."""
    assert faults(building, "name", LEVEL) == {
        "name": '"name" of dtmi:test:Level;1 is a property, not a relationship'
    }


def test_a_target_of_another_kind_is_refused(building: Registry) -> None:
    """The target must be a kind of the declared one."""
    assert faults(building, "isPartOf", PERSON) == {
        "targetId": "isPartOf of dtmi:test:Level;1 must lead to a dtmi:test:Space;1; dtmi:test:Person;1 is not one"
    }


def test_the_properties_of_a_relationship_are_checked(building: Registry) -> None:
    """Each wrong or unknown property is a fault at its own path."""
    assert faults(building, "isPartOf", LEVEL, {"since": "yesterday", "sinc": 1}) == {
        "properties.since": 'since expects a date such as 2024-08-30; got the string "yesterday"',
        "properties.sinc": 'isPartOf has no property "sinc". Did you mean "since"?',
    }


def test_the_most_relationships_of_a_name_are_known(building: Registry) -> None:
    """`maxMultiplicity` is read from the declaration; without it there is no limit."""
    assert max_multiplicity(building, LEVEL, "isPartOf") == 2
    assert max_multiplicity(building, LEVEL, "seenWith") is None
    assert max_multiplicity(building, LEVEL, "nothing") is None


def test_a_source_without_model_is_an_error(building: Registry) -> None:
    """A relationship cannot be checked when the source's model is not there."""
    with pytest.raises(UnknownModel):
        check_relationship(building, source_model="dtmi:x;1", name="a", target_model=LEVEL, properties={})


def test_the_properties_of_a_relationship_are_checked_whole() -> None:
    """Nested schemas, enums and what is required are checked as a twin's are, each fault at its own path."""
    extension = "dtmi:dtdl:extension:requirement;2"
    duct = {
        "@type": "Object",
        "fields": [{"@type": ["Field", "Required"], "name": "width", "schema": "double"}],
    }
    medium = {"@type": "Enum", "valueSchema": "string", "enumValues": [{"name": "air", "enumValue": "Air"}]}
    feeds = {
        "@type": "Relationship",
        "name": "feeds",
        "properties": [
            prop("medium", medium, "Required"),
            prop("ducts", {"@type": "Array", "elementSchema": duct}),
        ],
    }
    registry = load_models([interface("Fan", feeds, version=4, extensions=[extension])])

    def found(properties: dict[str, Any]) -> dict[str, str]:
        fan = "dtmi:test:Fan;1"
        return {
            fault.path: fault.message
            for fault in check_relationship(
                registry, source_model=fan, name="feeds", target_model=fan, properties=properties
            )
        }

    assert found({"medium": "Air", "ducts": [{"width": 0.5}]}) == {}
    assert found({}) == {"properties.medium": "medium is required, but missing"}
    assert found({"medium": "air", "ducts": [{"width": 1}, {}, None]}) == {
        "properties.medium": 'medium expects "Air"; got the string "air". Did you mean "Air"?',
        "properties.ducts[1].width": "ducts[1].width is required, but missing",
        "properties.ducts[2]": "ducts[2] must not be null; leave it out to clear it",
    }


def test_a_relationship_declared_apart_for_each_model_is_checked_by_its_own(building: Registry) -> None:
    """Two models may declare a relationship of one name; each source's is the one that counts."""
    registry = building.extended(
        [
            interface(
                "Door",
                {"@type": "Relationship", "name": "seenWith", "properties": [prop("since", "integer")]},
            ),
            interface(
                "Lock", {"@type": "Relationship", "name": "seenWith", "properties": [prop("since", "string")]}
            ),
        ]
    )
    for name, legal in (("Door", 1), ("Lock", "1")):
        model = f"dtmi:test:{name};1"
        for value in (1, "1"):
            found = check_relationship(
                registry, source_model=model, name="seenWith", target_model=LEVEL, properties={"since": value}
            )
            assert bool(found) == (value != legal)
