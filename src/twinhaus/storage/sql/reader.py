"""Reading: one snapshot of an SQL store, on one connection."""

import json
from collections.abc import Callable, Collection, Iterator
from typing import Any

from msgspec.structs import asdict

from twinhaus.audit import Entry
from twinhaus.dtdl import Registry
from twinhaus.graph import Direction, Relationship, Twin
from twinhaus.query.audit import AuditQuery
from twinhaus.query.cursor import RelationshipPage, RelationshipRank, RelationshipTraversal
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Include, Query, RelationshipFilter
from twinhaus.storage.access import Client, SigningKey
from twinhaus.storage.paths import paths_noted
from twinhaus.storage.sql.asking.around import documents_statement, ranked_statement, related_statement
from twinhaus.storage.sql.audit import find_entries
from twinhaus.storage.sql.connection import ReadConnection
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.store import IdPage, Neighbour, Page, StoredModel
from twinhaus.storage.turns import Turn


class SqlReader:
    """The Reader of `storage/store.py` over a connection that holds a snapshot."""

    def __init__(self, connection: ReadConnection, models: ModelCache) -> None:
        self._connection = connection
        self._dialect = connection.dialect
        self._models = models
        self.turns: list[Turn] = []

    @property
    def registry(self) -> Registry:
        last_change = int(self._connection.state("models"))
        return self._models.at(last_change, self._models_after)

    @property
    def containment(self) -> tuple[str, ...]:
        return tuple(json.loads(self._connection.state("containment")))

    def list_twins(self, query: Query, include: Include, *, after: int, limit: int) -> Page:
        return self._dialect.search.list_twins(
            self._connection, query, include, after=after, limit=limit, turns=self.turns
        )

    def list_ids(self, query: Query, *, after: int, limit: int) -> IdPage:
        return self._dialect.search.list_ids(self._connection, query, after=after, limit=limit)

    def count_twins(self, query: Query) -> int:
        return self._dialect.search.count_twins(self._connection, query)

    def is_indexed(self, path: tuple[str, ...]) -> bool:
        return paths_noted(self._connection.state("indexed")).text_of(path) is not None

    def find_twin(self, twin_id: str) -> Twin | None:
        row = self._row("find_twin", id=twin_id)
        return None if row is None else Twin(*row)

    def find_documents(
        self,
        twin_ids: Collection[str],
        include: Include = WITHOUT_RELATIONSHIPS,
        *,
        within: tuple[str, ...] = (),
    ) -> dict[str, str]:
        text, parameters = documents_statement(self._dialect.words, include, within)
        return dict(self._connection.rows(text, {**parameters, "ids": tuple(twin_ids)}))

    def related(
        self, twin_ids: Collection[str], wanted: RelationshipFilter, *, within: tuple[str, ...] = ()
    ) -> list[tuple[str, str]]:
        text, parameters = related_statement(self._dialect.words, wanted, within)
        rows = self._connection.rows(text, {**parameters, "ids": tuple(twin_ids)})
        return [(here, there) for here, there in rows]

    def located_in(self, places: Collection[str], twin_ids: Collection[str]) -> frozenset[str]:
        rows = self._rows("located_in", places=tuple(places), ids=tuple(twin_ids))
        return frozenset(twin_id for (twin_id,) in rows)

    def find_model_of(self, twin_id: str) -> str | None:
        model_id: str | None = self._value("model_of", id=twin_id)
        return model_id

    def find_relationship(self, relationship_id: str) -> Relationship | None:
        row = self._row("find_relationship", id=relationship_id)
        return None if row is None else Relationship(*row)

    def neighbours(self, twin_id: str, direction: Direction) -> list[Neighbour]:
        return neighbours_of(self._rows, twin_id, direction)

    def list_relationships(
        self, traversal: RelationshipTraversal, *, within: tuple[str, ...] = ()
    ) -> RelationshipPage:
        text, parameters = ranked_statement(self._dialect.words, traversal.direction, within)
        after, size = traversal.after, traversal.page_size
        # One more than the page holds tells whether anything follows.
        asked = {**parameters, **asdict(after), "id": traversal.twin_id, "limit": size + 1}
        found = list(self._connection.rows(text, asked))
        page = found[:size]
        last = RelationshipRank(*page[-1][:3]) if page else after
        return RelationshipPage(tuple(row[3] for row in page), last, len(found) > size)

    def count_outgoing(self, twin_id: str, name: str) -> int:
        count: int = self._value("count_outgoing", id=twin_id, name=name)
        return count

    def count_twins_of(self, model_id: str) -> int:
        count: int = self._value("count_twins_of", id=model_id)
        return count

    def models(self) -> list[StoredModel]:
        return [_stored_model(row) for row in self._rows("models")]

    def find_model(self, model_id: str) -> StoredModel | None:
        row = self._row("find_model", id=model_id)
        return None if row is None else _stored_model(row)

    def is_decommissioned(self, model_id: str) -> bool:
        return bool(self._value("is_decommissioned", id=model_id))

    def each_twin(self) -> Iterator[Twin]:
        return (Twin(*row) for row in self._connection.each_row(self._dialect.queries["each_twin"], {}))

    def each_relationship(self) -> Iterator[Relationship]:
        rows = self._connection.each_row(self._dialect.queries["each_relationship"], {})
        return (Relationship(*row) for row in rows)

    def each_relationship_of(self, twin_ids: Collection[str], direction: Direction) -> Iterator[Relationship]:
        query = self._dialect.queries[f"each_{direction.lower()}_of"]
        return (Relationship(*row) for row in self._connection.each_row(query, {"ids": tuple(twin_ids)}))

    def clients(self) -> list[Client]:
        return [_client(row) for row in self._rows("clients")]

    def find_client(self, client_id: str) -> Client | None:
        row = self._row("find_client", id=client_id)
        return None if row is None else _client(row)

    def signing_keys(self) -> list[SigningKey]:
        return [SigningKey(*row) for row in self._rows("signing_keys")]

    def access_version(self) -> int:
        return int(self._connection.state("access"))

    def secret(self, name: str) -> bytes:
        value: bytes = self._value("secret", name=name)
        return value

    def list_audit(self, query: AuditQuery, *, limit: int) -> list[Entry]:
        return list(find_entries(self._connection, query, limit=limit))

    def _models_after(self, change: int) -> Iterator[tuple[str, str]]:
        for row in self._rows("models_after", change=change):
            yield row[0], row[1]

    def _rows(self, query: str, /, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        return self._connection.rows(self._dialect.queries[query], parameters)

    def _row(self, query: str, /, **parameters: Any) -> tuple[Any, ...] | None:
        return next(self._rows(query, **parameters), None)

    def _value(self, query: str, /, **parameters: Any) -> Any:
        row = self._row(query, **parameters)
        return None if row is None else row[0]


def neighbours_of(
    ask: Callable[..., Iterator[tuple[Any, ...]]], twin_id: str, direction: Direction
) -> list[Neighbour]:
    """As a Reader finds them. `ask` runs a fixed statement, by its name."""
    statements = {
        Direction.OUTGOING: ("outgoing",),
        Direction.INCOMING: ("incoming",),
        Direction.EITHER: ("outgoing", "incoming"),
    }[direction]
    found = {row[0]: row for statement in statements for row in ask(statement, id=twin_id)}
    return [
        Neighbour(Relationship(*relationship), other_model_id)
        for _, other_model_id, *relationship in sorted(found.values())
    ]


def _stored_model(row: tuple[Any, ...]) -> StoredModel:
    model_id, uploaded, decommissioned = row
    return StoredModel(model_id, uploaded, bool(decommissioned))


def _client(row: tuple[Any, ...]) -> Client:
    client_id, name, secret_hash, scopes, created, locations = row
    return Client(client_id, name, secret_hash, tuple(scopes.split()), created, tuple(json.loads(locations)))
