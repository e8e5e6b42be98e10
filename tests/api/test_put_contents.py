"""PUT /twins: contents are what the model allows, come back as they were sent, and components keep their own times."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.api.asking import JSON_HEADERS, TWIN_TIME, faults, get, list_twins, put
from tests.api.models import BARE, SAMPLER, SAMPLER_KIND, willow

LEVEL = willow("Level")


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
