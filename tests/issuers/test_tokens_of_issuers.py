"""Tokens of another issuer that are almost right, and what good ones allow."""

import asyncio
import base64
import hashlib
import hmac
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.api.tokens import another_key
from tests.issuers.handmade import AUDIENCE, NEVER, HandmadeIssuer, jwk

from twinhaus.auth.issuerkeys import IssuerKeys
from twinhaus.auth.issuers import Issuers
from twinhaus.auth.scopes import Caller
from twinhaus.auth.tokens import InvalidToken
from twinhaus.auth.trust import Trust


def identify(issuer: HandmadeIssuer, token: str, trust: Trust | None = None) -> Caller:
    """Whom a token speaks for, to a server that trusts the issuer."""
    keys = IssuerKeys(issuer.url, keys_seconds=600, retry_seconds=0)
    issuers = Issuers({issuer.url: keys}, (AUDIENCE, "also ours"), trust or Trust())
    if issuers.find(token) is None:
        raise InvalidToken
    return asyncio.run(issuers.verify(issuer.url, token)).caller


def encoded(value: Any) -> str:
    """A part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def by_hand(issuer: HandmadeIssuer, algorithm: str) -> str:
    """Header and claims of a good token, unsigned, with an algorithm that no library would write."""
    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "ada", "exp": NEVER, "scope": "admin"}
    return f"{encoded({'alg': algorithm, 'kid': 'one', 'typ': 'at+jwt'})}.{encoded(claims)}"


def signed_with_the_public_key(issuer: HandmadeIssuer) -> str:
    """An HMAC whose secret is the public key, which everyone knows (RFC 8725 §2.1)."""
    public = issuer.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    plain = by_hand(issuer, "HS256")
    signature = hmac.digest(public, plain.encode(), hashlib.sha256)
    return f"{plain}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@pytest.mark.parametrize("type_", ["at+jwt", "AT+JWT", "application/at+jwt", "JWT", "", None])
@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_good_tokens(issuer: HandmadeIssuer, algorithm: str, type_: str | None) -> None:
    """Any asymmetric algorithm that fits the key, and the types that issuers write."""
    token = issuer.token(algorithm=algorithm, header={"typ": type_})
    assert identify(issuer, token) == Caller(f"{issuer.url}#ada", frozenset({"twins:read"}))


@pytest.mark.parametrize(
    ("curve", "algorithm"),
    [(ec.SECP256R1(), "ES256"), (ec.SECP384R1(), "ES384"), (ec.SECP521R1(), "ES512")],
    ids=["ES256", "ES384", "ES512"],
)
def test_good_tokens_of_elliptic_keys(
    issuer: HandmadeIssuer, curve: ec.EllipticCurve, algorithm: str
) -> None:
    """Keys on the three curves verify the one algorithm each has."""
    key = ec.generate_private_key(curve)
    issuer.publish(jwk(key, "one", use="sig", key_ops=["verify"]))
    token = issuer.token(key=key, algorithm=algorithm)
    assert identify(issuer, token).scopes == {"twins:read"}


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "someone else"},
        {"aud": None},
        {"aud": ["someone", "else"]},
        {"aud": []},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"exp": "never"},
        {"nbf": NEVER},
        {"nbf": "now"},
        {"iat": NEVER},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a" * 256},
        {"sub": "a\nb"},
        {"nonce": "x"},
        {"at_hash": "x"},
        {"c_hash": "x"},
        {"events": {}},
        {"locations": []},
        {"locations": None, "locations_": 1, "aud": "x"},
        {"locations": "BLDG-1"},
        {"locations": [""]},
        {"locations": ["BLDG-1", 7]},
        {"locations": ["a\x00"]},
        {"locations": ["a" * 257]},
        {"locations": [str(number) for number in range(101)]},
        {"locations": {"BLDG-1": True}},
    ],
    ids=str,
)
def test_claims_that_are_refused(issuer: HandmadeIssuer, changes: dict[str, Any]) -> None:
    """Made for someone else, by someone else, at another time, of another kind, or with what cannot be read."""
    with pytest.raises(InvalidToken):
        identify(issuer, issuer.token(claims=changes))


def test_null_locations_are_refused(issuer: HandmadeIssuer) -> None:
    """A claim that is there and says nothing does not open everything."""
    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "ada", "exp": NEVER, "locations": None}
    token = jwt.encode(claims, issuer.key, algorithm="RS256", headers={"kid": "one"})
    with pytest.raises(InvalidToken):
        identify(issuer, token)


def test_signatures_that_are_refused(issuer: HandmadeIssuer) -> None:
    """Unsigned, signed with what everyone knows, with another's key, or with a key that the token itself brings."""
    other = another_key()
    own_jwk = jwk(other, "one")
    head, payload, signature = issuer.token().split(".")
    wrong = {
        "alg none": f"{by_hand(issuer, 'none')}.",
        "alg NONE with a signature": f"{by_hand(issuer, 'NONE')}.{signature}",
        "HS256 with the public key": signed_with_the_public_key(issuer),
        "HS256 with a secret": issuer.token(key="secret" * 8, algorithm="HS256"),
        "another's key": issuer.token(key=other),
        "a jwk of its own": issuer.token(key=other, header={"jwk": own_jwk}),
        "a jku of its own": issuer.token(key=other, header={"jku": f"{issuer.url}/mine"}),
        "a kid that is a path": issuer.token(key=other, header={"kid": "../../keys"}),
        "a kid that is a URL": issuer.token(key=other, header={"kid": f"{issuer.url}/mine"}),
        "a kid with SQL": issuer.token(key=other, header={"kid": "' OR '1'='1"}),
        "no kid": issuer.token(header={"kid": None}),
        "ES256 with an RSA key's kid": issuer.token(
            key=ec.generate_private_key(ec.SECP256R1()), algorithm="ES256"
        ),
        "unknown crit": issuer.token(header={"crit": ["exp"]}),
        "no signature": f"{head}.{payload}.",
        "an ID token's type": issuer.token(header={"typ": "id_token"}),
        "a logout token's type": issuer.token(header={"typ": "logout+jwt"}),
    }
    issuer.site.answers["/mine"] = issuer.site.answers["/keys"]
    issuer.publish(jwk(issuer.key, "one"))
    for reason, token in wrong.items():
        with pytest.raises(InvalidToken):
            identify(issuer, token)
            pytest.fail(reason)
    assert "/mine" not in issuer.site.asked
    assert identify(issuer, issuer.token()).scopes == {"twins:read"}


@pytest.mark.parametrize("part", [0, 1])
def test_a_token_that_nests_deep_is_refused(issuer: HandmadeIssuer, part: int) -> None:
    """A part that is too deep to be read is no server error."""
    deep = base64.urlsafe_b64encode(b'{"iss":' + b"[" * 100_000).rstrip(b"=").decode()
    parts = issuer.token().split(".")
    parts[part] = deep
    with pytest.raises(InvalidToken):
        identify(issuer, ".".join(parts))


@pytest.mark.parametrize(
    "members",
    [
        {"use": "enc"},
        {"key_ops": ["encrypt"]},
        {"key_ops": "verify"},
        {"alg": "RS512"},
        {"alg": "HS256"},
        {"alg": "RSA-OAEP"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC"},
        {"crv": "P-256"},
        {"kid": 1},
        {"kid": "two"},
        {"n": "AQAB"},
        {"n": 1},
        {"d": "AQAB"},
    ],
    ids=str,
)
def test_keys_that_verify_nothing(issuer: HandmadeIssuer, members: dict[str, Any]) -> None:
    """For encryption, for another algorithm, too short, damaged, or known to all: beside others they do no harm."""
    good = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    issuer.publish("x", None, {**jwk(issuer.key, "one"), **members}, jwk(good, "good"))
    with pytest.raises(InvalidToken):
        identify(issuer, issuer.token())
    assert identify(issuer, issuer.token(key=good, header={"kid": "good"})).scopes == {"twins:read"}


def test_short_keys_verify_nothing(issuer: HandmadeIssuer) -> None:
    """RSA keys have at least 2048 bits (RFC 7518 §3.3)."""
    short = rsa.generate_private_key(public_exponent=65_537, key_size=1_024)
    issuer.publish(jwk(short, "one"))
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = issuer.token(key=short)
    with pytest.raises(InvalidToken):
        identify(issuer, token)


def test_a_token_names_one_of_our_audiences(issuer: HandmadeIssuer) -> None:
    """Alone or among others."""
    for audience in (AUDIENCE, "also ours", ["x", AUDIENCE]):
        assert identify(issuer, issuer.token(claims={"aud": audience})).scopes == {"twins:read"}
