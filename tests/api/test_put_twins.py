"""PUT /twins: create or replace a twin, as the contract says sentence by sentence."""

from collections.abc import Callable

import httpx
import pytest
from tests.api.asking import COMPONENT_TIME, TWIN_TIME, faults, get, list_twins, put, relate
from tests.api.models import BARE, NARROW, RETIRED, SAMPLER, SAMPLER_KIND, willow
from tests.api.portfolio import SEED_TWIN

LEVEL = willow("Level")


def test_seed_example_comes_back_field_for_field(writing: httpx.Client) -> None:
    """The seed's twin goes in as printed and comes back with every field; only the server's times are new."""
    answer = writing.put("/twins", json=SEED_TWIN)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    stored = answer.json()
    assert list(stored) == ["id", "modelId", "lastUpdateTime", "contents"]
    assert (stored["id"], stored["modelId"]) == ("TW-DD-II-L01", "dtmi:com:willowinc:Level;1")
    sent, got = dict(SEED_TWIN["contents"]), dict(stored["contents"])
    area, capacity = got.pop("area"), got.pop("capacity")
    del sent["area"]
    assert got == sent
    for component in (area, capacity):
        assert component.keys() == {"$metadata"}
        assert component["$metadata"].keys() == {"$lastUpdateTime"}
        assert COMPONENT_TIME.fullmatch(component["$metadata"]["$lastUpdateTime"])
    assert TWIN_TIME.fullmatch(stored["lastUpdateTime"])
    assert stored["lastUpdateTime"] > SEED_TWIN["lastUpdateTime"]


def test_what_comes_back_can_be_sent_back(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """A stored twin, sent again as it was answered, is legal, and changes nothing but the times."""
    first = put(writing, new_id(), LEVEL, code="L1", area={"grossArea": 5})
    second = writing.put("/twins", json=first).json()
    assert second["contents"] == first["contents"]
    assert second["lastUpdateTime"] > first["lastUpdateTime"]


@pytest.mark.parametrize("path", ["/twins", "/api/v3/twins"])
def test_create_and_replace_answer_200_with_the_stored_twin(
    writing: httpx.Client, new_id: Callable[[], str], path: str
) -> None:
    """Both are 200, and their body is what GET and the list tell afterwards."""
    twin_id = new_id()
    for code in ("made", "replaced"):
        body = {"id": twin_id, "modelId": LEVEL, "contents": {"code": code}}
        answer = writing.put(path, json=body)
        assert answer.status_code == 200
        stored = answer.json()
        assert stored["contents"]["code"] == code
        assert get(writing, twin_id) == stored
        chosen = {"field": "id", "operator": "is", "value": twin_id}
        assert list_twins(writing, propertyFilter=chosen) == [stored]


# --- id and modelId


@pytest.mark.parametrize(
    "twin_id",
    [
        "x",
        "y" * 256,
        "🏢" * 256,
        " ",
        "a b",
        "a/b",
        "a//b/",
        "a\\b",
        "100%",
        "%2F",
        "ü é ß",
        "日本",
        "a?b#c&d=e",
        "a+b",
        "'\"`;--",
        "<i>",
        "a_isPartOf_b",
        ".",
        "..",
        "relationships!",
        "\u00a0",
        "\u200d",
        "e\u0301",
        "null",
        "0",
    ],
)
def test_any_id_without_control_characters(writing: httpx.Client, twin_id: str) -> None:
    """One to 256 characters, whatever they are, are an id, and come back to the character."""
    answer = writing.put("/twins", json={"id": twin_id, "modelId": BARE})
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == twin_id
    chosen = {"field": "id", "operator": "equals", "value": twin_id}
    assert [twin["id"] for twin in list_twins(writing, propertyFilter=chosen)] == [twin_id]


def test_ids_are_case_sensitive_and_not_normalised(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """Ids that differ in casing, by a space, or by composition are different twins."""
    twin_id = new_id()
    ids = [twin_id, twin_id.lower(), f"{twin_id} ", f"{twin_id}é", f"{twin_id}e\u0301"]
    for one in ids:
        put(writing, one, SAMPLER, text=one)
    for one in ids:
        chosen = {"field": "id", "operator": "equals", "value": one}
        (found,) = list_twins(writing, propertyFilter=chosen)
        assert found["contents"]["text"] == one


def test_model_must_be_stored(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """An unknown model is a fault at `modelId` that names it; casing and version matter."""
    for model_id in (
        "dtmi:com:willowinc:Nothing;1",
        "dtmi:com:willowinc:level;1",
        "dtmi:com:willowinc:Level;2",
    ):
        answer = writing.put("/twins", json={"id": new_id(), "modelId": model_id})
        assert model_id in faults(answer)["modelId"][0]


def test_decommissioned_model_takes_no_new_twin(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """A new twin of it is refused; a twin that is there already can be replaced."""
    answer = writing.put("/twins", json={"id": new_id(), "modelId": RETIRED})
    assert "decommissioned" in faults(answer)["modelId"][0]
    assert put(writing, "RETIRED-1", RETIRED)["id"] == "RETIRED-1"


def test_replacing_is_whole(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """What is not sent is gone: properties, map keys, array elements, and what components held."""
    twin_id = new_id()
    put(writing, twin_id, LEVEL, code="L1", name="x", externalIds={"a": "1", "b": "2"}, area={"netArea": 1})
    stored = put(writing, twin_id, LEVEL, externalIds={"b": "2"})
    assert stored["contents"].keys() == {"externalIds", "area", "capacity"}
    assert stored["contents"]["externalIds"] == {"b": "2"}
    assert stored["contents"]["area"].keys() == {"$metadata"}


# --- wire


def test_contract_keys_in_any_casing(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """The twin's own keys are matched in any casing; keys inside contents are the user's, casing and all."""
    twin_id = new_id()
    body = {
        "ID": twin_id,
        "MODELID": SAMPLER,
        "lastupdatetime": None,
        "Contents": {"labels": {"Id": "1", "ID": "2", "id": "3", "ModelId": "4"}},
    }
    stored = writing.put("/twins", json=body).json()
    assert list(stored) == ["id", "modelId", "lastUpdateTime", "contents"]
    assert stored["contents"]["labels"] == {"Id": "1", "ID": "2", "id": "3", "ModelId": "4"}


def test_null_is_absent(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """Null for an optional member is as if it were not there; for a required one it is missing."""
    body = {"id": new_id(), "modelId": BARE, "contents": None, "lastUpdateTime": None}
    assert writing.put("/twins", json=body).status_code == 200
    assert faults(writing.put("/twins", json={"id": None, "modelId": None})).keys() == {"id", "modelId"}


# --- relationships


def test_relationships_stay(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """Replacing a twin leaves its relationships, of both directions, as they are."""
    one, two = new_id(), new_id()
    for twin_id in (one, two):
        put(writing, twin_id, SAMPLER)
    links = [relate(writing, one, "feeds", two), relate(writing, two, "linksTo", one, weight=1.5)]
    put(writing, one, SAMPLER, text="replaced")
    chosen = {"field": "id", "operator": "is", "value": one}
    include = {"outgoingRelationships": True, "incomingRelationships": True}
    (found,) = list_twins(writing, propertyFilter=chosen, include=include)
    assert found["outgoingRelationships"] + found["incomingRelationships"] == links


def test_model_may_change_while_relationships_stay_legal(
    writing: httpx.Client, new_id: Callable[[], str]
) -> None:
    """A twin without relationships may become anything; one with them, what could have them too."""
    twin_id, target = new_id(), new_id()
    put(writing, twin_id, LEVEL, levelNumber=1)
    put(writing, twin_id, SAMPLER, text="x")
    put(writing, target, SAMPLER)
    relate(writing, twin_id, "feeds", target)
    stored = put(writing, twin_id, SAMPLER_KIND, text="y")
    assert stored["modelId"] == SAMPLER_KIND
    for model_id, expected in ((SAMPLER, set()), (SAMPLER_KIND, {twin_id})):
        chosen = {"field": "id", "operator": "is", "value": twin_id}
        only = {"modelIds": [model_id], "exactModelMatch": True}
        found = {twin["id"] for twin in list_twins(writing, propertyFilter=chosen, modelFilter=only)}
        assert found == expected


def test_illegal_change_of_model_names_the_relationships(
    writing: httpx.Client, new_id: Callable[[], str]
) -> None:
    """409 names each relationship the new model would forbid, outgoing or incoming, and changes nothing."""
    hub, one, two = new_id(), new_id(), new_id()
    for twin_id in (hub, one, two):
        put(writing, twin_id, SAMPLER)
    outgoing, incoming = relate(writing, hub, "feeds", one), relate(writing, two, "feeds", hub)
    relate(writing, two, "linksTo", hub)
    before = get(writing, hub)
    answer = writing.put("/twins", json={"id": hub, "modelId": BARE})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert outgoing["id"] in answer.json()["detail"]
    assert incoming["id"] in answer.json()["detail"]
    assert "linksTo" not in answer.json()["detail"]
    assert get(writing, hub) == before


def test_change_of_model_keeps_within_the_new_multiplicity(
    writing: httpx.Client, new_id: Callable[[], str]
) -> None:
    """Two relationships forbid a model that allows one; after one is deleted it may be."""
    hub, one, two = new_id(), new_id(), new_id()
    for twin_id in (hub, one, two):
        put(writing, twin_id, SAMPLER)
    relate(writing, hub, "linksTo", one)
    second = relate(writing, hub, "linksTo", two)["id"]
    answer = writing.put("/twins", json={"id": hub, "modelId": NARROW})
    assert answer.status_code == 409
    assert second in answer.json()["detail"]
    assert writing.delete(f"/twins/{hub}/relationships/{second}").status_code == 204
    assert put(writing, hub, NARROW)["modelId"] == NARROW
