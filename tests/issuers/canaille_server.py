"""A real OpenID Connect server, canaille, as a program: `python tests/issuers/canaille_server.py AUDIENCE SECRET`.

Its discovery document, key set, clients and token endpoint are its own. For the client credentials grant it makes
opaque tokens; here Authlib, which it is built on, makes those of RFC 9068, signed with its keys.

It prints its issuer, then obeys a line each of standard input and answers `done`: `rotate` lets a new key sign, the old
one stays in the key set; `forget` takes the old one out of it; `explorer URL` registers the explorer at a URL as a
public client, at which anna can sign in with SECRET.
"""

import datetime
import socket
import sys
import threading
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator
from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from canaille.oidc.jose import server_jwks
from canaille.oidc.provider import authorization
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

CLIENTS: dict[str, dict[str, Any]] = {
    "reader": {"scope": ["twins:read", "somewhere:else"]},
    "writer": {"scope": ["twins:read", "twins:write", "admin"]},
    "local": {"scope": ["twins:read", "admin"], "locations": ["BLDG-1"]},
    "explorer": {"scope": ["openid", "twins:read", "twins:write"]},
}


@dataclass(frozen=True)
class _Subject:
    """A user of canaille, as Authlib asks for one."""

    user: Any

    def get_user_id(self) -> str:
        name: str = self.user.user_name
        return name


class _Generator(JWTBearerTokenGenerator):  # type: ignore[misc]  # Authlib has no types.
    """Access tokens of RFC 9068 for one audience."""

    def __init__(self, issuer: str, audience: str) -> None:
        super().__init__(issuer)
        self._audience = audience

    def access_token_generator(self, client: Any, grant_type: str, user: Any, scope: str) -> str:
        subject = user and _Subject(user)
        token: str = super().access_token_generator(client, grant_type, subject, scope)
        return token

    def get_jwks(self) -> KeySet:
        keys: KeySet = server_jwks(include_inactive=False)
        return keys

    def get_audiences(self, client: Any, user: Any, scope: str) -> str:
        return self._audience

    def get_extra_claims(self, client: Any, grant_type: str, user: Any, scope: str) -> dict[str, Any]:
        locations = CLIENTS[client.client_id].get("locations")
        return {} if locations is None else {"locations": locations}


def _new_key() -> dict[str, Any]:
    key: dict[str, Any] = RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)
    return key


def main(audience: str, secret: str) -> None:
    """Serve until standard input ends; all clients have this secret."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"127.0.0.1:{listening.getsockname()[1]}"
    app = create_app(
        config={
            "SECRET_KEY": "only-for-tests",
            "SERVER_NAME": address,
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {"DATABASE": "memory"},
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [_new_key()], "TRUSTED_DOMAINS": ["127.0.0.1"]},
        }
    )
    for grant in ("client_credentials", "authorization_code"):
        authorization.register_token_generator(grant, _Generator(f"http://{address}", audience))
    with app.app_context():
        for client_id in ("reader", "writer", "local"):
            Backend.instance.save(
                models.Client(
                    client_id=client_id,
                    client_name=client_id,
                    client_secret=secret,
                    client_id_issued_at=datetime.datetime.now(datetime.UTC),
                    grant_types=["client_credentials"],
                    scope=CLIENTS[client_id]["scope"],
                    token_endpoint_auth_method="client_secret_basic",
                )
            )
    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://{address}", flush=True)
    _obey(app, secret)


def _register_explorer(url: str, secret: str) -> None:
    """A page has no secret; who uses it is asked for theirs."""
    explorer = models.Client(
        client_id="explorer",
        client_name="explorer",
        client_id_issued_at=datetime.datetime.now(datetime.UTC),
        client_uri=url,
        redirect_uris=[url],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=CLIENTS["explorer"]["scope"],
        token_endpoint_auth_method="none",
    )
    Backend.instance.save(explorer)
    explorer.audience = [explorer]
    Backend.instance.save(explorer)
    Backend.instance.save(
        models.User(
            user_name="anna",
            formatted_name="Anna",
            family_name="Anna",
            emails=["anna@example.com"],
            password=secret,
        )
    )


def _obey(app: Any, secret: str) -> None:
    """Until standard input ends."""
    config = app.config["CANAILLE_OIDC"]
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "explorer":
            with app.app_context():
                _register_explorer(argument, secret)
        elif command == "rotate":
            config["ACTIVE_JWKS"], config["INACTIVE_JWKS"] = [_new_key()], config["ACTIVE_JWKS"]
        else:
            config["INACTIVE_JWKS"] = []
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
