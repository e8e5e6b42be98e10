"""From the whole to its parts: companies, land, buildings, levels, rooms. Machines come from `machines`."""

from collections.abc import Iterator
from itertools import count
from random import Random

from twinhaus.strictjson import JsonObject
from twinhaus.testing.portfolio.capabilities import CO2, HUMIDITY
from twinhaus.testing.portfolio.machines import document, machine
from twinhaus.testing.portfolio.things import (
    BUILDINGS_PER_LAND,
    GRID_REGION,
    PORTFOLIO,
    Building,
    Level,
    Link,
    Thing,
    company,
    size,
)

_OWNER, _TENANTS = company(1), (6, 10)
_COMPANIES = (
    "Harbour Street Estates",
    "Quickstep Building Services",
    "Nordwind Air",
    "Kältewerk Süd",
    "Fühler & Sons",
    "Alder Partners",
    "Bluebell Insurance",
    "Cobalt Robotics",
    "Dunes Publishing",
    "Elmwood Clinics",
)
_CITIES = (
    ("Lisbon", "PT", 38.72, -9.14),
    ("Gdańsk", "PL", 54.35, 18.65),
    ("Melbourne", "AU", -37.81, 144.96),
    ("Portland", "US", 45.52, -122.68),
)
_ROOMS = (
    "Server Room",
    "Office",
    "Open Office",
    "Meeting Room",
    "Office",
    "Kitchen",
    "Open Office",
    "Meeting Room",
)
_LEVEL_HEIGHT_METRES = 3.6
_AREA_PER_ROOM = 42


def things(seed: int) -> Iterator[Thing]:
    """The whole endless stream; a thing's links lead to, or come from, itself and things already passed."""
    for number, name in enumerate(_COMPANIES, start=1):
        yield Thing(company(number), "Company", "", name, "", {"code": f"C{number:02}"})
    yield Thing(GRID_REGION, "GridRegion", "", "West Interconnection", "", {"code": "WEST"})
    owned = Link(PORTFOLIO, "ownedBy", _OWNER)
    yield Thing(PORTFOLIO, "Portfolio", "", "Offices", "", {"code": "P1"}, (owned,))
    for number in count(1):
        building = _new_building(number, seed)
        if number % BUILDINGS_PER_LAND == 1:
            yield _land(building)
        yield _building(building)
        yield from _basement(_level(building, "B1", -1))
        for index in range(building.levels):
            yield from _floor(_level(building, f"L{index + 1:02}", index))


def _new_building(number: int, seed: int) -> Building:
    """Of all that a random generator offers, only `random()` is the same in every version of Python."""
    draw = Random(f"{seed}/{number}").random
    levels, rooms_per_level = 2 + int(draw() * draw() * 30), 8 + int(draw() * 30)
    if number == 1:
        levels, rooms_per_level = 8, 22
    land = f"LAND-{(number - 1) // BUILDINGS_PER_LAND + 1}"
    return Building(number, seed, levels, rooms_per_level, draw, f"BLDG-{number}", land)


def _level(building: Building, label: str, number: int) -> Level:
    id_ = f"{building.id}-{label}"
    return Level(building, label, number, id_, f"{id_}-CTRL")


def _land(building: Building) -> Thing:
    land = building.land
    links = Link(land, "ownedBy", _OWNER), Link(land, "locatedInGridRegion", GRID_REGION)
    detail = {"code": land, "type": "Campus"} | _position(building) | size(60_000)
    return Thing(land, "Land", "Site", land.replace("LAND-", "Campus "), land, detail, links)


def _building(building: Building) -> Thing:
    id_ = building.id
    links = (
        Link(id_, "isPartOf", building.land),
        Link(id_, "includedIn", PORTFOLIO),
        Link(id_, "ownedBy", _OWNER),
        Link(id_, "locatedInGridRegion", GRID_REGION),
    )
    detail: JsonObject = {
        "code": f"B{building.number:03}",
        "type": "Office",
        "lifecyclePhase": "Operational",
        "constructionCompletionDate": building.date(1960, 2020),
        "height": round(building.levels * _LEVEL_HEIGHT_METRES + 2.5, 1),
        **_position(building),
        **size(building.levels * building.rooms_per_level * _AREA_PER_ROOM),
    }
    return Thing(id_, "Building", "Building", f"Building {building.number}", id_, detail, links)


def _position(building: Building) -> JsonObject:
    """The street address and coordinates of a place in the city all buildings on one piece of land are in."""
    city, country, latitude, longitude = _CITIES[(building.number - 1) // BUILDINGS_PER_LAND % len(_CITIES)]
    return {
        "address": {
            "addressLine1": f"{building.between(1, 200)} Harbour Street",
            "city": city,
            "country": country,
            "postalCode": str(building.between(10_000, 99_999)),
        },
        "coordinates": {
            "latitude": round(latitude + building.draw() / 10, 5),
            "longitude": round(longitude + building.draw() / 10, 5),
        },
    }


def _basement(level: Level) -> Iterator[Thing]:
    """The plant: the main meter, and chillers and a boiler with their pumps."""
    yield from _level_itself(level)
    building, plant = level.building, f"{level.id}-PLANT"
    detail: JsonObject = {"code": "B1.PLANT", "type": "Plant Room"} | size(180)
    part = Link(plant, "isPartOf", level.id)
    yield Thing(plant, "Room", "Mechanical_Room", "Plant Room", building.id, detail, (part,))
    yield from machine(level, building.meter, "ElectricalMeter", plant, detail={"type": "AC"})
    for chiller in building.chillers:
        detail = {"refrigerantType": "R-134a", "designCoefficientOfPerformance": 5.8}
        powered = Link(chiller, "isFedBy", building.meter, "ACElec")
        yield from machine(level, chiller, "Chiller", plant, powered, detail=detail)
        yield from _pump(level, chiller, plant, "ChilledWater")
    detail = {"fuelType": "NaturalGas", "medium": "HotWater", "thermalEfficiency": 0.93}
    yield from machine(level, building.boiler, "Boiler", plant, detail=detail)
    yield from _pump(level, building.boiler, plant, "HotWater")


def _pump(level: Level, source: str, plant: str, substance: str) -> Iterator[Thing]:
    id_ = f"{source}-PMP"
    fed = Link(id_, "isFedBy", source, substance)
    return machine(level, id_, "Pump", plant, fed, detail={"pumpingMedia": substance})


def _floor(level: Level) -> Iterator[Thing]:
    """A level let to one tenant: its meter, its air handler and its rooms."""
    yield from _level_itself(level)
    yield from _tenancy(level)
    meter, main = f"{level.id}-EM", level.building.meter
    links = (
        Link(meter, "subMeterOf", main),
        Link(meter, "isFedBy", main, "ACElec"),
        Link(meter, "serves", level.id),
    )
    yield from machine(level, meter, "ElectricalMeter", level.id, *links, detail={"type": "AC"})
    yield from _air_handler(level)
    for number in range(1, level.building.rooms_per_level + 1):
        yield from _room(level, number)


def _level_itself(level: Level) -> Iterator[Thing]:
    building = level.building
    elevation = round(level.number * _LEVEL_HEIGHT_METRES, 1)
    detail = {"levelNumber": level.number, "code": level.label, "elevation": elevation}
    detail |= size(building.rooms_per_level * _AREA_PER_ROOM)
    part = Link(level.id, "isPartOf", building.id)
    yield Thing(level.id, "Level", "Floor", f"Level {level.label}", building.id, detail, (part,))
    yield from machine(level, level.controller, "BACnetController", level.id, detail={"enabled": True})


def _tenancy(level: Level) -> Iterator[Thing]:
    building, unit, lease = level.building, level.tenant_unit, f"{level.id}-LEASE"
    tenant, year = company(building.between(*_TENANTS)), building.between(2012, 2024)
    term = {"leaseStart": f"{year}-07-01T00:00:00Z", "leaseEnd": f"{year + 10}-06-30T23:59:59Z"}
    let = Link(lease, "leasee", tenant)
    yield Thing(lease, "Lease", "", f"Lease of {level.label}", building.id, term, (let,))
    yield document(level, "Lease", lease)
    links = (
        Link(unit, "locatedIn", level.id),
        Link(unit, "hasLease", lease),
        Link(unit, "includedIn", PORTFOLIO),
    )
    detail = {"code": f"{level.label}.U1"} | size(building.rooms_per_level * _AREA_PER_ROOM)
    yield Thing(unit, "TenantUnit", "", f"Unit {level.label}", building.id, detail, links)


def _air_handler(level: Level) -> Iterator[Thing]:
    building, unit = level.building, level.air_handler
    links = (
        Link(unit, "isFedBy", building.chillers[level.number % 2], "ChilledWater"),
        Link(unit, "isFedBy", building.boiler, "HotWater"),
        Link(unit, "serves", level.id),
        Link(level.id, "servedBy", unit),
    )
    detail = {"airflowModulation": "VariableVolume", "zoneDelivery": "VAVZone", "filterType": "F7"}
    yield from machine(level, unit, "AirHandlingUnit", level.id, *links, detail=detail)
    for suffix, model in (("FAN", "Fan"), ("DPR", "HVACDamper"), ("CHWV", "Valve")):
        part = f"{unit}-{suffix}"
        yield from machine(level, part, model, level.id, Link(part, "isPartOf", unit), detail={})


def _room(level: Level, number: int) -> Iterator[Thing]:
    """A room, the zone of its air, and the terminal unit that conditions it."""
    building, label, room = level.building, f"{level.label}.{number:03}", f"{level.id}-R{number:03}"
    kind, area, zone = _ROOMS[number % len(_ROOMS)], building.between(9, 80), f"{room}-ZN"
    links = Link(room, "isPartOf", level.id), Link(room, "includedIn", level.tenant_unit)
    detail: JsonObject = {
        "code": label,
        "type": kind,
        "volume": round(area * 2.8, 1),
        "capacity": {"maxOccupancy": area // 4},
    }
    detail |= {"customTags": {"bookable": kind == "Meeting Room"}} | size(area)
    yield Thing(room, "Room", "Room", f"{kind} {label}", building.id, detail, links)
    part, detail = Link(zone, "isPartOf", level.id), {"code": label} | size(area)
    yield Thing(zone, "HVACZone", "HVAC_Zone", f"Zone {label}", building.id, detail, (part,))
    yield from _terminal_unit(level, number, room, zone, kind)


def _terminal_unit(level: Level, number: int, room: str, zone: str, kind: str) -> Iterator[Thing]:
    """A fan coil where servers run all night, else a VAV box; where people crowd, the air is watched."""
    building = level.building
    if kind == "Server Room":
        model, tag, source, substance = "FanCoilUnit", "FCU", building.chillers[0], "ChilledWater"
        detail: JsonObject = {"mounting": "ceiling"}
    else:
        model, tag, source, substance = "VAVBox", "VAV", level.air_handler, "SupplyAir"
        detail = {"maxAirflowRating": building.between(80, 700)}
    unit = f"{building.id}-{tag}-{level.label}-{number:03}"
    links = (
        Link(unit, "isFedBy", source, substance),
        Link(unit, "serves", zone),
        Link(zone, "isFedBy", unit, "SupplyAir"),
    )
    also = {"Meeting Room": (CO2, HUMIDITY), "Open Office": (CO2,)}.get(kind, ())
    yield from machine(level, unit, model, room, *links, detail=detail, zone=zone, also=also)
