"""What the fault tests have in common: twins and relationships in few words, and lists read to their end."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx

from twinhaus.strictjson import JsonObject
from twinhaus.testing.server import run_cli


def model(name: str) -> str:
    """The id of a starter model."""
    return f"dtmi:com:willowinc:{name};1"


def twin(twin_id: str, model_name: str, **contents: Any) -> JsonObject:
    """In the shape of PUT /twins."""
    return {"id": twin_id, "modelId": model(model_name), "contents": contents}


def link(source: str, name: str, target: str) -> JsonObject:
    """In the shape of PUT /twins/relationships."""
    return {"sourceId": source, "name": name, "targetId": target}


def link_path(source: str, name: str, target: str) -> str:
    """Where a relationship without properties is deleted."""
    return f"/twins/{source}/relationships/{source}_{name}_{target}"


def lines(objects: Iterable[JsonObject]) -> bytes:
    """NDJSON."""
    return "".join(json.dumps(one) + "\n" for one in objects).encode()


def bring_in(store: str, folder: Path, twins: Iterable[JsonObject], links: Iterable[JsonObject] = ()) -> None:
    """Import a graph through the command line; every line of it must be legal."""
    (folder / "twins.ndjson").write_bytes(lines(twins))
    (folder / "links.ndjson").write_bytes(lines(links))
    files = ("--twins", str(folder / "twins.ndjson"), "--relationships", str(folder / "links.ndjson"))
    done = run_cli("import", "--store", store, *files)
    assert done.returncode == 0, done.stderr.decode()


def pages(http: httpx.Client, request: JsonObject, *, page_size: int = 1_000) -> Iterator[list[JsonObject]]:
    """A list's pages, each asked for with the last one's continuation token alone."""
    body = {**request, "pageSize": page_size}
    while body:
        answer = http.post("/twins", json=body)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield page["content"]
        token = page["continuationToken"]
        body = {"continuationToken": token} if token else {}


def listed(http: httpx.Client, request: JsonObject) -> set[str]:
    """The ids of a whole list."""
    return {found["id"] for page in pages(http, request) for found in page}
