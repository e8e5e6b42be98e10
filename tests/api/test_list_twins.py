"""POST /twins: each filter by itself and together, and what is told of each twin."""

from collections.abc import Callable
from itertools import product
from typing import Any

import httpx
import pytest
from tests.api.asking import TWIN_TIME, get, list_ids, list_page, list_twins, put, relate
from tests.api.models import BOTH, LEFT, RIGHT, SAMPLER, willow
from tests.api.portfolio import ALL, LINKS, MODELS, RELATIONSHIP_NAMES, located_in, stored_relationship

SPACES = {
    "LAND-1", "GRID-1", "BLDG-1", "TW-DD-II-L01", "L02", "Room-L01-100", "Room-L01-101", "Room-L02-200", "ZONE-1",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/twins", "/api/v3/twins"])
@pytest.mark.parametrize("body", [b"", b"{}", b" {\n} "])
def test_no_filter_lists_everything(reading: httpx.Client, path: str, body: bytes) -> None:
    """An empty body or `{}` lists every twin, at both prefixes, with or without a content type."""
    headers = {"Content-Type": "application/json"} if body else {}
    answer = reading.post(path, content=body, headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json().keys() == {"content", "continuationToken"}
    assert [twin["id"] for twin in answer.json()["content"]] == list(ALL)


@pytest.mark.parametrize(
    "request_",
    [
        {"modelFilter": {}, "relationshipFilter": {}, "locationFilter": {}, "dateFilter": {}, "propertyFilter": {}},
        {"modelFilter": None, "relationshipFilter": None, "locationFilter": None, "dateFilter": None},
        {"propertyFilter": None, "include": None},
        {"include": {}},
        {"modelFilter": {"modelIds": []}},
        {"modelFilter": {"modelIds": None, "exactModelMatch": None}},
        {"modelFilter": {"exactModelMatch": True}},
        {"relationshipFilter": {"relationshipDirection": None, "relationshipNames": None, "relatedModelFilter": None}},
        {"locationFilter": {"locationId": None}},
        {"dateFilter": {"lastUpdatedAfter": None, "lastUpdatedBefore": None}},
        {"propertyFilter": {"field": None, "operator": None, "value": None, "filters": None}},
        {"propertyFilter": {"filterConditionOperator": "Or", "filters": []}},
        {"propertyFilter": {"filterConditionOperator": "Or", "filters": [{}, {"filters": [{}]}]}},
        {"include": {"outgoingRelationships": None, "incomingRelationships": None}},
        {"pageSize": None, "continuationToken": None},
    ],
)  # fmt: skip
def test_an_empty_filter_filters_nothing(reading: httpx.Client, request_: dict[str, Any]) -> None:
    """`{}`, null, or a filter whose members are empty or null is as if it had not been sent."""
    assert list_twins(reading, **request_) == list_twins(reading)


def test_a_twin_in_a_list_is_the_twin(reading: httpx.Client) -> None:
    """What a list tells of a twin is what GET tells of it, field for field, and nothing more."""
    for twin in list_twins(reading):
        assert twin == get(reading, twin["id"])
        assert list(twin) == ["id", "modelId", "lastUpdateTime", "contents"]
        assert TWIN_TIME.fullmatch(twin["lastUpdateTime"])


def test_order_is_total_and_stable(reading: httpx.Client) -> None:
    """The same list comes in the same order every time, whatever the size of its pages."""
    everything = [twin["id"] for twin in list_twins(reading)]
    assert everything == list(ALL)
    for size in (1, 7, 1000):
        assert [twin["id"] for twin in list_twins(reading, pageSize=size)] == everything


def test_seed_example_of_a_list(reading: httpx.Client) -> None:
    """The seed's own example comes as printed: the level, with the arrays of its relationships."""
    (level,) = list_twins(
        reading,
        propertyFilter={"field": "id", "operator": "equals", "value": "TW-DD-II-L01"},
        include={"incomingRelationships": True, "outgoingRelationships": True},
    )
    assert level["modelId"] == "dtmi:com:willowinc:Level;1"
    assert level["contents"]["mappedIds"][2]["value"] == "urn:willowinc:twin:id:TW-DD-II-L01"
    assert level["outgoingRelationships"] == [
        {
            "id": "TW-DD-II-L01_isPartOf_BLDG-1",
            "targetId": "BLDG-1",
            "sourceId": "TW-DD-II-L01",
            "name": "isPartOf",
        }
    ]
    assert level["incomingRelationships"][0] == {
        "id": "Room-L01-100_isPartOf_TW-DD-II-L01",
        "targetId": "TW-DD-II-L01",
        "sourceId": "Room-L01-100",
        "name": "isPartOf",
    }


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


# --- together


FILTERS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "modelFilter": ({"modelIds": [willow("Room"), willow("Asset")]}, {
        twin_id for twin_id, model_id in MODELS.items() if model_id == willow("Room")
    } | {
        "AHU-1", "Chiller-1", "VAV-1", "FAN-1", "METER-1", "METER-2", "CTRL-1", "LOOP-1", "LOOP-2",
    }),
    "relationshipFilter": (
        {"relationshipDirection": "Outgoing", "relationshipNames": ["isPartOf", "locatedIn"]},
        {source for source, name, _ in LINKS if name in ("isPartOf", "locatedIn")},
    ),
    "locationFilter": ({"locationId": "TW-DD-II-L01"}, located_in("TW-DD-II-L01")),
    "dateFilter": ({"lastUpdatedAfter": "2001-01-01"}, set(ALL)),
    "propertyFilter": ({"field": "id", "operator": "contains", "value": "1"}, {one for one in ALL if "1" in one}),
}  # fmt: skip


@pytest.mark.parametrize("chosen", list(product((False, True), repeat=len(FILTERS))))
def test_filters_are_anded(reading: httpx.Client, chosen: tuple[bool, ...]) -> None:
    """Every combination of the five filters gives the intersection of what each gives alone."""
    given = {name: filter_ for (name, filter_), on in zip(FILTERS.items(), chosen, strict=True) if on}
    expected = set(ALL).intersection(*(twins for _, twins in given.values()))
    assert list_ids(reading, **{name: request for name, (request, _) in given.items()}) == expected
    assert expected


# --- include


@pytest.mark.parametrize(("incoming", "outgoing"), list(product((True, False, None), repeat=2)))
def test_include_adds_what_is_asked_for(
    reading: httpx.Client, incoming: bool | None, outgoing: bool | None
) -> None:
    """The arrays stand beside each twin where they are asked for, empty ones too, and are absent where not."""
    request = {"incomingRelationships": incoming, "outgoingRelationships": outgoing}
    twins = list_twins(reading, include=request, pageSize=9)
    assert [twin["id"] for twin in twins] == list(ALL)
    for twin in twins:
        for wanted, key, end in (
            (incoming, "incomingRelationships", 2),
            (outgoing, "outgoingRelationships", 0),
        ):
            if wanted:
                expected = [stored_relationship(link) for link in LINKS if link[end] == twin["id"]]
                assert twin[key] == expected
            else:
                assert key not in twin


def test_include_shows_properties_of_relationships(reading: httpx.Client) -> None:
    """A relationship with properties carries them; one without has no such key."""
    chosen = {"field": "id", "operator": "in", "value": ["AHU-1"]}
    (unit,) = list_twins(reading, propertyFilter=chosen, include={"outgoingRelationships": True})
    by_name = {one["name"]: one for one in unit["outgoingRelationships"]}
    assert by_name["isFedBy"] == {
        "id": "AHU-1_isFedBy_substance_ChilledWater_Chiller-1",
        "targetId": "Chiller-1",
        "sourceId": "AHU-1",
        "name": "isFedBy",
        "properties": {"substance": "ChilledWater"},
    }
    assert "properties" not in by_name["serves"]


# --- casing


def test_keys_and_words_in_any_casing(reading: httpx.Client) -> None:
    """Contract keys at every level, and the words of its enums, are matched case-insensitively."""
    request = {
        "MODELFILTER": {"modelids": [willow("Space")], "EXACTMODELMATCH": False},
        "relationshipfilter": {
            "RelationshipDirection": "OUTGOING",
            "RELATIONSHIPNAMES": ["isPartOf"],
            "RelatedModelFilter": {"ModelIds": [willow("Space")], "exactmodelmatch": False},
        },
        "LocationFilter": {"LOCATIONID": "BLDG-1"},
        "dateFILTER": {"LastUpdatedAfter": "2001-01-01", "LASTUPDATEDBEFORE": "2101-01-01"},
        "PropertyFilter": {
            "FILTERCONDITIONOPERATOR": "oR",
            "FILTERS": [
                {"FIELD": "code", "OPERATOR": "STARTSwith", "VALUE": "r"},
                {"Field": "levelNumber", "Operator": ">=", "Value": 1},
            ],
        },
        "INCLUDE": {"OutgoingRelationships": True},
        "PAGESIZE": 2,
        "ContinuationToken": None,
    }
    page = list_page(reading, **request)
    assert [twin["id"] for twin in page["content"]] == ["L02", "Room-L01-100"]
    rest = list_page(reading, CONTINUATIONTOKEN=page["continuationToken"], PageSize=50)
    assert [twin["id"] for twin in rest["content"]] == ["Room-L01-101"]
    assert all("outgoingRelationships" in twin for twin in rest["content"])


def test_a_list_sees_what_was_written_before(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """Read-your-writes: after a put or a delete is answered, the next list is true to it, on any connection."""
    mine = new_id()
    chosen = {"field": "id", "operator": "is", "value": mine}
    for text in ("first", "second"):
        put(writing, mine, SAMPLER, text=text)
        with httpx.Client(base_url=writing.base_url, headers=writing.headers) as other:
            (found,) = list_twins(other, propertyFilter=chosen)
        assert found["contents"]["text"] == text
    writing.delete(f"/twins/{mine}")
    assert list_twins(writing, propertyFilter=chosen) == []
