"""A verified token is remembered for a while, and no longer than it is good."""

import asyncio
import base64
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from twinhaus import instants
from twinhaus.auth import guard as guard_module
from twinhaus.auth.clients import add_client, remove_client
from twinhaus.auth.guard import REMEMBERED_SECONDS, Guard
from twinhaus.auth.scopes import ADMIN, SCOPES, TWINS_READ, Caller
from twinhaus.auth.tokens import Claims, InvalidToken, KeyRing, add_signing_key, retire_signing_key
from twinhaus.engines import open_store
from twinhaus.settings import Settings
from twinhaus.storage.store import Store

CLAIMS = Claims("issuer", "audience")


class Clock:
    """Time that passes when a test says so, as far as the guard is concerned."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The guard's clock for what it remembers."""
    clock = Clock()
    monkeypatch.setattr(guard_module, "time", SimpleNamespace(monotonic=clock.monotonic, time=time.time))
    return clock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with one key and one client."""
    store = open_store(Settings(store=str(tmp_path / "store.db")))
    store.write(add_signing_key).result()
    store.write(lambda transaction: add_client(transaction, "reader", [TWINS_READ])).result()
    yield store
    store.close()


def keys_of(store: Store) -> KeyRing:
    """The store's keys."""
    return KeyRing(store.read(lambda reader: reader.signing_keys()).result())


def token_for(store: Store, *, seconds: int) -> str:
    """A token of the client, good for so long."""
    (client,) = store.read(lambda reader: reader.clients()).result()
    return keys_of(store).sign(CLAIMS, client_id=client.id, scopes=[TWINS_READ], seconds=seconds)


def identify(guard: Guard, token: str) -> Caller:
    """Whom a token speaks for."""
    return asyncio.run(guard.identify(token))


def remove(store: Store) -> None:
    """The client goes."""
    store.write(lambda transaction: remove_client(transaction, "reader")).result()


def test_a_token_is_remembered_for_a_while(store: Store, clock: Clock) -> None:
    """A removed client's token works on until it is looked at again, half a minute later at most."""
    guard, token = Guard(store, keys_of(store), CLAIMS), token_for(store, seconds=3_600)
    caller = identify(guard, token)
    assert caller.scopes == {TWINS_READ}
    remove(store)
    clock.now += REMEMBERED_SECONDS - 1
    assert identify(guard, token) == caller
    clock.now += 2
    with pytest.raises(InvalidToken):
        identify(guard, token)


def test_a_token_is_not_remembered_beyond_its_expiry(store: Store, clock: Clock) -> None:
    """A token that expires sooner is forgotten when it does."""
    guard, token = Guard(store, keys_of(store), CLAIMS), token_for(store, seconds=20)
    identify(guard, token)
    remove(store)
    clock.now += 21
    with pytest.raises(InvalidToken):
        identify(guard, token)


def test_a_refused_token_is_not_remembered(store: Store, clock: Clock) -> None:
    """A token that is refused today may be good once its client is there."""
    guard, token = Guard(store, keys_of(store), CLAIMS), token_for(store, seconds=3_600)
    (client,) = store.read(lambda reader: reader.clients()).result()
    remove(store)
    with pytest.raises(InvalidToken):
        identify(guard, token)
    store.write(lambda transaction: transaction.add_client(client)).result()
    assert identify(guard, token).client_id == client.id


def test_keys_are_read_again_for_an_unknown_one(store: Store, clock: Clock) -> None:
    """A token signed with a key that was added since is verified, and the new key signs from then on."""
    guard = Guard(store, keys_of(store), CLAIMS)
    old = token_for(store, seconds=3_600)
    added = store.write(add_signing_key).result()
    assert identify(guard, token_for(store, seconds=3_600)).scopes == {TWINS_READ}
    assert identify(guard, old).scopes == {TWINS_READ}
    assert asyncio.run(guard.current_keys()).ids[0] == added.id


def test_a_retired_key_is_forgotten(store: Store, clock: Clock) -> None:
    """Told of it, the guard looks at the key's tokens again at once; not told, when it has forgotten them."""
    guard, old = Guard(store, keys_of(store), CLAIMS), token_for(store, seconds=3_600)
    (first,) = keys_of(store).ids
    store.write(add_signing_key).result()
    new = token_for(store, seconds=3_600)
    assert identify(guard, old) == identify(guard, new)
    store.write(lambda transaction: retire_signing_key(transaction, first)).result()
    assert identify(guard, old).scopes == {TWINS_READ}
    guard.forget_key(first)
    with pytest.raises(InvalidToken):
        identify(guard, old)
    assert identify(guard, new).scopes == {TWINS_READ}


def test_what_changes_while_a_token_is_looked_at_is_not_remembered(store: Store, clock: Clock) -> None:
    """A client that is edited meanwhile does not keep what it had for another half minute."""
    guard, token = Guard(store, keys_of(store), CLAIMS), token_for(store, seconds=3_600)
    (client,) = store.read(lambda reader: reader.clients()).result()

    async def run() -> None:
        identified = asyncio.create_task(guard.identify(token))
        await asyncio.sleep(0)
        guard.forget_client(client.id)
        await identified

    asyncio.run(run())
    remove(store)
    with pytest.raises(InvalidToken):
        identify(guard, token)


def test_a_restricted_client_has_its_locations(store: Store, clock: Clock) -> None:
    """They come with the caller, as the client has them now, and take away what reaches beyond them."""
    guard, token = Guard(store, keys_of(store), CLAIMS), token_for(store, seconds=3_600)
    (client,) = store.read(lambda reader: reader.clients()).result()
    assert identify(guard, token).locations == ()
    restricted = replace(client, scopes=(TWINS_READ, ADMIN), locations=("B1", "B2"))
    store.write(lambda transaction: transaction.replace_client(restricted)).result()
    guard.forget_client(client.id)
    assert identify(guard, token) == Caller(client.id, frozenset({TWINS_READ}), ("B1", "B2"))
    everything = keys_of(store).sign(CLAIMS, client_id=client.id, scopes=SCOPES, seconds=60)
    assert identify(guard, everything).scopes == {TWINS_READ}


def test_a_new_key_signs_whatever_the_clock_does(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the clock was set back since the last key was made."""
    monkeypatch.setattr(instants, "now", lambda: 0)
    for _ in range(2):
        added = store.write(add_signing_key).result()
        assert keys_of(store).ids[0] == added.id


@pytest.mark.parametrize("part", [0, 1])
def test_a_token_that_nests_deep_is_refused(store: Store, clock: Clock, part: int) -> None:
    """A part that is too deep to be read is no server error."""
    deep = base64.urlsafe_b64encode(b'{"kid":' + b"[" * 100_000).rstrip(b"=").decode()
    parts = token_for(store, seconds=60).split(".")
    parts[part] = deep
    with pytest.raises(InvalidToken):
        identify(Guard(store, keys_of(store), CLAIMS), ".".join(parts))
