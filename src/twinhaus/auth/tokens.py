"""Access tokens: JWTs as RFC 9068 shapes them, checked as RFC 8725 asks."""

import secrets
import time
from collections.abc import Iterable, Sequence

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from msgspec import Struct

from twinhaus import instants
from twinhaus.auth.keysets import KeySet
from twinhaus.auth.scopes import Caller
from twinhaus.errors import Conflict, NotFound, Unauthorized
from twinhaus.storage.access import SigningKey
from twinhaus.storage.store import Reader, Transaction
from twinhaus.strictjson import JsonObject

ALGORITHM = "RS256"  # The one RFC 9068 §4 requires; no token may choose another.
TOKEN_TYPE = "at+jwt"  # noqa: S105  RFC 9068 §2.1.
_KEY_BITS = 2_048
LEEWAY_SECONDS = 5
UNREADABLE = (jwt.PyJWTError, RecursionError)  # The latter where a part nests too deep for the JSON reader.
KEYS_MAX = 20  # All that verify stand in the key set, and are read again by every process.


class InvalidToken(Unauthorized):
    """The bearer token is not valid: it is malformed, expired, or not made for this server."""

    code = "invalid-token"


class Verified(Struct, frozen=True):
    """Whom a token speaks for, when it expires, in seconds since 1970, and which key set of another issuer says so."""

    caller: Caller
    expires: float
    key_set: KeySet | None = None


class Claims(Struct, frozen=True):
    """Who makes tokens here, and for whom."""

    issuer: str
    audience: str


class KeyRing:
    """The signing keys of a store, as they are from an access version on: the newest signs, all of them verify."""

    def __init__(self, keys: Sequence[SigningKey], *, version: int) -> None:
        self.version = version
        self._private = {key.id: _load(key) for key in keys}
        self._public = {id_: private.public_key() for id_, private in self._private.items()}
        self._newest = keys[0].id

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

    def verify(self, claims: Claims, token: str) -> Verified:
        """Raises InvalidToken."""
        try:
            header = jwt.get_unverified_header(token)
            if str(header.get("typ", "")).lower() not in (TOKEN_TYPE, f"application/{TOKEN_TYPE}"):
                raise InvalidToken
            key = self._public.get(str(header.get("kid", "")))
            if key is None:
                raise InvalidToken
            payload = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=claims.issuer,
                audience=claims.audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "aud", "exp", "nbf", "sub"]},
            )
        except UNREADABLE as error:
            raise InvalidToken from error
        caller = Caller(str(payload["sub"]), frozenset(str(payload.get("scope", "")).split()))
        return Verified(caller, float(payload["exp"]))

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


def read_keys(reader: Reader, known: KeyRing | None = None) -> KeyRing:
    """The signing keys of a snapshot: those known already, where nothing has changed since."""
    version = reader.access_version()
    return known if known and known.version == version else KeyRing(reader.signing_keys(), version=version)


def ensure_signing_key(transaction: Transaction) -> None:
    """Make the store's first signing key, where it has none."""
    if not transaction.signing_keys():
        add_signing_key(transaction)


def add_signing_key(transaction: Transaction, pem: str | None = None) -> SigningKey:
    """A key, made unless it is given, that signs from now on; tokens of the older ones stay good. Raises Conflict."""
    keys = transaction.signing_keys()
    if len(keys) >= KEYS_MAX:
        raise Conflict(f"There are {KEYS_MAX} signing keys already. Retire one first.")
    # The newest signs, also where a clock was set back since the last was made.
    created = max([instants.now(), *(key.created + 1 for key in keys)])
    key = SigningKey(secrets.token_hex(8), pem or make_private_key(), created)
    transaction.add_signing_key(key)
    return key


def retire_signing_key(transaction: Transaction, key_id: str) -> None:
    """Remove a key, and with it all tokens it signed. Raises NotFound, and Conflict for the last one."""
    ids = [key.id for key in transaction.signing_keys()]
    if key_id not in ids:
        raise NotFound(f'There is no signing key "{key_id}".')
    if len(ids) == 1:
        raise Conflict("The last signing key cannot be retired. Add another one first.")
    transaction.remove_signing_key(key_id)


def make_private_key() -> str:
    """A new private key as PEM text. Takes some tenths of a second."""
    private = rsa.generate_private_key(public_exponent=65_537, key_size=_KEY_BITS)
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def _load(key: SigningKey) -> rsa.RSAPrivateKey:
    # One that we made needs no proof that it is a key, which would take 50 ms where this takes 10 µs.
    private = serialization.load_pem_private_key(
        key.pem.encode("ascii"), password=None, unsafe_skip_rsa_key_validation=True
    )
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError(f"the signing key {key.id} is not an RSA key")
    return private
