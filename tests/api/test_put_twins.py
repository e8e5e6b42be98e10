"""PUT /twins: create or replace a twin, as the contract says sentence by sentence."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.api.asking import COMPONENT_TIME, JSON_HEADERS, TWIN_TIME, faults, get, list_twins, put, relate
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


# --- contents


@pytest.mark.parametrize("contents", [{}, {"contents": None}, {"contents": {}}])
def test_contents_may_be_left_out(
    writing: httpx.Client, new_id: Callable[[], str], contents: dict[str, Any]
) -> None:
    """No contents, null or `{}` are a twin with nothing but its empty components."""
    answer = writing.put("/twins", json={"id": new_id(), "modelId": BARE, **contents})
    assert answer.json()["contents"] == {}
    answer = writing.put("/twins", json={"id": new_id(), "modelId": LEVEL, **contents})
    assert answer.json()["contents"].keys() == {"area", "capacity"}


VALUES: list[tuple[str, Any]] = [
    ("boolean", False),
    ("byte", -128),
    ("bytes", "aGVsbG8="),
    ("date", "2024-02-29"),
    ("dateTime", "2024-08-30T03:49:30.123456789+05:30"),
    ("decimal", "12.50"),
    ("double", 1.5),
    ("duration", "P1DT2H"),
    ("float", 3),
    ("integer", -(2**31)),
    ("long", 2**63 - 1),
    ("short", 2**15 - 1),
    ("string", "  Grüße, 世界 🏢 \t\\ \" / \u2028 "),
    ("time", "23:59:59Z"),
    ("unsignedByte", 255),
    ("unsignedInteger", 2**32 - 1),
    ("unsignedLong", 2**64 - 1),
    ("unsignedShort", 65535),
    ("uuid", "A360cf30-c112-40a1-b4b4-f65da82fa9e8"),
    ("point", {"type": "Point", "coordinates": [8.5417, 47.3769]}),
    ("tags", []),
    ("tags", ["", "a", "a"]),
    ("parts", [{}, {"code": "x", "marks": []}]),
    ("nested", {"inner": {}}),
    ("labels", {"": "empty", "a.b": "", "A.B": "other casing", "Id": "mine", "$metadata": "too", "__proto__": "x"}),
    ("counts", {"one": 1}),
    ("colour", "dark blue"),
    ("grade", 2),
    ("area", {"grossArea": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_values_of_every_schema_come_back(
    writing: httpx.Client, new_id: Callable[[], str], name: str, value: Any
) -> None:
    """A value of each kind of schema is stored as it was sent; the user's own keys are not touched."""
    stored = put(writing, new_id(), SAMPLER, **{name: value})["contents"][name]
    if name == "area":
        stored.pop("$metadata")
    assert stored == value


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "-0.0",
        "1",
        "1.0",
        "-1",
        "100.0",
        "0.1",
        "1.5e-7",
        "5e-324",
        "1e300",
        "1.7976931348623157e308",
        "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "18446744073709551615",
        "123456789.12345679",
        "0.30000000000000004",
    ],
)
def test_numbers_keep_their_value(writing: httpx.Client, new_id: Callable[[], str], number: str) -> None:
    """`1` is not `1.0`: whole numbers come back whole to the last digit, floats as the same float."""
    twin_id = new_id()
    body = f'{{"id":"{twin_id}","modelId":"{SAMPLER}","contents":{{"number":{number},"sizes":[{number}]}}}}'
    answer = writing.put("/twins", content=body, headers=JSON_HEADERS)
    assert answer.status_code == 200, answer.text
    sent = json.loads(number)
    (listed,) = list_twins(writing, propertyFilter={"field": "id", "operator": "is", "value": twin_id})
    for stored in (answer.json(), get(writing, twin_id), listed):
        contents = stored["contents"]
        assert (repr(contents["number"]), repr(contents["sizes"])) == (repr(sent), repr([sent]))


def test_text_is_utf_8_and_not_escaped(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """Answers carry UTF-8 as it is; an escaped surrogate pair in a request is its character."""
    body = f'{{"id":"{new_id()}","modelId":"{SAMPLER}","contents":{{"text":"\\ud83c\\udfe2 \\u00fc ü"}}}}'
    answer = writing.put("/twins", content=body.encode(), headers=JSON_HEADERS)
    assert "🏢 ü ü".encode() in answer.content


def test_inherited_contents_are_legal(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """A sensor may have what each of its ancestors declares, and components they declare are added."""
    stored = put(
        writing,
        new_id(),
        willow("ZoneAirTemperatureSensor"),
        name="of Identified",
        unit="of Capability",
        accuracy=0.5,
        communication={"protocol": "BACnet"},
    )
    assert stored["contents"]["communication"]["protocol"] == "BACnet"
    assert put(writing, new_id(), SAMPLER_KIND, text="of Sampler")["contents"]["text"] == "of Sampler"


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"levelNumber": "3"}, "contents.levelNumber", 'levelNumber expects an integer; got the string "3"'),
    ({"levelNumber": 3.0}, "contents.levelNumber", "expects an integer"),
    ({"levelNumber": 2**31}, "contents.levelNumber", "integer between"),
    ({"levelNumber": True}, "contents.levelNumber", "expects an integer; got true"),
    ({"levelNumber": None}, "contents.levelNumber", "must not be null"),
    ({"colour": "red"}, "contents.colour", "colour"),
    ({"LevelNumber": 1}, "contents.LevelNumber", "levelNumber"),
    ({"isPartOf": "BLDG-1"}, "contents.isPartOf", "a relationship"),
    ({"mappedIds": {}}, "contents.mappedIds", "expects an array"),
    ({"mappedIds": ["x"]}, "contents.mappedIds[0]", "expects an object"),
    ({"mappedIds": [{}, {"scope": 1}]}, "contents.mappedIds[1].scope", "got the number 1"),
    ({"mappedIds": [{"exactTyp": "x"}]}, "contents.mappedIds[0].exactTyp", "exactType"),
    ({"externalIds": []}, "contents.externalIds", "expects an object"),
    ({"externalIds": {"a.b": 1}}, 'contents.externalIds["a.b"]', "a string"),
    ({"alternateClassification": "x"}, "contents.alternateClassification", "an object"),
    ({"alternateClassification": {"brick": {}}}, "contents.alternateClassification.brick", "brickSchema"),
    ({"area": 5}, "contents.area", "an object"),
    ({"area": {"grossArea": "5"}}, "contents.area.grossArea", "a number"),
    ({"area": {"colour": "red"}}, "contents.area.colour", "colour"),
    ({"elevationUnit": "parsec"}, "contents.elevationUnit", "parsec"),
]  # fmt: skip


@pytest.mark.parametrize(("contents", "path", "words"), FAULTS)
def test_contents_are_checked_against_the_model(
    writing: httpx.Client, new_id: Callable[[], str], contents: dict[str, Any], path: str, words: str
) -> None:
    """What the model does not allow is named at its path, in the words of the model, and nothing is stored."""
    twin_id = new_id()
    body = {"id": twin_id, "modelId": LEVEL, "contents": contents}
    found = faults(writing.put("/twins", json=body))
    assert list(found) == [path]
    assert words in found[path][0]
    assert writing.get(f"/twins/{twin_id}").status_code == 404


def test_every_fault_of_the_contents_is_named(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """One entry for each fault, at any depth, and those of the shape beside those of the model."""
    contents = {
        "reading": 5,
        "reset": {},
        "linksTo": "x",
        "colour": "green",
        "counts": {"a": 1.5, "b": "2"},
        "parts": [{"code": 1, "unknown": 2}],
    }
    body = {"id": "", "modelId": SAMPLER, "contents": contents, "lastUpdateTime": "now", "extra": 1}
    assert faults(writing.put("/twins", json=body)).keys() == {
        "id",
        "extra",
        "lastUpdateTime",
        "contents.reading",
        "contents.reset",
        "contents.linksTo",
        "contents.colour",
        "contents.counts.a",
        "contents.counts.b",
        "contents.parts[0].code",
        "contents.parts[0].unknown",
    }


def test_refused_replacement_leaves_the_twin_alone(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """A faulty request changes nothing of the twin that is there."""
    before = put(writing, new_id(), LEVEL, code="before")
    answer = writing.put("/twins", json={**before, "contents": {"code": "after", "levelNumber": "x"}})
    assert answer.status_code == 400
    assert get(writing, before["id"]) == before


# --- components and times


def test_components_carry_the_time_of_their_own_change(
    writing: httpx.Client, new_id: Callable[[], str]
) -> None:
    """A component's time moves when it changes, not when the twin does, and never by what the client sends."""
    twin_id = new_id()

    def times(**contents: Any) -> tuple[str, str, str]:
        stored = put(writing, twin_id, LEVEL, **contents)
        area, capacity = (
            stored["contents"][name]["$metadata"]["$lastUpdateTime"] for name in ("area", "capacity")
        )
        return stored["lastUpdateTime"].replace("+00:00", "Z"), area, capacity

    made, area, capacity = times()
    assert area == capacity == made
    renamed = times(code="L1")
    assert renamed[0] > made
    assert renamed[1:] == (area, capacity)
    now, grown, capacity_now = times(code="L1", area={"grossArea": 5})
    assert grown == now
    assert capacity_now == capacity
    sent = {"$metadata": {"$lastUpdateTime": "2001-01-01T00:00:00Z", "other": [1]}}
    assert times(code="L1", area={**sent, "grossArea": 5}, capacity=sent)[1:] == (grown, capacity)
    now, emptied, _ = times(code="L1")
    assert emptied == now


def test_metadata_of_a_component_is_only_the_servers(
    writing: httpx.Client, new_id: Callable[[], str]
) -> None:
    """Whatever `$metadata` a client sends inside a component is accepted and comes back as the server's own."""
    stored = put(writing, new_id(), LEVEL, area={"$metadata": {"$model": "x", "a": {}}, "netArea": 1})
    assert stored["contents"]["area"].keys() == {"$metadata", "netArea"}
    assert stored["contents"]["area"]["$metadata"].keys() == {"$lastUpdateTime"}


def test_replacing_is_whole(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """What is not sent is gone: properties, map keys, array elements, and what components held."""
    twin_id = new_id()
    put(writing, twin_id, LEVEL, code="L1", name="x", externalIds={"a": "1", "b": "2"}, area={"netArea": 1})
    stored = put(writing, twin_id, LEVEL, externalIds={"b": "2"})
    assert stored["contents"].keys() == {"externalIds", "area", "capacity"}
    assert stored["contents"]["externalIds"] == {"b": "2"}
    assert stored["contents"]["area"].keys() == {"$metadata"}


@pytest.mark.parametrize(
    "time",
    [
        "2024-08-30T03:49:30.4062816+00:00",
        "2024-08-30T03:49:30Z",
        "2024-08-30t03:49:30z",
        "2024-08-30T03:49:30.1+02:00",
        "2024-08-30T03:49:30,123456789-0530",
        "2024-08-30T03:49:30+05",
        "2024-08-30T03:49:30",
        "2024-08-30T03:49",
        "2024-08-30 03:49:30",
        "2024-08-30",
        "2999-12-31T23:59:59Z",
        None,
    ],
)
def test_last_update_time_is_the_servers(
    writing: httpx.Client, new_id: Callable[[], str], time: str | None
) -> None:
    """Any well-formed time, with any offset or none, is accepted and ignored."""
    body = {"id": new_id(), "modelId": BARE, "lastUpdateTime": time}
    stored = writing.put("/twins", json=body).json()
    assert TWIN_TIME.fullmatch(stored["lastUpdateTime"])
    assert stored["lastUpdateTime"] != time
    assert not stored["lastUpdateTime"].startswith("2999")


def test_times_rise_with_every_put(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """Each put is later than the one before it, of the same twin or another, even if nothing changed."""
    ids = [new_id(), new_id()]
    times = [put(writing, twin_id, BARE)["lastUpdateTime"] for twin_id in ids * 20]
    assert times == sorted(set(times))


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


# --- conditions


def test_if_match(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """If-Match replaces only the twin in the state that the tag names; else 412, and nothing changes."""
    twin_id = new_id()
    body = {"id": twin_id, "modelId": BARE}
    first = writing.put("/twins", json=body).headers["etag"]
    second = writing.put("/twins", json=body, headers={"If-Match": first}).headers["etag"]
    assert second != first
    for stale in (first, '"0"', f"W/{second}", f'{first}, "x"'):
        answer = writing.put("/twins", json=body, headers={"If-Match": stale})
        assert answer.status_code == 412, stale
        assert answer.json()["title"] == "Precondition failed"
    assert writing.get(f"/twins/{twin_id}").headers["etag"] == second
    for good in (f'"x", {second}', "*"):
        answer = writing.put("/twins", json=body, headers={"If-Match": good})
        assert answer.status_code == 200, good
        second = answer.headers["etag"]


def test_if_match_of_a_twin_that_is_not_there(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """`If-Match: *` or any tag never creates a twin."""
    twin_id = new_id()
    for tag in ("*", '"1"'):
        body = {"id": twin_id, "modelId": BARE}
        assert writing.put("/twins", json=body, headers={"If-Match": tag}).status_code == 412
    assert writing.get(f"/twins/{twin_id}").status_code == 404


def test_if_none_match_creates_and_never_replaces(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """`If-None-Match: *` is 200 the first time and 412 ever after; a tag refuses that one state only."""
    body = {"id": new_id(), "modelId": BARE}
    created = writing.put("/twins", json=body, headers={"If-None-Match": "*"})
    assert created.status_code == 200
    tag = created.headers["etag"]
    for refused in ("*", tag, f"W/{tag}", f'"x", {tag}'):
        answer = writing.put("/twins", json=body, headers={"If-None-Match": refused})
        assert answer.status_code == 412, refused
    assert writing.put("/twins", json=body, headers={"If-None-Match": '"x"'}).status_code == 200


def test_conditions_are_looked_at_after_the_request_itself(
    writing: httpx.Client, new_id: Callable[[], str]
) -> None:
    """A request that is not valid is 400, whatever its conditions (RFC 9110 §13.2.1)."""
    body = {"id": new_id(), "modelId": LEVEL, "contents": {"levelNumber": "3"}}
    assert writing.put("/twins", json=body, headers={"If-Match": "*"}).status_code == 400


def test_etag_is_of_the_state(writing: httpx.Client, new_id: Callable[[], str]) -> None:
    """PUT and GET of one state carry the same strong tag; every put makes another, every twin has its own."""
    one, two = new_id(), new_id()
    tags = [
        writing.put("/twins", json={"id": twin_id, "modelId": BARE}).headers["etag"]
        for twin_id in (one, two, one)
    ]
    assert len(set(tags)) == 3
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)
    assert writing.get(f"/twins/{one}").headers["etag"] == tags[2]
    assert writing.get(f"/twins/{two}").headers["etag"] == tags[1]
