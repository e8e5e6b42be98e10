"""The reference store: plain dictionaries, and `query/evaluate.py` asked of every twin in turn.

It is what the other stores are compared with, and good for tests and experiments. Nothing outlives the process.
"""

import secrets
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from threading import RLock

from twinhaus import instants
from twinhaus.audit import ITSELF, Action, Author, Entry, Kind
from twinhaus.dtdl import Registry
from twinhaus.graph import CONTAINMENT_RELATIONSHIPS, Direction, Relationship, Twin
from twinhaus.query.audit import AuditQuery, selects
from twinhaus.query.evaluate import is_followed, is_located, is_visible, matches
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Include, Query, RelationshipFilter
from twinhaus.storage.documents import DocumentView
from twinhaus.storage.state import State
from twinhaus.storage.store import (
    Client,
    IdPage,
    Neighbour,
    Page,
    Reader,
    Result,
    SigningKey,
    StoredModel,
    Transaction,
)
from twinhaus.storage.streams import Stream


class MemoryStore:
    """The Store of `storage/store.py` in memory."""

    def __init__(
        self,
        *,
        containment: Sequence[str] = CONTAINMENT_RELATIONSHIPS,
        audit_days: int = 0,
        clock: Callable[[], int] = instants.now,
    ) -> None:
        self._audit_ticks = audit_days * instants.TICKS_PER_DAY
        self._containment = frozenset(containment)
        self._clock = clock
        self._last_instant = 0
        self._secrets = {name: secrets.token_bytes(32) for name in ("continuation", "identity")}
        self._state = State()
        self._lock = RLock()

    def read(self, job: Callable[[Reader], Result]) -> "Future[Result]":
        return _done(lambda: job(self._transaction(self._state)))

    def read_briefly(self, job: Callable[[Reader], Result]) -> Result:
        return job(self._transaction(self._state))

    def stream(self, job: Callable[[Reader], Iterator[Result]]) -> Stream[Result]:
        reader = self._transaction(self._state)

        def items() -> Generator[Result, None, None]:
            yield from job(reader)

        return Stream(items(), lambda stream: None)

    def write(self, job: Callable[[Transaction], Result]) -> "Future[Result]":
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
        return MemoryTransaction(state, self._containment, self._secrets, self)

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

    def close(self) -> None:
        """There is nothing to let go of."""


def _done(run: Callable[[], Result]) -> "Future[Result]":
    future: Future[Result] = Future()
    try:
        future.set_result(run())
    except Exception as error:
        future.set_exception(error)
    return future


class MemoryTransaction:
    """Reader and Transaction over one state; also the graph that `query/evaluate.py` looks at."""

    def __init__(
        self,
        state: State,
        containment: frozenset[str],
        secrets_: dict[str, bytes],
        store: MemoryStore,
    ) -> None:
        self.state = state
        self._store = store
        self._containment = containment
        self._secrets = secrets_
        self._author = ITSELF
        self._offered: int | None = None  # An instant handed out: that of the next change.

    @property
    def registry(self) -> Registry:
        return self.state.registry

    def list_twins(self, query: Query, include: Include, *, after: int, limit: int) -> Page:
        matching = list(self._matching(query, after))
        page = matching[:limit]
        body = ",".join(self._text(twin, include, query.within) for _, twin in page)
        return Page(body.encode(), len(page), page[-1][0] if page else after, len(matching) > limit)

    def count_twins(self, query: Query) -> int:
        return sum(1 for _ in self._matching(query, 0))

    def list_ids(self, query: Query, *, after: int, limit: int) -> IdPage:
        page = list(islice(self._matching(query, after), limit))
        return IdPage(tuple(twin.id for _, twin in page), page[-1][0] if page else after)

    def _matching(self, query: Query, after: int) -> Iterator[tuple[int, Twin]]:
        for number, id_ in sorted((number, id_) for id_, number in self.state.numbers.items()):
            twin = self.state.twins[id_]
            if number > after and matches(query, DocumentView(twin.updated, twin.document), self):
                yield number, twin

    def find_documents(
        self,
        twin_ids: Collection[str],
        include: Include = WITHOUT_RELATIONSHIPS,
        *,
        within: tuple[str, ...] = (),
    ) -> dict[str, str]:
        twins = (self.state.twins[id_] for id_ in twin_ids if id_ in self.state.twins)
        return {
            twin.id: self._text(twin, include, within) for twin in twins if is_visible(within, twin.id, self)
        }

    def related(
        self, twin_ids: Collection[str], wanted: RelationshipFilter, *, within: tuple[str, ...] = ()
    ) -> list[tuple[str, str]]:
        pairs = {
            (here, there)
            for here in twin_ids
            if is_visible(within, here, self)
            for name, there in self.relationships_of(here, wanted.direction)
            if is_followed(wanted, name, there, within, self)
        }
        return sorted(pairs, key=lambda pair: (self.state.numbers[pair[1]], pair[0]))

    def located_in(self, places: Collection[str], twin_ids: Collection[str]) -> frozenset[str]:
        there = (id_ for id_ in twin_ids if id_ in self.state.twins)
        return frozenset(id_ for id_ in there if is_located(places, id_, self))

    def _text(self, twin: Twin, include: Include, within: tuple[str, ...]) -> str:
        text = twin.document
        wanted = [("incoming", Direction.INCOMING)] * include.incoming + [
            ("outgoing", Direction.OUTGOING)
        ] * include.outgoing
        for name, direction in wanted:
            documents = ",".join(
                one.document
                for one in self._at(twin.id, direction)
                if all(is_visible(within, end, self) for end in (one.source_id, one.target_id))
            )
            text = f'{text[:-1]},"{name}Relationships":[{documents}]}}'
        return text

    def is_kind_of(self, model_id: str, ancestor_id: str) -> bool:
        return self.registry.is_kind_of(model_id, ancestor_id)

    def model_of(self, twin_id: str) -> str:
        return self.state.twins[twin_id].model_id

    def wholes_of(self, twin_id: str) -> Iterator[str]:
        return (
            one.target_id for one in self._at(twin_id, Direction.OUTGOING) if one.name in self._containment
        )

    def relationships_of(self, twin_id: str, direction: Direction) -> Iterator[tuple[str, str]]:
        if direction is not Direction.INCOMING:
            yield from ((one.name, one.target_id) for one in self._at(twin_id, Direction.OUTGOING))
        if direction is not Direction.OUTGOING:
            yield from ((one.name, one.source_id) for one in self._at(twin_id, Direction.INCOMING))

    def _at(self, twin_id: str, direction: Direction) -> Iterator[Relationship]:
        for one in self.state.relationships.values():
            is_outgoing, is_incoming = one.source_id == twin_id, one.target_id == twin_id
            if (is_outgoing and direction is not Direction.INCOMING) or (
                is_incoming and direction is not Direction.OUTGOING
            ):
                yield one

    def find_twin(self, twin_id: str) -> Twin | None:
        return self.state.twins.get(twin_id)

    def find_model_of(self, twin_id: str) -> str | None:
        twin = self.find_twin(twin_id)
        return None if twin is None else twin.model_id

    def find_relationship(self, relationship_id: str) -> Relationship | None:
        return self.state.relationships.get(relationship_id)

    def neighbours(self, twin_id: str, direction: Direction) -> list[Neighbour]:
        return [
            Neighbour(one, self.model_of(one.target_id if one.source_id == twin_id else one.source_id))
            for one in self._at(twin_id, direction)
        ]

    def count_outgoing(self, twin_id: str, name: str) -> int:
        return sum(one.name == name for one in self._at(twin_id, Direction.OUTGOING))

    def count_twins_of(self, model_id: str) -> int:
        return sum(twin.model_id == model_id for twin in self.state.twins.values())

    def models(self) -> list[StoredModel]:
        return [model for id_ in self.registry.ids if (model := self.find_model(id_))]

    def find_model(self, model_id: str) -> StoredModel | None:
        if model_id not in self.registry:
            return None
        return StoredModel(model_id, self.state.uploaded[model_id], self.is_decommissioned(model_id))

    def is_decommissioned(self, model_id: str) -> bool:
        return model_id in self.state.decommissioned

    def each_twin(self) -> Iterator[Twin]:
        for id_ in sorted(self.state.numbers, key=self.state.numbers.__getitem__):
            yield self.state.twins[id_]

    def each_relationship(self) -> Iterator[Relationship]:
        yield from self.state.relationships.values()

    def clients(self) -> list[Client]:
        return sorted(self.state.clients.values(), key=lambda client: client.name)

    def find_client(self, client_id: str) -> Client | None:
        return self.state.clients.get(client_id)

    def signing_keys(self) -> list[SigningKey]:
        return sorted(self.state.keys, key=lambda key: (-key.created, key.id))

    def secret(self, name: str) -> bytes:
        return self._secrets[name]

    def next_instant(self) -> int:
        self._offered = self._store.next_instant()
        return self._offered

    def list_audit(self, query: AuditQuery, *, limit: int) -> list[Entry]:
        return list(islice((entry for entry in reversed(self.state.trail) if selects(query, entry)), limit))

    def act_for(self, author: Author) -> None:
        self._author = author

    def _note(self, action: Action, kind: Kind, id_: str) -> None:
        instant = self._store.next_instant() if self._offered is None else self._offered
        self._offered = None
        self.state.trail.append(Entry(instant, self._author, action, kind, id_))

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
        for id_ in removed:
            self.delete_relationship(id_)
        for twin_id in twin_ids:
            del self.state.twins[twin_id], self.state.numbers[twin_id]
            self._note(Action.DELETED, Kind.TWIN, twin_id)
        return len(removed)

    def add_relationship(self, relationship: Relationship) -> None:
        self.state.relationships[relationship.id] = relationship
        self._note(Action.CREATED, Kind.RELATIONSHIP, relationship.id)

    def delete_relationship(self, relationship_id: str) -> None:
        del self.state.relationships[relationship_id]
        self._note(Action.DELETED, Kind.RELATIONSHIP, relationship_id)

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
        self._note(Action.CREATED, Kind.CLIENT, client.id)

    def replace_client(self, client: Client) -> None:
        self.state.clients[client.id] = client
        self._note(Action.REPLACED, Kind.CLIENT, client.id)

    def remove_client(self, client_id: str) -> None:
        del self.state.clients[client_id]
        self._note(Action.DELETED, Kind.CLIENT, client_id)

    def add_signing_key(self, key: SigningKey) -> None:
        self.state.keys = (*self.state.keys, key)
        self._note(Action.CREATED, Kind.SIGNING_KEY, key.id)

    def remove_signing_key(self, key_id: str) -> None:
        self.state.keys = tuple(key for key in self.state.keys if key.id != key_id)
        self._note(Action.DELETED, Kind.SIGNING_KEY, key_id)

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
