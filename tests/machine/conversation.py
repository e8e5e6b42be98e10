"""What is said to a server, and whether it answers as the mirror does."""

import json
import re
from urllib.parse import quote

import httpx
from hypothesis import note
from tests.api.asking import TWIN_TIME
from tests.machine.mirror import Answer, Condition, Stamp, exact

from twinhaus.strictjson import Json

STRONG_TAG = re.compile(r'"[^"]+"')
NO_CONDITION = Condition()


def send(
    http: httpx.Client, method: str, url: str, body: Json = None, *, condition: Condition = NO_CONDITION
) -> httpx.Response:
    """A request, which a failing example shows with its answer."""
    headers = {condition.header: ", ".join(condition.tags)} if condition.header else {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    content = None if body is None else json.dumps(body)
    response = http.request(method, url, content=content, headers=headers)
    note(f"{method} {url} {headers} {content}\n  {response.status_code} {response.text}")
    return response


def agree(response: httpx.Response, answer: Answer) -> None:
    """The answer is the one foretold."""
    assert response.status_code == answer.status, f"expected {answer}"
    if answer.status >= 400:
        problem = response.json()
        assert response.headers["Content-Type"] == "application/problem+json"
        assert problem["status"] == answer.status
        assert problem.get("errors", {}).keys() == answer.faults, f"expected faults at {answer.faults}"
        assert all(id_ in problem["detail"] for id_ in answer.named), f"expected {answer.named} to be named"
    elif answer.status == 200:
        assert exact(response.json()) == exact(answer.body), f"expected {exact(answer.body)}"
    else:
        assert not response.content
    assert response.headers.get("ETag") == answer.tag, f"expected the tag {answer.tag}"


def path(*parts: str) -> str:
    """The path of a twin, or of what it has."""
    return "/".join(("/twins", *(quote(part, safe="") for part in parts)))


def stamp_of(response: httpx.Response) -> Stamp:
    """What the server set as it stored a twin, in the form that it promises."""
    if response.status_code != 200:
        return Stamp()
    stamp = Stamp(response.json()["lastUpdateTime"], tag_of(response))
    assert TWIN_TIME.fullmatch(stamp.time)
    return stamp


def tag_of(response: httpx.Response) -> str:
    """A strong entity tag, or nothing where something was refused."""
    tag = str(response.headers.get("ETag", ""))
    assert (response.status_code == 200) is (STRONG_TAG.fullmatch(tag) is not None)
    return tag
