"""The published contract as the tests read it: its operations, their examples, and the requests these make."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

CONTRACT = Path(__file__).parents[2] / "contract"
DOCUMENT: dict[str, Any] = yaml.safe_load((CONTRACT / "openapi.yaml").read_text("utf-8"))

_URI = "urn:twinhaus:contract"
_REGISTRY: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(DOCUMENT))
_METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    content: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.content["operationId"])

    @property
    def parameters(self) -> list[dict[str, Any]]:
        shared = DOCUMENT["paths"][self.path].get("parameters", [])
        return [resolve(parameter) for parameter in [*shared, *self.content.get("parameters", [])]]

    @property
    def body(self) -> dict[str, Any]:
        return resolve(self.content.get("requestBody", {}))

    @property
    def responses(self) -> dict[str, dict[str, Any]]:
        return {status: resolve(response) for status, response in self.content["responses"].items()}


@dataclass(frozen=True, slots=True)
class Example:
    """One example, where it stands, and the schema it stands under."""

    place: str
    content: dict[str, Any]
    schema: dict[str, Any]


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """What a node stands for; references are followed to their end."""
    while "$ref" in node:
        found: Any = DOCUMENT
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


def operations() -> Iterator[Operation]:
    """Every operation, in the order of the document."""
    for path, item in DOCUMENT["paths"].items():
        for method in _METHODS:
            if method in item:
                yield Operation(method, path, item[method])


OPERATIONS = list(operations())


def _in_content(place: str, content: dict[str, Any]) -> Iterator[Example]:
    for media_type, body in content.items():
        for name, example in body.get("examples", {}).items():
            whole = resolve(example)
            yield Example(f"{place} {media_type} {name}", whole, body["schema"])
            if "x-line-schema" in body and "x-lines-outside-schema" not in whole:
                for number, line in enumerate(whole["value"].splitlines(), start=1):
                    one = {**whole, "value": json.loads(line)}
                    yield Example(f"{place} {media_type} {name} {number}", one, body["x-line-schema"])


def request_examples() -> Iterator[Example]:
    """Every example of a request's parameters and body."""
    for operation in OPERATIONS:
        yield from _in_content(f"{operation.id} body", operation.body.get("content", {}))
        for parameter in operation.parameters:
            for name, example in parameter.get("examples", {}).items():
                yield Example(
                    f"{operation.id} {parameter['name']} {name}", resolve(example), parameter["schema"]
                )


def response_examples() -> Iterator[Example]:
    """Every example of an answer's body and headers."""
    for operation in OPERATIONS:
        for status, response in operation.responses.items():
            yield from _in_content(f"{operation.id} {status}", response.get("content", {}))
            for name, header in response.get("headers", {}).items():
                header_content = resolve(header)
                if "example" in header_content:
                    example = {"value": header_content["example"]}
                    yield Example(f"{operation.id} {status} {name}", example, header_content["schema"])


def schema_examples() -> Iterator[Example]:
    """Every example inside a schema."""
    waiting: list[tuple[str, Any]] = [("schemas", DOCUMENT["components"]["schemas"])]
    while waiting:
        place, node = waiting.pop()
        if not isinstance(node, dict):
            continue
        for index, value in enumerate(
            node.get("examples", []) if isinstance(node.get("examples"), list) else []
        ):
            yield Example(f"{place} {index}", {"value": value}, node)
        waiting.extend((f"{place}.{key}", value) for key, value in node.items())


def faults(value: Any, schema: dict[str, Any]) -> list[str]:
    """What keeps a value from being what a schema of the document describes."""
    validator = Draft202012Validator(
        _absolute(schema), registry=_REGISTRY, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _absolute(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: f"{_URI}{value}" if key == "$ref" and isinstance(value, str) else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(element) for element in schema] if isinstance(schema, list) else schema


@dataclass(frozen=True, slots=True)
class ExampleRequest:
    """A request that examples of the same name make together, ready to be sent."""

    operation: Operation
    name: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str | None = None
    body: Any = None
    placeholders: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(
        default_factory=dict
    )  # In its path, to the example whose answer made it up.
    expected_status: int = 200

    @property
    def scope(self) -> str | None:
        """The scope it needs; None where anyone may send it."""
        scopes = [scope for one in self.operation.content["security"] for scope in one.get("oauth2", [])]
        return scopes[0] if scopes else None


def example_requests() -> Iterator[ExampleRequest]:
    """Every request of the examples, in the order in which they run (contract/README.md)."""
    for operation in sorted(OPERATIONS, key=lambda one: int(one.content["x-examples-order"])):
        bodies = [
            (name, media_type, resolve(example))
            for media_type, content in operation.body.get("content", {}).items()
            for name, example in content.get("examples", {}).items()
        ]
        named = [name for one in operation.parameters for name in one.get("examples", {})]
        for name in dict.fromkeys([name for name, _, _ in bodies] or named or ["plain"]):
            body = next((one for one in bodies if one[0] == name), None)
            yield _request(operation, name, body)


def _request(operation: Operation, name: str, body: tuple[str, str, dict[str, Any]] | None) -> ExampleRequest:
    given = [
        (parameter, resolve(parameter["examples"][name]))
        for parameter in operation.parameters
        if name in parameter.get("examples", {})
    ]
    examples = [example for _, example in given] + ([body[2]] if body else [])
    statuses = [example["x-expected-status"] for example in examples if "x-expected-status" in example]
    values: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}}
    for parameter, example in given:
        value = example["value"]
        values[parameter["in"]][parameter["name"]] = value if isinstance(value, str) else json.dumps(value)
    path = operation.path
    for placeholder, value in values["path"].items():
        path = path.replace(f"{{{placeholder}}}", quote(value, safe=""))
    return ExampleRequest(
        operation,
        name,
        path,
        query=values["query"],
        headers=values["header"],
        media_type=body[1] if body else None,
        body=body[2]["value"] if body else None,
        ids={example["value"]: example["x-id-of"] for example in examples if "x-id-of" in example},
        placeholders=tuple(body[2].get("x-placeholders", ())) if body else (),
        expected_status=statuses[0] if statuses else int(next(iter(operation.responses))),
    )
