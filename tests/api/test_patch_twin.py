"""PATCH /twins/{twinId}: a JSON Patch of one twin."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.api.asking import COMPONENT_TIME, faults, get, put, relate
from tests.api.models import BARE, RETIRED, SAMPLER, SAMPLER_KIND, willow

NewId = Callable[[], str]
PATCH = "application/json-patch+json"


def patch(http: httpx.Client, twin_id: str, *operations: Any, **headers: str) -> httpx.Response:
    """The answer to a patch."""
    sent = {"Content-Type": PATCH, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return http.patch(f"/twins/{twin_id}", content=json.dumps(operations), headers=sent)


def replace(path: str, value: Any) -> dict[str, Any]:
    """An operation."""
    return {"op": "replace", "path": path, "value": value}


@pytest.fixture
def twin_id(writing: httpx.Client, new_id: NewId) -> str:
    """A twin with some of everything."""
    twin_id = new_id()
    contents = {
        "text": "a",
        "number": 1.0,
        "tags": ["x", "y"],
        "labels": {"a/b": "c"},
        "area": {"grossArea": 5},
    }
    put(writing, twin_id, SAMPLER, **contents)
    return twin_id


def test_patch_answers_the_twin(writing: httpx.Client, twin_id: str) -> None:
    """200 with the twin as it is stored now, to the byte, and its new tag."""
    before = writing.get(f"/twins/{twin_id}")
    answer = patch(
        writing,
        twin_id,
        {"op": "test", "path": "/contents/text", "value": "a"},
        replace("/contents/text", "b"),
        {"op": "add", "path": "/contents/tags/-", "value": "z"},
        {"op": "move", "from": "/contents/labels/a~1b", "path": "/contents/note"},
        {"op": "copy", "from": "/contents/note", "path": "/contents/labels/m~0n"},
        {"op": "remove", "path": "/contents/tags/0"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    after = writing.get(f"/twins/{twin_id}")
    assert (answer.content, answer.headers["etag"]) == (after.content, after.headers["etag"])
    assert answer.headers["etag"] != before.headers["etag"]
    assert answer.json()["lastUpdateTime"] > before.json()["lastUpdateTime"]
    expected = {
        **before.json()["contents"],
        "text": "b",
        "tags": ["y", "z"],
        "note": "c",
        "labels": {"m~n": "c"},
    }
    assert answer.json()["contents"] == expected


@pytest.mark.parametrize(
    "content_type", [PATCH, "application/json", f"{PATCH}; charset=utf-8", "Application/JSON"]
)
@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_both_media_types_are_read(
    writing: httpx.Client, twin_id: str, content_type: str, prefix: str
) -> None:
    """JSON Patch's own, and plain JSON, which clients of the public API send."""
    body = json.dumps([replace("/contents/text", "b")])
    headers = {"Content-Type": content_type}
    answer = writing.patch(f"{prefix}/twins/{twin_id}", content=body, headers=headers)
    assert answer.json()["contents"]["text"] == "b"


@pytest.mark.parametrize(
    "content_type", ["application/merge-patch+json", "text/plain", "application/vnd.example+json", None]
)
def test_another_kind_of_patch_is_415(writing: httpx.Client, twin_id: str, content_type: str | None) -> None:
    """It would mean something else; `Accept-Patch` says what is read (RFC 5789 §2.2)."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = writing.patch(f"/twins/{twin_id}", content=b"[]", headers=headers)
    assert answer.status_code == 415
    assert answer.headers["accept-patch"] == "application/json-patch+json, application/json"
    assert answer.json()["type"] == "urn:twinhaus:problem:unsupported-media-type"


def test_numbers_come_back_as_they_were_sent(writing: httpx.Client, twin_id: str) -> None:
    """`1` is not made `1.0`, nor the other way round; 64 bits are kept."""
    for text in ("1", "1.0", "1e2", "-9223372036854775808"):
        body = b'[{"op":"add","path":"/contents/number","value":%b}]' % text.encode()
        answer = writing.patch(f"/twins/{twin_id}", content=body, headers={"Content-Type": PATCH})
        assert json.dumps(answer.json()["contents"]["number"]) == json.dumps(json.loads(text))


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [{"op": "test", "path": "/contents/text", "value": "a"}],
        [replace("/contents/text", "a")],
        [replace("/lastUpdateTime", "1999-01-01"), {"op": "remove", "path": "/lastUpdateTime"}],
        [replace("/contents/area/$metadata", {"$lastUpdateTime": "1999-01-01T00:00:00Z"})],
        [{"op": "remove", "path": "/contents/area/$metadata"}, {"op": "remove", "path": "/contents/address"}],
        [{"op": "move", "from": "/contents/text", "path": "/contents/note"},
         {"op": "move", "from": "/contents/note", "path": "/contents/text"}],
    ],
)  # fmt: skip
def test_a_twin_that_stays_as_it_was_keeps_its_time(
    writing: httpx.Client, twin_id: str, operations: list[Any]
) -> None:
    """Nothing was changed, so tag and time are those of the last change; the server's own members are not a change."""
    before = writing.get(f"/twins/{twin_id}")
    answer = patch(writing, twin_id, *operations)
    assert answer.status_code == 200, answer.text
    assert (answer.content, answer.headers["etag"]) == (before.content, before.headers["etag"])


def test_only_the_patched_component_has_a_new_time(writing: httpx.Client, twin_id: str) -> None:
    """`$lastUpdateTime` of a component is its own; metadata that a patch writes is ignored."""
    before = get(writing, twin_id)["contents"]
    metadata = "/contents/area/$metadata/$lastUpdateTime"
    answer = patch(
        writing,
        twin_id,
        {"op": "test", "path": metadata, "value": before["area"]["$metadata"]["$lastUpdateTime"]},
        replace("/contents/area/grossArea", 6),
        replace(metadata, "1999-01-01T00:00:00Z"),
        {"op": "add", "path": "/contents/area/$metadata/more", "value": 1},
    )
    after = answer.json()["contents"]
    assert after["address"] == before["address"]
    assert after["area"]["grossArea"] == 6
    assert after["area"]["$metadata"].keys() == {"$lastUpdateTime"}
    assert COMPONENT_TIME.fullmatch(after["area"]["$metadata"]["$lastUpdateTime"])
    assert after["area"]["$metadata"] != before["area"]["$metadata"]


def test_a_removed_component_is_empty(writing: httpx.Client, twin_id: str) -> None:
    """A declared component is always there, as after a PUT without it."""
    answer = patch(writing, twin_id, {"op": "remove", "path": "/contents/area"})
    assert answer.json()["contents"]["area"].keys() == {"$metadata"}


def test_the_model_judges_the_result(writing: httpx.Client, twin_id: str) -> None:
    """Every fault at once, in the words of the model, at its path in the twin; nothing is changed."""
    before = writing.get(f"/twins/{twin_id}").content
    answer = patch(
        writing,
        twin_id,
        replace("/contents/text", 3),
        {"op": "add", "path": "/contents/colour", "value": "blue"},
        {"op": "add", "path": "/contents/area/grossArea", "value": "x"},
        {"op": "add", "path": "/contents/tags/0", "value": 1},
        {"op": "add", "path": "/contents/unknown", "value": 1},
    )
    found = faults(answer)
    assert found.keys() == {
        "contents.text", "contents.colour", "contents.area.grossArea", "contents.tags[0]", "contents.unknown",
    }  # fmt: skip
    assert "expects a string; got the number 3" in found["contents.text"][0]
    assert writing.get(f"/twins/{twin_id}").content == before


def test_a_patch_is_done_whole_or_not_at_all(writing: httpx.Client, twin_id: str) -> None:
    """What came before the operation that fails is not kept; the fault names the operation."""
    before = writing.get(f"/twins/{twin_id}").content
    answer = patch(writing, twin_id, replace("/contents/text", "b"), replace("/contents/txet", "c"))
    (message,) = faults(answer)["[1].path"]
    assert 'Did you mean "/contents/text"?' in message
    assert writing.get(f"/twins/{twin_id}").content == before


def test_a_test_that_fails_is_409(writing: httpx.Client, twin_id: str) -> None:
    """The twin is in another state than the patch was made for (RFC 5789 §2.2); the answer says in which."""
    before = writing.get(f"/twins/{twin_id}").content
    answer = patch(
        writing,
        twin_id,
        replace("/contents/text", "b"),
        {"op": "test", "path": "/contents/number", "value": True},
    )
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:twinhaus:problem:patch-test-failed"
    assert "[1] does not hold: /contents/number is the number 1.0, not true" in answer.json()["detail"]
    assert "errors" not in answer.json()
    assert writing.get(f"/twins/{twin_id}").content == before


def test_the_id_stays(writing: httpx.Client, twin_id: str) -> None:
    """A 400 at the operation that would change it."""
    assert "cannot be changed" in faults(patch(writing, twin_id, replace("/id", "other")))["[0].path"][0]
    assert patch(writing, twin_id, replace("/ID", twin_id)).status_code == 200


def test_the_model_may_change(writing: httpx.Client, twin_id: str) -> None:
    """Under the rules of PUT: contents that are legal, and a model that is stored and in service."""
    answer = patch(writing, twin_id, replace("/modelId", SAMPLER_KIND))
    assert answer.json()["modelId"] == SAMPLER_KIND
    assert faults(patch(writing, twin_id, replace("/modelId", "dtmi:x:Nothing;1"))).keys() == {"modelId"}
    assert (
        "decommissioned"
        in faults(patch(writing, twin_id, replace("/contents", {}), replace("/modelId", RETIRED)))["modelId"][
            0
        ]
    )
    assert patch(writing, twin_id, replace("/contents", None), replace("/modelId", BARE)).status_code == 200
    assert get(writing, twin_id)["contents"] == {}


def test_a_model_that_forbids_a_relationship_is_409(writing: httpx.Client, new_id: NewId) -> None:
    """As with PUT the answer names what the twin could not keep."""
    room, level = new_id(), new_id()
    put(writing, room, willow("Room"))
    put(writing, level, willow("Level"))
    link = relate(writing, room, "isPartOf", level)["id"]
    answer = patch(writing, room, replace("/contents", {}), replace("/modelId", BARE))
    assert answer.status_code == 409
    assert link in answer.json()["detail"]
    assert get(writing, room)["modelId"] == willow("Room")


def test_an_unknown_twin_is_404(writing: httpx.Client) -> None:
    """A patch creates no twin; one with faults of its own is a 400 first."""
    answer = patch(writing, "nobody", {"op": "add", "path": "", "value": {"id": "nobody", "modelId": BARE}})
    assert answer.status_code == 404
    assert '"nobody"' in answer.json()["detail"]
    assert patch(writing, "nobody", {"op": "add"}).status_code == 400


def test_conditions(writing: httpx.Client, twin_id: str) -> None:
    """If-Match and If-None-Match are asked before the patch is done, and after its own faults; 412 changes nothing."""
    tag = writing.get(f"/twins/{twin_id}").headers["etag"]
    impossible = replace("/contents/nothing", 1)
    for stale in (
        {"If_Match": '"0"'},
        {"If_Match": f"W/{tag}"},
        {"If_None_Match": tag},
        {"If_None_Match": "*"},
    ):
        assert patch(writing, twin_id, impossible, **stale).status_code == 412
        assert patch(writing, twin_id, {"op": "add"}, **stale).status_code == 400
    fresh = patch(writing, twin_id, replace("/contents/text", "b"), If_Match=tag)
    assert fresh.status_code == 200
    assert patch(writing, twin_id, replace("/contents/text", "c"), If_Match=tag).status_code == 412
    assert patch(writing, twin_id, replace("/contents/text", "c"), If_None_Match=tag).status_code == 200
    assert get(writing, twin_id)["contents"]["text"] == "c"


def test_faults_of_headers_and_patch_come_together(writing: httpx.Client, twin_id: str) -> None:
    """All at once."""
    answer = patch(writing, twin_id, {"op": "add", "path": "x"}, If_Match="x", If_None_Match="y")
    assert faults(answer).keys() == {"if-match", "if-none-match", "[0].path", "[0].value"}


def test_as_clients_in_c_sharp_send_it(writing: httpx.Client, twin_id: str) -> None:
    """Every member with every operation, keys in Pascal case, and the operation's number beside its word."""
    operation = {"OperationType": 2, "Path": "/contents/text", "Op": "replace", "From": None, "Value": "b"}
    assert patch(writing, twin_id, operation).json()["contents"]["text"] == "b"
    other = {"value": None, "operationType": 1, "path": "/Contents/text", "op": "Remove", "from": ""}
    assert "text" not in patch(writing, twin_id, other).json()["contents"]


def test_an_id_is_decoded_from_the_path(writing: httpx.Client, new_id: NewId) -> None:
    """As in every path, an encoded slash belongs to the id."""
    twin_id = f"{new_id()}/ü"
    put(writing, twin_id, SAMPLER, text="a")
    path = twin_id.replace("/", "%2F").replace("ü", "%C3%BC")
    assert patch(writing, path, replace("/contents/text", "b")).json()["id"] == twin_id
