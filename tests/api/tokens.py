"""Access tokens that are almost right, signed with the store's own key or another."""

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests import serving

HOUR = 3_600
TOKEN = "/oauth2/token"


def in_body(credentials: serving.Credentials, **more: Any) -> dict[str, Any]:
    """Id and secret as parameters, with the grant."""
    return {
        **serving.FORM,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        **more,
    }


def claims_of(answer: httpx.Response) -> dict[str, Any]:
    """The claims of a granted token, unverified."""
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    return found


class Mint:
    """Makes tokens for one server, as it would itself but for what a test changes."""

    def __init__(self, url: str, store: str, credentials: serving.Credentials) -> None:
        with serving.opened(store) as direct:
            newest = direct.read(lambda reader: reader.signing_keys()).result()[0]
        key = serialization.load_pem_private_key(newest.pem.encode(), password=None)
        assert isinstance(key, rsa.RSAPrivateKey)
        self._key = key
        token = serving.get_token(url, credentials)
        self._header = jwt.get_unverified_header(token)
        self._claims = jwt.decode(token, options={"verify_signature": False})
        self.now: int = self._claims["iat"]

    def token(
        self,
        *,
        claims: dict[str, Any] | None = None,
        header: dict[str, Any] | None = None,
        key: Any = None,
        algorithm: str = "RS256",
    ) -> str:
        """A token of the client with changed claims and headers; None leaves a claim or header out."""
        merged = _changed(self._claims, claims)
        headers = _changed(self._header, {"alg": algorithm, **(header or {})})
        return jwt.encode(merged, key or self._key, algorithm=algorithm, headers=headers)

    def unsigned(self, algorithm: str) -> str:
        """A token that says it needs no signature, and has none."""
        return f"{self._plain(algorithm)}."

    def signed_with_the_public_key(self) -> str:
        """An HMAC whose secret is the public key, which everyone knows (RFC 8725 §2.1)."""
        public = self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        plain = self._plain("HS256")
        return f"{plain}.{_encoded(hmac.digest(public, plain.encode(), hashlib.sha256))}"

    def _plain(self, algorithm: str) -> str:
        header = {**self._header, "alg": algorithm}
        return ".".join(_encoded(json.dumps(part).encode()) for part in (header, self._claims))

    def wrong(self) -> dict[str, str]:
        """Tokens that must be refused, each for one reason."""
        now = self.now
        good = self.token()
        head, payload, signature = good.split(".")
        forged = _encoded(json.dumps(_changed(self._claims, {"scope": "admin"})).encode())
        return {
            "garbage": "garbage",
            "two parts": f"{head}.{payload}",
            "no JSON": f"{_encoded(b'x')}.{_encoded(b'y')}.{signature}",
            "bad signature": f"{head}.{payload}.{_flipped(signature)}",
            "no signature": f"{head}.{payload}.",
            "forged claims": f"{head}.{forged}.{signature}",
            "another's key": self.token(key=another_key()),
            "another's key in its header": self.token(
                key=another_key(),
                header={"jwk": json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(another_key().public_key()))},
            ),
            "unknown kid": self.token(header={"kid": "unknown"}),
            "no kid": self.token(header={"kid": None}),
            "expired": self.token(claims={"exp": now - HOUR, "nbf": now - 2 * HOUR}),
            "not yet valid": self.token(claims={"nbf": now + HOUR, "exp": now + 2 * HOUR}),
            "wrong audience": self.token(claims={"aud": "urn:example:someone-else"}),
            "wrong issuer": self.token(claims={"iss": "https://example.com"}),
            "no expiry": self.token(claims={"exp": None}),
            "no audience": self.token(claims={"aud": None}),
            "no issuer": self.token(claims={"iss": None}),
            "no subject": self.token(claims={"sub": None}),
            "unknown client": self.token(claims={"sub": "nobody", "client_id": "nobody"}),
            "missing typ": self.token(header={"typ": None}),
            "an ID token's typ": self.token(header={"typ": "JWT"}),
            "alg none": self.unsigned("none"),
            "alg None": self.unsigned("None"),
            "alg NONE, with a signature": f"{self._plain('NONE')}.{signature}",
            "HS256 with the public key": self.signed_with_the_public_key(),
            "HS256 with a secret": self.token(key="secret" * 8, algorithm="HS256"),
            "ES256": self.token(key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"),
            "PS256": self.token(algorithm="PS256"),
            "RS512": self.token(algorithm="RS512"),
            "unknown crit": self.token(header={"crit": ["exp"]}),
        }


@lru_cache(maxsize=1)
def another_key() -> rsa.RSAPrivateKey:
    """A key the server does not know."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def _changed(values: dict[str, Any], changes: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in {**values, **(changes or {})}.items() if value is not None}


def _flipped(signature: str) -> str:
    return ("B" if signature[0] == "A" else "A") + signature[1:]


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
