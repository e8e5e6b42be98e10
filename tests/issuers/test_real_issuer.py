"""A real OpenID Connect server issues tokens, rotates its keys and goes away, and our server goes along."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import jwt
import pytest
from tests import serving
from tests.api.tokens import another_key
from tests.issuers.real import AUDIENCE, Issuer, bearer, running_issuer, trusting


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a building and a client of its own."""
    path = tmp_path_factory.mktemp("trusting") / "store.db"
    serving.make_store(path, twins=[{"id": "BLDG-1", "modelId": "dtmi:com:willowinc:Building;1"}])
    return path


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """The issuer, with a first key."""
    with running_issuer() as running:
        yield running


@pytest.fixture
def http(store: Path, issuer: Issuer) -> Iterator[httpx.Client]:
    """A client of a server that trusts it, and asks it again for every key that it does not know."""
    with trusting(store, issuer.url, trusted_retry_seconds="0") as client:
        yield client


def status(http: httpx.Client, token: str, path: str = "/twins", method: str = "POST") -> int:
    """How a request with this token is answered."""
    return http.request(method, path, headers=bearer(token)).status_code


def test_scopes_of_the_issuer_count(http: httpx.Client, issuer: Issuer) -> None:
    """A token opens what its scopes open here, and nothing else; scopes we do not have mean nothing."""
    reader, writer = issuer.token("reader"), issuer.token("writer")
    assert jwt.get_unverified_header(reader)["typ"] == "at+jwt"
    assert [status(http, token) for token in (reader, writer)] == [200, 200]
    assert [status(http, token, "/twins/nobody", "DELETE") for token in (reader, writer)] == [403, 404]
    assert [status(http, token, "/clients", "GET") for token in (reader, writer)] == [403, 200]


def test_a_caller_with_locations_administers_nothing(http: httpx.Client, issuer: Issuer) -> None:
    """A token with locations loses the scopes that reach beyond them, though the issuer gave them."""
    local = issuer.token("local")
    assert "admin" in jwt.decode(local, options={"verify_signature": False})["scope"]
    assert status(http, local) == 200
    assert status(http, local, "/clients", "GET") == 403


def test_own_tokens_work_as_before(store: Path, http: httpx.Client) -> None:
    """Trusting another issuer takes nothing from our own clients."""
    credentials = serving.add_client(store, "own", "twins:read")
    assert status(http, serving.get_token(str(http.base_url).rstrip("/"), credentials)) == 200


def test_keys_are_rotated_while_we_run(http: httpx.Client, issuer: Issuer) -> None:
    """Tokens of a new key are good at once, those of the old one as long as it stands in the key set."""
    old = [issuer.token("reader") for _ in range(3)]
    assert status(http, old[0]) == 200
    issuer.do("rotate")
    new = issuer.token("reader")
    assert jwt.get_unverified_header(new)["kid"] != jwt.get_unverified_header(old[0])["kid"]
    assert status(http, new) == 200
    assert status(http, old[1]) == 200
    issuer.do("forget")
    assert status(http, unknown_key(issuer)) == 401  # And with it the keys are read again.
    assert status(http, old[2]) == 401
    assert status(http, issuer.token("reader")) == 200


def test_an_issuer_that_is_down(store: Path, issuer: Issuer) -> None:
    """Tokens of keys that are known go on working; of others nobody can tell just now, which is no refusal."""
    with trusting(store, issuer.url, trusted_retry_seconds="0") as http:
        first, second = issuer.token("reader"), issuer.token("writer")
        assert status(http, first) == 200
        issuer.stop()
        assert status(http, second) == 200
        answer = http.post("/twins", headers=bearer(unknown_key(issuer)))
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:twinhaus:problem:issuer-unavailable"
        assert int(answer.headers["retry-after"]) > 0
    with trusting(store, issuer.url) as http:
        assert [status(http, token) for token in (first, second)] == [503, 503]
        assert http.get("/readyz").status_code == 200


def unknown_key(issuer: Issuer) -> str:
    """A token that says it is of the issuer, of a key that nobody has heard of."""
    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "x", "exp": 2**33, "scope": "twins:read"}
    return jwt.encode(claims, another_key(), algorithm="RS256", headers={"kid": "nobody's", "typ": "at+jwt"})
