"""POST /twins: the model, relationship, location and date filters, each by itself."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.api.asking import get, list_ids, list_page, put, relate
from tests.api.models import BOTH, LEFT, RIGHT, SAMPLER, willow
from tests.api.portfolio import ALL, LINKS, RELATIONSHIP_NAMES, located_in

SPACES = {
    "LAND-1", "GRID-1", "BLDG-1", "TW-DD-II-L01", "L02", "Room-L01-100", "Room-L01-101", "Room-L02-200", "ZONE-1",
}  # fmt: skip


# --- modelFilter


@pytest.mark.parametrize(
    ("model_ids", "exact", "expected"),
    [
        (["Space"], False, SPACES),
        (["Space"], True, set()),
        (["Level"], True, {"TW-DD-II-L01", "L02"}),
        (["Level", "Room"], True, {"TW-DD-II-L01", "L02", "Room-L01-100", "Room-L01-101", "Room-L02-200"}),
        (["Capability"], False, {"SENSOR-1", "SENSOR-2", "SETPOINT-1"}),
        (["TemperatureSensor"], False, {"SENSOR-1", "SENSOR-2"}),
        (["AirTemperatureSensor"], True, {"SENSOR-2"}),
        (["Sensor", "TemperatureSensor", "Sensor", "Company"], False, {"SENSOR-1", "SENSOR-2", "COMPANY-1"}),
        (["NoSuchModel"], False, set()),
        (["NoSuchModel", "Company"], False, {"COMPANY-1"}),
    ],
)
def test_model_filter(reading: httpx.Client, model_ids: list[str], exact: bool, expected: set[str]) -> None:
    """Models are OR-ed; subclasses at any depth belong, unless the match is exact; unknown models match nothing."""
    request = {"modelIds": [willow(name) for name in model_ids], "exactModelMatch": exact}
    assert list_ids(reading, modelFilter=request) == expected


@pytest.mark.parametrize(
    ("model_id", "expected"), [(LEFT, {"LEFT-1", "BOTH-1"}), (RIGHT, {"BOTH-1"}), (BOTH, {"BOTH-1"})]
)
def test_model_filter_with_several_parents(reading: httpx.Client, model_id: str, expected: set[str]) -> None:
    """A model that extends two others is a subclass of each."""
    assert list_ids(reading, modelFilter={"modelIds": [model_id]}) == expected


def test_exact_match_is_false_by_default(reading: httpx.Client) -> None:
    """Without `exactModelMatch` subclasses belong."""
    assert list_ids(reading, modelFilter={"modelIds": [willow("Space")]}) == SPACES


# --- relationshipFilter


def related(direction: str, names: tuple[str, ...] = RELATIONSHIP_NAMES) -> set[str]:
    """The twins with a relationship of these names in that direction, by the portfolio's own table."""
    outgoing = {source for source, name, _ in LINKS if name in names}
    incoming = {target for _, name, target in LINKS if name in names}
    return {"Outgoing": outgoing, "Incoming": incoming, "IncomingOrOutgoing": incoming | outgoing}[direction]


@pytest.mark.parametrize("name", RELATIONSHIP_NAMES)
@pytest.mark.parametrize("direction", ["Incoming", "Outgoing", "IncomingOrOutgoing"])
def test_relationship_filter_by_name(reading: httpx.Client, name: str, direction: str) -> None:
    """Every name of the seed's enum, in every direction, finds the twins that have such a relationship."""
    request = {"relationshipNames": [name], "relationshipDirection": direction}
    found = list_ids(reading, relationshipFilter=request)
    assert found == related(direction, (name,))
    assert found


@pytest.mark.parametrize("direction", ["incoming", "OUTGOING", "incomingoroutgoing"])
def test_direction_in_any_casing(reading: httpx.Client, direction: str) -> None:
    """Directions are matched case-insensitively."""
    words = {word.lower(): word for word in ("Incoming", "Outgoing", "IncomingOrOutgoing")}
    request = {"relationshipDirection": direction}
    assert list_ids(reading, relationshipFilter=request) == related(words[direction.lower()])


def test_direction_is_either_by_default(reading: httpx.Client) -> None:
    """Without a direction, relationships of both count."""
    found = list_ids(reading, relationshipFilter={"relationshipNames": ["isFedBy"]})
    assert found == related("IncomingOrOutgoing", ("isFedBy",))


@pytest.mark.parametrize(
    "request_",
    [
        {"relationshipNames": []},
        {"relationshipDirection": "IncomingOrOutgoing"},
        {"relationshipNames": None, "relationshipDirection": "IncomingOrOutgoing"},
        {"relationshipNames": [], "relatedModelFilter": {}},
    ],
)
def test_no_names_mean_any_name(reading: httpx.Client, request_: dict[str, Any]) -> None:
    """Null or empty names stand for any: a twin must have at least one relationship."""
    assert list_ids(reading, relationshipFilter=request_) == related("IncomingOrOutgoing")


def test_several_names_are_alternatives(reading: httpx.Client) -> None:
    """A twin needs a relationship of one of the names."""
    request = {"relationshipNames": ["leasee", "subMeterOf", "leasee"], "relationshipDirection": "Outgoing"}
    assert list_ids(reading, relationshipFilter=request) == {"LEASE-1", "METER-2"}


def test_any_name_legal_in_dtdl_is_accepted(reading: httpx.Client) -> None:
    """A name that is none of the seed's twenty is not a fault; here nothing has it."""
    assert list_ids(reading, relationshipFilter={"relationshipNames": ["isUpstairsOf_2"]}) == set()


@pytest.mark.parametrize(
    ("direction", "names", "model", "exact", "expected"),
    [
        ("Incoming", ["isPartOf"], "Room", False, {"TW-DD-II-L01", "L02", "ZONE-1"}),
        ("Outgoing", ["isCapabilityOf"], "HVACEquipment", False, {"SENSOR-2"}),
        ("Outgoing", ["isCapabilityOf"], "HVACEquipment", True, set()),
        ("Outgoing", ["isFedBy"], "AirHandlingUnit", True, {"VAV-1"}),
        ("IncomingOrOutgoing", [], "Document", False, {"AHU-1"}),
        ("Outgoing", [], "NoSuchModel", False, set()),
    ],
)
def test_related_model_filter(
    reading: httpx.Client, direction: str, names: list[str], model: str, exact: bool, expected: set[str]
) -> None:
    """The *other* twin must satisfy the model filter, by its model or a subclass, as that filter says."""
    request = {
        "relationshipDirection": direction,
        "relationshipNames": names,
        "relatedModelFilter": {"modelIds": [willow(model)], "exactModelMatch": exact},
    }
    assert list_ids(reading, relationshipFilter=request) == expected


def test_name_and_related_model_are_of_one_relationship(reading: httpx.Client) -> None:
    """One relationship must satisfy both: SENSOR-1 has isCapabilityOf and a controller, but not together."""
    controllers = {"modelIds": [willow("Controller")]}
    request = {"relationshipNames": ["isCapabilityOf"], "relatedModelFilter": controllers}
    assert list_ids(reading, relationshipFilter=request) == set()


# --- locationFilter


@pytest.mark.parametrize("place", ALL)
def test_location_filter(reading: httpx.Client, place: str) -> None:
    """A location is itself and all that is in it, at any depth; any twin may be one, and cycles are harmless."""
    assert list_ids(reading, locationFilter={"locationId": place}) == located_in(place)


def test_location_filter_literally(reading: httpx.Client) -> None:
    """Containment leads from part to whole by its seven names, through several places; other names do not count."""
    assert list_ids(reading, locationFilter={"locationId": "ZONE-1"}) == {
        "ZONE-1", "Room-L01-100", "VAV-1", "SENSOR-1", "SENSOR-2", "SETPOINT-1",
    }  # fmt: skip
    assert list_ids(reading, locationFilter={"locationId": "LOOP-2"}) == {"LOOP-1", "LOOP-2"}
    assert list_ids(reading, locationFilter={"locationId": "COMPANY-1"}) == {"COMPANY-1"}


@pytest.mark.parametrize("place", ["NOWHERE", "bldg-1", "BLDG-1 ", "🏢"])
def test_unknown_location_holds_nothing(reading: httpx.Client, place: str) -> None:
    """An id that is no twin's, in another casing too, matches no twin and is not an error."""
    assert list_page(reading, locationFilter={"locationId": place}) == {
        "content": [],
        "continuationToken": None,
    }


def test_location_follows_every_change(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """Inserting, moving and deleting containment shows in the next list; a replaced twin stays where it is."""
    building, level, room, sensor = new_id(), new_id(), new_id(), new_id()
    for twin_id, model in (
        (building, "Building"),
        (level, "Level"),
        (room, "Room"),
        (sensor, "OccupancySensor"),
    ):
        put(writing, twin_id, willow(model))
    relate(writing, sensor, "isCapabilityOf", room)
    relate(writing, room, "isPartOf", level)
    assert list_ids(writing, locationFilter={"locationId": building}) == {building}
    link = relate(writing, level, "isPartOf", building)["id"]
    assert list_ids(writing, locationFilter={"locationId": building}) == {building, level, room, sensor}
    put(writing, level, willow("Level"), code="renamed")
    assert list_ids(writing, locationFilter={"locationId": building}) == {building, level, room, sensor}
    assert writing.delete(f"/twins/{level}/relationships/{link}").status_code == 204
    assert list_ids(writing, locationFilter={"locationId": building}) == {building}
    assert list_ids(writing, locationFilter={"locationId": level}) == {level, room, sensor}


# --- dateFilter


def test_date_filter_is_strict(reading: httpx.Client) -> None:
    """`lastUpdatedAfter` and `lastUpdatedBefore` leave out the twin updated at that very tick."""
    order = list(ALL)
    for place in (0, 15, len(order) - 1):
        instant = get(reading, order[place])["lastUpdateTime"]
        assert list_ids(reading, dateFilter={"lastUpdatedAfter": instant}) == set(order[place + 1 :])
        assert list_ids(reading, dateFilter={"lastUpdatedBefore": instant}) == set(order[:place])
        window = {"lastUpdatedAfter": instant, "lastUpdatedBefore": instant}
        assert list_ids(reading, dateFilter=window) == set()


def test_date_filter_knows_single_ticks(reading: httpx.Client) -> None:
    """A window of two ticks around an update holds it: nothing is rounded to micro- or milliseconds."""
    for twin_id in ALL[:5]:
        instant = get(reading, twin_id)["lastUpdateTime"]
        ticks = int(instant[20:27])
        if 0 < ticks < 9_999_999:
            window = {
                "lastUpdatedAfter": f"{instant[:20]}{ticks - 1:07}Z",
                "lastUpdatedBefore": f"{instant[:20]}{ticks + 1:07}Z",
            }
            assert list_ids(reading, dateFilter=window) == {twin_id}


@pytest.mark.parametrize("offset", ["Z", "z", "+00:00", "-00:00", "+0000", "+00", ""])
def test_date_filter_without_or_with_zero_offset_means_utc(reading: httpx.Client, offset: str) -> None:
    """However UTC is written, and where no offset stands, the instant is the same."""
    instant = get(reading, "AHU-1")["lastUpdateTime"].removesuffix("+00:00")
    after = list_ids(reading, dateFilter={"lastUpdatedAfter": instant + offset})
    assert after == set(ALL[ALL.index("AHU-1") + 1 :])


@pytest.mark.parametrize(
    ("time", "is_before_all"),
    [
        ("2001-02-03", True),
        ("2001-02-03T04:05", True),
        ("2001-02-03 04:05:06", True),
        ("2001-02-03T04:05:06,5+05:30", True),
        ("2001-02-03T04:05:06.123456789-1130", True),
        ("0001-01-01T00:00:00+23:59", True),
        ("9999-12-31T23:59:59.9999999-23:59", False),
    ],
)
def test_date_filter_reads_iso_8601(reading: httpx.Client, time: str, is_before_all: bool) -> None:
    """Dates alone, minutes, a comma, more digits than seven, any offset, and the ends of the calendar."""
    assert list_ids(reading, dateFilter={"lastUpdatedAfter": time}) == (set(ALL) if is_before_all else set())
    assert list_ids(reading, dateFilter={"lastUpdatedBefore": time}) == (set() if is_before_all else set(ALL))


def test_offset_shifts_the_instant(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """The same wall clock east of Greenwich is earlier, west of it later."""
    mine = new_id()
    instant = put(writing, mine, SAMPLER)["lastUpdateTime"].removesuffix("+00:00")
    assert mine in list_ids(writing, dateFilter={"lastUpdatedAfter": f"{instant}+01:00"})
    assert mine not in list_ids(writing, dateFilter={"lastUpdatedAfter": f"{instant}-01:00"})
