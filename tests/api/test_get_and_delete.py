"""GET and DELETE of one twin."""

from collections.abc import Callable
from urllib.parse import quote

import httpx
import pytest
from tests.api.asking import faults, list_ids, list_twins, put, relate
from tests.api.models import BARE, SAMPLER, willow

NewId = Callable[[], str]
ODD_IDS = [
    "a/b", "/", "//", "a/", "../b", "..", ".", "a b", "a+b", "100%", "%2F", "%", "a?b=c", "a#b", "ü", "日本", "🏢",
    "a;b", "a,b", "a:b", "a@b", "a&b", "'", '"', "\\", "<i>", "{twin_id}", "~", "a\u00a0b", "relationships",
]  # fmt: skip


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_get_answers_the_twin(writing: httpx.Client, new_id: NewId, prefix: str) -> None:
    """The body is what PUT answered, to the byte, with its tag."""
    twin_id = new_id()
    body = {"id": twin_id, "modelId": SAMPLER, "contents": {"text": "x", "number": 1.0}}
    put_answer = writing.put("/twins", json=body)
    answer = writing.get(f"{prefix}/twins/{twin_id}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert (answer.content, answer.headers["etag"]) == (put_answer.content, put_answer.headers["etag"])


@pytest.mark.parametrize("twin_id", ODD_IDS)
def test_ids_in_paths_are_decoded_once(writing: httpx.Client, twin_id: str) -> None:
    """Every character may stand in a path, percent-encoded; `%2F` is part of the id, `%252F` the text `%2F`."""
    put(writing, twin_id, BARE)
    path = "/twins/" + "".join(f"%{byte:02X}" for byte in twin_id.encode())
    assert writing.get(path).json()["id"] == twin_id
    assert writing.get(path.lower()).json()["id"] == twin_id
    assert writing.delete(path).status_code == 204
    assert writing.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "nobody",
        "NOBODY",
        "%FF",
        "%ED%A0%80",
        "%zz",
        "%",
        "%00",
        "nobody%2Fnothing",
        "nobody;x=1",
        "x" * 257,
        quote("ü".encode("latin-1")),
    ],
)
def test_unknown_twin_is_404(writing: httpx.Client, path: str) -> None:
    """What is no twin's id, or no UTF-8, is a 404 problem."""
    for answer in (writing.get(f"/twins/{path}"), writing.delete(f"/twins/{path}")):
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"] == "Not found"


@pytest.mark.parametrize(
    "path",
    [
        "/twins/",
        "/twins//x",
        "/twins/x/",
        "/twins/x/y",
        "//twins/x",
        "/api/twins/x",
        "/api/v3/api/v3/twins",
    ],
)
def test_other_paths_are_404(writing: httpx.Client, path: str) -> None:
    """No slash is added, dropped or merged: a path that is not in the table is nothing."""
    put_answer = put(writing, "x", BARE)
    assert put_answer["id"] == "x"
    answer = writing.request("GET", str(writing.base_url).rstrip("/") + path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_ids_are_case_sensitive(writing: httpx.Client, new_id: NewId) -> None:
    """An id in another casing is another id."""
    twin_id = new_id()
    put(writing, twin_id, BARE)
    assert writing.get(f"/twins/{twin_id.lower()}").status_code == 404


def test_head_is_get_without_its_body(writing: httpx.Client, new_id: NewId) -> None:
    """HEAD carries the headers of GET, the length included, and no body."""
    twin_id = new_id()
    put(writing, twin_id, SAMPLER, text="x")
    got, head = writing.get(f"/twins/{twin_id}"), writing.head(f"/twins/{twin_id}")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "content-length"):
        assert head.headers[name] == got.headers[name]
    missing = writing.head("/twins/nobody")
    assert (missing.status_code, missing.content) == (404, b"")


def test_conditional_get(writing: httpx.Client, new_id: NewId) -> None:
    """If-None-Match with the present tag is 304 without a body; with a stale one, or If-Match, it answers."""
    twin_id = new_id()
    put(writing, twin_id, SAMPLER, text="x")
    tag = writing.get(f"/twins/{twin_id}").headers["etag"]
    same = writing.get(f"/twins/{twin_id}", headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    put(writing, twin_id, SAMPLER, text="y")
    assert writing.get(f"/twins/{twin_id}", headers={"If-None-Match": tag}).status_code == 200
    assert writing.get(f"/twins/{twin_id}", headers={"If-Match": tag}).status_code == 412


def test_conditional_get_with_relationships(writing: httpx.Client, new_id: NewId) -> None:
    """With its relationships a twin has a tag that changes as they do; a write takes it for the tag of the twin."""
    level, room = new_id(), new_id()
    put(writing, level, willow("Level"))
    put(writing, room, willow("Room"))
    own = writing.get(f"/twins/{room}").headers["etag"]
    path = f"/twins/{room}?includeRelationships=true"
    before = writing.get(path).headers["etag"]
    assert writing.get(path, headers={"If-None-Match": before}).status_code == 304
    relate(writing, room, "isPartOf", level)
    answer = writing.get(path, headers={"If-None-Match": before})
    assert (answer.status_code, len(answer.json()["outgoingRelationships"])) == (200, 1)
    tags = {own, before, answer.headers["etag"]}
    assert len(tags) == 3
    assert writing.get(f"/twins/{room}", headers={"If-None-Match": own}).status_code == 304
    assert writing.delete(f"/twins/{room}?cascade=true", headers={"If-Match": before}).status_code == 204


# --- delete


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_delete(writing: httpx.Client, new_id: NewId, prefix: str) -> None:
    """204 without a body; afterwards the twin is nowhere, a second delete is 404, and it can be made anew."""
    twin_id = new_id()
    first = put(writing, twin_id, SAMPLER, text="x")
    answer = writing.delete(f"{prefix}/twins/{twin_id}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert writing.get(f"/twins/{twin_id}").status_code == 404
    assert twin_id not in list_ids(writing, modelFilter={"modelIds": [SAMPLER]})
    assert twin_id not in list_ids(writing, locationFilter={"locationId": twin_id})
    assert writing.delete(f"{prefix}/twins/{twin_id}").status_code == 404
    again = put(writing, twin_id, BARE)
    assert again["contents"] == {}
    assert again["lastUpdateTime"] > first["lastUpdateTime"]


def related_pair(http: httpx.Client, new_id: NewId) -> tuple[str, str, str]:
    """A room in a level, and the id of that relationship."""
    room, level = new_id(), new_id()
    put(http, room, willow("Room"))
    put(http, level, willow("Level"))
    return room, level, relate(http, room, "isPartOf", level)["id"]


@pytest.mark.parametrize("query", ["", "?cascade=false", "?cascade=FALSE"])
def test_delete_is_refused_while_relationships_remain(
    writing: httpx.Client, new_id: NewId, query: str
) -> None:
    """409 names what remains, outgoing or incoming, and says what to do; nothing is deleted."""
    room, level, link = related_pair(writing, new_id)
    for twin_id in (room, level):
        answer = writing.delete(f"/twins/{twin_id}{query}")
        assert answer.status_code == 409
        assert link in answer.json()["detail"]
        assert "cascade=true" in answer.json()["detail"]
        assert writing.get(f"/twins/{twin_id}").status_code == 200


@pytest.mark.parametrize("query", ["?cascade=true", "?CASCADE=True"])
@pytest.mark.parametrize("end", [0, 1])
def test_cascade_takes_the_relationships_too(
    writing: httpx.Client, new_id: NewId, query: str, end: int
) -> None:
    """With cascade the twin's relationships go with it, and the twins at their other ends stay."""
    room, level, _ = related_pair(writing, new_id)
    gone, kept = (room, level) if end == 0 else (level, room)
    assert writing.delete(f"/twins/{gone}{query}").status_code == 204
    include = {"incomingRelationships": True, "outgoingRelationships": True}
    chosen = {"field": "id", "operator": "in", "value": [room, level]}
    (left,) = list_twins(writing, propertyFilter=chosen, include=include)
    assert left["id"] == kept
    assert left["incomingRelationships"] == left["outgoingRelationships"] == []
    assert list_ids(writing, locationFilter={"locationId": level}) == ({level} if kept == level else set())


def test_delete_after_the_relationships_are_gone(writing: httpx.Client, new_id: NewId) -> None:
    """Once its last relationship is deleted a twin can go without cascade."""
    room, level, link = related_pair(writing, new_id)
    assert writing.delete(f"/twins/{room}/relationships/{link}").status_code == 204
    assert writing.delete(f"/twins/{level}").status_code == 204


def test_delete_only_in_a_known_state(writing: httpx.Client, new_id: NewId) -> None:
    """If-Match deletes the state it names; else 412, and the twin stays."""
    twin_id = new_id()
    body = {"id": twin_id, "modelId": BARE}
    stale = writing.put("/twins", json=body).headers["etag"]
    fresh = writing.put("/twins", json=body).headers["etag"]
    assert writing.delete(f"/twins/{twin_id}", headers={"If-Match": stale}).status_code == 412
    assert writing.get(f"/twins/{twin_id}").status_code == 200
    assert writing.delete(f"/twins/{twin_id}", headers={"If-Match": fresh}).status_code == 204


def test_bad_flag(writing: httpx.Client, new_id: NewId) -> None:
    """A cascade that is neither true nor false is a fault, not a no."""
    twin_id = new_id()
    put(writing, twin_id, BARE)
    for text in ("maybe", "1", "yes", " true"):
        answer = writing.delete(f"/twins/{twin_id}", params={"cascade": text})
        assert "true or false" in faults(answer)["cascade"][0]
    assert writing.get(f"/twins/{twin_id}").status_code == 200
