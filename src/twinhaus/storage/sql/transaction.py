"""Writing: one transaction of an SQL store.

What may be written is decided in `changes.py`; this keeps the tables in step.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from twinhaus.audit import Action, Author, Kind
from twinhaus.dtdl import Registry
from twinhaus.graph import CONTAINMENT_RELATIONSHIPS, Relationship, Twin
from twinhaus.query.plan import Include, Query
from twinhaus.storage.sql.audit import EntryTable, Trail
from twinhaus.storage.sql.connection import Connection, Statement
from twinhaus.storage.sql.filters import RUN_BITS, WIDE_BITS
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.property_table import PropertyTable
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.store import Client, IdPage, Page, Result, SigningKey, Transaction


class SqlTransaction(SqlReader):
    """The Transaction of `storage/store.py` over a connection inside BEGIN."""

    _connection: Connection

    def __init__(
        self,
        connection: Connection,
        models: ModelCache,
        clock: Callable[[], int],
        *,
        audit_ticks: int = 0,
        query_timeout_seconds: float = float("inf"),
    ) -> None:
        super().__init__(connection, models)
        self._clock = clock
        self._query_timeout_seconds = query_timeout_seconds
        self._registry: Registry | None = None
        self._instant: int | None = None
        self._access: int | None = None
        self._followed: tuple[str, ...] | None = None
        self._touched_runs: set[int] = set()
        self._entries = EntryTable(connection)
        self._trail = Trail(self.next_instant, self._entries.add, audit_ticks)
        self._properties = PropertyTable(connection)

    def act_for(self, author: Author) -> None:
        self._trail.author = author

    def expect(
        self,
        *,
        twin_ids: Collection[str] = (),
        relationship_ids: Collection[str] = (),
        model_ids: Collection[str] = (),
    ) -> None:
        """Each is read when it is asked for: that takes some microseconds where no socket lies between."""

    @property
    def registry(self) -> Registry:
        """Read once; what this very transaction adds or removes it sees, and others do once it is committed."""
        if self._registry is None:
            self._registry = super().registry
        return self._registry

    def finish(self) -> None:
        """Write what is written once for a whole transaction. The store calls this before it commits."""
        self._properties.write()
        for query, parameters in self._last_statements():
            self._do(query, **parameters)

    def _last_statements(self) -> Iterator[Statement]:
        yield from self._trail.trim()
        if self._instant is not None:
            yield "set_state", {"name": "clock", "value": self._instant}
        if self._touched_runs:
            # All of them, even where done before: that may have been inside an attempt that was undone.
            wide = {run >> WIDE_BITS for run in self._touched_runs}
            yield "refresh_spans", {"runs": tuple(sorted(self._touched_runs))}
            yield "refresh_wide_spans", {"runs": tuple(sorted(wide))}

    def list_twins(self, query: Query, include: Include, *, after: int, limit: int) -> Page:
        """As a Reader lists; what this transaction has changed is seen."""
        with self._searching():
            return super().list_twins(query, include, after=after, limit=limit)

    def count_twins(self, query: Query) -> int:
        """As a Reader counts them; what this transaction has changed is seen."""
        with self._searching():
            return super().count_twins(query)

    def list_ids(self, query: Query, *, after: int, limit: int) -> IdPage:
        """As a Reader lists them; what this transaction has changed is seen."""
        with self._searching():
            return super().list_ids(query, after=after, limit=limit)

    def _searching(self) -> AbstractContextManager[None]:
        """All writers wait while a transaction searches, so it gets the time that a read would get."""
        self.finish()
        return self._connection.searching(self._query_timeout_seconds)

    def next_instant(self) -> int:
        instant: int = max(self._clock(), self._last_instant() + 1)
        self._instant = instant
        self._trail.offer(instant)
        return instant

    def pass_instant(self, instant: int) -> None:
        self._instant = max(instant, self._last_instant())

    def _last_instant(self) -> int:
        return int(self._connection.state("clock")) if self._instant is None else self._instant

    def put_twin(self, twin: Twin) -> None:
        existing = self._row("twin_to_replace", id=twin.id)
        if existing is None:
            document = None
            number = self._value("add_twin", id=twin.id, model=twin.model_id, updated=twin.updated)
            self._do("add_document", twin=number, json=twin.document)
            self._do("add_kinds", twin=number, model=twin.model_id)
            self._do("add_own_place", twin=number)
        else:
            number, model_id, document = existing
            if model_id != twin.model_id:
                self._do("remove_kinds", twin=number, model=model_id)
                self._do("add_kinds", twin=number, model=twin.model_id)
            self._do("replace_twin", twin=number, model=twin.model_id, updated=twin.updated)
            self._do("replace_document", twin=number, json=twin.document)
        self._trail.add(Action.CREATED if existing is None else Action.REPLACED, Kind.TWIN, twin.id)
        self._properties.note(number, document, twin.document)
        self._touched_runs.add(number >> RUN_BITS)

    def delete_twins(self, twin_ids: Collection[str]) -> int:
        numbers = self._numbers("twin_numbers", ids=tuple(twin_ids))
        left = self._numbers("twins_left_behind", twins=numbers)
        relationships = sorted(
            row for end in ("outgoing", "incoming") for row in self._rows(f"remove_{end}_of", twins=numbers)
        )
        self._properties.note_removal(numbers)
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

    def add_relationship(self, relationship: Relationship) -> None:
        row = self._row(
            "add_relationship",
            id=relationship.id,
            source=relationship.source_id,
            target=relationship.target_id,
            name=relationship.name,
            properties=relationship.properties,
            document=relationship.document,
        )
        assert row is not None, "an insert returns its row"
        self._trail.add(Action.CREATED, Kind.RELATIONSHIP, relationship.id)
        if relationship.name in self._containment():
            self._do("join_places", part=row[0], whole=row[1])

    def delete_relationship(self, relationship_id: str) -> None:
        row = self._row("remove_relationship", id=relationship_id)
        assert row is not None, "only a relationship that exists is deleted"
        self._trail.add(Action.DELETED, Kind.RELATIONSHIP, relationship_id)
        (part, whole, name), followed = row, self._containment()
        if name in followed and not self._value(
            "is_still_held", part=part, whole=whole, containment=followed
        ):
            self._find_places_again(self._numbers("twins_located_in", place=part))

    def follow(self, containment: Sequence[str]) -> None:
        """Let locations follow these relationships, from now on and for every process on this store.

        Without any named they go on as they do; a new store begins with the usual ones.
        """
        current = self._connection.state("containment")
        wanted = json.dumps(sorted(containment or json.loads(current or "null") or CONTAINMENT_RELATIONSHIPS))
        if wanted != current:
            self._do("set_state", name="containment", value=wanted)
            self._followed = tuple(json.loads(wanted))
            self._find_places_again(self._numbers("all_twin_numbers"))

    def _containment(self) -> tuple[str, ...]:
        """Read once in each transaction: another process may have changed it since the last."""
        if self._followed is None:
            self._followed = tuple(json.loads(self._connection.state("containment")))
        return self._followed

    def _find_places_again(self, twins: tuple[int, ...]) -> None:
        self._do("forget_places", twins=twins)
        self._do("find_places_again", twins=twins, containment=self._containment())

    def add_models(self, registry: Registry, model_ids: Iterable[str]) -> None:
        uploaded = self._clock()
        added = tuple(model_ids)
        for id_ in added:
            self._add_model(id_, registry.document(id_), uploaded)
        for id_ in added:
            for ancestor in registry.ancestors(id_):
                self._do("add_model_ancestor", id=id_, ancestor=ancestor)
            self._do("restore_kinds", id=id_)
            self._trail.add(Action.CREATED, Kind.MODEL, id_)
        self._registry = registry

    def _add_model(self, model_id: str, document: str, uploaded: int) -> None:
        change = self._value("next_model_change")
        model = {"id": model_id, "document": document, "uploaded": uploaded, "change": change}
        if self._row("add_model_again", **model) is None:
            self._do("add_model", **model)

    def remove_models(self, registry: Registry, model_ids: Iterable[str]) -> None:
        for id_ in model_ids:
            self._do("forget_kinds", id=id_)
            self._do("forget_ancestors", id=id_)
            self._do("remove_model", id=id_, change=self._value("next_model_change"))
            self._trail.add(Action.DELETED, Kind.MODEL, id_)
        self._registry = registry

    def set_decommissioned(self, model_id: str, *, decommissioned: bool) -> None:
        if self._row("set_decommissioned", id=model_id, decommissioned=int(decommissioned)):
            action = Action.DECOMMISSIONED if decommissioned else Action.RESTORED
            self._trail.add(action, Kind.MODEL, model_id)

    def set_uploaded(self, model_id: str, uploaded: int) -> None:
        self._do("set_uploaded", id=model_id, uploaded=uploaded)

    def add_removed_model(self, model_id: str) -> None:
        if self._value("find_model_number", id=model_id) is None:
            self._add_model(model_id, "", self._clock())
            self._do("add_model_ancestor", id=model_id, ancestor=model_id)

    def add_client(self, client: Client) -> None:
        self._put_client("add_client", client)
        self._note_access(Action.CREATED, Kind.CLIENT, client.id)

    def replace_client(self, client: Client) -> None:
        self._put_client("replace_client", client)
        self._note_access(Action.REPLACED, Kind.CLIENT, client.id)

    def _put_client(self, query: str, client: Client) -> None:
        self._do(
            query,
            id=client.id,
            name=client.name,
            secret_hash=client.secret_hash,
            scopes=" ".join(client.scopes),
            created=client.created,
            locations=json.dumps(client.locations),
        )

    def remove_client(self, client_id: str) -> None:
        self._do("remove_client", id=client_id)
        self._note_access(Action.DELETED, Kind.CLIENT, client_id)

    def add_signing_key(self, key: SigningKey) -> None:
        self._do("add_signing_key", id=key.id, pem=key.pem, created=key.created)
        self._note_access(Action.CREATED, Kind.SIGNING_KEY, key.id)

    def remove_signing_key(self, key_id: str) -> None:
        self._do("remove_signing_key", id=key_id)
        self._note_access(Action.DELETED, Kind.SIGNING_KEY, key_id)

    def _note_access(self, action: Action, kind: Kind, id_: str) -> None:
        """The instant of the change is the version: a count would come again where a store is put back to a copy."""
        self._access = self._trail.add(action, kind, id_)
        self._do("set_state", name="access", value=self._access)

    def access_version(self) -> int:
        """What this very transaction changes it sees."""
        return super().access_version() if self._access is None else self._access

    def attempt(self, job: Callable[[Transaction], Result]) -> Result:
        registry, access, author = self._registry, self._access, self._trail.author
        try:
            with self._properties.attempt(), self._undoing():
                return job(self)
        except BaseException:
            self._registry, self._access = registry, access
            self._entries.forget()
            self._trail.forget()
            raise
        finally:
            self._trail.author = author

    def _undoing(self) -> AbstractContextManager[None]:
        """What is written inside is undone, and only that, when anything is raised."""
        return self._connection.savepoint()

    def _numbers(self, query: str, /, **parameters: Any) -> tuple[int, ...]:
        return tuple(number for (number,) in self._rows(query, **parameters))

    def _do(self, query: str, /, **parameters: Any) -> None:
        for _ in self._rows(query, **parameters):
            pass
