"""Access tokens: RFC 9068 claims, public keys that verify them, and key rotation that logs no one out."""

import time

import httpx
import jwt
import pytest
from tests import serving
from tests.api.tokens import TOKEN, claims_of, in_body
from tests.serving import Credentials, Served

from twinhaus.auth import tokens
from twinhaus.auth.scopes import SCOPES

FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


def test_claims_of_a_token(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """RFC 9068 §2: the type in the header, and each claim it requires, with this store as issuer and audience."""
    before = int(time.time())
    answer = anyone.post(TOKEN, data=in_body(two_scopes))
    after = int(time.time())
    header = jwt.get_unverified_header(answer.json()["access_token"])
    assert (header["typ"], header["alg"]) == ("at+jwt", "RS256")
    assert header.keys() == {"typ", "alg", "kid"}
    claims = claims_of(answer)
    assert claims.keys() == {"iss", "exp", "aud", "sub", "client_id", "iat", "nbf", "jti", "scope"}
    assert claims["sub"] == claims["client_id"] == two_scopes.client_id
    assert claims["scope"] == "twins:write twins:read"
    assert before <= claims["iat"] == claims["nbf"] <= after
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["iss"]
    assert claims["aud"]


def test_every_token_is_another(anyone: httpx.Client, two_scopes: Credentials) -> None:
    """`jti` never comes twice."""
    ids = {claims_of(anyone.post(TOKEN, data=in_body(two_scopes)))["jti"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize("path", ["/.well-known/jwks.json", "/api/v3/.well-known/jwks.json"])
def test_public_keys_verify_the_token(anyone: httpx.Client, two_scopes: Credentials, path: str) -> None:
    """Anyone can verify a token with the published key that its header names, and the key tells no secret."""
    answer = anyone.get(path)
    assert answer.headers["content-type"] == "application/json"
    assert "max-age" in answer.headers["cache-control"]
    keys = {key["kid"]: key for key in answer.json()["keys"]}
    token = anyone.post(TOKEN, data=in_body(two_scopes)).json()["access_token"]
    key = keys[jwt.get_unverified_header(token)["kid"]]
    assert (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
    assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
    unverified = jwt.decode(token, options={"verify_signature": False})
    verified = jwt.decode(
        token,
        jwt.PyJWK(key),
        algorithms=["RS256"],
        audience=unverified["aud"],
        issuer=unverified["iss"],
        options={"require": ["exp", "nbf", "iat", "jti", "client_id"]},
    )
    assert verified == unverified


def test_key_rotation_logs_no_one_out(
    anyone: httpx.Client, read_only: Served, two_scopes: Credentials
) -> None:
    """A key that another process adds signs from then on; tokens of both keys work, without a restart."""

    def get_token() -> str:
        token: str = anyone.post(TOKEN, data=in_body(two_scopes)).json()["access_token"]
        return token

    def works(token: str) -> bool:
        return anyone.post("/twins", headers={"Authorization": f"Bearer {token}"}).status_code == 200

    def published() -> set[str]:
        return {key["kid"] for key in anyone.get("/.well-known/jwks.json").json()["keys"]}

    seen, unseen = get_token(), get_token()
    assert works(seen)
    known = published()
    with serving.opened(read_only.store) as store:
        added = store.write(tokens.add_signing_key).result()
    assert added.id not in known
    assert published() == known | {added.id}
    fresh = get_token()
    assert jwt.get_unverified_header(fresh)["kid"] == added.id
    assert works(fresh)
    assert works(seen)
    assert works(unseen)


def test_a_token_of_a_key_not_read_yet_works(anyone: httpx.Client, read_only: Served) -> None:
    """A token that another process signed with a key this one has not met is verified by reading the keys again."""
    credentials = serving.add_client(read_only.store, "rotated", *SCOPES)
    claims = jwt.decode(serving.get_token(read_only.url, credentials), options={"verify_signature": False})
    with serving.opened(read_only.store) as store:
        added = store.write(tokens.add_signing_key).result()
    ring = tokens.KeyRing([added], version=0)
    token = ring.sign(
        tokens.Claims(claims["iss"], claims["aud"]),
        client_id=credentials.client_id,
        scopes=SCOPES,
        seconds=60,
    )
    assert anyone.post("/twins", headers={"Authorization": f"Bearer {token}"}).status_code == 200
