"""What the tests say to a server most often."""

import re
from typing import Any

import httpx

TWIN_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}\+00:00")
COMPONENT_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{7}Z")
JSON_HEADERS = {"Content-Type": "application/json"}


def put(http: httpx.Client, twin_id: str, model_id: str, **contents: Any) -> dict[str, Any]:
    """Put a twin that is legal; the stored twin."""
    answer = http.put("/twins", json={"id": twin_id, "modelId": model_id, "contents": contents})
    assert answer.status_code == 200, answer.text
    stored: dict[str, Any] = answer.json()
    return stored


def relate(http: httpx.Client, source: str, name: str, target: str, **properties: Any) -> dict[str, Any]:
    """Put a relationship that is legal; the stored relationship."""
    body = {"sourceId": source, "targetId": target, "name": name, "properties": properties}
    answer = http.put("/twins/relationships", json=body)
    assert answer.status_code == 200, answer.text
    stored: dict[str, Any] = answer.json()
    return stored


def get(http: httpx.Client, twin_id: str) -> dict[str, Any]:
    """A twin that exists. Its id must need no encoding."""
    answer = http.get(f"/twins/{twin_id}")
    assert answer.status_code == 200, answer.text
    stored: dict[str, Any] = answer.json()
    return stored


def list_page(http: httpx.Client, /, **request: Any) -> dict[str, Any]:
    """One page of a legal list."""
    answer = http.post("/twins", json=request)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def list_twins(http: httpx.Client, /, **request: Any) -> list[dict[str, Any]]:
    """Every twin of a legal list, page by page."""
    page = list_page(http, **request)
    found: list[dict[str, Any]] = page["content"]
    while page["continuationToken"] is not None:
        page = list_page(http, continuationToken=page["continuationToken"])
        found += page["content"]
    return found


def list_ids(http: httpx.Client, /, **request: Any) -> set[str]:
    """The ids of every twin of a legal list, which must come once each."""
    ids = [twin["id"] for twin in list_twins(http, **request)]
    assert len(ids) == len(set(ids))
    return set(ids)


def faults(answer: httpx.Response) -> dict[str, list[str]]:
    """What a refused request is told, by path."""
    assert answer.status_code == 400, answer.text
    errors: dict[str, list[str]] = answer.json()["errors"]
    return errors
