"""How long a token of another issuer is good without being verified again: as long as its key set is the newest."""

import asyncio
from dataclasses import dataclass

import pytest
from tests.issuers.handmade import AUDIENCE, HandmadeIssuer, jwk

from twinhaus.auth.guard import Admission, Guard
from twinhaus.auth.issuerkeys import IssuerKeys
from twinhaus.auth.issuers import Issuers
from twinhaus.auth.scopes import SCOPES, TWINS_READ
from twinhaus.auth.tokens import Claims, InvalidToken, add_signing_key, read_keys
from twinhaus.auth.trust import Trust
from twinhaus.storage.access import Client
from twinhaus.storage.memory import MemoryStore


@dataclass
class Scene:
    """A guard that trusts the issuer, over a store of its own, at a time that a test sets."""

    issuer: HandmadeIssuer
    store: MemoryStore
    now: float = 1_000.0

    def __post_init__(self) -> None:
        keys = IssuerKeys(self.issuer.url, keys_seconds=600, retry_seconds=10, clock=lambda: self.now)
        issuers = Issuers({self.issuer.url: keys}, (AUDIENCE,), Trust())
        self.store.write(add_signing_key).result()
        own_keys = self.store.read(read_keys).result()
        self.guard = Guard(self.store, own_keys, Claims("we", "us"), issuers)

    def admit(self, token: str) -> Admission:
        """Whom the token speaks for."""
        return asyncio.run(self.guard.admit(token, TWINS_READ))


@pytest.fixture
def scene(issuer: HandmadeIssuer) -> Scene:
    """With nothing remembered yet."""
    return Scene(issuer, MemoryStore())


def test_a_token_is_remembered_with_its_key_set(scene: Scene) -> None:
    """It is verified once, and again when the key set has to be fetched anew: whoever's key is gone is out then."""
    token = scene.issuer.token()
    first = scene.admit(token)
    scene.issuer.publish(jwk(scene.issuer.key, "two"))
    scene.now += 599
    assert scene.admit(token) is first
    scene.now += 1
    with pytest.raises(InvalidToken):
        scene.admit(token)


def test_a_key_set_fetched_earlier_counts_at_once(scene: Scene) -> None:
    """A token that names an unknown key lets us ask; from then on the keys that are gone verify nothing."""
    token = scene.issuer.token()
    scene.admit(token)
    scene.issuer.publish(jwk(scene.issuer.key, "two"))
    scene.now += 10
    assert scene.admit(scene.issuer.token(header={"kid": "two"})).caller.scopes == {TWINS_READ}
    with pytest.raises(InvalidToken):
        scene.admit(token)


def test_clients_and_keys_of_the_store_are_nothing_to_it(scene: Scene) -> None:
    """They may change: who it speaks for is the same in every job, and it is not verified again."""
    token = scene.issuer.token()
    admission = scene.admit(token)
    client = Client("id", "name", b"", SCOPES, 0)
    scene.store.write(lambda transaction: transaction.add_client(client)).result()
    found = scene.store.read(lambda reader: scene.guard.caller_in(reader, admission)).result()
    assert found is admission.caller
    assert scene.admit(token) is admission
