"""Models that tests make up: each with an id that no other has."""

from itertools import count
from typing import Any

import httpx

_NUMBERS = count(1)


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
