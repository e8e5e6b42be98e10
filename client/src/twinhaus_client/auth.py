"""Who a client says it is."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlencode

import httpx

from twinhaus_client.calls import FORM, Call
from twinhaus_client.errors import UnexpectedAnswer
from twinhaus_client.reading import Members, json_of

# An issuer may keep to itself how long a token is good (RFC 6749 §5.1). One that is good for less than this is renewed
# when it is refused.
_UNSAID_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """A client's id and secret, which the client exchanges for tokens (RFC 6749 §4.4).

    Without a `scope` a token gets all the client has. Tokens come from `{base URL}/oauth2/token`, on twinhaus and on
    Willow; `token_url` names another issuer's endpoint.
    """

    client_id: str
    client_secret: str = field(repr=False)
    scope: str | None = None
    token_url: str | None = None

    @classmethod
    def from_file(cls, path: str | Path) -> "ClientCredentials":
        """Those in a JSON file, as `twinhaus clients add` writes it. Raises ValueError where they are not in it."""
        try:
            held = json.loads(Path(path).read_text("utf-8"))
            return cls(held["client_id"], held["client_secret"])
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} does not hold what `twinhaus clients add` prints.") from error


TokenProvider: TypeAlias = Callable[[], str]
AsyncTokenProvider: TypeAlias = Callable[[], str | Awaitable[str]]
Auth: TypeAlias = ClientCredentials | str | TokenProvider | None
AsyncAuth: TypeAlias = ClientCredentials | str | AsyncTokenProvider | None


@dataclass(frozen=True, slots=True)
class Grant:
    """A token, and for how long it is good."""

    token: str = field(repr=False)
    seconds: float


def token_call(credentials: ClientCredentials) -> Call[Grant]:
    """Asks for a token. Asking twice gives two, and does no harm."""
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        **({"scope": credentials.scope} if credentials.scope else {}),
    }
    path = credentials.token_url or "/oauth2/token"
    return Call("POST", path, _read_grant, headers=FORM, body=urlencode(form).encode())


def _read_grant(response: httpx.Response) -> Grant:
    try:
        return _grant_of(Members(json_of(response), "a token"))
    except UnexpectedAnswer:
        # Its words would show what was answered, which may be a token all the same, and errors are logged.
        message = f"POST {response.request.url.path} answered {response.status_code} without an `access_token` in JSON"
        raise UnexpectedAnswer(message, status=response.status_code) from None


def _grant_of(members: Members) -> Grant:
    try:
        seconds = float(
            members.get("expires_in", _UNSAID_SECONDS)
        )  # Some issuers write the number as a text.
    except (TypeError, ValueError):
        seconds = _UNSAID_SECONDS
    return Grant(members.text("access_token"), seconds)
