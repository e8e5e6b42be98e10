"""Writing on PostgreSQL, where each statement is a message to the database and one back.

What is put waits, and is written all at once: a few statements for each table, sent off without waiting for each other.
What is expected to be asked for is asked for at once. So the verbs put things one by one, as on any store, and a
thousand of them take some ten messages.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any

from twinhaus.audit import Action, Kind
from twinhaus.graph import Direction, Relationship, Twin
from twinhaus.storage.sql.audit import Trail
from twinhaus.storage.sql.connection import Statement
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.postgres import PostgresConnection
from twinhaus.storage.sql.reader import neighbours_of
from twinhaus.storage.sql.settling import Settling
from twinhaus.storage.sql.stored import Stored
from twinhaus.storage.sql.transaction import SqlTransaction
from twinhaus.storage.sql.waiting import Item, Waiting
from twinhaus.storage.sql.writing import Writing
from twinhaus.storage.store import Neighbour

# To push is to ask the system. What the database has on its way already keeps it at work for longer than so many take.
_PUTS_BETWEEN_PUSHES = 32


@dataclass(slots=True)
class _Attempt:
    """One under way: how much was waiting when it began, and whether the database knows where to go back to."""

    waiting: int
    has_savepoint: bool = False


class PostgresTransaction(SqlTransaction):
    """The Transaction of `storage/store.py` over a connection inside BEGIN, with the lock of the only writer."""

    def __init__(
        self,
        connection: PostgresConnection,
        models: ModelCache,
        clock: Callable[[], int],
        *,
        audit_ticks: int = 0,
        query_timeout_seconds: float = float("inf"),
    ) -> None:
        settling = Settling(connection, self._settle_for_others)
        super().__init__(
            settling,
            models,
            clock,
            audit_ticks=audit_ticks,
            query_timeout_seconds=query_timeout_seconds,
        )
        self._engine = connection
        self._stored = Stored(self._ask)
        self._writing = Writing(connection, self._stored, self._containment, self._touched_runs)
        self._waiting = Waiting()
        self._puts = 0
        self._trail = Trail(self.next_instant, self._put, audit_ticks)
        self._attempts: list[_Attempt] = []
        self._relocates = False  # Whether what waits changes which twin is where.

    def expect(
        self,
        *,
        twin_ids: Collection[str] = (),
        relationship_ids: Collection[str] = (),
        model_ids: Collection[str] = (),
    ) -> None:
        self._stored.expect(twin_ids, relationship_ids, model_ids)

    def find_twin(self, twin_id: str) -> Twin | None:
        return self._waiting.twins.get(twin_id) or self._stored.twin(twin_id)

    def find_model_of(self, twin_id: str) -> str | None:
        if twin_id in self._waiting.twins:
            return self._waiting.twins[twin_id].model_id
        place = self._stored.place(twin_id)
        return None if place is None else place.model_id

    def find_relationship(self, relationship_id: str) -> Relationship | None:
        return self._waiting.relationships.get(relationship_id) or self._stored.relationship(relationship_id)

    def count_outgoing(self, twin_id: str, name: str) -> int:
        return self._stored.outgoing(twin_id, name) + self._waiting.outgoing[twin_id, name]

    def is_decommissioned(self, model_id: str) -> bool:
        return self._stored.is_decommissioned(model_id)

    def located_in(self, places: Collection[str], twin_ids: Collection[str]) -> frozenset[str]:
        key = tuple(places)
        if self._relocates and not self._stored.knows_where(key, twin_ids):
            self._settle()
        return self._stored.located_in(key, twin_ids)

    def put_twin(self, twin: Twin) -> None:
        is_new = self.find_model_of(twin.id) is None
        if is_new:
            self._stored.forget_places_of_twins()
            self._relocates = True
        self._put(twin)
        self._trail.add(Action.CREATED if is_new else Action.REPLACED, Kind.TWIN, twin.id)

    def add_relationship(self, relationship: Relationship) -> None:
        if relationship.name in self._containment():
            self._stored.note_part(relationship.source_id)
            self._relocates = True
        self._put(relationship)
        self._trail.add(Action.CREATED, Kind.RELATIONSHIP, relationship.id)

    def finish(self, *then: Statement) -> None:
        """As every transaction does; `then` is sent off together with the rest."""
        self._properties.write()
        self._settle(chain(self._last_statements(), then))

    def neighbours(self, twin_id: str, direction: Direction) -> list[Neighbour]:
        """Those that wait are the newest; and a twin that waits may be of another model than the stored one."""
        stored = [
            Neighbour(
                one.relationship, self._model_now(_other_end(twin_id, one.relationship), one.other_model_id)
            )
            for one in neighbours_of(self._ask, twin_id, direction)
        ]
        waiting = [
            Neighbour(one, self.find_model_of(_other_end(twin_id, one)) or "")
            for one in self._waiting.relationships.values()
            if _leads(twin_id, one, direction)
        ]
        return stored + waiting

    def _model_now(self, twin_id: str, stored_model: str) -> str:
        twin = self._waiting.twins.get(twin_id)
        return stored_model if twin is None else twin.model_id

    def _models_after(self, change: int) -> Iterator[tuple[str, str]]:
        """No model waits, so nothing has to be written first, and nothing that was read is forgotten."""
        return ((model_id, document) for model_id, document in self._ask("models_after", change=change))

    def add_removed_model(self, model_id: str) -> None:
        if next(self._ask("find_model_number", id=model_id), None) is None:
            super().add_removed_model(model_id)

    @contextmanager
    def _undoing(self) -> Iterator[None]:
        """The database hears of it when something is to be written inside, and not before."""
        attempt = _Attempt(len(self._waiting.items))
        self._attempts.append(attempt)
        try:
            yield
        except BaseException:
            self._undo(attempt)
            raise
        else:
            if attempt.has_savepoint:
                self._engine.keep_attempt()
        finally:
            self._attempts.pop()

    def _undo(self, attempt: _Attempt) -> None:
        if attempt.has_savepoint:
            self._stored.forget_all()
            self._writing.forget()
            if not self._engine.is_lost:
                self._engine.undo_attempt()
        if len(self._waiting.items) > attempt.waiting:
            self._waiting = Waiting(self._waiting.items[: attempt.waiting])

    def _ask(self, query: str, /, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        """What the database holds, whatever waits."""
        return self._engine.rows(self._dialect.queries[query], parameters)

    def _put(self, item: Item) -> None:
        self._waiting.add(item)
        self._puts += 1
        if self._puts % _PUTS_BETWEEN_PUSHES == 0:
            self._engine.push()
        if self._waiting.is_enough:
            self._write_waiting()

    def _settle_for_others(self) -> None:
        """A statement follows that has to see what was put, and may itself change what was read."""
        self._settle()
        self._stored.forget_all()

    def _settle(self, then: Iterable[Statement] = ()) -> None:
        """Write all that waits, and then these."""
        self._write_waiting()
        self._engine.send(then)
        self._relocates = False

    def _write_waiting(self) -> None:
        """An attempt that is under way goes back to before its own."""
        items, self._waiting = self._waiting.items, Waiting()
        written = 0
        for attempt in self._attempts:
            if not attempt.has_savepoint:
                self._writing.write(items[written : attempt.waiting])
                self._engine.send([("begin_attempt", {})])
                written, attempt.waiting, attempt.has_savepoint = attempt.waiting, 0, True
        self._writing.write(items[written:])


def _other_end(twin_id: str, relationship: Relationship) -> str:
    return relationship.target_id if relationship.source_id == twin_id else relationship.source_id


def _leads(twin_id: str, relationship: Relationship, direction: Direction) -> bool:
    is_source, is_target = relationship.source_id == twin_id, relationship.target_id == twin_id
    match direction:
        case Direction.OUTGOING:
            return is_source
        case Direction.INCOMING:
            return is_target
        case Direction.EITHER:
            return is_source or is_target
