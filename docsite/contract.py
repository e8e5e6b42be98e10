"""The contract as Markdown: a page for each of its groups, one for its schemas, and a table of all operations."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from docsite.markdown import anchor_of
from docsite.schemas import members, type_of

_METHODS = ("get", "put", "post", "patch", "delete")
FOLDER = "docs/reference/http"
OVERVIEW = f"{FOLDER}.md"
_SCHEMAS = "schemas.md"
_EVERYWHERE = ("X-Request-Id", "traceparent")  # The overview tells of them once.


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path."""

    method: str
    path: str
    content: dict[str, Any]

    @property
    def tag(self) -> str:
        return str(self.content["tags"][0])

    @property
    def words(self) -> str:
        return f"`{self.method.upper()} {self.path}`"

    @property
    def scope(self) -> str:
        """The scope that a token needs; "" where no token is needed."""
        return next((scope for one in self.content["security"] for scope in one.get("oauth2", [])), "")


class Contract:
    """The OpenAPI document, on its way to become pages."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._operations = [
            Operation(method, path, {"parameters": [], **item[method], "shared": item.get("parameters", [])})
            for path, item in document["paths"].items()
            for method in _METHODS
            if method in item
        ]

    def overview(self) -> str:
        """What is added to the page that is written by hand."""
        rows = [
            (
                one.words,
                f"[{one.content['summary']}]({_file(one.tag)}#{anchor_of(one.content['summary'])})",
                f"`{one.scope}`" if one.scope else "—",
            )
            for one in self._operations
        ]
        return "\n\n".join(
            [
                "## All operations",
                _table(("", "operation", "scope"), rows).replace("](", "](http/"),
                f"All shapes of bodies: [schemas](http/{_SCHEMAS}).",
                "## What holds for all of them",
                self._document["info"]["description"],
            ]
        )

    def pages(self) -> Iterator[tuple[str, str]]:
        """The path that each page would have in the repository, and its text."""
        for tag in self._document["tags"]:
            operations = [one for one in self._operations if one.tag == tag["name"]]
            parts = [f"# {tag['name']}", tag["description"], *map(self._operation, operations)]
            yield f"{FOLDER}/{_file(tag['name'])}", "\n\n".join(parts)
        yield f"{FOLDER}/{_SCHEMAS}", "\n\n".join(self._schemas())

    def _operation(self, operation: Operation) -> str:
        content = operation.content
        who = f"with the scope `{operation.scope}`" if operation.scope else "without a token"
        parts = [f"## {content['summary']}", f"{operation.words}, {who}.", content.get("description", "")]
        found = [self._resolve(one) for one in (*content["shared"], *content["parameters"])]
        parameters = [one for one in found if one["name"] not in _EVERYWHERE]
        if parameters:
            parts += [
                "### Parameters",
                _table(("parameter", "in", "type", ""), map(self._parameter, parameters)),
            ]
        if "requestBody" in content:
            parts += ["### Body", *self._body(self._resolve(content["requestBody"]))]
        parts += ["### Answers", *self._answers(content["responses"])]
        return "\n\n".join(filter(None, parts))

    def _parameter(self, parameter: dict[str, Any]) -> tuple[str, ...]:
        examples = [self._resolve(one)["value"] for one in parameter.get("examples", {}).values()]
        shown = f" Such as {_code(examples[0])}." if examples and examples[0] not in ("", None) else ""
        needed = "" if parameter.get("required") else ", optional"
        return (
            f"`{parameter['name']}`",
            parameter["in"],
            type_of(parameter["schema"], _SCHEMAS) + needed,
            parameter.get("description", "") + shown,
        )

    def _answers(self, responses: dict[str, Any]) -> Iterator[str]:
        found = {status: self._resolve(response) for status, response in responses.items()}
        yield _table(("status", "when", "body", "headers"), (self._answer(*one) for one in found.items()))
        for status, response in found.items():
            if int(status) < 300:
                yield from self._examples(response.get("content", {}), f"{status}: ")

    def _answer(self, status: str, response: dict[str, Any]) -> tuple[str, ...]:
        bodies = [
            f"`{media_type}`{_of(body.get('schema', {}))}"
            for media_type, body in response.get("content", {}).items()
        ]
        return (
            status,
            response["description"],
            ", ".join(bodies),
            ", ".join(f"`{name}`" for name in response.get("headers", {}) if name not in _EVERYWHERE),
        )

    def _body(self, body: dict[str, Any]) -> Iterator[str]:
        for media_type, content in body["content"].items():
            schema = content["schema"]
            yield f"`{media_type}`{_of(schema)}"
            if rows := list(members(self._resolve(schema), _SCHEMAS)):
                yield _table(("member", "type", ""), rows)
        yield from self._examples(body["content"], "")

    def _examples(self, content: dict[str, Any], before: str) -> Iterator[str]:
        for media_type, body in content.items():
            for example in map(self._resolve, body.get("examples", {}).values()):
                if example.get("x-expected-status", 0) < 400:
                    said = example.get("summary", "")
                    yield f"{before}{said}:" if said else f"{before}an example:"
                    yield _sample(media_type, example["value"])

    def _schemas(self) -> Iterator[str]:
        yield "# Schemas"
        yield "The shapes of bodies, each under its name in the contract."
        for name, schema in self._document["components"]["schemas"].items():
            yield f"## {name}"
            yield schema.get("description", "")
            rows = list(members(schema, ""))
            yield _table(("member", "type", ""), rows) if rows else f"It is {type_of(schema, '')}."
            for example in schema.get("examples", []):
                yield _sample("application/json", example)

    def _resolve(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            found: Any = self._document
            for key in node["$ref"].removeprefix("#/").split("/"):
                found = found[key]
            node = {**found, **{key: value for key, value in node.items() if key != "$ref"}}
        return node


def _file(tag: str) -> str:
    return f"{tag.lower()}.md"


def _of(schema: dict[str, Any]) -> str:
    return f": {type_of(schema, _SCHEMAS)}" if "$ref" in schema else ""


def _sample(media_type: str, value: Any) -> str:
    language = "json" if media_type.endswith("json") else "text"
    text = value if isinstance(value, str) and language == "text" else _written(value)
    return f"```{language}\n{text.rstrip()}\n```"


def _written(value: Any) -> str:
    short = json.dumps(value, ensure_ascii=False)
    return short if len(short) <= 100 else json.dumps(value, ensure_ascii=False, indent=2)


def _code(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return f"`{text}`"


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("|" + "|".join(f" {_cell(cell)} " for cell in row) + "|" for row in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
