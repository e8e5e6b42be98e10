"""What is read of the reference store, by asking `query/evaluate.py` of every twin in turn."""

from collections.abc import Collection, Iterator
from itertools import islice

from msgspec.structs import astuple

from twinhaus.audit import Entry
from twinhaus.dtdl import Registry
from twinhaus.graph import CONTAINMENT_RELATIONSHIPS, Direction, Relationship, Twin
from twinhaus.query.audit import AuditQuery, selects
from twinhaus.query.cursor import RelationshipPage, RelationshipRank, RelationshipTraversal
from twinhaus.query.evaluate import is_followed, is_located, is_visible, matches
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Include, Query, RelationshipFilter
from twinhaus.storage.access import Client, SigningKey
from twinhaus.storage.documents import DocumentView
from twinhaus.storage.state import State
from twinhaus.storage.store import IdPage, Neighbour, Page, StoredModel
from twinhaus.storage.turns import Turn


class MemoryReader:
    """The Reader of `storage/store.py` over one state; also the graph that `query/evaluate.py` looks at."""

    def __init__(self, state: State, secrets: dict[str, bytes]) -> None:
        self.state = state
        self._secrets = secrets
        self.turns: tuple[Turn, ...] = ()  # There is but one way, and nothing to tell.

    @property
    def registry(self) -> Registry:
        return self.state.registry

    @property
    def containment(self) -> tuple[str, ...]:
        return tuple(sorted(CONTAINMENT_RELATIONSHIPS))

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

    def is_indexed(self, path: tuple[str, ...]) -> bool:
        return False

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
            one.target_id
            for one in self._at(twin_id, Direction.OUTGOING)
            if one.name in CONTAINMENT_RELATIONSHIPS
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

    def list_relationships(
        self, traversal: RelationshipTraversal, *, within: tuple[str, ...] = ()
    ) -> RelationshipPage:
        ends = (
            (one, _other_end(one, traversal.direction))
            for one in self._at(traversal.twin_id, traversal.direction)
        )
        ranked = sorted(
            ((one.name, self.state.numbers[other], self.state.relationship_numbers[one.id]), one.document)
            for one, other in ends
            if is_visible(within, other, self)
        )
        later = [(rank, text) for rank, text in ranked if rank > astuple(traversal.after)]
        page = later[: traversal.page_size]
        last = RelationshipRank(*page[-1][0]) if page else traversal.after
        return RelationshipPage(tuple(text for _, text in page), last, len(later) > len(page))

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

    def each_relationship_of(self, twin_ids: Collection[str], direction: Direction) -> Iterator[Relationship]:
        for twin_id in twin_ids:
            yield from self._at(twin_id, direction)

    def clients(self) -> list[Client]:
        return sorted(self.state.clients.values(), key=lambda client: client.name)

    def find_client(self, client_id: str) -> Client | None:
        return self.state.clients.get(client_id)

    def signing_keys(self) -> list[SigningKey]:
        return sorted(self.state.keys, key=lambda key: (-key.created, key.id))

    def access_version(self) -> int:
        return self.state.access

    def secret(self, name: str) -> bytes:
        return self._secrets[name]

    def list_audit(self, query: AuditQuery, *, limit: int) -> list[Entry]:
        return list(islice((entry for entry in reversed(self.state.trail) if selects(query, entry)), limit))


def _other_end(relationship: Relationship, direction: Direction) -> str:
    return relationship.target_id if direction is Direction.OUTGOING else relationship.source_id
