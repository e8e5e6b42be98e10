"""POST /twins, a page at a time: page sizes, and continuation tokens with everything they promise."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests import serving
from tests.api.asking import faults, list_ids, list_page, put
from tests.api.models import DOCUMENTS, SAMPLER, willow
from tests.api.portfolio import ALL, SAMPLES, located_in, twins
from tests.serving import Served

QUERIES: dict[str, dict[str, Any]] = {
    "everything": {},
    "model": {"modelFilter": {"modelIds": [willow("Space"), SAMPLER]}},
    "relationship": {"relationshipFilter": {"relationshipNames": ["isPartOf", "locatedIn"]}},
    "location": {"locationFilter": {"locationId": "BLDG-1"}},
    "date": {"dateFilter": {"lastUpdatedAfter": "2001-01-01T00:00:00+02:00"}},
    "property": {
        "propertyFilter": {
            "filterConditionOperator": "Or",
            "filters": [
                {"field": "area.grossArea", "operator": ">", "value": 2.5},
                {"field": "id", "operator": "in", "value": ["AHU-1", "S-1", "S-7"]},
                {"field": "lastUpdateTime", "operator": "before", "value": "2001-01-01"},
                {"field": 'labels["a.b"]', "operator": "isNotNull"},
            ],
        }
    },
    "include": {"include": {"incomingRelationships": True, "outgoingRelationships": True}},
    "combined": {
        "modelFilter": {"modelIds": [willow("Space"), willow("Asset")], "exactModelMatch": False},
        "relationshipFilter": {"relationshipDirection": "Outgoing"},
        "locationFilter": {"locationId": "BLDG-1"},
        "dateFilter": {"lastUpdatedBefore": "2101-01-01"},
        "propertyFilter": {"field": "id", "operator": "notContains", "value": "fan"},
        "include": {"outgoingRelationships": True},
    },
}


@pytest.mark.parametrize("size", [1, 2, 5, len(ALL) - 1, len(ALL), len(ALL) + 1, 1000])
def test_page_size_is_kept(reading: httpx.Client, size: int) -> None:
    """A page holds `pageSize` twins, the last one the rest, and only the last one's token is null."""
    sizes: list[int] = []
    token = None
    while not sizes or token is not None:
        page = list_page(reading, pageSize=size, continuationToken=token)
        sizes.append(len(page["content"]))
        token = page["continuationToken"]
    full, rest = divmod(len(ALL), size)
    assert sizes == [size] * full + ([rest] if rest else [])


def test_page_size_is_a_hundred_by_default(written: Served) -> None:
    """Without `pageSize` a page holds 100 twins."""
    with serving.opened(written.store) as store:
        for number in range(101):
            serving.put_twin(store, {"id": f"page-{number}", "modelId": willow("Boiler")})
    page = list_page(written.http, modelFilter={"modelIds": [willow("Boiler")]})
    assert [twin["id"] for twin in page["content"]] == [f"page-{number}" for number in range(100)]
    rest = list_page(written.http, continuationToken=page["continuationToken"])
    assert [twin["id"] for twin in rest["content"]] == ["page-100"]
    assert rest["continuationToken"] is None


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_every_twin_comes_once(reading: httpx.Client, name: str, prefix: str) -> None:
    """Page by page, a list is the same as in one piece, with tokens sent alone or with the same filters again."""
    query = QUERIES[name]
    whole = list_page(reading, **query, pageSize=1000)
    assert whole["continuationToken"] is None
    for repeated in ({}, query):
        found: list[Any] = []
        request: dict[str, Any] = {**query, "pageSize": 3}
        while True:
            answer = reading.post(f"{prefix}/twins", json=request)
            page = answer.json()
            found += page["content"]
            if page["continuationToken"] is None:
                break
            assert len(page["content"]) == 3
            request = {**repeated, "continuationToken": page["continuationToken"]}
        assert found == whole["content"]


def first_token(http: httpx.Client, /, **query: Any) -> str:
    """The token of a first page of two."""
    token: str = list_page(http, **query, pageSize=2)["continuationToken"]
    return token


def test_page_size_may_change_between_pages(reading: httpx.Client) -> None:
    """A follow-up with a pageSize of its own gets pages of that size from there on; without one, of the last size."""
    page = list_page(reading, pageSize=2)
    for size, expected in ((5, 5), (None, 5), (1, 1), (None, 1), (1000, len(ALL) - 14)):
        page = list_page(reading, pageSize=size, continuationToken=page["continuationToken"])
        assert len(page["content"]) == expected
    assert page["continuationToken"] is None


def test_same_filters_written_otherwise_are_the_same(reading: httpx.Client) -> None:
    """Keys in another casing, defaults spelled out, aliases and another offset do not make other filters."""
    token = first_token(
        reading,
        modelFilter={"modelIds": [willow("Space")]},
        dateFilter={"lastUpdatedAfter": "2001-01-01T00:00:00Z"},
        propertyFilter={"field": "code", "operator": "notEquals", "value": "R100"},
    )
    again = {
        "ModelFilter": {"MODELIDS": [willow("Space")], "exactModelMatch": False},
        "dateFilter": {"lastUpdatedAfter": "2001-01-01T02:00:00+02:00", "lastUpdatedBefore": None},
        "propertyFilter": {"field": "contents.code", "operator": "!=", "value": "R100"},
        "relationshipFilter": {},
        "include": {"outgoingRelationships": False},
    }
    assert list_page(reading, continuationToken=token, **again)["content"]


OTHER: list[tuple[str, dict[str, Any] | None]] = [
    ("modelFilter", {"modelIds": [willow("Level")]}),
    ("modelFilter", {"modelIds": [willow("Space"), willow("Asset")], "exactModelMatch": True}),
    ("relationshipFilter", {"relationshipDirection": "Incoming"}),
    ("relationshipFilter", {"relationshipDirection": "Outgoing", "relationshipNames": ["isPartOf"]}),
    (
        "relationshipFilter",
        {
            "relationshipDirection": "Outgoing",
            "relatedModelFilter": {"modelIds": [willow("Space")]},
        },
    ),
    ("relationshipFilter", {}),
    ("locationFilter", {"locationId": "LAND-1"}),
    ("dateFilter", {"lastUpdatedBefore": "2101-01-01T00:00:00.0000001Z"}),
    ("dateFilter", {"lastUpdatedAfter": "2101-01-01"}),
    ("propertyFilter", {"field": "id", "operator": "contains", "value": "fan"}),
    ("propertyFilter", {"field": "id", "operator": "notContains", "value": "Fan"}),
    ("propertyFilter", {"field": "code", "operator": "notContains", "value": "fan"}),
    ("propertyFilter", None),
]


@pytest.mark.parametrize(("name", "filter_"), OTHER)
def test_a_token_with_other_filters_is_refused(
    reading: httpx.Client, name: str, filter_: dict[str, Any] | None
) -> None:
    """Filters sent with a token must be the token's own, each of them."""
    query = QUERIES["combined"]
    token = first_token(reading, **query)
    answer = reading.post("/twins", json={**query, name: filter_, "continuationToken": token})
    assert "another list" in faults(answer)["continuationToken"][0]


@pytest.mark.parametrize("name", [name for name in QUERIES if name not in ("everything", "include")])
def test_a_token_of_everything_takes_no_filter(reading: httpx.Client, name: str) -> None:
    """A list of everything cannot be narrowed halfway."""
    answer = reading.post("/twins", json={**QUERIES[name], "continuationToken": first_token(reading)})
    assert faults(answer).keys() == {"continuationToken"}


def test_a_token_can_be_used_again(reading: httpx.Client) -> None:
    """Asking for the same page twice gives the same twins: a lost answer can be asked for again."""
    token = first_token(reading)
    assert list_page(reading, continuationToken=token) == list_page(reading, continuationToken=token)


def test_a_token_is_opaque_text(reading: httpx.Client) -> None:
    """A token is plain ASCII that no JSON or URL has to escape, and says nothing of the query in clear."""
    token = first_token(reading, propertyFilter={"field": "id", "operator": "not", "value": "secret"})
    assert token.isascii()
    assert token.replace("-", "").replace("_", "").isalnum()
    assert "secret" not in token


def test_a_changed_token_is_refused(reading: httpx.Client) -> None:
    """No character of a token can be changed, left out or added."""
    token = first_token(reading, **QUERIES["location"])
    for place in range(0, len(token), 7):
        other = "A" if token[place] != "A" else "B"
        changed = token[:place] + other + token[place + 1 :]
        answer = reading.post("/twins", json={"continuationToken": changed})
        assert faults(answer).keys() == {"continuationToken"}, place
    for changed in (token[:-4], token[4:], token + "AAAA", token + token, "", f" {token}", f"{token}\n"):
        answer = reading.post("/twins", json={"continuationToken": changed})
        assert answer.json()["type"] == "urn:twinhaus:problem:bad-continuation-token"


def test_a_token_of_another_store_is_refused(
    reading: httpx.Client, writing: httpx.Client, new_id: Callable[[], str]
) -> None:
    """Each store signs with a key of its own."""
    for _ in range(3):
        put(writing, new_id(), SAMPLER)
    token = first_token(writing)
    assert list_page(writing, continuationToken=token)["content"]
    answer = reading.post("/twins", json={"continuationToken": token})
    assert "Not a token of this store" in faults(answer)["continuationToken"][0]


def test_a_token_survives_a_restart(new_store: str) -> None:
    """A list goes on where it was after the server stopped and started again, several processes of it too."""
    serving.make_store(new_store, models=DOCUMENTS, twins=twins())
    with serving.serving(new_store) as served:
        page = list_page(served.http, pageSize=10, modelFilter={"modelIds": [SAMPLER]})
        begun = list_page(served.http, pageSize=10)
    assert page["continuationToken"] is None
    with serving.serving(new_store, "--workers", "2") as served:
        found = begun["content"]
        token = begun["continuationToken"]
        while token is not None:
            page = list_page(served.http, continuationToken=token)
            found += page["content"]
            token = page["continuationToken"]
    assert [twin["id"] for twin in found] == list(ALL)


def test_what_matches_throughout_comes_once_whatever_is_written(
    writing: httpx.Client, new_id: Callable[[], str]
) -> None:
    """Between pages twins are replaced, deleted and created: those that matched throughout come exactly once."""
    model = willow("Pump")
    ids = [new_id() for _ in range(12)]
    for twin_id in ids:
        put(writing, twin_id, model)
    found: list[str] = []
    page = list_page(writing, modelFilter={"modelIds": [model]}, pageSize=3)
    doomed = ids[6]
    for turn in range(20):
        found += [twin["id"] for twin in page["content"]]
        if page["continuationToken"] is None:
            break
        put(writing, ids[turn], model, code="replaced, behind the page")
        put(writing, ids[-1], model, code=f"replaced {turn} times, ahead of it")
        if turn == 0:
            writing.delete(f"/twins/{doomed}")
        if turn < 2:
            put(writing, new_id(), model)
        page = list_page(writing, continuationToken=page["continuationToken"])
    assert len(found) == len(set(found))
    assert set(ids) - {doomed} <= set(found)
    assert doomed not in found


def test_the_last_page_may_be_empty(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """Where everything that was left is deleted meanwhile, the next page is empty and its token null."""
    model = willow("Valve")
    ids = [new_id() for _ in range(3)]
    for twin_id in ids:
        put(writing, twin_id, model)
    page = list_page(writing, modelFilter={"modelIds": [model]}, pageSize=2)
    writing.delete(f"/twins/{ids[2]}")
    page = list_page(writing, continuationToken=page["continuationToken"])
    assert page == {"content": [], "continuationToken": None}


def test_pages_of_a_list_that_matches_nothing(reading: httpx.Client) -> None:
    """No twin, no token."""
    nothing: dict[str, Any] = {"content": [], "continuationToken": None}
    assert list_page(reading, modelFilter={"modelIds": ["dtmi:com:example:Unknown;1"]}) == nothing


def test_located_pages_are_whole(reading: httpx.Client) -> None:
    """Pages of one twin each, by location, are what is located there."""
    request = {"locationFilter": {"locationId": "LAND-1"}, "pageSize": 1}
    assert list_ids(reading, **request) == located_in("LAND-1")
    assert not set(SAMPLES) & located_in("LAND-1")
