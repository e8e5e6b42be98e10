"""Writing all that waits to PostgreSQL: a few statements for each table, however much it is."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from twinhaus.audit import Entry
from twinhaus.graph import Relationship, Twin
from twinhaus.storage.sql.connection import Statement
from twinhaus.storage.sql.filters import RUN_BITS
from twinhaus.storage.sql.places import Around, Edge, place_statements
from twinhaus.storage.sql.postgres import PostgresConnection
from twinhaus.storage.sql.postgres_writes import (
    Put,
    entry_statements,
    relationship_statements,
    twin_statements,
)
from twinhaus.storage.sql.stored import Place, Stored
from twinhaus.storage.sql.waiting import Item


class Writing:
    """What one transaction writes."""

    def __init__(
        self,
        connection: PostgresConnection,
        stored: Stored,
        containment: Callable[[], Collection[str]],
        touched_runs: set[int],
    ) -> None:
        """`containment` says which relationships locations follow; `touched_runs` gets the runs of what is written."""
        self._connection = connection
        self._stored = stored
        self._containment = containment
        self._touched_runs = touched_runs

    def write(self, items: Sequence[Item], then: Iterable[Statement]) -> None:
        """Write these, in order, and then send some statements. Raises Unavailable."""
        puts = self._puts([item for item in items if isinstance(item, Twin)])
        numbers = {put.twin.id: put.number for put in puts}
        added = [item for item in items if isinstance(item, Relationship)]
        ends = self._ends(added, numbers)
        edges = self._edges(added, ends)
        around = self._around(edges)
        self._touched_runs.update(number >> RUN_BITS for number in numbers.values())
        self._connection.send(
            chain(
                twin_statements(puts),
                relationship_statements(added, ends),
                place_statements(edges, around),
                entry_statements([item for item in items if isinstance(item, Entry)]),
                then,
            )
        )
        self._stored.note_twins({put.twin.id: Place(put.number, put.twin.model_id) for put in puts})
        self._stored.note_relationships(added)

    def _puts(self, twins: Iterable[Twin]) -> list[Put]:
        """The newest of each, with its number; new ones are numbered in this order."""
        latest = {twin.id: twin for twin in twins}
        places = {twin_id: self._stored.place(twin_id) for twin_id in latest}
        new = self._new_numbers(sum(place is None for place in places.values()))
        return [
            Put(latest[twin_id], next(new), None)
            if place is None
            else Put(latest[twin_id], place.number, place.model_id)
            for twin_id, place in places.items()
        ]

    def _new_numbers(self, count: int) -> Iterator[int]:
        rows = self._ask("new_twin_numbers", count=count) if count else ()
        return iter([number for (number,) in rows])

    def _ends(self, added: Sequence[Relationship], numbers: Mapping[str, int]) -> list[tuple[int, int]]:
        """The numbers of each one's source and target; `numbers` are those of the twins just put."""
        known = dict(numbers)
        for twin_id in {end for one in added for end in (one.source_id, one.target_id)}.difference(known):
            place = self._stored.place(twin_id)
            assert place is not None, "a relationship is added between twins that exist"
            known[twin_id] = place.number
        return [(known[one.source_id], known[one.target_id]) for one in added]

    def _edges(self, added: Sequence[Relationship], ends: Sequence[tuple[int, int]]) -> list[Edge]:
        followed = frozenset(self._containment() if added else ())
        return [edge for one, edge in zip(added, ends, strict=True) if one.name in followed]

    def _around(self, edges: Sequence[Edge]) -> Around:
        places: dict[int, set[int]] = defaultdict(set)
        if not edges:
            return Around(places, ())
        twins = tuple({end for edge in edges for end in edge})
        for twin, place in self._ask("places_of", twins=twins):
            places[twin].add(place)
        parts = tuple({part for part, _ in edges})
        return Around(places, {place for (place,) in self._ask("inhabited", places=parts)})

    def _ask(self, query: str, /, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        return self._connection.rows(self._connection.dialect.queries[query], parameters)
