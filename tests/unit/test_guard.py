"""A verified token is remembered while it is good, and what it rests on is looked at in every job's own snapshot."""

import asyncio
import base64
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from twinhaus import instants
from twinhaus.auth import guard as guard_module
from twinhaus.auth.clients import add_client, remove_client, renew_secret
from twinhaus.auth.guard import Admission, Guard
from twinhaus.auth.scopes import ADMIN, SCOPES, TWINS_READ, Caller
from twinhaus.auth.tokens import (
    Claims,
    InvalidToken,
    KeyRing,
    add_signing_key,
    read_keys,
    retire_signing_key,
)
from twinhaus.engines import open_store
from twinhaus.errors import Forbidden
from twinhaus.settings import Settings
from twinhaus.storage.access import Client
from twinhaus.storage.store import Store, Transaction

CLAIMS = Claims("issuer", "audience")


class Clock:
    """Time that passes when a test says so, as far as the guard is concerned."""

    def __init__(self) -> None:
        self.now = time.time()

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The guard's clock for what it remembers."""
    clock = Clock()
    monkeypatch.setattr(guard_module, "time", SimpleNamespace(time=clock.time))
    return clock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with one key and one client."""
    store = open_store(Settings(store=str(tmp_path / "store.db")))
    store.write(add_signing_key).result()
    store.write(lambda transaction: add_client(transaction, "reader", [TWINS_READ])).result()
    yield store
    store.close()


@pytest.fixture
def guard(store: Store) -> Guard:
    """A guard of the store."""
    return Guard(store, keys_of(store), CLAIMS)


def keys_of(store: Store) -> KeyRing:
    """The store's keys."""
    return store.read(read_keys).result()


def key_ids(store: Store) -> list[str]:
    """Their ids, the newest first."""
    return [key.id for key in store.read(lambda reader: reader.signing_keys()).result()]


def only_client(store: Store) -> Client:
    """The client."""
    (client,) = store.read(lambda reader: reader.clients()).result()
    return client


def token_for(store: Store, *, seconds: int = 3_600) -> str:
    """A token of the client, good for so long."""
    client_id = only_client(store).id
    return keys_of(store).sign(CLAIMS, client_id=client_id, scopes=[TWINS_READ], seconds=seconds)


def admit(guard: Guard, token: str) -> Admission:
    """Whom a token speaks for, as far as the guard remembers."""
    return asyncio.run(guard.admit(token, TWINS_READ))


def identify(guard: Guard, store: Store, token: str) -> Caller:
    """Whom a token speaks for in a job."""
    admission = admit(guard, token)
    return store.read(lambda reader: guard.caller_in(reader, admission)).result()


def remove(store: Store) -> None:
    """The client goes."""
    store.write(lambda transaction: remove_client(transaction, "reader")).result()


def test_a_token_is_remembered(store: Store, guard: Guard, clock: Clock) -> None:
    """As long as it is good it is not looked at again."""
    token = token_for(store)
    admission = admit(guard, token)
    assert admission.caller.scopes == {TWINS_READ}
    clock.now += 3_500
    assert admit(guard, token) is admission


def test_a_token_is_not_remembered_beyond_its_expiry(store: Store, guard: Guard, clock: Clock) -> None:
    """It is forgotten when it expires, and looked at again."""
    token = token_for(store, seconds=20)
    admission = admit(guard, token)
    clock.now += 19
    assert admit(guard, token) is admission
    clock.now += 2
    assert admit(guard, token) is not admission


def test_a_removed_client_is_out_in_the_next_job(store: Store, guard: Guard) -> None:
    """Although its token is remembered; and then it is remembered no more."""
    token = token_for(store)
    admission = admit(guard, token)
    remove(store)
    assert admit(guard, token) is admission
    with pytest.raises(InvalidToken):
        store.read(lambda reader: guard.caller_in(reader, admission)).result()
    with pytest.raises(InvalidToken):
        admit(guard, token)


def test_other_changes_are_seen_once(store: Store, guard: Guard) -> None:
    """A change of another client lets a token be looked at again, after which it is remembered as before."""
    token = token_for(store)
    before = admit(guard, token)
    store.write(lambda transaction: add_client(transaction, "other", [ADMIN])).result()
    assert identify(guard, store, token) == before.caller
    after = admit(guard, token)
    assert after.version != before.version
    assert identify(guard, store, token) == after.caller
    assert admit(guard, token) is after


def test_what_a_transaction_finds_is_not_remembered(store: Store, guard: Guard) -> None:
    """A client that is removed inside a transaction is out there, and in again where that is undone."""
    token = token_for(store)
    admission = admit(guard, token)

    def fail(transaction: Transaction) -> None:
        remove_client(transaction, "reader")
        guard.caller_in(transaction, admission)

    with pytest.raises(InvalidToken):
        store.write(fail).result()
    assert identify(guard, store, token) == admission.caller
    assert admit(guard, token).version == admission.version


def test_a_scope_that_is_given_is_had_at_once(store: Store, guard: Guard) -> None:
    """A token that carries a scope which its client gains is let in, though it is remembered without it."""
    token, client = token_for(store), only_client(store)
    store.write(lambda transaction: transaction.replace_client(replace(client, scopes=(ADMIN,)))).result()
    for _ in range(2):
        with pytest.raises(Forbidden):
            admit(guard, token)
    store.write(lambda transaction: transaction.replace_client(client)).result()
    assert identify(guard, store, token).scopes == {TWINS_READ}


def test_a_refused_token_is_not_remembered(store: Store, guard: Guard) -> None:
    """A token that is refused today may be good once its client is there."""
    token, client = token_for(store), only_client(store)
    remove(store)
    with pytest.raises(InvalidToken):
        admit(guard, token)
    store.write(lambda transaction: transaction.add_client(client)).result()
    assert identify(guard, store, token).client_id == client.id


def test_keys_are_read_again_for_an_unknown_one(store: Store, guard: Guard) -> None:
    """A token signed with a key that was added since is verified, and the new key signs from then on."""
    old = token_for(store)
    store.write(add_signing_key).result()
    new = token_for(store)
    assert identify(guard, store, new).scopes == {TWINS_READ}
    assert identify(guard, store, old).scopes == {TWINS_READ}
    assert published(guard) == key_ids(store)


def published(guard: Guard) -> list[object]:
    """The ids of the keys that the guard knows."""
    keys = asyncio.run(guard.current_keys()).public_keys()["keys"]
    assert isinstance(keys, list)
    return [key["kid"] for key in keys if isinstance(key, dict)]


def test_keys_are_read_only_where_something_changed(store: Store, guard: Guard) -> None:
    """As long as no client or key has, they are those that were read before."""
    first = asyncio.run(guard.current_keys())
    assert asyncio.run(guard.current_keys()) is first
    store.write(add_signing_key).result()
    second = asyncio.run(guard.current_keys())
    assert second is not first
    assert asyncio.run(guard.current_keys()) is second


def test_a_retired_key_ends_its_tokens(store: Store, guard: Guard) -> None:
    """In the next job, those that are remembered too; tokens of other keys stay good."""
    old, (first,) = token_for(store), key_ids(store)
    store.write(add_signing_key).result()
    new = token_for(store)
    assert identify(guard, store, old) == identify(guard, store, new)
    store.write(lambda transaction: retire_signing_key(transaction, first)).result()
    with pytest.raises(InvalidToken):
        identify(guard, store, old)
    assert identify(guard, store, new).scopes == {TWINS_READ}


def test_what_changes_while_a_token_is_looked_at_is_seen(store: Store, guard: Guard) -> None:
    """Whatever was read of a client that is removed meanwhile, the next job finds it gone."""
    token = token_for(store)

    async def run() -> Admission:
        admitted = asyncio.create_task(guard.admit(token, TWINS_READ))
        await asyncio.sleep(0)
        remove(store)
        return await admitted

    try:
        admission = asyncio.run(run())
    except InvalidToken:
        return  # The removal came first.
    with pytest.raises(InvalidToken):
        store.read(lambda reader: guard.caller_in(reader, admission)).result()


def test_a_restricted_client_has_its_locations(store: Store, guard: Guard) -> None:
    """They come with the caller, as the client has them now, and take away what reaches beyond them."""
    token, client = token_for(store), only_client(store)
    assert identify(guard, store, token).locations == ()
    restricted = replace(client, scopes=(TWINS_READ, ADMIN), locations=("B1", "B2"))
    store.write(lambda transaction: transaction.replace_client(restricted)).result()
    assert identify(guard, store, token) == Caller(client.id, frozenset({TWINS_READ}), ("B1", "B2"))
    everything = keys_of(store).sign(CLAIMS, client_id=client.id, scopes=SCOPES, seconds=60)
    assert identify(guard, store, everything).scopes == {TWINS_READ}


def test_a_new_secret_leaves_tokens_good(store: Store, guard: Guard) -> None:
    """They are looked at again, and found as they were."""
    token = token_for(store)
    before = identify(guard, store, token)
    store.write(lambda transaction: renew_secret(transaction, only_client(store))).result()
    assert identify(guard, store, token) == before


def test_only_so_many_tokens_are_remembered(
    store: Store, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that were verified last."""
    monkeypatch.setattr(guard_module, "_REMEMBERED_MAX", 2)
    tokens = [token_for(store) for _ in range(3)]
    admissions = [admit(guard, token) for token in tokens]
    assert admit(guard, tokens[2]) is admissions[2]
    assert admit(guard, tokens[1]) is admissions[1]
    assert admit(guard, tokens[0]) is not admissions[0]


def test_a_new_key_signs_whatever_the_clock_does(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the clock was set back since the last key was made."""
    monkeypatch.setattr(instants, "now", lambda: 0)
    for _ in range(2):
        added = store.write(add_signing_key).result()
        assert key_ids(store)[0] == added.id


@pytest.mark.parametrize("part", [0, 1])
def test_a_token_that_nests_deep_is_refused(store: Store, guard: Guard, part: int) -> None:
    """A part that is too deep to be read is no server error."""
    deep = base64.urlsafe_b64encode(b'{"kid":' + b"[" * 100_000).rstrip(b"=").decode()
    parts = token_for(store, seconds=60).split(".")
    parts[part] = deep
    with pytest.raises(InvalidToken):
        admit(guard, ".".join(parts))
