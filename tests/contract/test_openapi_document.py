"""The published contract is a valid OpenAPI document, and its examples are what its schemas say.

That the running server does what the document says is proven elsewhere; nothing here starts one.
"""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from tests.contract.document import (
    CONTRACT,
    DOCUMENT,
    OPERATIONS,
    Example,
    ExampleRequest,
    Operation,
    example_requests,
    faults,
    request_examples,
    resolve,
    response_examples,
    schema_examples,
)

_EXAMPLE_FILES = sorted((CONTRACT / "examples").glob("*.json"))
_OPEN = {
    "issueToken",
    "listKeys",
    "isAlive",
    "isReady",
    "showMetrics",
    "showOpenapi",
    "showExplorer",
    "showExplorerSettings",
    "showExplorerFile",
    "showDocumentation",
    "tryApi",
    "showAsset",
    "showPage",
}


def _by_place(example: Example) -> str:
    return example.place


def _by_id(operation: Operation) -> str:
    return operation.id


def _by_name(request: ExampleRequest) -> str:
    return f"{request.operation.id} {request.name}"


def test_document_is_valid() -> None:
    """The document is OpenAPI 3.1, and every schema in it is JSON Schema 2020-12."""
    assert [error.message for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("example", list(request_examples()), ids=_by_place)
def test_request_example_is_what_the_schema_says(example: Example) -> None:
    """A request's example is valid, unless it is meant to be refused, or says why no schema can describe it."""
    found = faults(example.content["value"], example.schema)
    if example.content.get("x-outside-schema"):
        assert found, "the example is inside the schema, so it must not say that it is outside"
    elif example.content.get("x-expected-status") != 400:
        assert found == []


@pytest.mark.parametrize("example", list(response_examples()), ids=_by_place)
def test_response_example_is_what_the_schema_says(example: Example) -> None:
    """An answer's example is valid."""
    assert faults(example.content["value"], example.schema) == []


@pytest.mark.parametrize("example", list(schema_examples()), ids=_by_place)
def test_schema_example_is_what_the_schema_says(example: Example) -> None:
    """An example inside a schema is valid against it."""
    assert faults(example.content["value"], example.schema) == []


@pytest.mark.parametrize("request_", list(example_requests()), ids=_by_name)
def test_expected_status_is_documented(request_: ExampleRequest) -> None:
    """The status an example expects is one its operation lists, and its path has no gaps."""
    assert str(request_.expected_status) in request_.operation.responses
    assert "{" not in request_.path


@pytest.mark.parametrize("file", _EXAMPLE_FILES, ids=lambda file: file.name)
def test_example_file_is_the_documents_example(file: Path) -> None:
    """A file `<operationId>.<example>.json` is that example of the document."""
    operation_id, name = file.stem.split(".")
    operation = next(one for one in OPERATIONS if one.id == operation_id)
    example = resolve(operation.body["content"]["application/json"]["examples"][name])
    assert json.loads(file.read_text("utf-8")) == example["value"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=_by_id)
def test_operation_says_who_may(operation: Operation) -> None:
    """An operation names scopes that exist and documents 401 and 403, or is open and documents no scopes."""
    scopes = [scope for one in operation.content["security"] for scope in one.get("oauth2", [])]
    known = DOCUMENT["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
    if operation.id in _OPEN:
        assert not scopes
    else:
        assert len(scopes) == 1
        assert set(scopes) <= set(known)
        assert {"401", "403"} <= operation.responses.keys()


@pytest.mark.parametrize("operation", OPERATIONS, ids=_by_id)
def test_operation_documents_its_errors(operation: Operation) -> None:
    """Any path may meet a wrong method or a failing server; any body may be too large, or not be JSON."""
    assert {"405", "500"} <= operation.responses.keys()
    if operation.body:
        assert {"400", "413", "415"} <= operation.responses.keys()


@pytest.mark.parametrize("operation", OPERATIONS, ids=_by_id)
def test_every_answer_carries_the_request_id(operation: Operation) -> None:
    """X-Request-Id stands in every answer; 401, 405 and 503 carry what their statuses ask for."""
    asked_for = {"401": "WWW-Authenticate", "403": "WWW-Authenticate", "405": "Allow", "503": "Retry-After"}
    for status, response in operation.responses.items():
        assert "X-Request-Id" in response["headers"]
        assert status not in asked_for or asked_for[status] in response["headers"]


@pytest.mark.parametrize("operation", OPERATIONS, ids=_by_id)
def test_operation_documents_its_path(operation: Operation) -> None:
    """Every placeholder of a path is a parameter, and no other parameter is a path's."""
    placeholders = {part[1:-1] for part in operation.path.split("/") if part.startswith("{")}
    assert {one["name"] for one in operation.parameters if one["in"] == "path"} == placeholders


def test_examples_have_one_order() -> None:
    """`x-examples-order` puts every operation at one place."""
    order = [operation.content["x-examples-order"] for operation in OPERATIONS]
    assert len(set(order)) == len(order)


def test_contract_objects_take_no_unknown_key() -> None:
    """A key that is not of the contract is refused, in every object that is not the user's own data."""
    free = {"Contents", "TokenRequest", "KeySet", "GraphTwin"}
    objects = {
        name: schema
        for name, schema in DOCUMENT["components"]["schemas"].items()
        if "properties" in schema and name not in free
    }
    assert {
        name for name, schema in objects.items() if schema.get("additionalProperties") is not False
    } == set()
