"""What holds for every request and every answer: ids and traces, prefixes, media types, methods, problems."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tests.api.asking import JSON_HEADERS, put
from tests.api.models import BARE, SAMPLER
from tests.serving import Served

from twinhaus.api.routes import PREFIXES, ROUTES, Route

NewId = Callable[[], str]
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE}-00f067aa0ba902b7-01"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
OVERSIZE = 4 * 1024 * 1024 + 1

WIRE = {"propertyFilter": {"field": "id", "operator": "is", "value": "wire"}}

# Name, method, path, further arguments, and the status it gets.
ANSWERS: list[tuple[str, str, str, dict[str, Any], int]] = [
    ("stored", "PUT", "/twins", {"json": {"id": "wire", "modelId": BARE}}, 200),
    ("list", "POST", "/twins", {}, 200),
    ("twin", "GET", "/twins/wire", {}, 200),
    ("head", "HEAD", "/twins/wire", {}, 200),
    ("no twin", "GET", "/twins/nobody", {}, 404),
    ("head of no twin", "HEAD", "/twins/nobody", {}, 404),
    ("no path", "GET", "/nothing", {}, 404),
    ("no method", "GET", "/twins", {}, 405),
    ("patched", "PATCH", "/twins/wire", {"json": [{"op": "replace", "path": "/contents", "value": {}}]}, 200),
    ("patch that fails", "PATCH", "/twins/wire", {"json": [{"op": "remove", "path": "/contents/x"}]}, 400),
    ("test that fails", "PATCH", "/twins/wire", {"json": [{"op": "test", "path": "", "value": 1}]}, 409),
    (
        "patch in XML",
        "PATCH",
        "/twins/wire",
        {"content": b"<a/>", "headers": {"Content-Type": "text/xml"}},
        415,
    ),
    ("all patched", "PATCH", "/twins?dryRun=true", {"json": {"filter": WIRE, "patch": []}}, 200),
    ("nothing to filter", "DELETE", "/twins", {}, 400),
    ("all deleted", "DELETE", "/twins?dryRun=true", {"json": {"filter": WIRE}}, 200),
    ("no token", "GET", "/twins/wire", {"headers": {"Authorization": ""}}, 401),
    ("bad token", "GET", "/twins/wire", {"headers": {"Authorization": "Bearer x"}}, 401),
    ("bad body", "PUT", "/twins", {"content": b"{", "headers": JSON_HEADERS}, 400),
    ("stale", "DELETE", "/twins/wire", {"headers": {"If-Match": '"0"'}}, 412),
    ("too large", "POST", "/twins", {"content": b" " * OVERSIZE, "headers": JSON_HEADERS}, 413),
    ("xml", "PUT", "/twins", {"content": b"<a/>", "headers": {"Content-Type": "text/xml"}}, 415),
    ("bad client", "POST", "/oauth2/token", {"data": {"grant_type": "client_credentials"}}, 401),
    ("bad grant", "POST", "/oauth2/token", {"data": {}}, 400),
    ("keys", "GET", "/.well-known/jwks.json", {}, 200),
    ("health", "GET", "/healthz", {}, 200),
    ("readiness", "GET", "/readyz", {}, 200),
    ("contract", "GET", "/openapi.json", {}, 200),
    ("documentation", "GET", "/docs", {}, 307),
    ("no page of it", "GET", "/docs/nothing.html", {}, 404),
    ("page to try", "GET", "/docs/api/", {}, 200),
    ("part of that page", "GET", "/docs/api/swagger-ui.css", {}, 200),
    ("no part of that page", "GET", "/docs/api/nothing.css", {}, 404),
    ("deleted", "DELETE", "/twins/wire", {}, 204),
]
each_answer = pytest.mark.parametrize(
    ("method", "path", "more", "status"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS]
)


@pytest.fixture(autouse=True)
def wire(request: pytest.FixtureRequest, writing: httpx.Client) -> None:
    """The twin that the table speaks of."""
    if "method" in request.fixturenames:
        put(writing, "wire", BARE)


def ask(http: httpx.Client, method: str, path: str, more: dict[str, Any], **headers: str) -> httpx.Response:
    """One request of the table, with more headers."""
    return http.request(method, path, **{**more, "headers": {**more.get("headers", {}), **headers}})


@each_answer
@pytest.mark.parametrize("prefix", PREFIXES)
def test_every_answer_has_a_request_id(
    writing: httpx.Client, prefix: str, method: str, path: str, more: dict[str, Any], status: int
) -> None:
    """Whatever the status and the prefix: a new id each time, or the client's own, or its trace's."""
    ids = set()
    for headers, expected in (
        ({}, None),
        ({"X-Request-Id": "my.id_1:/+=-"}, "my.id_1:/+=-"),
        ({"traceparent": TRACEPARENT}, TRACE),
        ({"traceparent": TRACEPARENT, "X-Request-Id": "mine"}, "mine"),
    ):
        put(writing, "wire", BARE)
        answer = ask(writing, method, prefix + path, more, **headers)
        assert answer.status_code == status, answer.text
        request_id = answer.headers["x-request-id"]
        assert expected in (None, request_id)
        ids.add(request_id)
        if answer.headers.get("content-type") == "application/problem+json" and method != "HEAD":
            assert answer.json()["instance"].endswith(f":{request_id}")
    assert len(ids) == 4


@pytest.mark.parametrize(
    "bad", [b"", b"a b", b"\xfc", b"<script>", b"x" * 129, b"a,b", b'a"b', b"%0d%0a"], ids=repr
)
def test_bad_request_ids_are_replaced(reading: httpx.Client, bad: bytes) -> None:
    """An id that could harm a log or a header is not echoed."""
    answer = reading.get("/healthz", headers={b"X-Request-Id": bad})
    assert re.fullmatch("[0-9a-f]{32}", answer.headers["x-request-id"])


@pytest.mark.parametrize(
    "bad",
    [
        f"00-{TRACE}-00f067aa0ba902b7",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{TRACE}-{'0' * 16}-01",
        "x",
        "",
    ],
)
def test_bad_traces_are_ignored(reading: httpx.Client, bad: str) -> None:
    """What is no W3C traceparent (all zeros are none either) gives a new id."""
    request_id = reading.get("/healthz", headers={"traceparent": bad}).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    assert request_id.upper() not in (TRACE.upper(), "0" * 32)


@each_answer
def test_both_prefixes_answer_the_same(
    writing: httpx.Client, method: str, path: str, more: dict[str, Any], status: int
) -> None:
    """Status, media type and body are the same at the root and under /api/v3, but for the moment."""
    answers = []
    for prefix in PREFIXES:
        put(writing, "wire", BARE)
        answers.append(ask(writing, method, prefix + path, more, **{"X-Request-Id": "same"}))
    one, two = answers
    assert one.status_code == two.status_code == status
    assert one.headers.get("content-type") == two.headers.get("content-type")
    assert one.headers.keys() == two.headers.keys()
    moment = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+(Z|\+00:00)")
    assert moment.sub("", one.text) == moment.sub("", two.text)


@each_answer
def test_errors_are_problem_documents(
    writing: httpx.Client, method: str, path: str, more: dict[str, Any], status: int
) -> None:
    """Every error but the token endpoint's is application/problem+json with the five members of RFC 9457."""
    answer = ask(writing, method, path, more)
    if status < 400 or method == "HEAD":
        return
    if path == "/oauth2/token":
        assert answer.headers["content-type"] == "application/json"
        assert answer.json().keys() == {"error", "error_description"}
        return
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document.keys() - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert document["status"] == status
    assert all(
        isinstance(document[key], str) and document[key] for key in document.keys() - {"status", "errors"}
    )
    assert ("errors" in document) == (status == 400)


# --- methods


def methods_of(path: str) -> set[str]:
    """The methods a path of the table has; HEAD comes with GET."""
    found = {route.method for route in ROUTES if route.path == path}
    return found | {"HEAD"} if "GET" in found else found


@pytest.mark.parametrize("path", sorted({route.path for route in ROUTES}))
@pytest.mark.parametrize("prefix", PREFIXES)
def test_other_methods_are_405(reading: httpx.Client, prefix: str, path: str) -> None:
    """Any other method is 405, to anyone, and `Allow` names the ones there are, as does the problem."""
    allowed = methods_of(path)
    for method in set(METHODS) - allowed:
        answer = reading.request(method, prefix + re.sub(r"\{\w+\}", "x", path))
        assert answer.status_code == 405, method
        assert set(answer.headers["allow"].split(", ")) == allowed
        if method != "HEAD":
            assert all(one in answer.json()["detail"] for one in allowed)


# --- query parameters


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_unknown_query_parameters(reading: httpx.Client, route: Route) -> None:
    """A route with a scope names one that is not of the contract; an open one goes on without it."""
    answer = reading.request(route.method, re.sub(r"\{\w+\}", "x", route.path), params={"cascde": "true"})
    if route.scope is None:
        assert answer.status_code != 400 or route.path == "/oauth2/token"
    else:
        assert answer.status_code == 400
        assert answer.json()["errors"]["cascde"][0].startswith('Unknown parameter "cascde". ')


# --- media types


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "APPLICATION/JSON",
        "Application/Json ; charset=utf-8",
        "text/json",
        "application/vnd.example+json",
    ],
)
def test_json_under_any_of_its_names(writing: httpx.Client, content_type: str) -> None:
    """Parameters and casing of the content type do not matter, nor do JSON's other names."""
    body = b'{"id":"wire","modelId":"%b"}' % BARE.encode()
    answer = writing.put("/twins", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "content_type",
    [
        None, "", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
        "application/jsonx", "application/json+xml", "json", "application/", "application/octet-stream",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/twins"),
        ("POST", "/twins"),
        ("PATCH", "/twins"),
        ("DELETE", "/twins"),
        ("PATCH", "/twins/wire"),
        ("PUT", "/twins/relationships"),
    ],
)
def test_other_media_types_are_415(
    writing: httpx.Client, method: str, path: str, content_type: str | None
) -> None:
    """A body of any other type is 415, which says what was sent and what is read."""
    headers = {} if content_type is None else {"Content-Type": content_type}
    answer = writing.request(method, path, content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]
    assert (content_type or "no content type") in answer.json()["detail"]


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html", "application/xml"])
def test_answers_are_json_whatever_is_accepted(reading: httpx.Client, accept: str) -> None:
    """JSON is all there is."""
    answer = reading.post("/twins", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"


# --- limits


def test_a_body_up_to_the_limit_is_read(written: Served, new_id: NewId) -> None:
    """Four mebibytes are read, whether their length is announced or not, and one byte more is not."""
    twin_id = new_id()
    start = f'{{"id":"{twin_id}","modelId":"{SAMPLER}","contents":{{"text":"'.encode()
    body = start + b"x" * (OVERSIZE - 1 - len(start) - 3) + b'"}}'
    assert len(body) == OVERSIZE - 1
    for content, status in (
        (body, 200),
        (iter((body[:9], body[9:])), 200),
        (body + b" ", 413),
        (iter((body, b" ")), 413),
    ):
        answer = written.http.put("/twins", content=content, headers=JSON_HEADERS)
        assert answer.status_code == status
        assert status == 200 or str(OVERSIZE - 1) in answer.json()["detail"]
    assert written.http.delete(f"/twins/{twin_id}").status_code == 204
