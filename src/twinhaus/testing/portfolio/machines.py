"""The machines on a level, and what hangs on them: capabilities, and the manuals of the large ones."""

from collections.abc import Iterator

from twinhaus.strictjson import JsonObject
from twinhaus.testing.portfolio.capabilities import CAPABILITIES, CapabilityKind
from twinhaus.testing.portfolio.things import Level, Link, Thing, company, unique_id

_OWNER, _SERVICE, _MAKERS = company(1), company(2), (3, 5)
_MAINTAINED = frozenset({"AirHandlingUnit", "Chiller", "Boiler", "Pump", "BACnetController"})
_DOCUMENTED = frozenset({"AirHandlingUnit", "Chiller", "Boiler"})
_BRICK_CLASSES = {
    "AirHandlingUnit": "AHU",
    "BACnetController": "Controller",
    "Boiler": "Boiler",
    "Chiller": "Chiller",
    "ElectricalMeter": "Electrical_Meter",
    "Fan": "Supply_Fan",
    "FanCoilUnit": "FCU",
    "HVACDamper": "Damper",
    "Pump": "Water_Pump",
    "Valve": "Chilled_Water_Valve",
    "VAVBox": "VAV",
}


def machine(
    level: Level,
    id_: str,
    model: str,
    place: str,
    *links: Link,
    detail: JsonObject,
    zone: str = "",
    also: tuple[CapabilityKind, ...] = (),
) -> Iterator[Thing]:
    """A machine, its capabilities (those that all of its model have, and perhaps others also), its manual."""
    building = level.building
    name = id_.removeprefix(f"{building.id}-")
    number = building.between(10_000, 99_999)
    contents = {
        "serialNumber": f"SN-{number}",
        "modelNumber": f"{model[:2].upper()}{number % 900 + 100}",
        "physicalTagNumber": name,
        "installationDate": building.date(2001, 2023),
        "maintenanceInterval": "P6M",
        **detail,
    }
    made = Link(id_, "manufacturedBy", company(building.between(*_MAKERS)))
    kept = _upkeep(id_) if model in _MAINTAINED else ()
    all_links = (Link(id_, "locatedIn", place), made, *kept, *links)
    yield Thing(id_, model, _BRICK_CLASSES[model], name, building.id, contents, all_links)
    for kind in (*CAPABILITIES.get(model, ()), *also):
        yield _capability(level, id_, name, kind, zone)
    if model in _DOCUMENTED:
        yield document(level, "Manual", id_)


def document(level: Level, kind: str, subject: str) -> Thing:
    """A document of some kind about a thing."""
    id_ = f"{subject}-DOC"
    detail = {
        "type": kind,
        "mediaType": "application/pdf",
        "url": f"https://documents.example/{id_}.pdf",
        "sizeBytes": level.building.between(20_000, 9_000_000),
        "issuedTime": f"{level.building.date(2005, 2024)}T09:00:00Z",
    }
    links = Link(id_, "isDocumentOf", subject), Link(subject, "hasDocument", id_)
    return Thing(id_, "Document", "", f"{kind} of {subject}", level.building.id, detail, links)


def _upkeep(id_: str) -> tuple[Link, ...]:
    return (
        Link(id_, "ownedBy", _OWNER),
        Link(id_, "installedBy", _SERVICE),
        Link(id_, "servicedBy", _SERVICE),
        Link(id_, "serviceResponsibility", _OWNER),
    )


def _capability(level: Level, machine_id: str, machine_name: str, kind: CapabilityKind, zone: str) -> Thing:
    id_ = f"{machine_id}-{kind.tag}"
    building = level.building
    detail: JsonObject = {
        "trendID": unique_id(f"{id_}/trend", building.seed),
        "type": "binary" if kind.object_type[0] == "B" else "analog",
        "unit": kind.unit,
        "trendInterval": 300,
        "enabled": True,
        "validValues": {"minimum": kind.low, "maximum": kind.high},
        "communication": {
            "protocol": "BACnet",
            "BACnet": {
                "deviceID": building.number * 100 + level.number + 1,
                "objectType": kind.object_type,
                "objectID": next(level.objects),
            },
        },
    }
    links = [Link(id_, "isCapabilityOf", machine_id), Link(id_, "hostedBy", level.controller)]
    if zone and kind.of_zone:
        links.append(Link(id_, "isCapabilityOf", zone))
    if kind.tunes:
        links.append(Link(id_, "isParameterOf", f"{machine_id}-{kind.tunes}"))
    return Thing(
        id_, kind.model, kind.brick, f"{machine_name} {kind.label}", building.id, detail, tuple(links)
    )
