"""The token endpoint (RFC 6749 §4.4, client credentials) and the public keys."""

import base64
import binascii
from urllib.parse import parse_qsl, unquote_plus

from msgspec import Struct
from starlette.responses import Response

from twinhaus import strictjson
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.auth.clients import knows_secret
from twinhaus.errors import Invalid
from twinhaus.strictjson import JsonObject

_FORM = "application/x-www-form-urlencoded"
_NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_PARAMETERS_MAX = 20


class OAuthError(Exception):
    """An error as RFC 6749 §5.2 words it."""

    def __init__(self, error: str, description: str) -> None:
        self.error = error
        self.description = description
        super().__init__(description)


class _Credentials(Struct, frozen=True):
    client_id: str
    secret: str


async def issue_token(call: Call) -> Response:
    """POST /oauth2/token: an access token for a client's id and secret, by form, JSON or HTTP Basic."""
    try:
        return await _issue_token(call)
    except OAuthError as error:
        status = 401 if error.error == "invalid_client" else 400
        headers = {**_NO_STORE, **(_challenge(call.deployment.instance) if status == 401 else {})}
        return _json({"error": error.error, "error_description": error.description}, status, headers)


def _challenge(instance: str | None) -> dict[str, str]:
    """Another realm for each instance: what opens one is worth nothing in another, though their host be the same."""
    realm = "twinhaus" if instance is None else f"twinhaus {instance}"
    return {"WWW-Authenticate": f'Basic realm="{realm}"'}


async def list_keys(call: Call) -> Response:
    """GET /.well-known/jwks.json."""
    keys = await call.deployment.guard.current_keys()
    return _json(keys.public_keys(), 200, {"Cache-Control": "public, max-age=300"})


async def _issue_token(call: Call) -> Response:
    parameters = await _parameters(call)
    if "grant_type" not in parameters:
        raise OAuthError("invalid_request", "grant_type is required.")
    if parameters["grant_type"] != "client_credentials":
        raise OAuthError("unsupported_grant_type", "Only client_credentials is supported.")
    credentials = _credentials(call.header(b"authorization"), parameters)
    client = await call.read(lambda reader: reader.find_client(credentials.client_id))
    if not knows_secret(client, credentials.secret) or client is None:
        raise OAuthError("invalid_client", "The client is unknown, or its secret is wrong.")
    scopes = _granted(parameters.get("scope", ""), client.scopes)
    seconds = call.deployment.settings.token_seconds
    answer = {
        "token_type": "Bearer",
        "expires_in": seconds - 1,
        "ext_expires_in": seconds - 1,
        "access_token": await call.deployment.guard.sign(client.id, scopes, seconds),
    }
    return _json(answer, 200, _NO_STORE)


async def _parameters(call: Call) -> dict[str, str]:
    """The parameters of the body, each once. A parameter without a value counts as absent (RFC 6749 §3.2)."""
    body = await call.body()
    try:
        match call.media_type():
            case "application/json":
                pairs = [
                    (name, value) for name, value in strictjson.read_object(body).items() if value is not None
                ]
            case media_type if media_type == _FORM:
                text = body.decode("utf-8")
                pairs = parse_qsl(text, max_num_fields=_PARAMETERS_MAX, errors="strict")
            case _:
                raise OAuthError("invalid_request", f"Send {_FORM} or application/json.")
    except (Invalid, ValueError) as error:
        raise OAuthError("invalid_request", "The body cannot be read.") from error
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise OAuthError("invalid_request", "A parameter is given twice.")
    if not all(isinstance(value, str) for value in parameters.values()):
        raise OAuthError("invalid_request", "Parameters are strings.")
    return {name: value for name, value in parameters.items() if value}


def _credentials(authorization: str, parameters: dict[str, str]) -> _Credentials:
    """From HTTP Basic or the body, not from both (RFC 6749 §2.3)."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        if "client_id" not in parameters or "client_secret" not in parameters:
            raise OAuthError("invalid_client", "client_id and client_secret are required.")
        return _Credentials(parameters["client_id"], parameters["client_secret"])
    if "client_secret" in parameters:
        raise OAuthError(
            "invalid_request", "The client's secret is given twice, in the header and in the body."
        )
    try:
        client_id, colon, secret = (
            base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
        )
    except (ValueError, binascii.Error) as error:
        raise OAuthError("invalid_client", "The Authorization header cannot be read.") from error
    if not colon:
        raise OAuthError("invalid_client", "The Authorization header holds no secret.")
    found = _Credentials(unquote_plus(client_id), unquote_plus(secret))
    if parameters.get("client_id", found.client_id) != found.client_id:
        raise OAuthError("invalid_request", "The header and the body name two clients.")
    return found


def _granted(asked: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The scopes asked for, or all the client has where it asks for none."""
    wanted = tuple(dict.fromkeys(asked.split()))
    refused = [scope for scope in wanted if scope not in allowed]
    if refused:
        raise OAuthError("invalid_scope", "The client may not have every scope it asks for.")
    return wanted or allowed


def _json(value: JsonObject, status: int, headers: dict[str, str]) -> Response:
    return JsonText(strictjson.write(value), status, headers)
