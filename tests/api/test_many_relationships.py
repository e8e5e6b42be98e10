"""DELETE /twins/relationships: every relationship that a filter finds, all or none."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.api.asking import faults, list_ids, put, relate
from tests.api.models import SAMPLER, willow

from twinhaus.api.messages import RELATIONSHIP_IDS_MAX

NewId = Callable[[], str]


class House:
    """A building of two levels with a room on each, of one test."""

    def __init__(self, http: httpx.Client, mark: str) -> None:
        self.http = http
        self.building, self.ground, self.first = mark, f"{mark}-ground", f"{mark}-first"
        put(http, self.building, willow("Building"))
        self.ids = []
        for level in (self.ground, self.first):
            put(http, level, willow("Level"))
            put(http, f"{level}-room", willow("Room"))
            for part, whole in ((level, self.building), (f"{level}-room", level)):
                self.ids.append(relate(http, part, "isPartOf", whole)["id"])

    def delete(self, query: str = "", **filter_: Any) -> httpx.Response:
        return self.http.request("DELETE", f"/twins/relationships{query}", json={"filter": filter_})

    def located(self, place: str) -> set[str]:
        return {id_.removeprefix(self.building) for id_ in list_ids(self.http, **self.in_place(place))}

    def in_place(self, place: str) -> dict[str, Any]:
        return {"locationFilter": {"locationId": place}}


@pytest.fixture
def house(writing: httpx.Client, new_id: NewId) -> House:
    """A house of one test."""
    return House(writing, new_id())


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_those_that_lead_from_what_is_found_to_what_is_found_go(house: House, prefix: str) -> None:
    """Of the name that is asked for; what they located is nowhere from then on, with all that is in it."""
    body = {
        "Filter": {
            "RelationshipNames": ["isPartOf", "isFedBy"],
            "source": {"modelFilter": {"modelIds": [willow("Level")]}, **house.in_place(house.first)},
            "target": {"propertyFilter": {"field": "id", "operator": "equals", "value": house.building}},
        }
    }
    answer = house.http.request("DELETE", f"{prefix}/twins/relationships", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.content == b'{"matched":1,"deleted":1,"dryRun":false}'
    assert house.located(house.building) == {"", "-ground", "-ground-room"}
    assert house.located(house.first) == {"-first", "-first-room"}


def test_they_are_named_by_their_ids(house: House) -> None:
    """One that is named twice counts once, and one that does not exist not at all."""
    named = [house.ids[1], house.ids[3], house.ids[1], "no_isPartOf_thing"]
    assert house.delete(relationshipIds=named).json() == {"matched": 2, "deleted": 2, "dryRun": False}
    assert house.located(house.building) == {"", "-ground", "-first"}
    assert house.delete(relationshipIds=named).json() == {"matched": 0, "deleted": 0, "dryRun": False}


def test_a_dry_run_only_counts(house: House) -> None:
    """It says what would go, and everything stays."""
    everything = house.located(house.building)
    answer = house.delete("?dryRun=true", source=house.in_place(house.building))
    assert answer.json() == {"matched": 4, "deleted": 4, "dryRun": True}
    assert house.located(house.building) == everything


def test_a_name_alone_is_enough(writing: httpx.Client, new_id: NewId) -> None:
    """All relationships of that name are meant, whatever they lead from and to."""
    here, there = new_id(), new_id()
    for twin_id in (here, there):
        put(writing, twin_id, SAMPLER)
    relate(writing, here, "feeds", there)
    relate(writing, there, "feeds", there)
    asked = {"filter": {"relationshipNames": ["feeds"]}}
    matched = writing.request("DELETE", "/twins/relationships?dryRun=true", json=asked).json()["matched"]
    assert matched >= 2
    meant = {"filter": {**asked["filter"], "target": {"propertyFilter": {
        "field": "id", "operator": "equals", "value": there}}}}  # fmt: skip
    assert writing.request("DELETE", "/twins/relationships", json=meant).json()["deleted"] == 2


def test_a_filter_has_to_filter_something(house: House) -> None:
    """Nothing goes by a slip; nor where the body was lost on the way."""
    empty: tuple[dict[str, Any], ...] = (
        {},
        {"relationshipIds": None},
        {"relationshipNames": [], "source": None},
    )
    for filter_ in empty:
        assert "filters nothing" in faults(house.delete(**filter_))["filter"][0]
    assert "filters nothing" in faults(house.delete(source={}))["filter.source"][0]
    assert faults(house.delete(relationshipIds=[], relationshipNames=["isPartOf"])).keys() == {
        "filter.relationshipIds"
    }
    assert faults(house.http.delete("/twins/relationships")).keys() == {"filter"}
    assert len(house.located(house.building)) == 5


def test_every_fault_is_named_at_once(house: House) -> None:
    """Of the parameters, and of the filters at either end, each at its path."""
    answer = house.delete(
        "?dryRun=perhaps&cascade=true",
        relationshipIds=["x"] * (RELATIONSHIP_IDS_MAX + 1),
        relationshipNames=["is part of"],
        source={"pageSize": 1},
        target={"propertyFilter": {"field": "id", "operator": "resembles", "value": "x"}},
        names=[],
    )
    assert faults(answer).keys() == {
        "dryRun", "cascade", "filter.relationshipIds", "filter.relationshipNames[0]", "filter.source.pageSize",
        "filter.target.propertyFilter.operator", "filter.names",
    }  # fmt: skip
