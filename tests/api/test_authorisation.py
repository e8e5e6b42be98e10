"""The table of routes, walked: what needs a token takes no other than a good one, and what is open needs none."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from tests import serving
from tests.api.tokens import Mint
from tests.engines import Engine
from tests.serving import Served

from twinhaus.api.routes import PREFIXES, ROUTES, Route
from twinhaus.auth import clients
from twinhaus.auth.scopes import SCOPES
from twinhaus.cli import main
from twinhaus.testing.server import running_server

OPEN_PATHS = {
    "/healthz",
    "/readyz",
    "/metrics",
    "/oauth2/token",
    "/.well-known/jwks.json",
    "/openapi.json",
    "/",
    "/explorer/settings.json",
    "/explorer/{file:path}",
    "/docs",
    "/docs/api/",
    "/docs/api/{asset}",
    "/docs/{page:path}",
}
SCOPED = [route for route in ROUTES if route.scope is not None]
OPEN = [route for route in ROUTES if route.scope is None]
LOOPBACK = "127.0.0.1"

each_scoped = pytest.mark.parametrize("route", SCOPED, ids=lambda route: f"{route.method} {route.path}")
each_open = pytest.mark.parametrize("route", OPEN, ids=lambda route: f"{route.method} {route.path}")


def send(http: httpx.Client, route: Route, authorization: str | None, prefix: str = "") -> httpx.Response:
    """A request of a route that would succeed or be refused for its body, with these credentials."""
    headers = {} if authorization is None else {"Authorization": authorization}
    path = re.sub(r"\{\w+\}", "x", route.path)
    return http.request(route.method, prefix + path, headers=headers)


@pytest.fixture(scope="module")
def mint(read_only: Served) -> Mint:
    """Makes tokens that are almost right."""
    return Mint(read_only.url, read_only.store, read_only.credentials)


@pytest.fixture(scope="module")
def wrong_tokens(mint: Mint) -> dict[str, str]:
    """Tokens that are wrong in one thing each."""
    return mint.wrong()


def assert_refused(answer: httpx.Response, *, error: str | None) -> None:
    """401, with the challenge and the error code of RFC 6750 §3.1, as a problem that tells nothing."""
    assert answer.status_code == 401
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith("Bearer")
    assert (f'error="{error}"' in challenge) if error else ("error" not in challenge)
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert (document["status"], document["title"]) == (401, "Not authenticated")
    assert "errors" not in document


def test_every_route_is_scoped_or_known_to_be_open() -> None:
    """Only these eight paths are open to everyone; every other needs one of the five scopes."""
    assert {route.path for route in OPEN} == OPEN_PATHS
    assert {route.scope for route in SCOPED} <= set(SCOPES)
    assert not {route.path for route in SCOPED} & OPEN_PATHS


@each_open
@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("authorization", [None, "Bearer garbage", "Bearer", "Basic eDp5", "x"])
def test_open_route_answers_without_a_token(
    anyone: httpx.Client, route: Route, prefix: str, authorization: str | None
) -> None:
    """No token is asked for, and a bad one does no harm."""
    if route.path == "/oauth2/token":
        answer = send(anyone, route, authorization, prefix)
        assert answer.json()["error"] == "invalid_request"
        return
    path = prefix + route.path.replace("{asset}", "swagger-ui.css").replace("{page:path}", "tutorial.html")
    path = path.replace("{file:path}", "index.html")
    headers = {} if authorization is None else {"Authorization": authorization}
    status = anyone.request(route.method, path, headers=headers).status_code
    assert status == (307 if route.path == "/docs" else 200)


@each_scoped
@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Basic eDp5", "Token x", "x"])
def test_no_token_is_refused(
    anyone: httpx.Client, route: Route, prefix: str, authorization: str | None
) -> None:
    """Without a bearer token the answer is 401, with a bare challenge."""
    assert_refused(send(anyone, route, authorization, prefix), error=None)


@each_scoped
def test_bad_tokens_are_refused(anyone: httpx.Client, wrong_tokens: dict[str, str], route: Route) -> None:
    """Every token that is wrong in one thing is 401 `invalid_token`, at both prefixes, and twice in a row."""
    for reason, token in wrong_tokens.items():
        for prefix in PREFIXES:
            answer = send(anyone, route, f"Bearer {token}", prefix)
            assert answer.status_code == 401, reason
            assert_refused(answer, error="invalid_token")


@each_scoped
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_same_token_unspoilt_is_let_through(
    anyone: httpx.Client, mint: Mint, route: Route, scheme: str
) -> None:
    """What the tests spoil was good: with it a request gets as far as its own faults. Schemes have no casing."""
    answer = send(anyone, route, f"{scheme} {mint.token()}")
    assert answer.status_code in (200, 201, 400, 404, 415)


@each_scoped
def test_missing_scope_is_refused(anyone: httpx.Client, mint: Mint, route: Route) -> None:
    """403 names the scope that is missing, in the problem and the challenge; no other scope stands in for it."""
    assert route.scope is not None
    others = " ".join(scope for scope in SCOPES if scope != route.scope)
    for scopes in (others, "", None, route.scope.upper(), f"{route.scope},x"):
        answer = send(anyone, route, f"Bearer {mint.token(claims={'scope': scopes})}")
        assert answer.status_code == 403
        assert f'error="insufficient_scope", scope="{route.scope}"' in answer.headers["www-authenticate"]
        assert answer.headers["content-type"] == "application/problem+json"
        assert route.scope in answer.json()["detail"]
    answer = send(anyone, route, f"Bearer {mint.token(claims={'scope': route.scope})}")
    assert answer.status_code not in (401, 403)


def test_a_token_has_no_more_than_its_client(anyone: httpx.Client, read_only: Served) -> None:
    """A scope that a token carries and its client does not have (any more) counts for nothing."""
    reader = serving.add_client(read_only.store, "reads", "twins:read")
    more = Mint(read_only.url, read_only.store, reader).token(claims={"scope": "twins:read twins:write"})
    headers = {"Authorization": f"Bearer {more}"}
    assert anyone.post("/twins", headers=headers).status_code == 200
    assert anyone.put("/twins", headers=headers).status_code == 403


def test_refused_before_the_body_is_read(anyone: httpx.Client) -> None:
    """Without a token, what is wrong with the body is not told."""
    answer = anyone.put("/twins", content=b"{", headers={"Content-Type": "text/plain"})
    assert_refused(answer, error=None)


def test_refusal_does_not_tell_what_exists(anyone: httpx.Client) -> None:
    """Without a token, a twin that exists and one that does not answer the same."""
    answers = [anyone.get(f"/twins/{twin_id}").json() for twin_id in ("AHU-1", "nobody")]
    for answer in answers:
        del answer["instance"]
    assert answers[0] == answers[1]


def test_two_authorization_headers_are_not_a_token(anyone: httpx.Client, mint: Mint) -> None:
    """A good token beside another header does not make one token of both."""
    good = f"Bearer {mint.token()}"
    for pair in (("Bearer x", good), ("Basic eDp5", good)):
        headers = [("Authorization", one) for one in pair]
        assert anyone.post("/twins", headers=headers).status_code == 401
    assert anyone.post("/twins", params={"access_token": mint.token()}).status_code == 401


def test_token_of_a_removed_client_is_refused(anyone: httpx.Client, read_only: Served) -> None:
    """A token that the server meets for the first time after its client was removed is refused at once."""
    credentials = serving.add_client(read_only.store, "leaves", *SCOPES)
    token = serving.get_token(read_only.url, credentials)
    with serving.opened(read_only.store) as store:
        store.write(lambda transaction: clients.remove_client(transaction, "leaves")).result()
    answer = anyone.post("/twins", headers={"Authorization": f"Bearer {token}"})
    assert_refused(answer, error="invalid_token")


def test_token_of_another_store_is_refused(anyone: httpx.Client, written: Served) -> None:
    """Stores trust their own tokens only."""
    token = serving.get_token(written.url, written.credentials)
    answer = anyone.post("/twins", headers={"Authorization": f"Bearer {token}"})
    assert_refused(answer, error="invalid_token")


# --- without authorisation


@pytest.fixture(scope="module")
def open_to_all(engine: Engine) -> Iterator[httpx.Client]:
    """A server that was started with --auth none."""
    with engine.new_store() as store:
        serving.make_store(store, twins=[{"id": "x", "modelId": serving.LEVEL}])
        with (
            running_server(store, "--auth", "none", "--host", LOOPBACK) as server,
            serving.client(server.url) as http,
        ):
            yield http


def test_auth_none_asks_no_one(open_to_all: httpx.Client) -> None:
    """With `--auth none` every route answers without a token, and a bad one does no harm."""
    for headers in ({}, {"Authorization": "Bearer x"}):
        assert open_to_all.get("/twins/x", headers=headers).status_code == 200
        assert len(open_to_all.post("/twins", headers=headers).json()["content"]) == 1
        body = {"id": "x", "modelId": serving.LEVEL}
        assert open_to_all.put("/twins", json=body, headers=headers).status_code == 200


def test_auth_none_listens_on_loopback(open_to_all: httpx.Client) -> None:
    """The server that asks no one listens where only this machine reaches it."""
    assert open_to_all.base_url.host == LOOPBACK


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("Origin", "https://example.com", 403),
        ("Origin", "null", 403),
        ("Host", "rebound.example.com", 403),
        ("Host", "127.0.0.1.example.com:8080", 403),
        ("Origin", "http://localhost:3000", 200),
        ("Origin", "http://[::1]:3000", 200),
        ("Host", "localhost", 200),
    ],
)
def test_auth_none_hears_no_page_of_elsewhere(
    open_to_all: httpx.Client, name: str, value: str, status: int
) -> None:
    """A page of another site asks through its reader's browser, which says so; one of this machine is heard."""
    answer = open_to_all.post("/signing-keys", headers={name: value})
    assert answer.status_code == (201 if status == 200 else status)
    if status == 403:
        assert answer.json()["type"] == "urn:twinhaus:problem:foreign-origin"
        assert open_to_all.get("/healthz", headers={name: value}).status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", "", "127.0.0.1.example.com"])
def test_auth_none_binds_to_loopback_only(tmp_path: Path, host: str) -> None:
    """Any other address is refused before anything is opened, with the reason."""
    store = tmp_path / "store.db"
    arguments = ["serve", "--store", str(store), "--auth", "none", "--host", host, "--port", "0"]
    ended = CliRunner().invoke(main, arguments)
    assert ended.exit_code == 2
    assert "--auth none" in ended.stderr
    assert LOOPBACK in ended.stderr
    assert not store.exists()
