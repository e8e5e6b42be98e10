"""POST /oauth2/token: every way to ask, and every error of RFC 6749."""

import base64
import json
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest
from tests import serving
from tests.api.tokens import TOKEN, claims_of, in_body
from tests.serving import FORM, Credentials, Served

from twinhaus.auth import clients

FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


def basic(client_id: str, secret: str, *, scheme: str = "Basic") -> dict[str, str]:
    """HTTP Basic as RFC 6749 §2.3.1 asks: both parts form-encoded first."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return {"Authorization": f"{scheme} {base64.b64encode(pair.encode()).decode()}"}


def raw_basic(content: bytes) -> dict[str, str]:
    """A Basic header with these bytes inside."""
    return {"Authorization": f"Basic {base64.b64encode(content).decode()}"}


def assert_granted(answer: httpx.Response, scopes: str = "twins:write twins:read") -> None:
    """The answer of the contract, to the letter, which no cache may keep."""
    assert answer.status_code == 200, answer.text
    granted = answer.json()
    assert granted.keys() == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    assert (granted["token_type"], granted["expires_in"], granted["ext_expires_in"]) == ("Bearer", 3599, 3599)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    assert claims_of(answer)["scope"] == scopes


def assert_error(answer: httpx.Response, error: str) -> None:
    """RFC 6749 §5.2: 400 or 401, `error` in JSON, not to be kept; 401 with a challenge."""
    assert answer.json()["error"] == error, answer.text
    assert answer.json().keys() == {"error", "error_description"}
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) == (error == "invalid_client")
    if error == "invalid_client":
        assert answer.headers["www-authenticate"].startswith("Basic ")


# --- how to ask


@pytest.mark.parametrize("path", [TOKEN, f"/api/v3{TOKEN}"])
def test_by_form(anyone: httpx.Client, two_scopes: Credentials, path: str) -> None:
    """Id and secret in a form, as every OAuth library sends them."""
    assert_granted(anyone.post(path, data=in_body(two_scopes)))


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
def test_by_json(anyone: httpx.Client, two_scopes: Credentials, content_type: str) -> None:
    """The same parameters as a JSON object; null is absent."""
    content = json.dumps(in_body(two_scopes, scope=None))
    assert_granted(anyone.post(TOKEN, content=content, headers={"Content-Type": content_type}))


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
@pytest.mark.parametrize("as_json", [False, True])
def test_by_basic(anyone: httpx.Client, two_scopes: Credentials, scheme: str, as_json: bool) -> None:
    """Id and secret by HTTP Basic, the grant in a form or JSON."""
    headers = basic(two_scopes.client_id, two_scopes.client_secret, scheme=scheme)
    body: dict[str, Any] = {"json": FORM} if as_json else {"data": FORM}
    assert_granted(anyone.post(TOKEN, headers=headers, **body))


def test_basic_is_form_decoded(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """Both parts are decoded once: every character may come as its escape (RFC 6749 §2.3.1)."""
    escaped = [
        "".join(f"%{byte:02x}" for byte in part.encode())
        for part in (two_scopes.client_id, two_scopes.client_secret)
    ]
    assert_granted(anyone.post(TOKEN, data=FORM, headers=raw_basic(":".join(escaped).encode())))


def test_basic_beside_the_clients_id(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """The id may stand in the body too; it is the secret that may stand in one place only."""
    headers = basic(two_scopes.client_id, two_scopes.client_secret)
    body = {**FORM, "client_id": two_scopes.client_id}
    assert_granted(anyone.post(TOKEN, data=body, headers=headers))


def test_parameters_without_a_value_are_absent(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """An empty parameter counts as not sent, and an unknown one as nothing (RFC 6749 §3.2)."""
    assert_granted(anyone.post(TOKEN, data=in_body(two_scopes, scope="", resource="", audience="x")))


def test_other_authorization_is_not_looked_at(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """A bearer token that a client sends out of habit does no harm."""
    headers = {"Authorization": "Bearer garbage"}
    assert_granted(anyone.post(TOKEN, data=in_body(two_scopes), headers=headers))


# --- scopes


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("twins:read", "twins:read"),
        ("twins:read twins:write", "twins:read twins:write"),
        (" twins:read  twins:read ", "twins:read"),
        ("", "twins:write twins:read"),
    ],
)
def test_scopes_asked_for(anyone: httpx.Client, two_scopes: Credentials, asked: str, granted: str) -> None:
    """A token carries the scopes asked for, or all of its client's where none is."""
    assert_granted(anyone.post(TOKEN, data=in_body(two_scopes, scope=asked)), granted)


@pytest.mark.parametrize(
    "asked", ["admin", "twins:read admin", "TWINS:READ", "twins:read,twins:write", "twins", "*"]
)
def test_a_scope_the_client_does_not_have(anyone: httpx.Client, two_scopes: Credentials, asked: str) -> None:
    """One scope too many is `invalid_scope`; nothing is granted quietly in its place."""
    assert_error(anyone.post(TOKEN, data=in_body(two_scopes, scope=asked)), "invalid_scope")


def test_a_narrow_token_is_narrow(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """A token for reading reads, and does not write, though its client may."""
    answer = anyone.post(TOKEN, data=in_body(two_scopes, scope="twins:read"))
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert anyone.post("/twins", headers=headers).status_code == 200
    assert anyone.put("/twins", json={}, headers=headers).status_code == 403


# --- errors


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": "Client_Credentials"}, "unsupported_grant_type"),
        ({"client_id": None}, "invalid_client"),
        ({"client_secret": None}, "invalid_client"),
        ({"client_id": None, "client_secret": None}, "invalid_client"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "nobody", "client_secret": ""}, "invalid_client"),
        ({"client_id": "a\x00b"}, "invalid_client"),
        ({"client_id": "ü" * 1000}, "invalid_client"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_errors(
    anyone: httpx.Client, two_scopes: Credentials, change: dict[str, str | None], error: str, as_json: bool
) -> None:
    """Each error has the code, the status and the headers that RFC 6749 §5.2 gives it."""
    parameters = {key: value for key, value in in_body(two_scopes, **change).items() if value is not None}
    if as_json and "\x00" in parameters.get("client_id", ""):
        error = "invalid_request"  # JSON with NUL characters is not read at all.
    body: dict[str, Any] = {"json": parameters} if as_json else {"data": parameters}
    assert_error(anyone.post(TOKEN, **body), error)


def test_the_secret_of_another_client(
    anyone: httpx.Client, read_only: Served, two_scopes: Credentials
) -> None:
    """A secret is good with its own id only."""
    mixed = Credentials(two_scopes.client_id, read_only.credentials.client_secret)
    assert_error(anyone.post(TOKEN, data=in_body(mixed)), "invalid_client")


def test_wrong_secret_and_unknown_client_look_the_same(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """The answer does not tell which clients exist."""
    answers = [
        anyone.post(TOKEN, data=in_body(Credentials(client_id, "wrong")))
        for client_id in (two_scopes.client_id, "nobody")
    ]
    assert answers[0].content == answers[1].content


def test_a_removed_client_gets_no_token(anyone: httpx.Client, read_only: Served) -> None:
    """Removing a client takes its secret's power at once."""
    gone = serving.add_client(read_only.store, "gone", "twins:read")
    assert_granted(anyone.post(TOKEN, data=in_body(gone)), "twins:read")
    with serving.opened(read_only.store) as store:
        store.write(lambda transaction: clients.remove_client(transaction, "gone")).result()
    assert_error(anyone.post(TOKEN, data=in_body(gone)), "invalid_client")


def test_two_ways_at_once(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """The secret in the header and in the body is `invalid_request`, even where both are right (§2.3)."""
    headers = basic(two_scopes.client_id, two_scopes.client_secret)
    assert_error(anyone.post(TOKEN, data=in_body(two_scopes), headers=headers), "invalid_request")


def test_two_clients_at_once(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """One client in the header and another in the body are `invalid_request`: whose token would it be?"""
    headers = basic(two_scopes.client_id, two_scopes.client_secret)
    body = {**FORM, "client_id": "another"}
    assert_error(anyone.post(TOKEN, data=body, headers=headers), "invalid_request")


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic eA"},
        raw_basic(b"no colon"),
        raw_basic(b"\xff\xfe:x"),
        raw_basic(b":"),
        raw_basic(b"nobody:"),
        raw_basic(b"%ff:%ff"),
        raw_basic(b"%:%zz"),
    ],
    ids=repr,
)
def test_unreadable_basic(anyone: httpx.Client, headers: dict[str, str]) -> None:
    """A Basic header that cannot be read names no client."""
    assert_error(anyone.post(TOKEN, data=FORM, headers=headers), "invalid_client")


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"", {}),
        (b"", FORM_TYPE),
        (b"", {"Content-Type": "application/json"}),
        (b"grant_type=client_credentials", {}),
        (b"grant_type=client_credentials", {"Content-Type": "text/plain"}),
        (b"grant_type=client_credentials", {"Content-Type": "application/json"}),
        (b"grant_type=client_credentials&grant_type=client_credentials", FORM_TYPE),
        (b"grant_type=client_credentials&client_id=a&client_id=b&client_secret=c", FORM_TYPE),
        (b"grant_type=%ff", FORM_TYPE),
        (b"\xff", FORM_TYPE),
        (b"&".join(b"p%d=x" % number for number in range(100)), FORM_TYPE),
        (b'{"grant_type":', {"Content-Type": "application/json"}),
        (b'["client_credentials"]', {"Content-Type": "application/json"}),
        (b'{"grant_type":["client_credentials"]}', {"Content-Type": "application/json"}),
        (
            b'{"grant_type":"client_credentials","client_id":1,"client_secret":2}',
            {"Content-Type": "application/json"},
        ),
        (b'{"grant_type":"client_credentials","grant_type":"x"}', {"Content-Type": "application/json"}),
        (b'{"grant_type":"\xff"}', {"Content-Type": "application/json"}),
        (b"[" * 100_000, {"Content-Type": "application/json"}),
    ],
    ids=range(18),
)
def test_unreadable_bodies(anyone: httpx.Client, content: bytes, headers: dict[str, str]) -> None:
    """What cannot be read, or says a thing twice, is `invalid_request`."""
    assert_error(anyone.post(TOKEN, content=content, headers=headers), "invalid_request")


def test_errors_tell_nothing_of_the_secret(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """No answer repeats what was sent."""
    for more in ({"scope": "s3cret-scope"}, {"grant_type": "s3cret-grant"}, {"client_secret": "s3cret"}):
        assert "s3cret" not in anyone.post(TOKEN, data=in_body(two_scopes, **more)).text
