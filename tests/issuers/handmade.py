"""A small HTTP server that answers what a test says, and an issuer on it whose tokens a test makes."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

Answer = Callable[[BaseHTTPRequestHandler], None]
AUDIENCE = "https://twinhaus.example"
CONFIGURATION = "/.well-known/openid-configuration"
NEVER = 2**33  # Seconds since 1970; somewhere in 2242.


class Site:
    """What a server answers, by path, and how often it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []


@contextmanager
def running_site() -> Iterator[tuple[str, Site]]:
    """A server on a free port, its URL, and what it answers."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.answers.get(self.path, status(404))(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def body(content: bytes) -> Answer:
    """200, with this body."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def document(value: Any) -> Answer:
    """200, with this value as JSON."""
    return body(json.dumps(value).encode())


def status(code: int, **headers: str) -> Answer:
    """A status, and headers."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def jwk(key: Any, kid: str, **members: Any) -> dict[str, Any]:
    """A public key as a member of a key set."""
    kind = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**kind.to_jwk(key.public_key(), as_dict=True), "kid": kid, **members}


class HandmadeIssuer:
    """An issuer on a site, with one key, `one`, unless a test says otherwise."""

    def __init__(self, url: str, site: Site, key: rsa.RSAPrivateKey) -> None:
        self.url = url
        self.site = site
        self.key = key
        site.answers[CONFIGURATION] = document({"issuer": url, "jwks_uri": f"{url}/keys"})
        self.publish(jwk(key, "one"))

    def publish(self, *keys: Any) -> None:
        """These keys, from now on."""
        self.site.answers["/keys"] = document({"keys": keys})

    def token(
        self,
        *,
        claims: dict[str, Any] | None = None,
        header: dict[str, Any] | None = None,
        key: Any = None,
        algorithm: str = "RS256",
    ) -> str:
        """A token that is good but for what a test changes; None leaves a claim or header out."""
        good = {"iss": self.url, "aud": AUDIENCE, "sub": "ada", "exp": NEVER, "scope": "twins:read"}
        merged = {name: value for name, value in {**good, **(claims or {})}.items() if value is not None}
        headers = {"kid": "one", "typ": "at+jwt", **(header or {})}
        for name in [name for name, value in headers.items() if value is None and name != "typ"]:
            del headers[name]
        return jwt.encode(merged, self.key if key is None else key, algorithm=algorithm, headers=headers)
