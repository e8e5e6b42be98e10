"""The graph as a client sees it that is restricted to locations: only what is located in one of them is there.

It stands between the jobs and any store, so that no handler and no verb has to think of it. What is not named here
cannot be reached through it: a new method of `Reader` or `Transaction` is hidden until someone decides.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

from msgspec.structs import replace

from twinhaus.errors import Conflict, OutsideLocations
from twinhaus.graph import Direction, Relationship, Twin
from twinhaus.query.cursor import RelationshipPage, RelationshipTraversal
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Include, Query, RelationshipFilter
from twinhaus.storage.store import IdPage, Neighbour, Page, Reader, Result, Transaction
from twinhaus.storage.turns import Turn

# What belongs to no place, and is seen by everyone who may ask.
OPEN_TO_READERS = frozenset({"registry", "containment", "models", "find_model", "is_decommissioned"})
OPEN_TO_WRITERS = OPEN_TO_READERS | {"act_for", "expect", "next_instant", "count_outgoing"}
_AT_ONCE = 1_000  # Twins whose places are looked up by one statement.

_Item = TypeVar("_Item")


def restricted_reader(reader: Reader, places: tuple[str, ...]) -> Reader:
    """What a reader sees that is located in one of these places; without any, all of it."""
    return cast(Reader, _RestrictedReader(reader, places)) if places else reader


def restricted_transaction(transaction: Transaction, places: tuple[str, ...]) -> Transaction:
    """A transaction that sees, and writes to, only what is located in one of these places; without any, all of it."""
    return cast(Transaction, _RestrictedTransaction(transaction, places)) if places else transaction


class _RestrictedReader:
    """A Reader that sees only what is located in these places."""

    _open = OPEN_TO_READERS

    def __init__(self, reader: Reader, places: tuple[str, ...]) -> None:
        self._reader = reader
        self._places = places

    def __getattr__(self, name: str) -> Any:
        if name in self._open:
            return getattr(self._reader, name)
        raise AttributeError(f"a client restricted to locations has no {name}")

    @property
    def turns(self) -> Sequence[Turn]:
        """None: which filter drove a search, and which was given up, depends on how much is hidden."""
        return ()

    def _sees(self, *twin_ids: str) -> bool:
        return self._reader.located_in(self._places, twin_ids).issuperset(twin_ids)

    def _visible(self, query: Query) -> Query:
        return replace(query, within=self._places)

    def list_twins(self, query: Query, include: Include, *, after: int, limit: int) -> Page:
        return self._reader.list_twins(self._visible(query), include, after=after, limit=limit)

    def list_ids(self, query: Query, *, after: int, limit: int) -> IdPage:
        return self._reader.list_ids(self._visible(query), after=after, limit=limit)

    def count_twins(self, query: Query) -> int:
        return self._reader.count_twins(self._visible(query))

    def find_twin(self, twin_id: str) -> Twin | None:
        # Asked first, so that what is hidden goes the same way, and takes as long, as what does not exist.
        return self._reader.find_twin(twin_id) if self._sees(twin_id) else None

    def find_model_of(self, twin_id: str) -> str | None:
        return self._reader.find_model_of(twin_id) if self._sees(twin_id) else None

    def find_documents(
        self,
        twin_ids: Collection[str],
        include: Include = WITHOUT_RELATIONSHIPS,
        *,
        within: tuple[str, ...] = (),
    ) -> dict[str, str]:
        return self._reader.find_documents(twin_ids, include, within=self._places)

    def related(
        self, twin_ids: Collection[str], wanted: RelationshipFilter, *, within: tuple[str, ...] = ()
    ) -> list[tuple[str, str]]:
        return self._reader.related(twin_ids, wanted, within=self._places)

    def find_relationship(self, relationship_id: str) -> Relationship | None:
        found = self._reader.find_relationship(relationship_id)
        # Asked in any case: what does not exist takes as long as what is hidden.
        is_seen = self._sees(*((found.source_id, found.target_id) if found is not None else ("", "")))
        return found if is_seen else None

    def neighbours(self, twin_id: str, direction: Direction) -> list[Neighbour]:
        found = self._reader.neighbours(twin_id, direction) if self._sees(twin_id) else []
        return list(self._seen(found, lambda one: _ends(one.relationship)))

    def list_relationships(
        self, traversal: RelationshipTraversal, *, within: tuple[str, ...] = ()
    ) -> RelationshipPage:
        """Asked of a twin that is seen only: what is in a hidden one may be seen by itself."""
        if not self._sees(traversal.twin_id):
            return RelationshipPage((), traversal.after, more=False)
        return self._reader.list_relationships(traversal, within=self._places)

    def each_twin(self) -> Iterator[Twin]:
        return self._seen(self._reader.each_twin(), lambda one: (one.id,))

    def each_relationship(self) -> Iterator[Relationship]:
        return self._seen(self._reader.each_relationship(), _ends)

    def each_relationship_of(self, twin_ids: Collection[str], direction: Direction) -> Iterator[Relationship]:
        return self._seen(self._reader.each_relationship_of(twin_ids, direction), _ends)

    def _seen(self, items: Iterable[_Item], twins_of: Callable[[_Item], Iterable[str]]) -> Iterator[_Item]:
        """The items all of whose twins are seen."""
        remaining = iter(items)
        while batch := list(islice(remaining, _AT_ONCE)):
            twin_ids = {twin_id for item in batch for twin_id in twins_of(item)}
            seen = self._reader.located_in(self._places, twin_ids)
            yield from (item for item in batch if seen.issuperset(twins_of(item)))


class _RestrictedTransaction(_RestrictedReader):
    """A Transaction that also writes only there: it takes nothing in, and lets nothing out."""

    _open = OPEN_TO_WRITERS

    def __init__(self, transaction: Transaction, places: tuple[str, ...]) -> None:
        super().__init__(transaction, places)
        self._transaction = transaction

    def put_twin(self, twin: Twin) -> None:
        if not self._sees(twin.id):
            raise OutsideLocations(twin.id)
        if self._transaction.find_model_of(twin.id) != twin.model_id:
            self._check_nothing_hidden_forbids(twin)
        self._transaction.put_twin(twin)

    def _check_nothing_hidden_forbids(self, twin: Twin) -> None:
        """A change of model was judged by the relationships that are seen. The others cannot be named."""
        every = self._transaction.neighbours(twin.id, Direction.EITHER)
        if len(every) > len(self.neighbours(twin.id, Direction.EITHER)):
            raise Conflict("This client does not see all that its change of model has to respect.")

    def delete_twins(self, twin_ids: Collection[str]) -> int:
        """Relationships with what is hidden go too. What they held must stay located where it can be seen."""
        if not self._sees(*twin_ids):
            raise OutsideLocations(*twin_ids)
        seen = {
            one.relationship.id: one.relationship.source_id
            for twin_id in twin_ids
            for one in self.neighbours(twin_id, Direction.EITHER)
        }
        self._transaction.delete_twins(twin_ids)
        self._check_still_seen(set(seen.values()).difference(twin_ids))
        return len(seen)

    def add_relationship(self, relationship: Relationship) -> None:
        if not self._sees(relationship.source_id, relationship.target_id):
            raise OutsideLocations(relationship.source_id, relationship.target_id)
        if self._transaction.find_relationship(relationship.id) is not None:
            raise Conflict(f'The id "{relationship.id}" belongs to another relationship already.')
        self._transaction.add_relationship(relationship)

    def delete_relationships(self, relationship_ids: Collection[str]) -> None:
        sources = {one.source_id for id_ in relationship_ids if (one := self.find_relationship(id_))}
        self._transaction.delete_relationships(relationship_ids)
        # Where the part is still seen, so is all that is in it.
        self._check_still_seen(sources)

    def _check_still_seen(self, twin_ids: Collection[str]) -> None:
        lost = set(twin_ids) - self._transaction.located_in(self._places, twin_ids)
        if lost:
            raise OutsideLocations(*sorted(lost))

    def attempt(self, job: Callable[[Transaction], Result]) -> Result:
        return self._transaction.attempt(lambda inner: job(restricted_transaction(inner, self._places)))


def _ends(relationship: Relationship) -> tuple[str, str]:
    return relationship.source_id, relationship.target_id
