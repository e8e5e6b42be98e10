"""Writing: one transaction of an SQL store. What may be written is decided in `changes.py`; this keeps the tables in
step.

What is put waits, and is written all at once: a few statements for each table. What is expected to be asked for is
asked for at once. So the verbs put things one by one, and a thousand of them take a few calls of an embedded engine,
or some ten messages to a database.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from msgspec import Struct

from twinhaus.audit import Action, Author, Kind
from twinhaus.graph import Direction, Relationship, Twin
from twinhaus.query.plan import Include, Query
from twinhaus.storage.sql.asking.filters import RUN_BITS, WIDE_BITS
from twinhaus.storage.sql.audit import Trail
from twinhaus.storage.sql.connection import Connection, Statement
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.reader import neighbours_of
from twinhaus.storage.sql.writing.administering import AdministeringTransaction
from twinhaus.storage.sql.writing.batch import Writing
from twinhaus.storage.sql.writing.settling import Settling
from twinhaus.storage.sql.writing.stored import Stored
from twinhaus.storage.sql.writing.waiting import Item, Waiting
from twinhaus.storage.store import IdPage, Neighbour, Page, Result, Transaction

# To push is to ask the system. What the database has on its way already keeps it at work for longer than so many take.
_PUTS_BETWEEN_PUSHES = 16
_WAITING_BETWEEN_ATTEMPTS = 256  # As many as are worth statements of their own.


class _Attempt(Struct):
    """One under way: how much was waiting when it began, and whether the engine knows where to go back to."""

    waiting: int
    is_begun: bool = False


class SqlTransaction(AdministeringTransaction):
    """The Transaction of `storage/store.py` over a connection inside BEGIN, beside which nobody else writes."""

    def __init__(
        self,
        connection: Connection,
        models: ModelCache,
        clock: Callable[[], int],
        *,
        audit_ticks: int = 0,
        query_timeout_seconds: float = float("inf"),
    ) -> None:
        trail = Trail(self.next_instant, self._put, audit_ticks)
        super().__init__(Settling(connection, self._settle_for_others), models, clock, trail)
        self._engine = connection
        self._query_timeout_seconds = query_timeout_seconds
        self._instant: int | None = None
        self._touched_runs: set[int] = set()
        self._stored = Stored(self._ask)
        self._writing = Writing(connection, self._stored, self._containment, self._touched_runs)
        self._waiting = Waiting()
        self._puts = 0
        self._attempts: list[_Attempt] = []
        self._relocates = False  # Whether what waits changes which twin is where.

    def act_for(self, author: Author) -> None:
        self._trail.author = author

    def expect(
        self,
        *,
        twin_ids: Collection[str] = (),
        relationship_ids: Collection[str] = (),
        model_ids: Collection[str] = (),
    ) -> None:
        self._stored.expect(twin_ids, relationship_ids, model_ids)

    def next_instant(self) -> int:
        instant: int = max(self._clock(), self._last_instant() + 1)
        self._instant = instant
        self._trail.offer(instant)
        return instant

    def pass_instant(self, instant: int) -> None:
        self._instant = max(instant, self._last_instant())

    def _last_instant(self) -> int:
        return int(self._engine.state("clock")) if self._instant is None else self._instant

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
        return self._stored.outgoing(twin_id, name) + self._waiting.count_outgoing(twin_id, name)

    def is_decommissioned(self, model_id: str) -> bool:
        return self._stored.is_decommissioned(model_id)

    def located_in(self, places: Collection[str], twin_ids: Collection[str]) -> frozenset[str]:
        key = tuple(places)
        if self._relocates and not self._stored.knows_where(key, twin_ids):
            self._settle()
        return self._stored.located_in(key, twin_ids)

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
            for one in self._waiting.around(twin_id, direction)
        ]
        return stored + waiting

    def _model_now(self, twin_id: str, stored_model: str) -> str:
        twin = self._waiting.twins.get(twin_id)
        return stored_model if twin is None else twin.model_id

    def _models_after(self, change: int) -> Iterator[tuple[str, str]]:
        """No model waits, so nothing has to be written first, and nothing that was read is forgotten."""
        return ((model_id, document) for model_id, document in self._ask("models_after", change=change))

    def list_twins(self, query: Query, include: Include, *, after: int, limit: int) -> Page:
        """As a Reader lists; what this transaction has changed is seen."""
        with self._searching() as engine:
            return self._dialect.search.list_twins(
                engine, query, include, after=after, limit=limit, turns=self.turns
            )

    def count_twins(self, query: Query) -> int:
        """As a Reader counts them; what this transaction has changed is seen."""
        with self._searching() as engine:
            return self._dialect.search.count_twins(engine, query)

    def list_ids(self, query: Query, *, after: int, limit: int) -> IdPage:
        """As a Reader lists them; what this transaction has changed is seen."""
        with self._searching() as engine:
            return self._dialect.search.list_ids(engine, query, after=after, limit=limit)

    @contextmanager
    def _searching(self) -> Iterator[Connection]:
        """All writers wait while a transaction searches, so it gets the time that a read would get."""
        self.finish()
        with self._engine.searching(self._query_timeout_seconds):
            yield self._engine

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

    def delete_twins(self, twin_ids: Collection[str]) -> int:
        numbers = self._numbers("twin_numbers", ids=tuple(twin_ids))
        left = self._numbers("twins_left_behind", twins=numbers)
        relationships = sorted(
            row for end in ("outgoing", "incoming") for row in self._rows(f"remove_{end}_of", twins=numbers)
        )
        self._writing.remove_properties_of(numbers)
        for table in ("kinds", "places", "documents"):
            self._do(f"remove_{table}_of", twins=numbers)
        self._do("remove_twins", twins=numbers)
        self._find_places_again(left)
        self._touched_runs.update(number >> RUN_BITS for number in numbers)
        for _, relationship_id in relationships:
            self._trail.add(Action.DELETED, Kind.RELATIONSHIP, relationship_id)
        for twin_id in twin_ids:
            self._trail.add(Action.DELETED, Kind.TWIN, twin_id)
        return len(relationships)

    def delete_relationships(self, relationship_ids: Collection[str]) -> None:
        followed = self._containment()
        removed = self._rows("remove_relationships", ids=tuple(relationship_ids))
        let_go = {(part, whole) for part, whole, name in removed if name in followed}
        if let_go:
            still_held = self._rows("wholes_of", parts=tuple(dict(let_go)), containment=followed)
            places = tuple(dict(let_go.difference(still_held)))
            self._find_places_again(self._numbers("twins_located_in", places=places))
        for relationship_id in relationship_ids:
            self._trail.add(Action.DELETED, Kind.RELATIONSHIP, relationship_id)

    def add_removed_model(self, model_id: str) -> None:
        if next(self._ask("find_model_number", id=model_id), None) is None:
            super().add_removed_model(model_id)

    def attempt(self, job: Callable[[Transaction], Result]) -> Result:
        registry, access, author = self._registry, self._access, self._trail.author
        try:
            with self._undoing():
                return job(self)
        except BaseException:
            self._registry, self._access = registry, access
            self._trail.forget()
            raise
        finally:
            self._trail.author = author

    @contextmanager
    def _undoing(self) -> Iterator[None]:
        """The engine hears of it when something is to be written inside, and not before."""
        if not self._attempts and len(self._waiting.items) > _WAITING_BETWEEN_ATTEMPTS:
            self._write_waiting()
        attempt = _Attempt(len(self._waiting.items))
        self._attempts.append(attempt)
        try:
            yield
        except BaseException:
            self._undo(attempt)
            raise
        else:
            if attempt.is_begun:
                self._engine.keep_attempt()
        finally:
            self._attempts.pop()

    def _undo(self, attempt: _Attempt) -> None:
        if attempt.is_begun:
            self._stored.forget_all()
            self._writing.forget()
            self._engine.undo_attempt()
        if len(self._waiting.items) > attempt.waiting:
            self._waiting = Waiting(self._waiting.items[: attempt.waiting])

    def finish(self, *then: Statement) -> None:
        """Write all that waits, and what is written once for a whole transaction; `then` goes together with it. The
        store calls this before it commits.
        """
        self._settle(chain(self._last_statements(), then))

    def _last_statements(self) -> Iterator[Statement]:
        yield from self._trail.trim()
        if self._instant is not None:
            yield "set_state", {"name": "clock", "value": self._instant}
        if self._touched_runs:
            # All of them, even where done before: that may have been inside an attempt that was undone.
            wide = {run >> WIDE_BITS for run in self._touched_runs}
            yield "refresh_spans", {"runs": tuple(sorted(self._touched_runs))}
            yield "refresh_wide_spans", {"runs": tuple(sorted(wide))}

    def _ask(self, query: str, /, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        """What the engine holds, whatever waits."""
        return self._engine.rows(self._dialect.queries[query], parameters)

    def _put(self, item: Item) -> None:
        self._waiting.add(item)
        self._puts += 1
        if self._puts % _PUTS_BETWEEN_PUSHES == 0:
            self._engine.push()
        if self._waiting.is_enough and (self._waiting.is_too_much or not self._engine.is_at_work):
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
            if not attempt.is_begun:
                self._writing.write(items[written : attempt.waiting])
                self._engine.begin_attempt()
                written, attempt.waiting, attempt.is_begun = attempt.waiting, 0, True
        self._writing.write(items[written:])


def _other_end(twin_id: str, relationship: Relationship) -> str:
    return relationship.target_id if relationship.source_id == twin_id else relationship.source_id
