"""GET /models/{id}/schema: the JSON Schema of a model's twins, by any spelling of the id, and kept by clients."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest
from jsonschema import Draft202012Validator
from tests import serving
from tests.api import models
from tests.contract.document import DOCUMENT
from tests.serving import LEVEL, Credentials, Served

from twinhaus.api.routes import PREFIXES


def schema_of(http: httpx.Client, model_id: str) -> dict[str, Any]:
    """The schema of a stored model."""
    answer = http.get(f"/models/{model_id}/schema")
    assert answer.status_code == 200, answer.text
    schema: dict[str, Any] = answer.json()
    return schema


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    "spelt", [LEVEL, quote(LEVEL, safe=""), LEVEL.replace(";", "%3B"), LEVEL.replace(":", "%3a")]
)
def test_an_id_may_be_encoded_or_not(reading: httpx.Client, prefix: str, spelt: str) -> None:
    """Colons and semicolons of the id stand in the path as they are or percent-encoded; it is the same schema."""
    answer = reading.get(f"{prefix}/models/{spelt}/schema")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/schema+json")
    assert answer.json() == schema_of(reading, LEVEL)
    assert answer.json()["$id"] == f"urn:twinhaus:schema:{LEVEL}"


def test_twins_as_they_are_stored_are_legal(reading: httpx.Client) -> None:
    """Every twin that the server lists is one that the schema of its model allows, times and metadata included."""
    validators: dict[str, Draft202012Validator] = {}
    twins = reading.post("/twins", json={"pageSize": 1000}).json()["content"]
    for twin in twins:
        model_id = twin["modelId"]
        if model_id not in validators:
            validators[model_id] = Draft202012Validator(schema_of(reading, model_id))
        assert [error.message for error in validators[model_id].iter_errors(twin)] == []
    assert models.SAMPLER in validators


@pytest.mark.parametrize(
    "contents",
    [
        {"levelNumber": "3"},
        {"colour": "red"},
        {"isPartOf": "B"},
        {"area": {"grossArea": "big"}},
        {"name": None},
    ],
)
def test_what_the_server_refuses_the_schema_refuses(writing: httpx.Client, contents: dict[str, Any]) -> None:
    """A twin that is a 400 is none to the schema."""
    twin = {"id": "T-schema", "modelId": LEVEL, "contents": contents}
    assert writing.put("/twins", json=twin).status_code == 400
    assert not Draft202012Validator(schema_of(writing, LEVEL)).is_valid(twin)


def test_the_documents_example_is_the_servers_answer(reading: httpx.Client) -> None:
    """The contract shows the schema of a small model as the server answers it."""
    operation = DOCUMENT["paths"]["/models/{modelId}/schema"]["get"]
    content = operation["responses"]["200"]["content"]["application/schema+json"]
    shown = content["examples"]["capacity"]["value"]
    assert schema_of(reading, models.willow("SpaceCapacity")) == shown


def test_an_unknown_model_is_not_found(reading: httpx.Client) -> None:
    """A model that is not stored, and what is no model id at all, are 404 problems that name them."""
    for model_id in ("dtmi:com:example:Nothing;1", "level", "dtmi:com:willowinc:Level"):
        answer = reading.get(f"/models/{model_id}/schema")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["type"] == "urn:twinhaus:problem:unknown-model"
        assert model_id in problem["detail"]


def test_a_schema_is_kept_and_asked_for_again(reading: httpx.Client) -> None:
    """It has a tag and a lifetime; asked for with its tag it is 304 without a body, with another 200."""
    first = reading.get(f"/models/{LEVEL}/schema")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, max-age=3600"
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = reading.get(f"/models/{LEVEL}/schema", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == "private, max-age=3600"
    other = reading.get(f"/models/{LEVEL}/schema", headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)
    assert reading.get(f"/models/{models.BARE}/schema").headers["etag"] != tag
    assert reading.get(f"/models/{LEVEL}/schema", headers={"If-Match": '"other"'}).status_code == 412


def test_head_is_get_without_a_body(reading: httpx.Client) -> None:
    """HEAD answers with the headers of GET."""
    got, headed = (reading.request(method, f"/models/{LEVEL}/schema") for method in ("GET", "HEAD"))
    assert (headed.status_code, headed.content) == (200, b"")
    for name in ("etag", "content-type", "content-length", "cache-control"):
        assert headed.headers[name] == got.headers[name]


def test_it_takes_the_scope_to_read_twins(read_only: Served, two_scopes: Credentials) -> None:
    """Without a token it is a 401, with one that may only write a 403, with one that may read a 200."""
    path = f"/models/{LEVEL}/schema"
    with serving.client(read_only.url) as http:
        assert http.get(path).status_code == 401
    for scope, status in (("twins:write", 403), ("twins:read", 200)):
        token = serving.get_token(read_only.url, two_scopes, scope=scope)
        with serving.client(read_only.url, token) as http:
            answer = http.get(path)
        assert answer.status_code == status
        assert status == 200 or 'scope="twins:read"' in answer.headers["www-authenticate"]
