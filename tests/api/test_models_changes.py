"""PATCH and DELETE of models: in and out of service and gone, and never against a tag."""

import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests import serving
from tests.api import models
from tests.api.asking import JSON_HEADERS, faults, put
from tests.api.new_models import added, interface, is_there, new_id
from tests.serving import Served

PATCH_HEADERS = {"Content-Type": "application/json-patch+json"}


@pytest.mark.parametrize(
    ("headers", "out", "back"),
    [
        (JSON_HEADERS, {"decommissioned": True}, {"Decommissioned": False}),
        ({"Content-Type": "application/merge-patch+json"}, {"decommissioned": True}, {"decommissioned": False}),
        (
            PATCH_HEADERS,
            [{"op": "replace", "path": "/decommissioned", "value": True}],
            [{"op": "add", "path": "/decommissioned", "value": False}],
        ),
        (
            JSON_HEADERS,
            [
                {"op": "test", "path": "/decommissioned", "value": False},
                {"Op": "Replace", "Path": "/Decommissioned", "Value": True},
            ],
            [{"op": "replace", "path": "/decommissioned", "value": False}],
        ),
    ],
    ids=["object", "merge patch", "JSON Patch", "JSON Patch as JSON"],
)  # fmt: skip
def test_a_model_goes_out_of_service_and_back(
    writing: httpx.Client, headers: dict[str, str], out: Any, back: Any
) -> None:
    """The answer is the model as it is now; it takes no new twins until it is back. The same again changes nothing."""
    id_ = new_id()
    added(writing, interface(id_))
    path = f"/models/{quote(id_, safe='')}"
    before = writing.get(path)
    gone = writing.patch(path, content=json.dumps(out), headers=headers)
    assert gone.status_code == 200, gone.text
    assert gone.json() == {**before.json(), "decommissioned": True}
    assert gone.headers["etag"] == writing.get(path).headers["etag"] != before.headers["etag"]
    assert (
        "decommissioned" in faults(writing.put("/twins", json={"id": "none", "modelId": id_}))["modelId"][0]
    )
    returned = writing.patch(path, content=json.dumps(back), headers=headers)
    assert (returned.json(), returned.headers["etag"]) == (before.json(), before.headers["etag"])
    put(writing, f"of-{id_}", id_)
    assert writing.patch(path, content=json.dumps(back), headers=headers).json() == before.json()


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "decommissioned"),
        ({"decommissioned": None}, "decommissioned"),
        ({"decommissioned": "true"}, "decommissioned"),
        ({"decommissioned": True, "displayName": {"en": "x"}}, "displayName"),
        ("x", "$"),
        ([1], "[0]"),
        ([{"path": "/decommissioned", "value": True}], "[0].op"),
        ([{"op": "remove", "path": "/decommissioned", "value": True}], "[0].op"),
        ([{"op": "replace", "path": "/displayName", "value": True}], "[0].path"),
        ([{"op": "replace", "value": True}], "[0].path"),
        ([{"op": "replace", "path": "/decommissioned"}], "[0].value"),
        ([{"op": "replace", "path": "/decommissioned", "value": 1}], "[0].value"),
        ([{"op": "replace", "path": "/decommissioned", "value": True, "to": 1}], "[0].to"),
        ([{"op": "test", "path": "/decommissioned", "value": True}] * 101, "$"),
    ],
)
def test_nothing_else_of_a_model_can_change(writing: httpx.Client, body: Any, path: str) -> None:
    """Any other member, operation or value is a 400 at its place."""
    assert faults(writing.patch(f"/models/{models.BARE}", json=body)).keys() == {path}
    assert writing.get(f"/models/{models.BARE}").json()["decommissioned"] is False


def test_a_test_that_fails_changes_nothing(writing: httpx.Client) -> None:
    """It is a conflict that says what is so."""
    body = [
        {"op": "replace", "path": "/decommissioned", "value": True},
        {"op": "test", "path": "/decommissioned", "value": False},
    ]
    refused = writing.patch(f"/models/{models.BARE}", json=body)
    assert refused.status_code == 409
    assert "[1]" in refused.json()["detail"]
    assert writing.get(f"/models/{models.BARE}").json()["decommissioned"] is False


# --- DELETE


def test_a_model_is_deleted(writing: httpx.Client) -> None:
    """204 and it is gone, from the list too, by any spelling of its id; its twins stay."""
    id_ = new_id()
    added(writing, interface(id_))
    put(writing, f"of-{id_}", id_)
    before = writing.get("/models").headers["etag"]
    answer = writing.delete(f"/models/{quote(id_, safe='')}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert not is_there(writing, id_)
    assert id_ not in {one["id"] for one in writing.get("/models").json()}
    assert writing.get("/models").headers["etag"] != before
    assert writing.get(f"/twins/of-{id_}").json()["modelId"] == id_


def test_a_model_that_others_need_stays(writing: httpx.Client) -> None:
    """409 that names them, be it that they extend it or have it as a component; they first, and it goes."""
    parent, part, child = new_id(), new_id(), new_id()
    component = {"@type": "Component", "name": "part", "schema": part}
    added(writing, interface(parent), interface(part), interface(child, component, extends=parent))
    for needed in (parent, part):
        refused = writing.delete(f"/models/{needed}")
        assert refused.status_code == 409
        assert child in refused.json()["detail"]
    for id_ in (child, parent, part):
        assert writing.delete(f"/models/{id_}").status_code == 204


def test_a_model_that_comes_back_is_another(writing: httpx.Client) -> None:
    """Deleted and added again it has another tag and a later time, and is in service."""
    id_ = new_id()
    tags, times = set(), []
    for _ in range(2):
        added(writing, interface(id_))
        writing.patch(f"/models/{id_}", json={"decommissioned": True})
        answer = writing.get(f"/models/{id_}")
        tags.add(answer.headers["etag"])
        times.append(answer.json()["uploadTime"])
        assert writing.delete(f"/models/{id_}").status_code == 204
    added(writing, interface(id_))
    assert writing.get(f"/models/{id_}").json()["decommissioned"] is False
    assert len(tags) == 2
    assert times[0] < times[1]


# --- what PATCH and DELETE share


@pytest.mark.parametrize(("method", "body"), [("DELETE", None), ("PATCH", {"decommissioned": True})])
def test_changes_can_be_made_to_depend_on_a_tag(
    writing: httpx.Client, method: str, body: dict[str, Any] | None
) -> None:
    """412 where If-Match names another tag or If-None-Match this one, and nothing is changed; else done."""
    id_ = new_id()
    added(writing, interface(id_))
    path = f"/models/{id_}"
    tag = writing.get(path).headers["etag"]
    for condition in ({"If-Match": '"other"'}, {"If-None-Match": tag}, {"If-None-Match": "*"}):
        refused = writing.request(method, path, json=body, headers=condition)
        assert refused.status_code == 412
        assert "The model is not in the state" in refused.json()["detail"]
    assert writing.get(path).headers["etag"] == tag
    assert writing.request(method, path, json=body, headers={"If-Match": tag}).is_success


@pytest.mark.parametrize(("method", "body"), [("DELETE", None), ("PATCH", {"decommissioned": True})])
def test_only_a_model_can_be_changed(writing: httpx.Client, method: str, body: dict[str, Any] | None) -> None:
    """An unknown one is a 404, what is no model id a 400 that names every other fault too."""
    unknown = writing.request(method, "/models/dtmi:com:example:Nothing;1", json=body)
    assert unknown.status_code == 404
    assert unknown.json()["type"] == "urn:twinhaus:problem:unknown-model"
    found = faults(writing.request(method, "/models/Nothing", json=body, headers={"If-Match": "x"}))
    assert found.keys() == {"modelId", "if-match"}


def test_the_list_follows_every_change_of_its_models_alone(writing: httpx.Client) -> None:
    """Its tag changes when one of its models comes, goes out of service or leaves, and not with any other."""
    root, child, other = new_id(), new_id(), new_id()
    added(writing, interface(root))
    tags = [writing.get("/models", params={"rootModel": root}).headers["etag"]]

    def changed() -> bool:
        tags.append(writing.get("/models", params={"rootModel": root}).headers["etag"])
        return tags[-1] != tags[-2]

    added(writing, interface(other))
    assert not changed()
    added(writing, interface(child, extends=root))
    assert changed()
    assert writing.patch(f"/models/{child}", json={"decommissioned": True}).is_success
    assert changed()
    assert writing.delete(f"/models/{child}").is_success
    assert changed()
    assert tags[0] == tags[-1]


def test_it_takes_the_scope_to_write_models(written: Served) -> None:
    """Without a token it is a 401, with every other scope a 403, with models:write a 2xx."""
    requests = (
        ("POST", "/models", interface(id_ := new_id())),
        ("PATCH", f"/models/{id_}", {"decommissioned": False}),
        ("DELETE", f"/models/{id_}", None),
    )
    others = serving.add_client(written.store, f"others-{id_}", "twins:read", "twins:write", "admin")
    allowed = serving.add_client(written.store, f"models-{id_}", "models:write")
    for token, status in (
        (None, 401),
        (serving.get_token(written.url, others), 403),
        (serving.get_token(written.url, allowed), 200),
    ):
        with serving.client(written.url, token) as http:
            for method, path, body in requests:
                answer = http.request(method, path, json=body)
                assert answer.is_success if status == 200 else answer.status_code == status
