"""Signing keys over HTTP: rotated without logging anyone out, retired with all that they signed."""

from collections.abc import Iterator

import httpx
import jwt
import pytest
from tests import serving
from tests.engines import Engine
from tests.serving import Served

from twinhaus.auth import tokens


@pytest.fixture
def served(engine: Engine) -> Iterator[Served]:
    """A server with one key and one client."""
    with engine.new_store() as store:
        serving.make_store(store)
        with serving.serving(store) as running:
            yield running


def new_token(served: Served) -> str:
    """A token, signed with the key that signs now."""
    return serving.get_token(served.url, served.credentials)


def key_of(token: str) -> str:
    """Which key signed it."""
    return str(jwt.get_unverified_header(token)["kid"])


def works(served: Served, token: str) -> bool:
    """Whether a token is good."""
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{served.url}/twins", headers=headers)
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


def published(served: Served) -> set[str]:
    """The keys that the world sees."""
    return {key["kid"] for key in httpx.get(f"{served.url}/.well-known/jwks.json").json()["keys"]}


def test_rotation_logs_nobody_out(served: Served) -> None:
    """A new key signs at once, the older ones verify on, and all of them are published."""
    before = new_token(served)
    answer = served.http.post("/signing-keys")
    assert answer.status_code == 201
    assert answer.headers["location"] == f"signing-keys/{answer.json()['id']}"
    assert answer.json()["signs"] is True
    after = new_token(served)
    assert key_of(after) == answer.json()["id"] != key_of(before)
    assert works(served, before)
    assert works(served, after)
    listed = served.http.get("/api/v3/signing-keys")
    assert [(key["id"], key["signs"]) for key in listed.json()] == [
        (key_of(after), True),
        (key_of(before), False),
    ]
    assert published(served) == {key_of(before), key_of(after)}


def test_no_private_key_is_told(served: Served) -> None:
    """A key is shown by its id, its time and whether it signs, and by nothing else."""
    added = served.http.post("/signing-keys")
    for key in (added.json(), *served.http.get("/signing-keys").json()):
        assert key.keys() == {"id", "createdTime", "signs"}


def test_a_retired_key_ends_its_tokens(served: Served) -> None:
    """At once, also those that are remembered; the tokens of other keys stay."""
    remembered, unseen = new_token(served), new_token(served)
    assert works(served, remembered)
    served.http.post("/signing-keys")
    after = new_token(served)
    served.http.headers["Authorization"] = f"Bearer {after}"
    assert served.http.delete(f"/signing-keys/{key_of(remembered)}").status_code == 204
    assert not works(served, remembered)
    assert not works(served, unseen)
    assert works(served, after)
    assert published(served) == {key_of(after)}


def test_the_last_key_stays(served: Served) -> None:
    """Retiring it is a 409, and one that is not there a 404; nobody notices."""
    token = new_token(served)
    last = served.http.delete(f"/signing-keys/{key_of(token)}")
    assert last.status_code == 409
    assert served.http.delete("/signing-keys/nothing").status_code == 404
    assert works(served, token)


def test_keys_have_a_limit(served: Served) -> None:
    """Beyond it one has to be retired first."""
    with serving.opened(served.store) as store:
        pem = tokens.make_private_key()
        for _ in range(tokens.KEYS_MAX - 1):
            store.write(lambda transaction: tokens.add_signing_key(transaction, pem)).result()
    full = served.http.post("/signing-keys")
    assert full.status_code == 409
    assert "Retire one first" in full.json()["detail"]


def test_a_key_that_another_process_retires(served: Served) -> None:
    """Its tokens are refused at once, also those that are remembered here, and another key signs."""
    first, unseen = new_token(served), new_token(served)
    assert works(served, first)
    with serving.opened(served.store) as store:
        added = store.write(tokens.add_signing_key).result()
        store.write(lambda transaction: tokens.retire_signing_key(transaction, key_of(first))).result()
    assert not works(served, first)
    assert not works(served, unseen)
    assert key_of(new_token(served)) == added.id
    assert published(served) == {added.id}
