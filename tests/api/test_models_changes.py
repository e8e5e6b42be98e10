"""POST, PATCH and DELETE of models: all or none, every fault at its place, and never against a tag."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests import serving
from tests.api import models
from tests.api.asking import JSON_HEADERS, TWIN_TIME, faults, put
from tests.serving import Served

from twinhaus.api.models import MODELS_MAX
from twinhaus.api.routes import PREFIXES

_NUMBERS = count(1)
PATCH_HEADERS = {"Content-Type": "application/json-patch+json"}


def new_id() -> str:
    """The id of a model that no other test uses."""
    return f"dtmi:com:example:new:M{next(_NUMBERS)};1"


def interface(id_: str, *contents: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A model of version 3."""
    head = {"@context": "dtmi:dtdl:context;3", "@id": id_, "@type": "Interface"}
    return {**head, "contents": list(contents), **members}


def prop(name: str, schema: Any = "string") -> dict[str, Any]:
    """A property of one."""
    return {"@type": "Property", "name": name, "schema": schema}


def added(http: httpx.Client, *interfaces: dict[str, Any]) -> None:
    """Add models that are legal and new."""
    answer = http.post("/models", json=list(interfaces))
    assert answer.status_code == 201, answer.text


def is_there(http: httpx.Client, id_: str) -> bool:
    """Whether a model is stored."""
    return http.get(f"/models/{id_}").status_code == 200


# --- POST


@pytest.mark.parametrize("prefix", PREFIXES)
def test_one_interface_is_added(writing: httpx.Client, prefix: str) -> None:
    """201 with the model as it is stored, its texts by language; twins can be of it at once."""
    id_ = new_id()
    sent = interface(id_, prop("code"), displayName={"en": "New", "de": "Neu"}, description="Ours")
    answer = writing.post(f"{prefix}/models", json=sent)
    assert answer.status_code == 201, answer.text
    (stored,) = answer.json()
    assert TWIN_TIME.fullmatch(stored.pop("uploadTime"))
    assert stored == {
        "id": id_,
        "displayName": {"en": "New", "de": "Neu"},
        "description": {"en": "Ours"},
        "decommissioned": False,
    }
    assert json.loads(writing.get(f"/models/{id_}").json()["modelDefinition"]) == sent
    put(writing, "of-a-new-model", id_, code="x")


def test_an_array_is_added_in_any_order(writing: httpx.Client) -> None:
    """The answer has the models in the order of the request, whatever extends what, nested ones too."""
    parent, child, nested = new_id(), new_id(), new_id()
    part = {"@type": "Component", "name": "part", "schema": interface(nested)}
    answer = writing.post("/models", json=[interface(child, extends=parent), interface(parent, part)])
    assert answer.status_code == 201, answer.text
    assert [one["id"] for one in answer.json()] == [child, nested, parent]
    found = writing.get("/models", params={"rootModel": parent}).json()
    assert [one["id"] for one in found] == [child, parent]


def test_what_is_there_already_is_answered_too(writing: httpx.Client) -> None:
    """Beside something new it is 201 with both, by itself 200; the time stays, also when sent in another layout."""
    old, new = new_id(), new_id()
    first = writing.post("/models", json=interface(old, prop("code"))).json()
    turned = dict(reversed(interface(old, prop("code")).items()))
    both = writing.post("/models", json=[turned, interface(new)])
    assert (both.status_code, [one["id"] for one in both.json()]) == (201, [old, new])
    assert both.json()[:1] == first
    again = writing.post("/models", json=turned)
    assert (again.status_code, again.json()) == (200, first)
    assert writing.post("/models", json=[]).status_code == 200


def test_another_value_is_a_conflict(writing: httpx.Client) -> None:
    """409 that names the model and what to do; nothing beside it is added."""
    old, new = new_id(), new_id()
    added(writing, interface(old))
    refused = writing.post("/models", json=[interface(new), interface(old, prop("more"))])
    assert refused.status_code == 409
    assert old in refused.json()["detail"]
    assert "raise their version" in refused.json()["detail"]
    assert not is_there(writing, new)


def test_every_fault_is_named_at_its_place(writing: httpx.Client) -> None:
    """In any of the models, beside good ones and those that are there; nothing is added."""
    old, good, bad, child = (new_id() for _ in range(4))
    added(writing, interface(old, prop("code")))
    refused = writing.post(
        "/models",
        json=[
            interface(old, prop("code")),
            interface(good),
            interface(bad, prop("a"), prop("b", "dubble"), extends="dtmi:com:example:Missing;1"),
            interface(child, prop("code"), extends=old),
            7,
        ],
    )
    found = faults(refused)
    assert refused.json()["type"] == "urn:twinhaus:problem:invalid-models"
    assert found.keys() == {"[2].contents[1].schema", "[2].extends", "[3].contents", "[4]"}
    assert 'Did you mean "double"?' in found["[2].contents[1].schema"][0]
    assert not is_there(writing, good)


def test_a_single_interface_has_paths_without_an_index(writing: httpx.Client) -> None:
    """`contents[0].schema`; the interface as a whole is `$`."""
    assert faults(writing.post("/models", json=interface(new_id(), prop("a", "dubble")))).keys() == {
        "contents[0].schema"
    }
    assert faults(writing.post("/models", json={"@id": new_id(), "@type": "Interface"})).keys() == {"$"}


def test_what_is_referred_to_must_be_there(writing: httpx.Client) -> None:
    """Every use of a model that is neither sent nor stored is named."""
    refused = writing.post("/models", json=[interface(new_id(), extends=["dtmi:com:example:Missing;1"])])
    assert faults(refused).keys() == {"[0].extends[0]"}
    assert refused.json()["type"] == "urn:twinhaus:problem:unresolved-references"


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        (b"{", "$", "malformed-json"),
        (b"", "$", "malformed-json"),
        (b'{"@id": 1, "@id": 2}', "$", "malformed-json"),
        (b"\xff", "$", "malformed-json"),
        (b"1", "$", "invalid-models"),
        (b"null", "$", "invalid-models"),
        (json.dumps([{}] * (MODELS_MAX + 1)).encode(), "$", "invalid-request"),
    ],
    ids=["cut off", "empty", "a key twice", "not UTF-8", "a number", "null", "too many"],
)
def test_bodies_that_hold_no_models(writing: httpx.Client, body: bytes, path: str, code: str) -> None:
    """What is no JSON, no models, or too many of them, is a 400 at its place."""
    refused = writing.post("/models", content=body, headers=JSON_HEADERS)
    assert faults(refused).keys() == {path}
    assert refused.json()["type"] == f"urn:twinhaus:problem:{code}"


def test_a_body_must_say_that_it_is_json(writing: httpx.Client) -> None:
    """415 otherwise."""
    assert writing.post("/models", content=b"[]").status_code == 415


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that takes bodies of 1,000 bytes, and models of 3,000."""
    store = tmp_path_factory.mktemp("narrow") / "store.db"
    serving.make_store(store)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TWINHAUS_BODY_BYTES_MAX", "1000")
        environment.setenv("TWINHAUS_MODELS_BYTES_MAX", "3000")
        with serving.serving(store) as served:
            yield served


def test_models_have_a_limit_of_their_own(narrow: Served) -> None:
    """POST /models takes more than other bodies may have, and has its own end; PATCH is like the others."""
    for size, status in ((900, 201), (3_000, 201), (3_001, 413)):
        body = json.dumps(interface(new_id())).ljust(size)
        assert narrow.http.post("/models", content=body, headers=JSON_HEADERS).status_code == status
    body = json.dumps({"decommissioned": True}).ljust(1_001)
    refused = narrow.http.patch(f"/models/{serving.LEVEL}", content=body, headers=JSON_HEADERS)
    assert refused.status_code == 413


# --- PATCH


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


def test_it_takes_the_scope_to_write_models(written: Served, tmp_path: Path) -> None:
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
