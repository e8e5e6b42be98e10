"""Writing: one transaction of an SQL store.

What may be written is decided in `changes.py`; this keeps the tables in step.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from twinhaus.dtdl import Registry
from twinhaus.graph import Relationship, Twin
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.reader import Connection, SqlReader
from twinhaus.storage.store import Client, Result, SigningKey, Transaction


class SqlTransaction(SqlReader):
    """The Transaction of `storage/store.py` over a connection inside BEGIN."""

    def __init__(
        self, connection: Connection, models: ModelCache, containment: Sequence[str], clock: Callable[[], int]
    ) -> None:
        super().__init__(connection, models)
        self._clock = clock
        self._containment = frozenset(containment)
        self._containment_json = json.dumps(sorted(containment))
        self._added_models: Registry | None = None

    @property
    def registry(self) -> Registry:
        """Models added in this very transaction are seen by it, and by others only once it is committed."""
        return self._added_models or super().registry

    def next_instant(self) -> int:
        instant: int = max(self._clock(), self._value("get_state", name="clock") + 1)
        self._do("set_state", name="clock", value=instant)
        return instant

    def put_twin(self, twin: Twin) -> None:
        existing = self._row("twin_number", id=twin.id)
        if existing is None:
            number = self._value("add_twin", id=twin.id, model=twin.model_id, updated=twin.updated)
            self._do("add_document", twin=number, json=twin.document)
            self._do("add_kinds", twin=number, model=twin.model_id)
            self._do("add_own_place", twin=number)
        else:
            number, model_id = existing
            if model_id != twin.model_id:
                self._do("remove_kinds", twin=number, model=model_id)
                self._do("add_kinds", twin=number, model=twin.model_id)
            self._do("replace_twin", twin=number, model=twin.model_id, updated=twin.updated)
            self._do("replace_document", twin=number, json=twin.document)
        self._do("refresh_span", twin=number)

    def delete_twin(self, twin_id: str) -> None:
        row = self._row("twin_number", id=twin_id)
        assert row is not None, "only a twin that exists is deleted"
        number, model_id = row
        self._do("remove_kinds", twin=number, model=model_id)
        self._do("remove_places", twin=number)
        self._do("remove_document", twin=number)
        self._do("remove_twin", twin=number)
        self._do("refresh_span", twin=number)

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
        if relationship.name in self._containment:
            part, whole = row
            self._do("join_places", part=part, whole=whole)

    def delete_relationship(self, relationship_id: str) -> None:
        row = self._row("remove_relationship", id=relationship_id)
        assert row is not None, "only a relationship that exists is deleted"
        part, whole, name = row
        if name not in self._containment:
            return
        if self._value("is_still_held", part=part, whole=whole, containment=self._containment_json):
            return
        self._find_places_again(self._value("twins_located_in", place=part))

    def rebuild_places(self) -> None:
        """Fill the location table anew, for containment relationships other than those it was filled for."""
        self._find_places_again(self._value("all_twin_numbers"))
        self._do("set_state", name="containment", value=self._containment_json)

    @property
    def places_are_current(self) -> bool:
        """Whether the location table follows this store's containment relationships."""
        return bool(self._value("get_state", name="containment") == self._containment_json)

    def _find_places_again(self, twins: str) -> None:
        self._do("forget_places", twins=twins)
        self._do("find_places_again", twins=twins, containment=self._containment_json)

    def add_models(self, registry: Registry, model_ids: Iterable[str]) -> None:
        uploaded = self.next_instant()
        added = tuple(model_ids)
        for id_ in added:
            self._do("add_model", id=id_, document=registry.document(id_), uploaded=uploaded)
        for id_ in added:
            for ancestor in registry.ancestors(id_):
                self._do("add_model_ancestor", id=id_, ancestor=ancestor)
        self._do("bump_models")
        self._added_models = registry

    def set_decommissioned(self, model_id: str, *, decommissioned: bool) -> None:
        self._do("set_decommissioned", id=model_id, decommissioned=int(decommissioned))

    def add_client(self, client: Client) -> None:
        self._do(
            "add_client",
            id=client.id,
            name=client.name,
            secret_hash=client.secret_hash,
            scopes=" ".join(client.scopes),
            created=client.created,
        )

    def remove_client(self, client_id: str) -> None:
        self._do("remove_client", id=client_id)

    def add_signing_key(self, key: SigningKey) -> None:
        self._do("add_signing_key", id=key.id, pem=key.pem, created=key.created)

    def attempt(self, job: Callable[[Transaction], Result]) -> Result:
        known_models = self._added_models
        self._connection.execute("SAVEPOINT attempt")
        try:
            result = job(self)
        except BaseException:
            self._added_models = known_models
            self._connection.execute("ROLLBACK TO attempt")
            self._connection.execute("RELEASE attempt")
            raise
        self._connection.execute("RELEASE attempt")
        return result

    def _do(self, query: str, /, **parameters: Any) -> None:
        for _ in self._rows(query, **parameters):
            pass
