"""A real OpenID Connect server, canaille, as a program: `python tests/issuers/canaille_server.py AUDIENCE SECRET`.

Its discovery document, key set, clients and token endpoint are its own. For the client credentials grant it makes
opaque tokens; here Authlib, which it is built on, makes those of RFC 9068, signed with its keys.

It prints its issuer, then obeys a line each of standard input and answers `done`: `rotate` lets a new key sign, the old
one stays in the key set; `forget` takes the old one out of it.
"""

import datetime
import socket
import sys
import threading
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
}


class _Generator(JWTBearerTokenGenerator):  # type: ignore[misc]  # Authlib has no types.
    """Access tokens of RFC 9068 for one audience."""

    def __init__(self, issuer: str, audience: str) -> None:
        super().__init__(issuer)
        self._audience = audience

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
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [_new_key()]},
        }
    )
    authorization.register_token_generator("client_credentials", _Generator(f"http://{address}", audience))
    with app.app_context():
        for client_id, client in CLIENTS.items():
            Backend.instance.save(
                models.Client(
                    client_id=client_id,
                    client_name=client_id,
                    client_secret=secret,
                    client_id_issued_at=datetime.datetime.now(datetime.UTC),
                    grant_types=["client_credentials"],
                    scope=client["scope"],
                    token_endpoint_auth_method="client_secret_basic",
                )
            )
    server = make_server("127.0.0.1", 0, app, threaded=True, fd=listening.fileno())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://{address}", flush=True)
    _obey(app.config["CANAILLE_OIDC"])


def _obey(config: dict[str, Any]) -> None:
    """Until standard input ends."""
    for line in sys.stdin:
        if line.strip() == "rotate":
            config["ACTIVE_JWKS"], config["INACTIVE_JWKS"] = [_new_key()], config["ACTIVE_JWKS"]
        else:
            config["INACTIVE_JWKS"] = []
        print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
