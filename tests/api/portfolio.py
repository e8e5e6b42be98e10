"""A small portfolio in which every relationship name of the contract stands, and twins to try every operator on.

The tests read what to expect from these tables, not from the server.
"""

import json
from collections.abc import Iterable
from typing import Any

from tests.api.models import BOTH, LEFT, SAMPLER, SAMPLER_KIND, willow

# The example twin, as both seeds print it.
SEED_TWIN: dict[str, Any] = json.loads("""
{"id":"TW-DD-II-L01","modelId":"dtmi:com:willowinc:Level;1","lastUpdateTime":"2024-08-30T03:49:30.4062816+00:00",
"contents":{"levelNumber":0,"mappedIds":[{"exactType":"ExternalIdentity","scope":"CONNECTOR","scopeId":"CONxxxxxxxxxxx",
"value":"TW-CC-II-L01"},{"exactType":"FloorLevelIdentity","scope":"BUILDING","scopeId":"BLDGxxxxxxxxxxxxxxx","value":"0"},
{"exactType":"ExternalIdentity","scope":"ORG","scopeId":"ORG2xxxxxxxxxxx","value":"urn:willowinc:twin:id:TW-DD-II-L01"}],
"name":"Floor_1","uniqueID":"a360cf30-c112-40a1-b4b4-f65da82fa9e8","externalID":"FLRPXxxxxxxxxxxxxxxxx","code":"L01",
"siteID":"104bd33c-a697-4027-b6a6-677e30a53d09","alternateClassification":{"brickSchema":{"version":"1.3",
"code":"dtmi:org:brickschema:schema:Brick:Floor;1"}},"externalIds":{
"mappingKey":"msrc:///CON5xxxxxxxxxxxxxxxx@willow-source/twin/TW-DD-II-L01"},
"area":{"$metadata":{"$lastUpdateTime":"2024-08-30T03:49:30.4062816Z"}}}}
""")

# relationshipFilter.relationshipNames, as the seed prints the enum.
RELATIONSHIP_NAMES = (
    "isPartOf", "isDocumentOf", "hasDocument", "isCapabilityOf", "locatedIn", "hostedBy", "includedIn", "servedBy",
    "leasee", "hasLease", "locatedInGridRegion", "isParameterOf", "isFedBy", "subMeterOf", "serves", "ownedBy",
    "manufacturedBy", "serviceResponsibility", "installedBy", "servicedBy",
)  # fmt: skip
CONTAINMENT = frozenset(
    {"isPartOf", "locatedIn", "includedIn", "hostedBy", "isCapabilityOf", "isDocumentOf", "isParameterOf"}
)

SAMPLES: dict[str, dict[str, Any]] = {
    "S-1": {
        "text": "Alpha",
        "count": 1,
        "number": 1.5,
        "flag": True,
        "when": "2024-01-01T00:00:00Z",
        "tags": ["red", "green"],
        "sizes": [1, 2.5],
        "parts": [{"code": "p1", "size": 1, "marks": ["m1"]}, {"code": "p2", "size": 2}],
        "labels": {"a.b": "dotted", "a": "plain", 'quo"te': "quoted", "": "nameless"},
        "nested": {"inner": {"leaf": "deep"}},
        "colour": "red",
        "grade": 1,
    },
    "S-2": {
        "text": "alpha beta",
        "count": 2,
        "number": 2,
        "flag": False,
        "when": "2024-01-01t02:00:00+02:00",
        "tags": [],
        "sizes": [],
        "parts": [],
        "labels": {},
        "area": {"grossArea": 10},
    },
    "S-3": {
        "text": "STRASSE ΣΊΣΥΦΟΣ",
        "count": 9007199254740993,
        "number": 9007199254740992,
        "when": "2024-06-01T00:00:00.0000001Z",
    },
    "S-4": {"text": "", "count": -9223372036854775808, "number": -0.5, "tags": [""], "note": "Alpha"},
    "S-5": {},
    "S-6": {
        "text": "straße",
        "count": 9223372036854775807,
        "number": 9007199254740994,
        "when": "2025-01-01T00:00:00-05:00",
        "tags": ["Red"],
    },
    "S-7": {"text": "zebra_100%", "count": 10, "number": 1e300},
}

MODELS: dict[str, str] = {
    "COMPANY-1": willow("Company"),
    "PORTFOLIO-1": willow("Portfolio"),
    "LAND-1": willow("Land"),
    "GRID-1": willow("GridRegion"),
    "BLDG-1": willow("Building"),
    "TW-DD-II-L01": willow("Level"),
    "L02": willow("Level"),
    "Room-L01-100": willow("Room"),
    "Room-L01-101": willow("Room"),
    "Room-L02-200": willow("Room"),
    "ZONE-1": willow("HVACZone"),
    "AHU-1": willow("AirHandlingUnit"),
    "Chiller-1": willow("Chiller"),
    "VAV-1": willow("VAVBox"),
    "FAN-1": willow("Fan"),
    "METER-1": willow("ElectricalMeter"),
    "METER-2": willow("ElectricalMeter"),
    "CTRL-1": willow("BACnetController"),
    "SENSOR-1": willow("ZoneAirTemperatureSensor"),
    "SENSOR-2": willow("AirTemperatureSensor"),
    "SETPOINT-1": willow("ZoneAirTemperatureSetpoint"),
    "DOC-1": willow("Document"),
    "TENANT-1": willow("TenantUnit"),
    "LEASE-1": willow("Lease"),
    "LOOP-1": willow("Asset"),
    "LOOP-2": willow("Asset"),
    "LEFT-1": LEFT,
    "BOTH-1": BOTH,
    **dict.fromkeys(SAMPLES, SAMPLER),
    "KIND-1": SAMPLER_KIND,
}
CONTENTS: dict[str, dict[str, Any]] = {
    "TW-DD-II-L01": SEED_TWIN["contents"],
    "L02": {"code": "L02", "name": "Floor_2", "levelNumber": 1},
    "BLDG-1": {"code": "B1", "area": {"grossArea": 8450.5, "grossAreaUnit": "squareMetre"}},
    "Room-L01-100": {"code": "R100", "area": {"grossArea": 24}, "customTags": {"size.large": True}},
    "Room-L01-101": {"code": "R101", "area": {"grossArea": 12.5}},
    "SENSOR-1": {"name": "Zone temperature", "type": "analog"},
    **SAMPLES,
}
ALL = tuple(MODELS)

Link = tuple[str, str, str]
LINKS: tuple[Link, ...] = (
    ("BLDG-1", "isPartOf", "LAND-1"),
    ("BLDG-1", "locatedInGridRegion", "GRID-1"),
    ("BLDG-1", "ownedBy", "COMPANY-1"),
    ("BLDG-1", "includedIn", "PORTFOLIO-1"),
    ("PORTFOLIO-1", "ownedBy", "COMPANY-1"),
    ("TW-DD-II-L01", "isPartOf", "BLDG-1"),
    ("L02", "isPartOf", "BLDG-1"),
    ("Room-L01-100", "isPartOf", "TW-DD-II-L01"),
    ("Room-L01-101", "isPartOf", "TW-DD-II-L01"),
    ("Room-L02-200", "isPartOf", "L02"),
    ("ZONE-1", "isPartOf", "TW-DD-II-L01"),
    ("Room-L01-100", "isPartOf", "ZONE-1"),
    ("ZONE-1", "isFedBy", "VAV-1"),
    ("AHU-1", "locatedIn", "Room-L02-200"),
    ("AHU-1", "isFedBy", "Chiller-1"),
    ("AHU-1", "serves", "ZONE-1"),
    ("AHU-1", "manufacturedBy", "COMPANY-1"),
    ("AHU-1", "installedBy", "COMPANY-1"),
    ("AHU-1", "servicedBy", "COMPANY-1"),
    ("AHU-1", "serviceResponsibility", "COMPANY-1"),
    ("AHU-1", "hasDocument", "DOC-1"),
    ("Chiller-1", "locatedIn", "BLDG-1"),
    ("VAV-1", "locatedIn", "Room-L01-100"),
    ("VAV-1", "isFedBy", "AHU-1"),
    ("VAV-1", "servedBy", "AHU-1"),
    ("FAN-1", "isPartOf", "AHU-1"),
    ("METER-1", "locatedIn", "BLDG-1"),
    ("METER-2", "subMeterOf", "METER-1"),
    ("CTRL-1", "locatedIn", "Room-L02-200"),
    ("SENSOR-1", "isCapabilityOf", "Room-L01-100"),
    ("SENSOR-1", "hostedBy", "CTRL-1"),
    ("SENSOR-2", "isCapabilityOf", "VAV-1"),
    ("SETPOINT-1", "isParameterOf", "SENSOR-1"),
    ("DOC-1", "isDocumentOf", "AHU-1"),
    ("TENANT-1", "locatedIn", "TW-DD-II-L01"),
    ("TENANT-1", "hasLease", "LEASE-1"),
    ("LEASE-1", "leasee", "COMPANY-1"),
    ("LOOP-1", "isPartOf", "LOOP-2"),
    ("LOOP-2", "isPartOf", "LOOP-1"),
    ("LOOP-1", "locatedIn", "Room-L01-101"),
)
PROPERTIES = {("AHU-1", "isFedBy", "Chiller-1"): {"substance": "ChilledWater"}}


def twins() -> Iterable[dict[str, Any]]:
    """Every twin, in the shape of PUT /twins."""
    for twin_id, model_id in MODELS.items():
        yield {"id": twin_id, "modelId": model_id, "contents": CONTENTS.get(twin_id, {})}


def relationships() -> Iterable[dict[str, Any]]:
    """Every relationship, in the shape of PUT /twins/relationships."""
    for link in LINKS:
        source, name, target = link
        properties = {"properties": PROPERTIES[link]} if link in PROPERTIES else {}
        yield {"sourceId": source, "targetId": target, "name": name, **properties}


def stored_relationship(link: Link) -> dict[str, Any]:
    """The relationship as answers carry it."""
    source, name, target = link
    properties = PROPERTIES.get(link, {})
    middle = "".join(f"_{key}_{value}" for key, value in sorted(properties.items()))
    answer = {
        "id": f"{source}_{name}{middle}_{target}",
        "targetId": target,
        "sourceId": source,
        "name": name,
    }
    return {**answer, "properties": properties} if properties else answer


def located_in(place: str) -> set[str]:
    """The place itself, and what is in it at any depth."""
    found = {place}
    while more := {
        part for part, name, whole in LINKS if name in CONTAINMENT and whole in found and part not in found
    }:
        found |= more
    return found
