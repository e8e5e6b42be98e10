"""PATCH /twins and DELETE /twins: every twin that a filter finds, whole or not at all."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.api.asking import faults, get, list_ids, put, relate
from tests.api.models import BARE, SAMPLER, willow

NewId = Callable[[], str]


class Few:
    """Some twins of one test, found by their text."""

    def __init__(self, http: httpx.Client, mark: str) -> None:
        self.http = http
        self.mark = mark
        self.ids = [f"{mark}-{number}" for number in range(3)]
        for number, twin_id in enumerate(self.ids):
            put(http, twin_id, SAMPLER, text=mark, number=number)

    @property
    def filter(self) -> dict[str, Any]:
        return {"propertyFilter": {"field": "text", "operator": "equals", "value": self.mark}}

    def patch(self, *operations: Any, query: str = "", **more: Any) -> httpx.Response:
        return self.http.patch(f"/twins{query}", json={"filter": self.filter, "patch": operations, **more})

    def delete(self, query: str = "", **more: Any) -> httpx.Response:
        return self.http.request("DELETE", f"/twins{query}", json={"filter": {**self.filter, **more}})

    def stored(self) -> list[bytes]:
        return [self.http.get(f"/twins/{twin_id}").content for twin_id in self.ids]


@pytest.fixture
def few(writing: httpx.Client, new_id: NewId) -> Few:
    """Three twins."""
    return Few(writing, new_id())


def add(path: str, value: Any) -> dict[str, Any]:
    """An operation."""
    return {"op": "add", "path": path, "value": value}


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_every_twin_is_patched(few: Few, prefix: str) -> None:
    """And counted: those that match, that changed, and that were so already, which keep their time."""
    before = few.stored()
    body = {"Filter": few.filter, "PATCH": [add("/contents/number", 1)]}
    answer = few.http.patch(f"{prefix}/twins", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.content == b'{"matched":3,"changed":2,"unchanged":1,"dryRun":false}'
    assert [get(few.http, twin_id)["contents"]["number"] for twin_id in few.ids] == [1, 1, 1]
    after = few.stored()
    assert after[1] == before[1]
    times = [get(few.http, twin_id)["lastUpdateTime"] for twin_id in few.ids]
    assert len(set(times)) == 3


def test_the_set_is_settled_before_the_first_change(few: Few) -> None:
    """A patch that makes a twin match no longer, or match again, changes each once all the same."""
    answer = few.patch(
        add("/contents/text", "other"), add("/contents/tags", ["x"]), add("/contents/tags/-", "y")
    )
    assert answer.json()["changed"] == 3
    assert [get(few.http, twin_id)["contents"]["tags"] for twin_id in few.ids] == [["x", "y"]] * 3


def test_more_twins_than_a_page(writing: httpx.Client, new_id: NewId) -> None:
    """A thousand twins and more are found, changed and deleted in one request."""
    place, count = new_id(), 1_005
    put(writing, place, willow("Building"))
    first = put(writing, f"{place}-0", SAMPLER)
    assert first["id"]
    for number in range(1, count):
        put(writing, f"{place}-{number}", SAMPLER)
    chosen = {"propertyFilter": {"field": "id", "operator": "startsWith", "value": f"{place}-"}}
    patched = writing.patch("/twins", json={"filter": chosen, "patch": [add("/contents/text", place)]})
    assert patched.json() == {"matched": count, "changed": count, "unchanged": 0, "dryRun": False}
    deleted = writing.request("DELETE", "/twins", json={"filter": chosen})
    assert deleted.json() == {"matched": count, "deleted": count, "relationshipsDeleted": 0, "dryRun": False}
    assert list_ids(writing, **chosen) == set()


@pytest.mark.parametrize("query", ["?dryRun=true", "?DRYRUN=True"])
def test_a_dry_run_changes_nothing(few: Few, query: str) -> None:
    """It answers what would have come of it, and everything is as it was, tags included."""
    before = few.stored()
    answer = few.patch(add("/contents/number", 1), query=query)
    assert answer.json() == {"matched": 3, "changed": 2, "unchanged": 1, "dryRun": True}
    relate(few.http, few.ids[0], "feeds", few.ids[1])
    answer = few.delete(query)
    assert answer.json() == {"matched": 3, "deleted": 3, "relationshipsDeleted": 1, "dryRun": True}
    assert few.stored() == before
    assert faults(few.patch(add("/contents/number", "x"), query=query))


def test_nothing_matches(few: Few) -> None:
    """That is no error: the counts are zero."""
    nobody = {"locationFilter": {"locationId": "nobody"}}
    patched = few.http.patch("/twins", json={"filter": nobody, "patch": [add("/contents/text", 1)]})
    assert patched.json() == {"matched": 0, "changed": 0, "unchanged": 0, "dryRun": False}
    deleted = few.http.request("DELETE", "/twins", json={"filter": nobody})
    assert deleted.json() == {"matched": 0, "deleted": 0, "relationshipsDeleted": 0, "dryRun": False}


def test_all_or_none(few: Few) -> None:
    """Where one twin refuses, none is changed; its faults stand under its id, with a count of all that refuse."""
    put(few.http, few.ids[1], SAMPLER, text=few.mark, number=1, nested={"inner": {}})
    before = few.stored()
    found = faults(few.patch(add("/contents/number", 9), add("/contents/nested/inner/leaf", 7)))
    assert found.keys() == {
        "twins",
        f'twins["{few.ids[0]}"].patch[1].path',
        f'twins["{few.ids[1]}"].contents.nested.inner.leaf',
        f'twins["{few.ids[2]}"].patch[1].path',
    }
    assert found["twins"] == ["Refused by 3 of 3 matching twins"]
    assert few.stored() == before


def test_the_first_refusals_are_told(writing: httpx.Client, new_id: NewId) -> None:
    """Of many twins that refuse twenty say why, and all are counted."""
    mark = new_id()
    for number in range(23):
        put(writing, f"{mark}-{number}", SAMPLER, text=mark)
    chosen = {"propertyFilter": {"field": "text", "operator": "is", "value": mark}}
    found = faults(writing.patch("/twins", json={"filter": chosen, "patch": [add("/contents/number", "x")]}))
    assert len(found) == 21
    assert found["twins"] == ["Refused by 23 of 23 matching twins; the first 20 say why"]
    assert f'twins["{mark}-19"].contents.number' in found


def test_a_test_that_fails_for_one_twin_is_409(few: Few) -> None:
    """It names the twin, and none is changed."""
    before = few.stored()
    answer = few.patch(
        add("/contents/number", 7), {"op": "test", "path": "/id", "value": few.ids[0]}, query="?dryRun=false"
    )
    assert answer.status_code == 409
    document = answer.json()
    assert document["type"] == "urn:twinhaus:problem:patch-test-failed"
    assert "Refused by 2 of 3 matching twins" in document["detail"]
    assert f'"{few.ids[1]}": The test at patch[1] does not hold' in document["detail"]
    assert few.stored() == before


def test_models_change_together(writing: httpx.Client, new_id: NewId) -> None:
    """Relationships are judged when all twins have their new models, whichever came first."""
    mark = new_id()
    ids = [f"{mark}-{number}" for number in range(2)]
    for twin_id in ids:
        put(writing, twin_id, SAMPLER)
    link = relate(writing, ids[0], "feeds", ids[1])["id"]
    chosen = {"propertyFilter": {"field": "id", "operator": "in", "value": ids}}
    to_kind = {"op": "replace", "path": "/modelId", "value": "dtmi:com:example:SamplerKind;1"}
    assert writing.patch("/twins", json={"filter": chosen, "patch": [to_kind]}).json()["changed"] == 2
    bare = [{**to_kind, "value": BARE}, {"op": "replace", "path": "/contents", "value": {}}]
    answer = writing.patch("/twins", json={"filter": chosen, "patch": bare})
    assert answer.status_code == 409
    assert link in answer.json()["detail"]
    assert get(writing, ids[0])["modelId"] == to_kind["value"]


# --- which twins


@pytest.mark.parametrize(
    "empty",
    [
        {},
        {"modelFilter": {}, "propertyFilter": {"filters": [{}]}},
        {"modelFilter": {"modelIds": []}, "dateFilter": None, "relationshipFilter": {}},
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_filter_that_filters_nothing_is_refused(writing: httpx.Client, method: str, empty: Any) -> None:
    """It would mean every twin, by a slip; the refusal says how to mean that."""
    body = {"filter": empty, **({"patch": []} if method == "PATCH" else {})}
    found = faults(writing.request(method, "/twins", json=body))
    assert found.keys() == {"filter"}
    assert '{"propertyFilter":{"field":"id","operator":"isNotNull"}}' in found["filter"][0]


def test_every_twin_can_be_meant(few: Few) -> None:
    """By the filter that the refusal names."""
    every = {"propertyFilter": {"field": "id", "operator": "isNotNull"}}
    body = {"filter": every, "patch": [{"op": "test", "path": "/contents/nobodyHasThis", "value": 1}]}
    assert "The test at patch[0]" in few.http.patch("/twins?dryRun=true", json=body).json()["detail"]


def test_each_kind_of_filter_is_understood(few: Few) -> None:
    """All five of a list, and all that are given must hold."""
    relate(few.http, few.ids[0], "feeds", few.ids[1])
    chosen = {
        **few.filter,
        "ModelFilter": {"modelIds": [SAMPLER]},
        "relationshipFilter": {"relationshipDirection": "Outgoing", "relationshipNames": ["feeds"]},
        "locationFilter": {"locationId": few.ids[0]},
        "dateFilter": {"lastUpdatedAfter": "2001-01-01"},
    }
    answer = few.http.patch("/twins", json={"filter": chosen, "patch": [add("/contents/number", 70)]})
    assert answer.json() == {"matched": 1, "changed": 1, "unchanged": 0, "dryRun": False}
    assert get(few.http, few.ids[0])["contents"]["number"] == 70


def test_every_fault_of_a_request_is_reported_at_once(few: Few) -> None:
    """Of its parameters, its filter and its patch."""
    body = {
        "filter": {
            "propertyFilter": {"field": "a", "operator": "like"},
            "pageSize": 5,
            "modelFilter": {"modelIds": [1]},
        },
        "patch": [{"op": "add", "path": "/contents/x"}, {"op": "copy", "path": ""}],
        "more": 1,
    }
    answer = few.http.patch("/twins?dryRun=perhaps&cascade=true", json=body)
    assert faults(answer).keys() == {
        "dryRun", "cascade", "more", "filter.propertyFilter.operator", "filter.pageSize",
        "filter.modelFilter.modelIds[0]", "patch[0].value", "patch[1].from",
    }  # fmt: skip
    assert faults(few.http.patch("/twins", json={})).keys() == {"filter", "patch"}
    assert faults(few.http.patch("/twins", json={"filter": None, "patch": None})).keys() == {
        "filter",
        "patch",
    }
    assert faults(few.http.patch("/twins", json={"filter": few.filter, "patch": {}})).keys() == {"patch"}
    assert faults(few.http.delete("/twins?dryrum=true")).keys() == {"dryrum", "filter"}


# --- deletion


def test_what_is_among_the_twins_goes_with_them(few: Few) -> None:
    """Relationships between twins that are both deleted need no cascade."""
    relate(few.http, few.ids[0], "feeds", few.ids[1])
    relate(few.http, few.ids[1], "feeds", few.ids[1])
    answer = few.delete()
    assert answer.json() == {"matched": 3, "deleted": 3, "relationshipsDeleted": 2, "dryRun": False}
    assert all(few.http.get(f"/twins/{twin_id}").status_code == 404 for twin_id in few.ids)


def test_what_leads_to_twins_that_stay_must_be_meant(few: Few, new_id: NewId) -> None:
    """Else 409 names it and nothing is deleted; with cascade it goes, and the twin at its other end stays."""
    other = new_id()
    put(few.http, other, SAMPLER)
    links = [relate(few.http, few.ids[0], "feeds", other), relate(few.http, other, "feeds", few.ids[2])]
    before = few.stored()
    answer = few.delete()
    assert answer.status_code == 409
    assert "Relationships lead to twins that would stay" in answer.json()["detail"]
    assert all(link["id"] in answer.json()["detail"] for link in links)
    assert "cascade=true" in answer.json()["detail"]
    assert few.stored() == before
    assert few.delete("?cascade=TRUE").json()["relationshipsDeleted"] == 2
    (left,) = few.http.post("/twins/ids?includeRelationships=true", json=[other]).json()
    assert left["incomingRelationships"] == left["outgoingRelationships"] == []


def test_a_whole_place_is_deleted(writing: httpx.Client, new_id: NewId) -> None:
    """All that is located in a place, at any depth, and the place itself; what was elsewhere is where it was."""
    mark = new_id()
    building, level, room, other = (f"{mark}-{name}" for name in ("building", "level", "room", "other"))
    for twin_id, name in ((building, "Building"), (level, "Level"), (room, "Room"), (other, "Room")):
        put(writing, twin_id, willow(name))
    relate(writing, room, "isPartOf", level)
    relate(writing, level, "isPartOf", building)
    relate(writing, other, "isPartOf", building)
    answer = writing.request(
        "DELETE", "/twins?cascade=true", json={"filter": {"locationFilter": {"locationId": level}}}
    )
    assert answer.json() == {"matched": 2, "deleted": 2, "relationshipsDeleted": 2, "dryRun": False}
    assert list_ids(writing, locationFilter={"locationId": building}) == {building, other}
