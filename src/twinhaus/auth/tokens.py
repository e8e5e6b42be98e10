"""Access tokens: JWTs as RFC 9068 shapes them, checked as RFC 8725 asks."""

import secrets
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from twinhaus import instants
from twinhaus.auth.scopes import Caller
from twinhaus.errors import Unauthorized
from twinhaus.storage.store import SigningKey, Transaction
from twinhaus.strictjson import JsonObject

ALGORITHM = "RS256"  # The one RFC 9068 §4 requires; no token may choose another.
TOKEN_TYPE = "at+jwt"  # noqa: S105  RFC 9068 §2.1.
_KEY_BITS = 2_048
_LEEWAY_SECONDS = 5


class InvalidToken(Unauthorized):
    """The bearer token is not valid: it is malformed, expired, or not made for this server."""

    code = "invalid-token"


class UnknownKey(InvalidToken):
    """The token is signed with a key that is not known here."""

    code = "invalid-token"


@dataclass(frozen=True, slots=True)
class Claims:
    """Who makes tokens here, and for whom."""

    issuer: str
    audience: str


class KeyRing:
    """The signing keys of a store: the newest signs, all of them verify."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        self._private = {key.id: _load(key) for key in keys}
        self._public = {id_: private.public_key() for id_, private in self._private.items()}
        self._newest = keys[0].id
        self.ids = [key.id for key in keys]

    def sign(self, claims: Claims, *, client_id: str, scopes: Iterable[str], seconds: int) -> str:
        """A token for a client, good from now for this many seconds."""
        now = int(time.time())
        payload = {
            "iss": claims.issuer,
            "aud": claims.audience,
            "sub": client_id,
            "client_id": client_id,
            "scope": " ".join(scopes),
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "jti": secrets.token_hex(16),
        }
        headers = {"kid": self._newest, "typ": TOKEN_TYPE}
        return jwt.encode(payload, self._private[self._newest], algorithm=ALGORITHM, headers=headers)

    def verify(self, claims: Claims, token: str) -> tuple[Caller, float]:
        """The caller a token speaks for, and when it expires, in seconds since 1970.

        Raises InvalidToken; UnknownKey where another key ring might know better.
        """
        try:
            header = jwt.get_unverified_header(token)
            if str(header.get("typ", "")).lower() not in (TOKEN_TYPE, f"application/{TOKEN_TYPE}"):
                raise InvalidToken
            key = self._public.get(str(header.get("kid", "")))
            if key is None:
                raise UnknownKey
            payload = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=claims.issuer,
                audience=claims.audience,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["iss", "aud", "exp", "nbf", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise InvalidToken from error
        caller = Caller(str(payload["sub"]), frozenset(str(payload.get("scope", "")).split()))
        return caller, float(payload["exp"])

    def public_keys(self) -> JsonObject:
        """The JSON Web Key Set (RFC 7517)."""
        return {
            "keys": [
                {
                    **jwt.algorithms.RSAAlgorithm.to_jwk(public, as_dict=True),
                    "kid": id_,
                    "use": "sig",
                    "alg": ALGORITHM,
                }
                for id_, public in self._public.items()
            ]
        }


def ensure_signing_key(transaction: Transaction) -> None:
    """Make the store's first signing key, where it has none."""
    if not transaction.signing_keys():
        add_signing_key(transaction)


def add_signing_key(transaction: Transaction) -> SigningKey:
    """A new key, which signs from now on; tokens of the older ones stay good."""
    private = rsa.generate_private_key(public_exponent=65_537, key_size=_KEY_BITS)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key = SigningKey(secrets.token_hex(8), pem.decode("ascii"), instants.now())
    transaction.add_signing_key(key)
    return key


def _load(key: SigningKey) -> rsa.RSAPrivateKey:
    private = serialization.load_pem_private_key(key.pem.encode("ascii"), password=None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError(f"the signing key {key.id} is not an RSA key")
    return private
