"""Relationships: entity tags, If-Match and If-None-Match."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.api.asking import faults, put
from tests.api.models import SAMPLER

NewId = Callable[[], str]


@pytest.fixture
def body(writing: httpx.Client, new_id: NewId) -> dict[str, Any]:
    """A relationship to put."""
    source, target = new_id(), new_id()
    put(writing, source, SAMPLER)
    put(writing, target, SAMPLER)
    return {"sourceId": source, "targetId": target, "name": "linksTo", "properties": {"weight": 1.0}}


def path_of(body: dict[str, Any], answer: httpx.Response) -> str:
    """Where the relationship is."""
    return f"/twins/{body['sourceId']}/relationships/{answer.json()['id']}"


def test_a_relationship_has_a_tag(writing: httpx.Client, body: dict[str, Any]) -> None:
    """PUT and GET carry the same strong tag, and as the relationship never changes, neither does its tag."""
    first = writing.put("/twins/relationships", json=body)
    again = writing.put("/twins/relationships", json={**body, "id": "my-own"})
    got = writing.get(path_of(body, first))
    tag = first.headers["etag"]
    assert tag.startswith('"') and tag.endswith('"')
    assert again.headers["etag"] == got.headers["etag"] == tag
    other = writing.put("/twins/relationships", json={**body, "properties": {"weight": 2}})
    assert other.headers["etag"] != tag


def test_conditional_get(writing: httpx.Client, body: dict[str, Any]) -> None:
    """304 where the client has it, 412 where it asks for another."""
    put_answer = writing.put("/twins/relationships", json=body)
    path, tag = path_of(body, put_answer), put_answer.headers["etag"]
    same = writing.get(path, headers={"If-None-Match": tag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert writing.get(path, headers={"If-Match": '"0"'}).status_code == 412
    assert writing.get(path, headers={"If-Match": tag, "If-None-Match": '"0"'}).content == put_answer.content
    assert faults(writing.get(path, headers={"If-Match": "x"})).keys() == {"if-match"}


def test_put_only_what_is_new_or_only_what_is_there(writing: httpx.Client, body: dict[str, Any]) -> None:
    """`If-None-Match: *` creates and never finds, `If-Match` finds and never creates; else 412."""
    assert writing.put("/twins/relationships", json=body, headers={"If-Match": "*"}).status_code == 412
    created = writing.put("/twins/relationships", json=body, headers={"If-None-Match": "*"})
    assert created.status_code == 200
    tag = created.headers["etag"]
    for refused in (
        {"If-None-Match": "*"},
        {"If-None-Match": tag},
        {"If-Match": '"0"'},
        {"If-Match": f"W/{tag}"},
    ):
        answer = writing.put("/twins/relationships", json=body, headers=refused)
        assert answer.status_code == 412, refused
        assert answer.json()["type"] == "urn:twinhaus:problem:precondition-failed"
    for good in ({"If-Match": "*"}, {"If-Match": tag}, {"If-None-Match": '"0"'}):
        assert writing.put("/twins/relationships", json=body, headers=good).content == created.content


def test_a_bad_request_is_400_whatever_its_conditions(writing: httpx.Client, body: dict[str, Any]) -> None:
    """Faults of headers and body come together."""
    bad = {**body, "properties": {"weight": "x"}}
    answer = writing.put("/twins/relationships", json=bad, headers={"If-Match": "*"})
    assert faults(answer).keys() == {"properties.weight"}
    answer = writing.put("/twins/relationships", json=bad, headers={"If-Match": "x", "If-None-Match": "y"})
    assert faults(answer).keys() == {"if-match", "if-none-match", "properties.weight"}


def test_delete_only_what_is_known(writing: httpx.Client, body: dict[str, Any]) -> None:
    """412 where the tag is another, and the relationship stays; a relationship that is gone is 404 all the same."""
    answer = writing.put("/twins/relationships", json=body)
    path, tag = path_of(body, answer), answer.headers["etag"]
    for refused in ({"If-Match": '"0"'}, {"If-None-Match": tag}, {"If-None-Match": "*"}):
        assert writing.delete(path, headers=refused).status_code == 412
        assert writing.get(path).status_code == 200
    assert faults(writing.delete(path, headers={"If-Match": "x"})).keys() == {"if-match"}
    assert writing.delete(path, headers={"If-Match": tag}).status_code == 204
    assert writing.delete(path, headers={"If-Match": tag}).status_code == 404


def test_a_twin_is_not_deleted_where_its_state_is_unwanted(writing: httpx.Client, new_id: NewId) -> None:
    """If-None-Match is understood by the DELETE of a twin, too."""
    twin_id = new_id()
    put(writing, twin_id, SAMPLER)
    tag = writing.get(f"/twins/{twin_id}").headers["etag"]
    for unwanted in ("*", tag, f"W/{tag}"):
        assert writing.delete(f"/twins/{twin_id}", headers={"If-None-Match": unwanted}).status_code == 412
    assert writing.delete(f"/twins/{twin_id}", headers={"If-None-Match": '"0"'}).status_code == 204
