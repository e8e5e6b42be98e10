"""Writing what a store has few of: models, clients, keys, and what locations follow. Each is written at once."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from twinhaus.audit import Action, Kind
from twinhaus.dtdl import Registry
from twinhaus.graph import CONTAINMENT_RELATIONSHIPS
from twinhaus.storage.access import Client, SigningKey
from twinhaus.storage.sql.audit import Trail
from twinhaus.storage.sql.connection import ReadConnection
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.reader import SqlReader


class AdministeringTransaction(SqlReader):
    """The part of the Transaction of `storage/store.py` that is about these."""

    def __init__(
        self, connection: ReadConnection, models: ModelCache, clock: Callable[[], int], trail: Trail
    ) -> None:
        super().__init__(connection, models)
        self._clock = clock
        self._trail = trail
        self._registry: Registry | None = None
        self._access: int | None = None
        self._followed: tuple[str, ...] | None = None

    @property
    def registry(self) -> Registry:
        """Read once; what this very transaction adds or removes it sees, and others do once it is committed."""
        if self._registry is None:
            self._registry = super().registry
        return self._registry

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

    def _numbers(self, query: str, /, **parameters: Any) -> tuple[int, ...]:
        return tuple(number for (number,) in self._rows(query, **parameters))

    def _do(self, query: str, /, **parameters: Any) -> None:
        for _ in self._rows(query, **parameters):
            pass
