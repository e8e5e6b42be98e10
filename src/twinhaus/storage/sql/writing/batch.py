"""Writing all that waits: a few statements for each table, however much it is."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from twinhaus.audit import Entry
from twinhaus.graph import Relationship, Twin
from twinhaus.storage.sql.asking.filters import RUN_BITS
from twinhaus.storage.sql.connection import Connection
from twinhaus.storage.sql.writing.places import Edge
from twinhaus.storage.sql.writing.property_index import PropertyIndex, TextChange
from twinhaus.storage.sql.writing.put_statements import (
    Put,
    entry_statements,
    relationship_statements,
    twin_statements,
)
from twinhaus.storage.sql.writing.stored import Place, Stored
from twinhaus.storage.sql.writing.waiting import Item

_TEXTS_AT_ONCE = 500  # That are read.
ENTRIES_MIN = 200  # Of the audit trail, to be worth the question what number their author has.


class Writing:
    """What one transaction writes."""

    def __init__(
        self,
        connection: Connection,
        stored: Stored,
        containment: Callable[[], Collection[str]],
        touched_runs: set[int],
    ) -> None:
        """`containment` says which relationships locations follow; `touched_runs` gets the runs of what is written."""
        self._connection = connection
        self._stored = stored
        self._containment = containment
        self._touched_runs = touched_runs
        self._numbers: deque[int] = deque()  # For new twins.
        self._last_number = 0  # Of those that were asked for.
        self._properties = PropertyIndex(connection)
        self._authors: dict[str, int] = {}  # Their numbers.

    def write(self, items: Sequence[Item]) -> None:
        """Write these, in order. Raises Unavailable."""
        puts = self._puts([item for item in items if isinstance(item, Twin)])
        numbers = {put.twin.id: put.number for put in puts}
        added = [item for item in items if isinstance(item, Relationship)]
        entries = [item for item in items if isinstance(item, Entry)]
        authors = self._author_numbers(entries)
        ends = self._ends(added, numbers)
        self._touched_runs.update(number >> RUN_BITS for number in numbers.values())
        has_wordings = self._connection.dialect.words.has_wordings
        self._connection.send(twin_statements(puts, has_wordings=has_wordings))
        self._stored.note_new_places(put.number for put in puts if put.stored is None)
        edges = self._edges_among(added, ends)
        self._connection.send(
            chain(
                self._stored.whereabouts({end for edge in edges for end in edge}).add(edges),
                relationship_statements(added, ends),
                entry_statements(entries, authors),
                self._properties.statements(map(_text_change, puts)),
            )
        )
        self._stored.note_twins({put.twin.id: Place(put.number, put.twin.model_id) for put in puts})
        self._stored.note_relationships(added)

    def remove_properties_of(self, numbers: Sequence[int]) -> None:
        """These twins are about to go, and their texts with them."""
        for start in range(0, len(numbers), _TEXTS_AT_ONCE):
            texts = self._ask("documents_of", twins=tuple(numbers[start : start + _TEXTS_AT_ONCE]))
            self._connection.send(
                self._properties.statements([(number, text, None) for number, text in texts])
            )

    def forget(self) -> None:
        """Some of what was written was undone."""
        self._properties.forget()
        self._authors.clear()

    def _author_numbers(self, entries: Sequence[Entry]) -> Mapping[str, int]:
        """Of few entries nobody asks who wrote them: the database finds out."""
        if len(entries) >= ENTRIES_MIN:
            for client_id in {entry.author.client_id for entry in entries} - self._authors.keys():
                self._connection.send([("ensure_author", {"client_id": client_id})])
                ((self._authors[client_id],),) = self._ask("author_number", client_id=client_id)
        return self._authors

    def _puts(self, twins: Iterable[Twin]) -> list[Put]:
        """The newest of each, with its number; new ones are numbered in this order."""
        latest = {twin.id: twin for twin in twins}
        places = {twin_id: self._stored.place(twin_id) for twin_id in latest}
        new = self._new_numbers(sum(place is None for place in places.values()))
        return [
            Put(latest[twin_id], new.popleft(), None)
            if place is None
            else Put(latest[twin_id], place.number, self._stored.twin(twin_id))
            for twin_id, place in places.items()
        ]

    def _new_numbers(self, count: int) -> deque[int]:
        """At least so many. They are asked for together with those of all new twins that are expected, so that the
        database need not be waited for again.
        """
        missing = count - len(self._numbers)
        if missing > 0:
            most = max(missing, self._stored.absent_twins)
            rows = self._ask("new_twin_numbers", count=most, after=self._last_number)
            self._numbers.extend(number for (number,) in rows)
            self._last_number = self._numbers[-1]
        return self._numbers

    def _ends(self, added: Sequence[Relationship], numbers: Mapping[str, int]) -> list[tuple[int, int]]:
        """The numbers of each one's source and target; `numbers` are those of the twins just put."""
        known = dict(numbers)
        for twin_id in {end for one in added for end in (one.source_id, one.target_id)}.difference(known):
            place = self._stored.place(twin_id)
            assert place is not None, "a relationship is added between twins that exist"
            known[twin_id] = place.number
        return [(known[one.source_id], known[one.target_id]) for one in added]

    def _edges_among(self, added: Sequence[Relationship], ends: Sequence[tuple[int, int]]) -> list[Edge]:
        followed = frozenset(self._containment() if added else ())
        return [edge for one, edge in zip(added, ends, strict=True) if one.name in followed]

    def _ask(self, query: str, /, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        return self._connection.rows(self._connection.dialect.queries[query], parameters)


def _text_change(put: Put) -> TextChange:
    return put.number, put.stored.document if put.stored else None, put.twin.document
