"""Pages of other origins: a browser lets those of the setting ask, and read whatever comes back, and no others."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from starlette.types import Message, Receive, Scope, Send
from tests import serving
from tests.instances.ways import OWN, Tenants, create

from twinhaus.api.crossorigin import open_to_origins
from twinhaus.api.envelope import Envelope
from twinhaus.auth.scopes import SCOPES
from twinhaus.testing.server import running_server

CONTRACT = Path(__file__).parents[2] / "contract" / "openapi.yaml"
APP, LOCAL, OTHER = "https://app.example.com", "http://localhost:3000", "https://app.example.com.evil.example"
PLACES = ("", "/api/v3", "/instances/acme", "/instances/acme/api/v3")
# What every page may read of an answer (https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name).
SAFE = {"cache-control", "content-language", "content-length", "content-type", "expires", "last-modified"}


@pytest.fixture(scope="module")
def tenants(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenants]:
    """A server that two origins may ask, with an instance."""
    store = str(tmp_path_factory.mktemp("cross") / "store.db")
    serving.make_store(store)
    credentials = {OWN: serving.add_client(store, "first", *SCOPES), "acme": create(store, "acme")}
    with running_server(store, cors_origins=f"{APP},{LOCAL}") as server:
        yield Tenants(server.url, store, credentials)


@pytest.fixture
def anyone(tenants: Tenants) -> Iterator[httpx.Client]:
    """A client without a token."""
    with serving.client(tenants.url) as http:
        yield http


def preflight(http: httpx.Client, path: str, origin: str, method: str = "PUT") -> httpx.Response:
    """What a browser asks before a page of this origin may ask."""
    asked = {
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization,if-match",
    }
    return http.options(path, headers={"Origin": origin, **asked})


def names(text: str) -> set[str]:
    """The names in a header."""
    return {name.strip().lower() for name in text.split(",")}


@pytest.mark.parametrize("origin", [APP, LOCAL])
@pytest.mark.parametrize("place", PLACES)
def test_a_page_may_ask_before_it_has_a_token(anyone: httpx.Client, place: str, origin: str) -> None:
    """A preflight is answered at every path, of an instance too, for each method and header that the API knows."""
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        answer = preflight(anyone, f"{place}/twins", origin, method)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert method.lower() in names(answer.headers["Access-Control-Allow-Methods"])
        assert {"authorization", "if-match"} <= names(answer.headers["Access-Control-Allow-Headers"])
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_nothing_else_is_let_through_by_it(anyone: httpx.Client) -> None:
    """Without a token the page is refused like anyone, and OPTIONS that is no preflight is no method of the API."""
    headers = {"Origin": APP}
    assert anyone.post("/twins", json={}, headers=headers).status_code == 401
    assert anyone.options("/twins", headers=headers).status_code == 405
    assert anyone.options("/twins", headers={"Access-Control-Request-Method": "GET"}).status_code == 405


def test_other_origins_may_not(anyone: httpx.Client) -> None:
    """Neither is their preflight granted, nor may their pages read an answer, even where they have a token."""
    for origin in (OTHER, "http://app.example.com", "null"):
        refused = preflight(anyone, "/twins", origin)
        assert refused.status_code == 400
        assert "Access-Control-Allow-Origin" not in refused.headers
        assert "Access-Control-Allow-Origin" not in anyone.get("/healthz", headers={"Origin": origin}).headers


def test_errors_can_be_read_as_answers_can(tenants: Tenants, anyone: httpx.Client) -> None:
    """Else a browser would tell the page of no more than a failure."""
    few = serving.add_client(tenants.store, "few", "twins:read")
    reader = {"Authorization": f"Bearer {serving.get_token(tenants.url, few)}"}
    room = {"id": "room", "modelId": serving.LEVEL}
    asked: Mapping[int, httpx.Response] = {
        status: anyone.request(method, path, json=body, headers={"Origin": APP, **sent})
        for status, method, path, body, sent in (
            (200, "POST", "/twins", {}, reader),
            (400, "POST", "/twins", {"pageSize": -1}, reader),
            (401, "POST", "/twins", {}, {}),
            (403, "PUT", "/twins", room, reader),
            (404, "GET", "/instances/nobody/twins/x", None, reader),
            (405, "PUT", "/models", {}, reader),
            (415, "POST", "/twins", {}, {**reader, "Content-Type": "text/plain"}),
        )
    }
    for status, answer in asked.items():
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == APP
        assert "origin" in names(answer.headers["Vary"])
        assert "x-request-id" in names(answer.headers["Access-Control-Expose-Headers"])


def test_every_header_of_the_contract_can_be_read(anyone: httpx.Client) -> None:
    """What answers are described to have is exposed, unless every page may read it."""
    described = {name.lower() for name in headers_in(yaml.safe_load(CONTRACT.read_text("utf-8"))["paths"])}
    exposed = names(anyone.get("/healthz", headers={"Origin": APP}).headers["Access-Control-Expose-Headers"])
    assert len(described) > 5
    assert described - SAFE <= exposed


def headers_in(node: Any) -> Iterator[str]:
    """The names of headers of the answers below a node of the document."""
    if isinstance(node, dict):
        yield from node.get("headers", ())
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from headers_in(child)


def test_who_asks_from_nowhere_is_answered_as_ever(anyone: httpx.Client) -> None:
    """Programs that are no browsers send no origin, and hear of none, but that caches are to tell answers apart."""
    answer = anyone.get("/healthz")
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert names(answer.headers["Vary"]) == {"origin"}


def test_a_failure_inside_can_be_read() -> None:
    """A 500 has the headers, too: it is made by what is around every answer."""

    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    async def receive() -> Message:
        return {"type": "http.request"}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"origin", APP.encode())]
    scope = {"type": "http", "method": "GET", "raw_path": b"/twins", "path": "/twins", "headers": headers}
    asyncio.run(open_to_origins(Envelope(fail), (APP,))(scope, receive, send))
    assert sent[0]["status"] == 500
    assert (b"access-control-allow-origin", APP.encode()) in sent[0]["headers"]


def test_any_origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`*` lets every page ask, and none send cookies; with `--auth none` only those of this machine are heard."""
    serving.make_store(tmp_path / "store.db")
    monkeypatch.setenv("TWINHAUS_CORS_ORIGINS", "*")
    with (
        running_server(tmp_path / "store.db", "--auth", "none") as server,
        serving.client(server.url) as http,
    ):
        answers = {
            origin: http.post("/twins", json={}, headers={"Origin": origin}) for origin in (LOCAL, OTHER)
        }
    assert {origin: answer.status_code for origin, answer in answers.items()} == {LOCAL: 200, OTHER: 403}
    for answer in answers.values():
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_no_origin_may_ask_unless_a_setting_says_so(anyone_of_another: httpx.Client) -> None:
    """Without it a preflight is a method that the path does not have, and answers say nothing of origins."""
    assert preflight(anyone_of_another, "/twins", APP).status_code == 405
    answer = anyone_of_another.get("/healthz", headers={"Origin": APP})
    assert not [name for name in answer.headers if name.startswith("access-control") or name == "vary"]


@pytest.fixture
def anyone_of_another(tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of a server without the setting."""
    serving.make_store(tmp_path / "store.db")
    with running_server(tmp_path / "store.db") as server, serving.client(server.url) as http:
        yield http
