"""POST /models: one or many, all or none, and every fault at its place."""

import json
from collections.abc import Iterator

import httpx
import pytest
from tests import serving
from tests.api.asking import JSON_HEADERS, TWIN_TIME, faults, put
from tests.api.new_models import added, interface, is_there, new_id, prop
from tests.engines import Engine
from tests.serving import Served

from twinhaus.api.models import MODELS_MAX
from twinhaus.api.routes import PREFIXES


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
    assert refused.json()["detail"] == "The models break rules of DTDL; `errors` names every one."
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
    assert refused.json()["detail"].endswith("load those too. `errors` names them.")


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
def narrow(engine: Engine) -> Iterator[Served]:
    """A server that takes bodies of 1,000 bytes, and models of 3,000."""
    with engine.new_store() as store:
        serving.make_store(store)
        with serving.serving(store, body_bytes_max="1000", models_bytes_max="3000") as served:
            yield served


def test_models_have_a_limit_of_their_own(narrow: Served) -> None:
    """POST /models takes more than other bodies may have, and has its own end; PATCH is like the others."""
    for size, status in ((900, 201), (3_000, 201), (3_001, 413)):
        body = json.dumps(interface(new_id())).ljust(size)
        assert narrow.http.post("/models", content=body, headers=JSON_HEADERS).status_code == status
    body = json.dumps({"decommissioned": True}).ljust(1_001)
    refused = narrow.http.patch(f"/models/{serving.LEVEL}", content=body, headers=JSON_HEADERS)
    assert refused.status_code == 413
