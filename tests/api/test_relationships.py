"""PUT /twins/relationships and DELETE: derived ids, one of each, and only what the models allow."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.api.asking import faults, list_ids, list_twins, put, relate
from tests.api.models import BARE, NARROW, SAMPLER, SAMPLER_KIND, willow

PATH = "/twins/relationships"
NewId = Callable[[], str]


@pytest.fixture
def pair(writing: httpx.Client, new_id: NewId) -> tuple[str, str]:
    """The ids of two new samplers."""
    one, two = new_id(), new_id()
    put(writing, one, SAMPLER)
    put(writing, two, SAMPLER)
    return one, two


def relationships_of(http: httpx.Client, twin_id: str) -> dict[str, list[dict[str, Any]]]:
    """Both arrays of a twin."""
    (twin,) = list_twins(
        http,
        propertyFilter={"field": "id", "operator": "is", "value": twin_id},
        include={"outgoingRelationships": True, "incomingRelationships": True},
    )
    return {"outgoing": twin["outgoingRelationships"], "incoming": twin["incomingRelationships"]}


# --- the derived id


@pytest.mark.parametrize("path", [PATH, f"/api/v3{PATH}"])
def test_ids_of_the_contract(writing: httpx.Client, path: str) -> None:
    """Both of the contract's own examples get the ids it prints, whatever id the client sends."""
    for twin_id, model in (
        ("Room-L01-100", "Room"),
        ("TW-DD-II-L01", "Level"),
        ("AHU-1", "AirHandlingUnit"),
        ("Chiller-1", "Chiller"),
    ):
        put(writing, twin_id, willow(model))
    body = {"sourceId": "Room-L01-100", "targetId": "TW-DD-II-L01", "name": "isPartOf"}
    answer = writing.put(path, json={**body, "id": "my own"})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {**body, "id": "Room-L01-100_isPartOf_TW-DD-II-L01"}
    body = {"sourceId": "AHU-1", "targetId": "Chiller-1", "name": "isFedBy"}
    properties = {"properties": {"substance": "ChilledWater"}}
    answer = writing.put(path, json={**body, **properties})
    stored = {**body, **properties, "id": "AHU-1_isFedBy_substance_ChilledWater_Chiller-1"}
    assert answer.json() == stored


def test_keys_of_properties_are_sorted(writing: httpx.Client, pair: tuple[str, str]) -> None:
    """In the id keys stand in order, with values as their JSON where they are not text."""
    one, two = pair
    stored = relate(writing, one, "linksTo", two, weight=1.5, firm=True, note="a b")
    assert stored["id"] == f"{one}_linksTo_firm_true_note_a b_weight_1.5_{two}"
    assert stored["properties"] == {"weight": 1.5, "firm": True, "note": "a b"}


@pytest.mark.parametrize("properties", [{}, {"properties": {}}, {"properties": None}])
def test_without_properties_there_is_no_such_key(
    writing: httpx.Client, pair: tuple[str, str], properties: dict[str, Any]
) -> None:
    """Absent, null and empty properties are the same: the answer has none, nor has the id."""
    one, two = pair
    body = {"sourceId": one, "targetId": two, "name": "feeds", "id": None, **properties}
    stored = writing.put(PATH, json=body).json()
    assert stored == {"id": f"{one}_feeds_{two}", "targetId": two, "sourceId": one, "name": "feeds"}


def test_keys_in_any_casing(writing: httpx.Client, pair: tuple[str, str]) -> None:
    """The relationship's own keys are matched in any casing, its properties' keys are not."""
    one, two = pair
    body = {"SOURCEID": one, "targetid": two, "Name": "linksTo", "PROPERTIES": {"note": "x"}, "ID": "y"}
    stored = writing.put(PATH, json=body).json()
    assert list(stored) == ["id", "targetId", "sourceId", "name", "properties"]
    answer = writing.put(PATH, json={**body, "PROPERTIES": {"Note": "x"}})
    assert "note" in faults(answer)["properties.Note"][0]


# --- one of each


def test_a_repeat_changes_nothing(writing: httpx.Client, pair: tuple[str, str]) -> None:
    """The same source, name, target and properties, in any order of keys, are one relationship."""
    one, two = pair
    first = relate(writing, one, "linksTo", two, note="x", weight=2)
    again = {"name": "linksTo", "properties": {"weight": 2, "note": "x"}, "targetId": two, "sourceId": one}
    assert writing.put(PATH, json=again).json() == first
    assert relationships_of(writing, one)["outgoing"] == [first]


def test_other_properties_are_another_relationship(writing: httpx.Client, pair: tuple[str, str]) -> None:
    """Between the same twins, by the same name, there may be several that differ in their properties."""
    one, two = pair
    links = [relate(writing, one, "linksTo", two), relate(writing, one, "linksTo", two, note="x")]
    assert relationships_of(writing, one)["outgoing"] == links
    assert relationships_of(writing, two)["incoming"] == links


def test_direction_matters(writing: httpx.Client, pair: tuple[str, str]) -> None:
    """There and back are two relationships."""
    one, two = pair
    there, back = relate(writing, one, "feeds", two), relate(writing, two, "feeds", one)
    assert relationships_of(writing, one) == {"outgoing": [there], "incoming": [back]}


def test_a_twin_may_be_related_to_itself(writing: httpx.Client, new_id: NewId) -> None:
    """A loop stands once in each array, is found in each direction, and is harmless in a place."""
    room = new_id()
    put(writing, room, willow("Room"))
    loop = relate(writing, room, "isPartOf", room)
    assert relationships_of(writing, room) == {"outgoing": [loop], "incoming": [loop]}
    assert list_ids(writing, locationFilter={"locationId": room}) == {room}
    assert writing.delete(f"/twins/{room}/relationships/{loop['id']}").status_code == 204
    assert list_ids(writing, locationFilter={"locationId": room}) == {room}


def test_two_relationships_of_one_id_conflict(writing: httpx.Client, new_id: NewId) -> None:
    """Underscores join an id, so two different relationships may come to one: the second is 409, and named."""
    end = new_id()
    ids = [f"{end}a", f"{end}a_feeds_b", "b_feeds_c", "c"]
    for twin_id in ids:
        put(writing, twin_id, SAMPLER)
    first = relate(writing, ids[0], "feeds", ids[2])
    answer = writing.put(PATH, json={"sourceId": ids[1], "targetId": ids[3], "name": "feeds"})
    assert answer.status_code == 409
    assert first["id"] in answer.json()["detail"]
    assert relationships_of(writing, ids[1])["outgoing"] == []


# --- what the models allow


def test_unknown_twins_are_named(writing: httpx.Client, pair: tuple[str, str]) -> None:
    """Each end that is not there is a fault at its own key, both of them at once."""
    one, _ = pair
    body = {"sourceId": "nobody", "targetId": "nothing", "name": "feeds"}
    found = faults(writing.put(PATH, json=body))
    assert found.keys() == {"sourceId", "targetId"}
    assert '"nobody"' in found["sourceId"][0]
    assert '"nothing"' in found["targetId"][0]
    assert faults(writing.put(PATH, json={**body, "sourceId": one})).keys() == {"targetId"}
    assert faults(writing.put(PATH, json={**body, "targetId": one.lower()})).keys() == {
        "sourceId",
        "targetId",
    }


@pytest.mark.parametrize(
    ("name", "properties", "path", "words"),
    [
        ("isUpstairsOf", {}, "name", "isUpstairsOf"),
        ("Feeds", {}, "name", "feeds"),
        ("text", {}, "name", "a property"),
        ("reading", {}, "name", "telemetry"),
        ("area", {}, "name", "a component"),
        ("linksTo", {"weight": "heavy"}, "properties.weight", "a number"),
        ("linksTo", {"firm": 1}, "properties.firm", "true or false"),
        ("linksTo", {"colour": "red"}, "properties.colour", "colour"),
        ("feeds", {"weight": 1}, "properties.weight", "weight"),
    ],
)
def test_the_sources_model_decides(
    writing: httpx.Client,
    pair: tuple[str, str],
    name: str,
    properties: dict[str, Any],
    path: str,
    words: str,
) -> None:
    """The name must be a relationship the source's model declares, and the properties must be that one's."""
    one, two = pair
    body = {"sourceId": one, "targetId": two, "name": name, "properties": properties}
    found = faults(writing.put(PATH, json=body))
    assert list(found) == [path]
    assert words in found[path][0]
    assert relationships_of(writing, one)["outgoing"] == []


def test_target_must_be_of_the_declared_model_or_a_subclass(
    writing: httpx.Client, pair: tuple[str, str], new_id: NewId
) -> None:
    """A subclass of the declared target will do; another model is a fault at `targetId`; no target takes any."""
    one, _ = pair
    kind, other = new_id(), new_id()
    put(writing, kind, SAMPLER_KIND)
    put(writing, other, BARE)
    assert relate(writing, one, "feeds", kind)["targetId"] == kind
    body = {"sourceId": one, "targetId": other, "name": "feeds"}
    found = faults(writing.put(PATH, json=body))
    assert list(found) == ["targetId"]
    assert SAMPLER in found["targetId"][0]
    assert relate(writing, one, "linksTo", other)["targetId"] == other


def test_relationships_are_inherited(writing: httpx.Client, pair: tuple[str, str], new_id: NewId) -> None:
    """A subclass may have the relationships of its ancestors."""
    kind = new_id()
    put(writing, kind, SAMPLER_KIND)
    assert relate(writing, kind, "feeds", pair[0])["sourceId"] == kind


def test_every_fault_is_named(writing: httpx.Client, pair: tuple[str, str], new_id: NewId) -> None:
    """A wrong target, wrong properties and an unknown key are refused together."""
    other = new_id()
    put(writing, other, BARE)
    body = {
        "sourceId": pair[0],
        "targetId": other,
        "name": "feeds",
        "properties": {"a": 1, "b": 2},
        "kind": "x",
    }
    assert faults(writing.put(PATH, json=body)).keys() == {"targetId", "properties.a", "properties.b", "kind"}


def test_max_multiplicity_is_held(writing: httpx.Client, pair: tuple[str, str], new_id: NewId) -> None:
    """As many as the model allows and no more; a repeat still answers, and a deleted one makes room."""
    one, two = pair
    first, second = relate(writing, one, "linksTo", two), relate(writing, one, "linksTo", two, note="2")
    body = {"sourceId": one, "targetId": two, "name": "linksTo", "properties": {"note": "3"}}
    found = faults(writing.put(PATH, json=body))
    assert list(found) == ["name"]
    assert "at most 2" in found["name"][0]
    assert relate(writing, one, "linksTo", two, note="2") == second
    assert writing.delete(f"/twins/{one}/relationships/{quote(first['id'])}").status_code == 204
    assert writing.put(PATH, json=body).status_code == 200
    narrow = new_id()
    put(writing, narrow, NARROW)
    relate(writing, narrow, "linksTo", one)
    answer = writing.put(PATH, json={**body, "sourceId": narrow})
    assert "at most 1" in faults(answer)["name"][0]
    relate(writing, two, "linksTo", narrow)  # Incoming ones do not count.


# --- delete


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
@pytest.mark.parametrize("end", [0, 1])
def test_delete_under_either_twin(
    writing: httpx.Client, pair: tuple[str, str], prefix: str, end: int
) -> None:
    """204 without a body, named under its source or its target; the second time 404."""
    link = relate(writing, *pair[:1], "feeds", pair[1])
    path = f"{prefix}/twins/{pair[end]}/relationships/{link['id']}"
    answer = writing.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers
    assert relationships_of(writing, pair[0]) == {"outgoing": [], "incoming": []}
    assert writing.delete(path).status_code == 404


def test_delete_of_what_is_not_there(writing: httpx.Client, pair: tuple[str, str], new_id: NewId) -> None:
    """An unknown relationship, an unknown twin, and a twin that is no end of it are 404, and name both ids."""
    one, two = pair
    link = relate(writing, one, "feeds", two)["id"]
    other = new_id()
    put(writing, other, SAMPLER)
    for twin_id, relationship_id in ((one, "nothing"), ("nobody", link), (other, link), (one, link.lower())):
        answer = writing.delete(f"/twins/{twin_id}/relationships/{relationship_id}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert twin_id in answer.json()["detail"]
        assert relationship_id in answer.json()["detail"]
    assert len(relationships_of(writing, one)["outgoing"]) == 1


@pytest.mark.parametrize("tail", ["/x", " y", "%", "ü", "?a=b", "#c", "%2F", "a/relationships/b"])
def test_ids_in_paths_are_decoded_once(writing: httpx.Client, new_id: NewId, tail: str) -> None:
    """`%2F` inside either id is part of it, and so is everything else that a path must encode."""
    one, two = new_id() + tail, new_id() + tail
    put(writing, one, SAMPLER)
    put(writing, two, SAMPLER)
    link = relate(writing, one, "feeds", two)["id"]
    path = f"/twins/{quote(two, safe='')}/relationships/{quote(link, safe='')}"
    assert writing.delete(path).status_code == 204
    assert relationships_of(writing, one)["outgoing"] == []


def test_deleting_a_relationship_deletes_no_twin(writing: httpx.Client, pair: tuple[str, str]) -> None:
    """Both twins stay as they were, times and tags included."""
    link = relate(writing, pair[0], "feeds", pair[1])["id"]
    before = [writing.get(f"/twins/{one}") for one in pair]
    writing.delete(f"/twins/{pair[0]}/relationships/{link}")
    after = [writing.get(f"/twins/{one}") for one in pair]
    assert [(one.content, one.headers["etag"]) for one in after] == [
        (one.content, one.headers["etag"]) for one in before
    ]
