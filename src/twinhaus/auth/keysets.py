"""Key sets of other issuers (RFC 7517): public keys by their ids, each with the algorithms it may verify."""

from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from msgspec import Struct

from twinhaus.strictjson import Json, JsonObject

_ALGORITHMS = {
    ("RSA", None): ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ("EC", "P-256"): ("ES256",),
    ("EC", "P-384"): ("ES384",),
    ("EC", "P-521"): ("ES512",),
    ("OKP", "Ed25519"): ("EdDSA",),
}
# What a token may be signed with. All asymmetric: who can verify must not be able to sign.
ALGORITHMS = tuple(algorithm for algorithms in _ALGORITHMS.values() for algorithm in algorithms)
_RSA_BITS_MIN, _RSA_BITS_MAX = 2_048, 8_192  # RFC 7518 §3.3; and no key takes long.

Public = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


class VerifyingKey(Struct, frozen=True):
    """A public key, and the algorithms that a token it verifies may name."""

    public: Public
    algorithms: tuple[str, ...]


class KeySet(Struct, frozen=True):
    """The key set of an issuer, as it was fetched for the `edition`-th time."""

    issuer: str
    edition: int


def read_key_set(document: JsonObject) -> dict[str, VerifyingKey]:
    """The keys of a set that can verify, by their `kid`; without those that nobody should trust."""
    found: dict[str, VerifyingKey] = {}
    keys = document.get("keys")
    for member in keys if isinstance(keys, list) else []:
        kid = member.get("kid") if isinstance(member, dict) else None
        key = _read_key(member) if isinstance(kid, str) else None
        if key is not None and isinstance(kid, str):
            found.setdefault(kid, key)
    return found


def _read_key(member: dict[str, Any]) -> VerifyingKey | None:
    algorithms = _algorithms_of(member)
    # A private key that everyone can read signs for everyone.
    if not algorithms or not _is_for_signatures(member) or "d" in member:
        return None
    try:
        public = jwt.PyJWK(member, algorithms[0]).key
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return None
    if not isinstance(public, Public):
        return None
    if isinstance(public, rsa.RSAPublicKey) and not _RSA_BITS_MIN <= public.key_size <= _RSA_BITS_MAX:
        return None
    return VerifyingKey(public, algorithms)


def _algorithms_of(member: dict[str, Any]) -> tuple[str, ...]:
    """Those of the key's kind; only the one it names, where it names one."""
    kind, curve, named = member.get("kty"), member.get("crv"), member.get("alg")
    if not isinstance(kind, str) or not isinstance(curve, str | None):
        return ()
    possible = _ALGORITHMS.get((kind, curve), ())
    return tuple(algorithm for algorithm in possible if named in (None, algorithm))


def _is_for_signatures(member: dict[str, Json]) -> bool:
    operations = member.get("key_ops")
    may_verify = operations is None or (isinstance(operations, list) and "verify" in operations)
    return member.get("use") in (None, "sig") and may_verify
