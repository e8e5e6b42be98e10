"""POST /twins: each filter by itself and together, and what is told of each twin."""

from collections.abc import Callable
from itertools import product
from typing import Any

import httpx
import pytest
from tests.api.asking import TWIN_TIME, get, list_ids, list_page, list_twins, put
from tests.api.models import SAMPLER, willow
from tests.api.portfolio import ALL, LINKS, MODELS, located_in, stored_relationship


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
