"""A request that must be refused: what is sent, the status it gets, and where the fault is named."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.api.models import SAMPLER, willow

LEVEL = willow("Level")
JSON = {"Content-Type": "application/json"}
OVERSIZE = 4 * 1024 * 1024 + 1
TWINS, RELATIONSHIPS = "/twins", "/twins/relationships"


@dataclass(frozen=True, slots=True)
class Bad:
    """One request. `at` are the keys of `errors`, all of them; `says` is in the problem's words."""

    name: str
    method: str
    path: str
    content: bytes
    at: tuple[str, ...] = ()
    says: str = ""
    status: int = 400
    headers: dict[str, str] = field(default_factory=lambda: JSON)
    chunked: bool = False


def to_bytes(body: Any) -> bytes:
    """A body as it is sent: bytes as they are, anything else as JSON."""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def keys(at: str | tuple[str, ...]) -> tuple[str, ...]:
    """One key or several."""
    return (at,) if isinstance(at, str) else at


def put(name: str, body: Any, at: str | tuple[str, ...], says: str = "") -> Bad:
    """A PUT /twins with this body."""
    return Bad(f"put: {name}", "PUT", TWINS, to_bytes(body), keys(at), says)


def ask(name: str, body: Any, at: str | tuple[str, ...], says: str = "") -> Bad:
    """A POST /twins with this body."""
    return Bad(f"list: {name}", "POST", TWINS, to_bytes(body), keys(at), says)


def relate(name: str, body: Any, at: str | tuple[str, ...], says: str = "") -> Bad:
    """A PUT /twins/relationships with this body."""
    return Bad(f"relate: {name}", "PUT", RELATIONSHIPS, to_bytes(body), keys(at), says)


def twin(**changes: Any) -> dict[str, Any]:
    """A legal twin, changed."""
    return {"id": "NEW-1", "modelId": LEVEL, **changes}


def link(**changes: Any) -> dict[str, Any]:
    """A legal relationship, changed."""
    return {"sourceId": "S-1", "targetId": "S-2", "name": "feeds", **changes}


def text(inside: bytes) -> bytes:
    """A twin whose text holds these bytes."""
    return b'{"id":"NEW-1","modelId":"%b","contents":{"text":"%b"}}' % (SAMPLER.encode(), inside)


def number(digits: bytes) -> bytes:
    """A twin whose number is these bytes."""
    return b'{"id":"NEW-1","modelId":"%b","contents":{"number":%b}}' % (SAMPLER.encode(), digits)


def contents(body: Any) -> dict[str, Any]:
    """A twin of the model that has every kind of schema."""
    return {"id": "NEW-1", "modelId": SAMPLER, "contents": body}


def nested(levels: int) -> dict[str, Any]:
    """A filter of so many levels."""
    node: dict[str, Any] = {"field": "code", "operator": "isNull"}
    for _ in range(levels - 1):
        node = {"filters": [node]}
    return node


def leaf(**changes: Any) -> dict[str, Any]:
    """A list with a legal comparison, changed."""
    return {"propertyFilter": {"field": "code", "operator": "equals", "value": "L01", **changes}}


def sent(
    name: str,
    method: str,
    path: str,
    status: int,
    says: str,
    content: bytes = b"{}",
    headers: dict[str, str] = JSON,
) -> Bad:
    """A request whose body is not what is wrong with it."""
    return Bad(name, method, path, content, (), says, status, headers)


def condition(name: str, header: str, value: str) -> Bad:
    """A condition that is not an entity tag."""
    headers = {**JSON, header: value}
    return Bad(name, "PUT", TWINS, to_bytes(twin()), (header.lower(),), "in double quotes", headers=headers)


def encoded(encoding: str) -> dict[str, str]:
    """The headers of a compressed body."""
    return {**JSON, "Content-Encoding": encoding}


def oversize(path: str, method: str, *, chunked: bool) -> Bad:
    """A body of one byte more than is read."""
    name = f"{method} {path}, {'chunked' if chunked else 'announced'}"
    return Bad(f"too large: {name}", method, path, b" " * OVERSIZE, (), "4194304", 413, JSON, chunked)
