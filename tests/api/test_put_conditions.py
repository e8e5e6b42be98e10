"""PUT /twins: If-Match, If-None-Match, and the tags they speak of."""

from collections.abc import Callable

import httpx
import pytest
from tests.api.models import BARE, willow


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


@pytest.mark.parametrize(
    "lines", [[b', "a,b" ,, W/"x\xff",%b,'], [b'"x"', b"%b"]], ids=["odd", "two headers"]
)
def test_any_list_of_tags_is_read(
    writing: httpx.Client, new_id: Callable[[], str], lines: list[bytes]
) -> None:
    """Commas in tags, empty elements, and a header sent twice, which is one list (RFC 9110 §5.3, §5.6.1.2)."""
    body = {"id": new_id(), "modelId": BARE}
    tag = writing.put("/twins", json=body).headers["etag"].encode()
    headers = [(b"If-Match", line.replace(b"%b", tag)) for line in lines]
    assert writing.put("/twins", json=body, headers=headers).status_code == 200


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
    body = {"id": new_id(), "modelId": willow("Level"), "contents": {"levelNumber": "3"}}
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
