"""Counting, reading several twins at once, and reading relationships by paths of their own."""

import json
from typing import Any

import httpx
import pytest
from tests.api.asking import JSON_HEADERS, faults, list_ids, list_page, list_twins
from tests.api.models import willow
from tests.api.portfolio import ALL, LINKS, stored_relationship

from twinhaus.api.routes import PREFIXES

FILTERS: list[dict[str, Any]] = [
    {},
    {"modelFilter": {"modelIds": [willow("Space")]}},
    {"ModelFilter": {"ModelIds": [willow("Room")], "ExactModelMatch": True}},
    {"locationFilter": {"locationId": "BLDG-1"}},
    {"relationshipFilter": {"relationshipDirection": "Outgoing", "relationshipNames": ["isFedBy"]}},
    {"dateFilter": {"lastUpdatedAfter": "2024-01-01T00:00:00Z"}},
    {"propertyFilter": {"field": "text", "operator": "contains", "value": "ALPHA"}},
    {
        "locationFilter": {"locationId": "BLDG-1"},
        "propertyFilter": {"field": "code", "operator": "isNotNull"},
        "modelFilter": {"modelIds": [willow("Level"), willow("Room"), willow("Building")]},
    },
    {"locationFilter": {"locationId": "nowhere"}},
]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_a_count_is_as_long_as_the_list(reading: httpx.Client, filters: dict[str, Any]) -> None:
    """For every kind of filter, alone and with others, the number is that of the twins a list has."""
    answer = reading.post("/twins/count", json=filters)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == len(list_ids(reading, **filters))


def test_a_count_takes_a_lists_whole_request(reading: httpx.Client) -> None:
    """Without a body all twins are counted; what matters to pages may be sent along; faults are as in a list."""
    assert reading.post("/twins/count").json() == len(ALL)
    page = reading.post("/twins", json={"pageSize": 2}).json()
    body = {
        "pageSize": 2,
        "continuationToken": page["continuationToken"],
    }
    assert reading.post("/api/v3/twins/count", json=body).json() == len(ALL)
    wrong = {"modelFilter": {"modelIds": ["room"]}, "pageSize": 0}
    assert faults(reading.post("/twins/count", json=wrong)) == faults(reading.post("/twins", json=wrong))


def test_twins_by_ids_come_in_the_order_of_the_request(reading: httpx.Client) -> None:
    """Each once, as GET answers it; ids of no twin are left out, casing matters."""
    ids = ["Room-L01-101", "nobody", "BLDG-1", "bldg-1", "Room-L01-101", "S-1", ""]
    answer = reading.post("/twins/ids", json=ids)
    assert answer.status_code == 200
    expected = [reading.get(f"/twins/{id_}").json() for id_ in ("Room-L01-101", "BLDG-1", "S-1")]
    assert answer.json() == expected
    assert reading.post("/twins/ids", json=[]).json() == []
    assert len(reading.post("/twins/ids", json=[f"X-{n}" for n in range(998)] + ["S-1", "S-2"]).json()) == 2


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "$"),
        ("S-1", "$"),
        (None, "$"),
        ([None], "[0]"),
        (["S-1", 7, {}], "[1]"),
        ([f"X-{number}" for number in range(1_001)], "$"),
    ],
)
def test_what_is_no_array_of_ids_is_refused(reading: httpx.Client, body: Any, path: str) -> None:
    """At most a thousand texts; else 400, naming the place."""
    answer = reading.post("/twins/ids", content=json.dumps(body), headers=JSON_HEADERS)
    assert path in faults(answer)


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_relationships_come_with_a_twin_where_asked_for(reading: httpx.Client, prefix: str) -> None:
    """`includeRelationships`, in any casing, adds what a list's `include` does, to one twin and to several."""
    both = {"outgoingRelationships": True, "incomingRelationships": True}
    listed = {one["id"]: one for one in list_twins(reading, include=both)}
    for twin_id in ("AHU-1", "LOOP-1", "S-5"):
        answer = reading.get(f"{prefix}/twins/{twin_id}?IncludeRelationships=True")
        assert answer.json() == listed[twin_id]
        plain = reading.get(f"{prefix}/twins/{twin_id}?includeRelationships=false")
        assert "incomingRelationships" not in plain.json()
        assert plain.headers["etag"] != answer.headers["etag"]
    answer = reading.post(f"{prefix}/twins/ids?includeRelationships=true", json=["AHU-1", "LOOP-1"])
    assert answer.json() == [listed["AHU-1"], listed["LOOP-1"]]


def test_a_bad_flag_is_refused(reading: httpx.Client) -> None:
    """What is neither true nor false, a name unknown, or one given twice, is a 400 at the parameter's name."""
    for path in (
        "?includeRelationships=yes",
        "?includeRelationship=true",
        "?includeRelationships=true&IncludeRelationships=true",
    ):
        assert reading.get(f"/twins/AHU-1{path}").status_code == 400
        assert reading.post(f"/twins/ids{path}", json=[]).status_code == 400


@pytest.mark.parametrize("twin_id", ["AHU-1", "BLDG-1", "COMPANY-1", "LOOP-1", "S-5"])
def test_relationships_of_a_twin(reading: httpx.Client, twin_id: str) -> None:
    """Outgoing and incoming ones, oldest first; none is an empty array."""
    for direction, end in (("outgoing", 0), ("incoming", 2)):
        answer = reading.get(f"/twins/{twin_id}/relationships/{direction}")
        assert answer.status_code == 200
        found = [(one["sourceId"], one["name"], one["targetId"]) for one in answer.json()]
        assert found == [link for link in LINKS if link[end] == twin_id]


@pytest.mark.parametrize("size", [1, 2, 1000])
@pytest.mark.parametrize("prefix", PREFIXES)
def test_relationships_in_pages(reading: httpx.Client, prefix: str, size: int) -> None:
    """With a page size they come in pages, all but the last with a link to the next, which keeps the size; together
    they are what comes at once without.
    """
    path = f"{prefix}/twins/BLDG-1/relationships/incoming"
    page = reading.get(f"{path}?pageSize={size}")
    found = page.json()
    while "next" in page.links:
        assert len(page.json()) == size
        page = reading.get(page.url.join(page.links["next"]["url"]))
        found += page.json()
    whole = reading.get(path)
    assert "link" not in whole.headers
    assert sorted(found, key=lambda one: one["id"]) == sorted(whole.json(), key=lambda one: one["id"])
    assert [one["name"] for one in found] == sorted(one["name"] for one in found)


def test_a_page_may_have_another_size_than_the_one_before(reading: httpx.Client) -> None:
    """The token leads on, and `pageSize` beside it holds."""
    path = "/twins/BLDG-1/relationships/incoming"
    everything = reading.get(f"{path}?pageSize=1000").json()
    first = reading.get(f"{path}?pagesize=1")
    following = first.url.join(first.links["next"]["url"]).copy_add_param("pageSize", "1000")
    assert reading.get(following).json() == everything[1:]


def test_a_token_is_of_one_twin_and_direction(reading: httpx.Client) -> None:
    """Elsewhere it is a fault, and so is one of another kind of list, or of none, or a size that no page has."""
    first = reading.get("/twins/BLDG-1/relationships/incoming?pageSize=1")
    token = first.url.join(first.links["next"]["url"]).params["continuationToken"]
    of_twins = list_page(reading, pageSize=1)["continuationToken"]
    for path, asked in (
        ("/twins/BLDG-1/relationships/outgoing", {"continuationToken": token}),
        ("/twins/AHU-1/relationships/incoming", {"continuationToken": token}),
        ("/twins/BLDG-1/relationships/incoming", {"continuationToken": of_twins}),
        ("/twins/BLDG-1/relationships/incoming", {"continuationToken": "x"}),
        ("/twins/BLDG-1/relationships/incoming", {"continuationToken": ""}),
        ("/twins/BLDG-1/relationships/incoming", {"pageSize": "0"}),
        ("/twins/BLDG-1/relationships/incoming", {"pageSize": "1001"}),
    ):
        answer = reading.get(path, params=asked)
        assert answer.status_code == 400
        assert answer.json()["errors"].keys() == asked.keys()
    assert reading.post("/twins", json={"continuationToken": token}).status_code == 400


def test_one_relationship_under_either_twin(reading: httpx.Client) -> None:
    """It is answered as it was put, under its source and its target; under another twin, or with another id, 404."""
    whole = stored_relationship(("AHU-1", "isFedBy", "Chiller-1"))
    for twin_id in ("AHU-1", "Chiller-1"):
        answer = reading.get(f"/twins/{twin_id}/relationships/{whole['id']}")
        assert (answer.status_code, answer.json()) == (200, whole)
    for path in (
        f"BLDG-1/relationships/{whole['id']}",
        "AHU-1/relationships/AHU-1_isFedBy",
        "x/relationships/y",
    ):
        assert reading.get(f"/twins/{path}").status_code == 404


def test_relationships_of_an_unknown_twin_are_404(reading: httpx.Client) -> None:
    """An empty array would say that there is such a twin."""
    for direction in ("outgoing", "incoming"):
        answer = reading.get(f"/twins/nobody/relationships/{direction}")
        assert (answer.status_code, answer.json()["detail"]) == (404, 'There is no twin "nobody".')
