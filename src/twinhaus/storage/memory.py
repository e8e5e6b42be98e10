"""The reference store: plain dictionaries, and `query/evaluate.py` asked of every twin in turn.

It is what the other stores are compared with, and good for tests and experiments. Nothing outlives the process.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from concurrent.futures import Future
from threading import RLock

from twinhaus import instants
from twinhaus.audit import ITSELF, Action, Author, Entry, Kind
from twinhaus.dtdl import Registry
from twinhaus.graph import Relationship, Twin
from twinhaus.storage.access import Client, SigningKey, new_secrets
from twinhaus.storage.memory_reader import MemoryReader
from twinhaus.storage.state import State
from twinhaus.storage.store import NOTHING_EXPECTED, Expected, Reader, Result, Transaction
from twinhaus.storage.streams import Stream


class MemoryStore:
    """The Store of `storage/store.py` in memory."""

    def __init__(
        self,
        *,
        audit_days: int = 0,
        clock: Callable[[], int] = instants.now,
    ) -> None:
        self._audit_ticks = audit_days * instants.TICKS_PER_DAY
        self._clock = clock
        self._last_instant = 0
        self._secrets = new_secrets()
        self._state = State()
        self._lock = RLock()

    def read(self, job: Callable[[Reader], Result]) -> "Future[Result]":
        return _done(lambda: job(self._transaction(self._state)))

    async def read_briefly(self, job: Callable[[Reader], Result]) -> Result:
        return job(self._transaction(self._state))

    def stream(self, job: Callable[[Reader], Iterator[Result]]) -> Stream[Result]:
        reader = self._transaction(self._state)

        def items() -> Generator[Result, None, None]:
            yield from job(reader)

        return Stream(items(), lambda stream: None)

    def write(
        self, job: Callable[[Transaction], Result], expected: Expected = NOTHING_EXPECTED
    ) -> "Future[Result]":
        def run() -> Result:
            with self._lock:
                transaction = self._transaction(self._state.copy())
                result = job(transaction)
                if self._audit_ticks:
                    transaction.state.trim(self._audit_ticks)
                self._state = transaction.state
                return result

        return _done(run)

    def _transaction(self, state: State) -> "MemoryTransaction":
        return MemoryTransaction(state, self._secrets, self)

    def now(self) -> int:
        """What the clock says."""
        return self._clock()

    def next_instant(self) -> int:
        """Not part of the state: what a job was handed out is spent even where what it wrote is undone."""
        self._last_instant = max(self._clock(), self._last_instant + 1)
        return self._last_instant

    def pass_instant(self, instant: int) -> None:
        """As a transaction passes one."""
        self._last_instant = max(self._last_instant, instant)

    def tend(self) -> "Future[float | None]":
        """Nothing is put off."""
        return _done(lambda: None)

    def close(self) -> None:
        """There is nothing to let go of."""


def _done(run: Callable[[], Result]) -> "Future[Result]":
    future: Future[Result] = Future()
    try:
        future.set_result(run())
    except Exception as error:
        future.set_exception(error)
    return future


class MemoryTransaction(MemoryReader):
    """The Transaction of `storage/store.py` over one state."""

    def __init__(
        self,
        state: State,
        secrets: dict[str, bytes],
        store: MemoryStore,
    ) -> None:
        super().__init__(state, secrets)
        self._store = store
        self._author = ITSELF
        self._offered: int | None = None  # An instant handed out: that of the next change.

    def expect(
        self,
        *,
        twin_ids: Collection[str] = (),
        relationship_ids: Collection[str] = (),
        model_ids: Collection[str] = (),
    ) -> None:
        """All of it is at hand."""

    def next_instant(self) -> int:
        self._offered = self._store.next_instant()
        return self._offered

    def act_for(self, author: Author) -> None:
        self._author = author

    def _note(self, action: Action, kind: Kind, id_: str) -> int:
        """Returns the instant of the entry."""
        instant = self._store.next_instant() if self._offered is None else self._offered
        self._offered = None
        self.state.trail.append(Entry(instant, self._author, action, kind, id_))
        return instant

    def pass_instant(self, instant: int) -> None:
        self._store.pass_instant(instant)

    def put_twin(self, twin: Twin) -> None:
        self._note(Action.REPLACED if twin.id in self.state.twins else Action.CREATED, Kind.TWIN, twin.id)
        if twin.id not in self.state.numbers:
            self.state.last_number += 1
            self.state.numbers[twin.id] = self.state.last_number
        self.state.twins[twin.id] = twin

    def delete_twins(self, twin_ids: Collection[str]) -> int:
        gone = frozenset(twin_ids)
        removed = [
            one.id
            for one in self.state.relationships.values()
            if one.source_id in gone or one.target_id in gone
        ]
        self.delete_relationships(removed)
        for twin_id in twin_ids:
            del self.state.twins[twin_id], self.state.numbers[twin_id]
            self._note(Action.DELETED, Kind.TWIN, twin_id)
        return len(removed)

    def add_relationship(self, relationship: Relationship) -> None:
        self.state.last_relationship_number += 1
        self.state.relationships[relationship.id] = relationship
        self.state.relationship_numbers[relationship.id] = self.state.last_relationship_number
        self._note(Action.CREATED, Kind.RELATIONSHIP, relationship.id)

    def delete_relationships(self, relationship_ids: Collection[str]) -> None:
        for id_ in relationship_ids:
            del self.state.relationships[id_], self.state.relationship_numbers[id_]
            self._note(Action.DELETED, Kind.RELATIONSHIP, id_)

    def add_models(self, registry: Registry, model_ids: Iterable[str]) -> None:
        self.state.registry = registry
        now, before = self._store.now(), self.state.uploaded
        before |= {id_: max(now, before.get(id_, 0) + 1) for id_ in model_ids}
        for id_ in model_ids:
            self._note(Action.CREATED, Kind.MODEL, id_)

    def remove_models(self, registry: Registry, model_ids: Iterable[str]) -> None:
        self.state.registry = registry
        for id_ in model_ids:
            self.state.decommissioned -= {id_}
            self._note(Action.DELETED, Kind.MODEL, id_)

    def set_decommissioned(self, model_id: str, *, decommissioned: bool) -> None:
        before = self.state.decommissioned
        if decommissioned and model_id not in before:
            self.state.decommissioned = before | {model_id}
            self._note(Action.DECOMMISSIONED, Kind.MODEL, model_id)
        elif not decommissioned and model_id in before:
            self.state.decommissioned = before - {model_id}
            self._note(Action.RESTORED, Kind.MODEL, model_id)

    def set_uploaded(self, model_id: str, uploaded: int) -> None:
        self.state.uploaded[model_id] = uploaded

    def add_removed_model(self, model_id: str) -> None:
        """Twins know the id of their model by themselves."""

    def add_client(self, client: Client) -> None:
        self.state.clients[client.id] = client
        self.state.access = self._note(Action.CREATED, Kind.CLIENT, client.id)

    def replace_client(self, client: Client) -> None:
        self.state.clients[client.id] = client
        self.state.access = self._note(Action.REPLACED, Kind.CLIENT, client.id)

    def remove_client(self, client_id: str) -> None:
        del self.state.clients[client_id]
        self.state.access = self._note(Action.DELETED, Kind.CLIENT, client_id)

    def add_signing_key(self, key: SigningKey) -> None:
        self.state.keys = (*self.state.keys, key)
        self.state.access = self._note(Action.CREATED, Kind.SIGNING_KEY, key.id)

    def remove_signing_key(self, key_id: str) -> None:
        self.state.keys = tuple(key for key in self.state.keys if key.id != key_id)
        self.state.access = self._note(Action.DELETED, Kind.SIGNING_KEY, key_id)

    def attempt(self, job: Callable[[Transaction], Result]) -> Result:
        before, author = self.state, self._author
        self.state = before.copy()
        try:
            return job(self)
        except BaseException:
            self.state = before
            self._offered = None
            raise
        finally:
            self._author = author
