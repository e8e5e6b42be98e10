"""The starter ontology holds what the contract's examples need, and is legal DTDL."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from twinhaus import ontology
from twinhaus.dtdl import Registry, load_models
from twinhaus.dtdl.validate import check_contents, check_relationship

WILLOW = "dtmi:com:willowinc:"

# The enum of relationshipFilter.relationshipNames, as the seed prints it.
SEED_RELATIONSHIPS = {
    "isPartOf", "isDocumentOf", "hasDocument", "isCapabilityOf", "locatedIn", "hostedBy", "includedIn",
    "servedBy", "leasee", "hasLease", "locatedInGridRegion", "isParameterOf", "isFedBy", "subMeterOf",
    "serves", "ownedBy", "manufacturedBy", "serviceResponsibility", "installedBy", "servicedBy",
}  # fmt: skip

# The contents of the example twin, as both seeds print them.
SEED_CONTENTS = json.loads("""
{"levelNumber":0,"mappedIds":[{"exactType":"ExternalIdentity","scope":"CONNECTOR","scopeId":"CONxxxxxxxxxxx",
"value":"TW-CC-II-L01"},{"exactType":"FloorLevelIdentity","scope":"BUILDING","scopeId":"BLDGxxxxxxxxxxxxxxx","value":"0"},
{"exactType":"ExternalIdentity","scope":"ORG","scopeId":"ORG2xxxxxxxxxxx","value":"urn:willowinc:twin:id:TW-DD-II-L01"}],
"name":"Floor_1","uniqueID":"a360cf30-c112-40a1-b4b4-f65da82fa9e8","externalID":"FLRPXxxxxxxxxxxxxxxxx","code":"L01",
"siteID":"104bd33c-a697-4027-b6a6-677e30a53d09","alternateClassification":{"brickSchema":{"version":"1.3",
"code":"dtmi:org:brickschema:schema:Brick:Floor;1"}},"externalIds":{
"mappingKey":"msrc:///CON5xxxxxxxxxxxxxxxx@willow-source/twin/TW-DD-II-L01"},
"area":{"$metadata":{"$lastUpdateTime":"2024-08-30T03:49:30.4062816Z"}}}
""")

NAMED_SCHEMAS = {
    "boolean", "date", "dateTime", "double", "duration", "float", "integer", "long", "string", "time",
    "polygon", "LengthUnit",
}  # fmt: skip
COMPLEX_SCHEMAS = {"Array", "Enum", "Map", "Object"}


def model(name: str) -> str:
    """The id of a public model."""
    return f"{WILLOW}{name};1"


def elements(value: Any) -> Iterator[dict[str, Any]]:
    """Every JSON object in a document, at any depth."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from elements(member)


@pytest.fixture(scope="module")
def interfaces() -> list[dict[str, Any]]:
    """Every interface of every document."""
    return [interface for document in ontology.documents() for interface in json.loads(document)]


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The ontology as our own validator reads it."""
    return load_models(ontology.documents())


def test_every_document_is_an_array_of_interfaces(interfaces: list[dict[str, Any]]) -> None:
    """Each file holds DTDL v3 interfaces and nothing else, about sixty in all, each described in words."""
    assert {interface["@type"] for interface in interfaces} == {"Interface"}
    assert all("dtmi:dtdl:context;3" in interface["@context"] for interface in interfaces)
    assert all(interface["displayName"]["en"] and interface["description"]["en"] for interface in interfaces)
    assert 55 <= len(interfaces) <= 75


def test_ids_are_unique(interfaces: list[dict[str, Any]]) -> None:
    """No id is defined twice, not even in two files."""
    ids = [element["@id"] for element in elements(interfaces) if "@id" in element]
    assert len(ids) == len(set(ids))


def test_every_reference_resolves(interfaces: list[dict[str, Any]]) -> None:
    """What an interface extends, targets, or names as a schema is defined here too."""
    defined = {element["@id"] for element in elements(interfaces) if "@id" in element}
    named = {
        element[key]
        for element in elements(interfaces)
        for key in ("extends", "target", "schema", "elementSchema")
        if isinstance(element.get(key), str) and element[key].startswith("dtmi:")
    }
    assert named <= defined


def test_all_relationship_names_of_the_seed_are_declared(interfaces: list[dict[str, Any]]) -> None:
    """The twenty names of the contract, and only they, are relationships of some interface."""
    declared = {element["name"] for element in elements(interfaces) if element.get("@type") == "Relationship"}
    assert declared == SEED_RELATIONSHIPS


def test_every_kind_of_schema_appears(interfaces: list[dict[str, Any]]) -> None:
    """The files show every primitive and complex schema of DTDL v3, a geometry and a unit."""
    named = {element["schema"] for element in elements(interfaces) if isinstance(element.get("schema"), str)}
    assert named >= NAMED_SCHEMAS
    types = {element["@type"] for element in elements(interfaces) if isinstance(element.get("@type"), str)}
    assert types >= COMPLEX_SCHEMAS


@pytest.mark.parametrize(
    "line",
    [
        ["VAVBox", "TerminalUnit", "HVACEquipment", "Equipment", "Asset"],
        ["ZoneAirTemperatureSensor", "AirTemperatureSensor", "TemperatureSensor", "Sensor", "Capability"],
        ["Level", "Space"],
        ["Company", "Organization", "Agent"],
    ],
)
def test_lines_of_descent_are_the_public_ones(interfaces: list[dict[str, Any]], line: list[str]) -> None:
    """A filter on a public ancestor finds what it finds with the public models."""
    parents = {interface["@id"]: interface.get("extends") for interface in interfaces}
    for child, parent in pairwise(line):
        assert parents[model(child)] == model(parent)


def test_it_is_legal_dtdl(registry: Registry, interfaces: list[dict[str, Any]]) -> None:
    """Our own validator takes the whole ontology, and an empty twin of any of its models."""
    assert all(check_contents(registry, interface["@id"], {}) == () for interface in interfaces)


def test_the_example_twin_of_the_seeds_is_valid_as_printed(registry: Registry) -> None:
    """PUT /twins with the seed's own example finds no fault."""
    assert check_contents(registry, model("Level"), SEED_CONTENTS) == ()


@pytest.mark.parametrize(
    ("source", "name", "target", "properties"),
    [
        ("Room", "isPartOf", "Level", {}),
        ("Level", "isPartOf", "Building", {}),
        ("AirHandlingUnit", "isFedBy", "Chiller", {"substance": "ChilledWater"}),
    ],
)
def test_the_example_relationships_of_the_seeds_are_valid(
    registry: Registry, source: str, name: str, target: str, properties: dict[str, str]
) -> None:
    """The three relationships the seeds print are legal between models of the kinds their ids suggest."""
    faults = check_relationship(
        registry, source_model=model(source), name=name, target_model=model(target), properties=properties
    )
    assert faults == ()


@pytest.mark.parametrize(
    ("source", "name", "target", "properties"),
    [
        ("AirHandlingUnit", "isFedBy", "Chiller", {"substance": "Lemonade"}),
        ("Room", "isPartOf", "Chiller", {}),
        ("Level", "isCapabilityOf", "Building", {}),
    ],
)
def test_what_makes_no_sense_is_refused(
    registry: Registry, source: str, name: str, target: str, properties: dict[str, str]
) -> None:
    """An unknown substance, a room in a chiller and a level as a capability are faults."""
    faults = check_relationship(
        registry, source_model=model(source), name=name, target_model=model(target), properties=properties
    )
    assert faults
