"""The running server is what the published contract says: the same routes, and every example as it stands."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from tests import serving
from tests.contract.document import (
    DOCUMENT,
    OPERATIONS,
    ExampleRequest,
    example_requests,
    faults,
    resolve,
)
from tests.engines import Engine
from tests.serving import Credentials

from twinhaus.api.routes import PREFIXES, ROUTES
from twinhaus.api.sites import folder_of
from twinhaus.auth.scopes import SCOPES
from twinhaus.testing.server import running_server

REQUESTS = list(example_requests())
OF_EXPLORER = ("showExplorer", "showExplorerFile")  # What it takes Node.js to have.
JSON_TYPES = ("application/json", "application/problem+json", "application/schema+json")


@pytest.fixture(scope="module")
def store(engine: Engine) -> Iterator[str]:
    """A store with the starter models and nothing else."""
    with engine.new_store() as store:
        serving.make_store(store)
        yield store


@pytest.fixture(scope="module")
def server(store: str) -> Iterator[str]:
    """A server on it."""
    with running_server(store) as running:
        yield running.url


@pytest.fixture(scope="module")
def credentials(store: str, server: str) -> Credentials:
    """A client with every scope."""
    return serving.add_client(store, "examples", *SCOPES)


@pytest.fixture(scope="module")
def http(server: str) -> Iterator[httpx.Client]:
    """A client without a token."""
    with serving.client(server) as client:
        yield client


@pytest.fixture(scope="module")
def answers(server: str, http: httpx.Client, credentials: Credentials) -> dict[str, httpx.Response]:
    """The answer to every example, run in the document's order with a token of just the scope it names."""
    tokens = {
        scope: serving.get_token(server, credentials, scope=scope)
        for scope in {request.scope for request in REQUESTS}
        if scope is not None
    }
    found: dict[str, httpx.Response] = {}
    for request in REQUESTS:
        path = request.path
        for id_, example in request.ids.items():
            path = path.replace(id_, found[example].json()["id"])
        found[name_of(request)] = send(http, replace(request, path=path), tokens, credentials)
    return found


def name_of(request: ExampleRequest) -> str:
    """The operation and the example."""
    return f"{request.operation.id} {request.name}"


def send(
    http: httpx.Client, request: ExampleRequest, tokens: dict[str, str], credentials: Credentials
) -> httpx.Response:
    """The request as the document has it, with our client's values for placeholders."""
    own = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
    headers = dict(request.headers)
    if request.scope is not None:
        headers["Authorization"] = f"Bearer {tokens[request.scope]}"
    body: dict[str, Any] = {}
    if request.media_type is not None:
        value = request.body
        if request.placeholders:
            value = {**value, **{name: own[name] for name in request.placeholders}}
        is_json = request.media_type.endswith("json")
        if isinstance(value, str):
            body = {"content": value.encode()}
        else:
            body = {"content": json.dumps(value)} if is_json else {"data": value}
        headers["Content-Type"] = request.media_type
    return http.request(
        request.operation.method,
        "/api/v3" + request.path,
        params=dict(request.query) or None,
        headers=headers,
        **body,
    )


@pytest.mark.parametrize("request_", REQUESTS, ids=name_of)
def test_example_gets_its_documented_answer(
    answers: dict[str, httpx.Response], request_: ExampleRequest
) -> None:
    """The expected status, a documented media type, a body that is what its schema says, and every promised header."""
    answer = answers[name_of(request_)]
    if request_.operation.id in OF_EXPLORER and not (folder_of("explorer") / "index.html").is_file():
        pytest.skip("The explorer is not built.")
    assert answer.status_code == request_.expected_status, answer.text
    documented = request_.operation.responses[str(answer.status_code)]
    for name, header in documented.get("headers", {}).items():
        schema = resolve(header)
        assert name in answer.headers or not schema.get("required")
        if name in answer.headers and schema["schema"].get("type") == "string":
            assert faults(answer.headers[name], schema["schema"]) == []
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if "content" not in documented:
        assert (answer.content, media_type) == (b"", "")
        return
    assert media_type in documented["content"]
    if media_type in JSON_TYPES:
        assert faults(answer.json(), documented["content"][media_type]["schema"]) == []
    if "x-line-schema" in documented["content"][media_type]:
        check_lines(answer.text, documented["content"][media_type]["x-line-schema"])


def check_lines(text: str, schema: dict[str, Any]) -> None:
    """Each line is what the schema of lines says."""
    assert text.endswith("\n")
    for line in text.splitlines():
        assert faults(json.loads(line), schema) == []


def test_examples_found_what_they_speak_of(answers: dict[str, httpx.Response]) -> None:
    """An example of a filter that finds nothing would explain nothing: each list example finds a twin, but not all."""
    lists = {
        request.name: answers[name_of(request)].json()["content"]
        for request in REQUESTS
        if request.operation.id == "listTwins" and request.expected_status == 200
    }
    assert all(lists.values()), [name for name, found in lists.items() if not found]
    everything = len(lists["everything"])
    filtering = {name for name, found in lists.items() if len(found) < everything}
    assert set(lists) - filtering == {"everything", "by-date"}


def test_examples_of_the_trail_found_what_they_speak_of(answers: dict[str, httpx.Response]) -> None:
    """Each finds something, but for the one that speaks of a request; so each filter that is shown filters."""
    lengths = {
        request.name: len(answers[name_of(request)].json()["content"])
        for request in REQUESTS
        if request.operation.id == "listAudit" and request.expected_status == 200
    }
    assert {name for name, length in lengths.items() if not length} == {"of-a-request"}
    assert lengths["newest"] == 10


def test_every_operation_has_a_good_and_a_bad_example() -> None:
    """Each operation shows a success, and each that can be asked wrongly shows a refusal."""
    for operation in OPERATIONS:
        statuses = {request.expected_status for request in REQUESTS if request.operation == operation}
        assert any(status < 400 for status in statuses)
        if operation.body or "{" in operation.path:
            assert any(status >= 400 for status in statuses)


def documented_path(path: str) -> str:
    """`{twin_id}` of the table is `{twinId}` in the document, which has no word for several segments."""
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), path).replace(":path}", "}")


def test_routes_and_document_agree() -> None:
    """Every route is documented with its scope, and nothing else is."""
    table = {(route.method, documented_path(route.path), route.scope) for route in ROUTES}
    document = {
        (
            operation.method.upper(),
            operation.path,
            next((scope for one in operation.content["security"] for scope in one.get("oauth2", [])), None),
        )
        for operation in OPERATIONS
    }
    assert table == document


def test_parameters_and_document_agree() -> None:
    """Every query parameter that a route takes is documented, and no other."""
    table = {(route.method, documented_path(route.path)): set(route.parameters) for route in ROUTES}
    document = {
        (operation.method.upper(), operation.path): {
            one["name"] for one in operation.parameters if one["in"] == "query"
        }
        for operation in OPERATIONS
    }
    assert table == document


def test_prefixes_and_document_agree() -> None:
    """The document's servers are the prefixes that routes are served under."""
    assert {server["url"].rstrip("/") for server in DOCUMENT["servers"]} == set(PREFIXES)


def test_scopes_and_document_agree() -> None:
    """The document names the scopes there are."""
    flow = DOCUMENT["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    assert set(flow["scopes"]) == set(SCOPES)


# --- the document and its page, as served


@pytest.mark.parametrize("prefix", PREFIXES)
def test_document_is_served_as_it_is(http: httpx.Client, prefix: str) -> None:
    """/openapi.json is contract/openapi.yaml, member for member."""
    answer = http.get(f"{prefix}/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == json.loads(json.dumps(DOCUMENT, default=str))


class _References(HTMLParser):
    """What a page loads."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inline = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        reference = given.get("src") or given.get("href")
        if reference is not None:
            self.found.append(reference)
        elif tag in ("script", "style"):
            self.inline += 1


@pytest.mark.parametrize("prefix", PREFIXES)
def test_page_is_served_from_here_alone(http: httpx.Client, prefix: str) -> None:
    """All that the page loads comes from this server, and its policy lets nothing else in."""
    page = http.get(f"{prefix}/docs/api/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    references = _References(page.text)
    assert references.inline == 0
    assert len(references.found) >= 4
    for reference in references.found:
        assert "//" not in reference
        part = http.get(str(page.url.join(reference)))
        assert part.status_code == 200
        expected = {"css": "text/css", "js": "text/javascript", "html": "text/html"}[
            reference.rpartition(".")[2]
        ]
        assert part.headers["content-type"].startswith(expected)
        if expected == "text/css":
            assert not re.search(r"url\(\s*['\"]?(https?:)?//|@import", part.text)
    start = http.get(str(page.url.join(references.found[-1]))).text
    assert not re.search(r"https?://", start)
    named = re.search(r'url: "([^"]+)"', start)
    assert named is not None
    assert http.get(str(page.url.join(named[1]))).json()["openapi"] == DOCUMENT["openapi"]
