"""What a store holds, as one transaction has read it: by id, and ahead of being asked.

Nobody else writes while it lasts, so what was read stays true until the transaction itself writes.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from typing import Any

from msgspec import Struct

from twinhaus.graph import Relationship, Twin
from twinhaus.storage.sql.writing.ahead import Ahead, are_too_many
from twinhaus.storage.sql.writing.places import Whereabouts

_TEXT_BYTES_MAX = 8 * 1024  # Of a text that is read ahead; a longer one is read when it is asked for.

Ask = Callable[..., Iterator[tuple[Any, ...]]]


class Place(Struct, frozen=True, gc=False):
    """A twin's number, and the model it is stored with."""

    number: int
    model_id: str


class Stored:
    """Twins, relationships and models by their ids, and what twins lead to and are in."""

    def __init__(self, ask: Ask) -> None:
        """`ask` runs a fixed statement, by its name."""
        self._ask = ask
        self._expected: tuple[str, ...] = ()
        self._places = Ahead(self._ask_places)
        self._twins = Ahead(self._ask_twins)
        self._relationships = Ahead(self._ask_relationships)
        self._counts = Ahead(self._ask_counts)
        self._decommissioned = Ahead(self._ask_decommissioned)
        self._located: dict[tuple[str, ...], Ahead[bool]] = {}
        self._whereabouts = Whereabouts()

    def expect(
        self, twin_ids: Collection[str], relationship_ids: Collection[str], model_ids: Collection[str]
    ) -> None:
        """These will be asked for."""
        self._expected = tuple(twin_ids)
        for ahead in (self._places, self._twins, self._counts):
            ahead.expect(twin_ids)
        self._relationships.expect(relationship_ids)
        self._decommissioned.expect(model_ids)
        self._located.clear()

    def place(self, twin_id: str) -> Place | None:
        """Of a twin, if it is there."""
        return self._places.get(twin_id)

    @property
    def absent_twins(self) -> int:
        """How many of those that are known of are not there."""
        return self._places.absent

    def twin(self, twin_id: str) -> Twin | None:
        """A whole twin, if it is there."""
        found = self._twins.get(twin_id)
        if found is None or found.document:
            return found
        return next(Twin(*row) for row in self._ask("find_twin", id=twin_id))

    def relationship(self, relationship_id: str) -> Relationship | None:
        """A relationship, if it is there."""
        found = self._relationships.get(relationship_id)
        if found is None or found.document:
            return found
        return next(Relationship(*row) for row in self._ask("find_relationship", id=relationship_id))

    def outgoing(self, twin_id: str, name: str) -> int:
        """How many relationships of a name lead from a twin."""
        return (self._counts.get(twin_id) or {}).get(name, 0)

    def is_decommissioned(self, model_id: str) -> bool:
        """False where there is no such model."""
        return bool(self._decommissioned.get(model_id))

    def knows_where(self, places: tuple[str, ...], twin_ids: Collection[str]) -> bool:
        """Whether it was read already which of these twins are in one of these places."""
        return places in self._located and self._located[places].knows(twin_ids)

    def located_in(self, places: tuple[str, ...], twin_ids: Collection[str]) -> frozenset[str]:
        """Which of the twins are in one of these places."""
        if places not in self._located:
            self._located[places] = Ahead(partial(self._ask_located, places), self._expected)
        return frozenset(id_ for id_, is_there in self._located[places].get_all(twin_ids).items() if is_there)

    def whereabouts(self, numbers: Collection[int]) -> Whereabouts:
        """Where these twins are, asked together with where all others are that are known by now."""
        if unknown := self._whereabouts.unknown(numbers):
            if are_too_many(self._whereabouts):
                self._whereabouts, unknown = Whereabouts(), set(numbers)
            unknown |= self._whereabouts.unknown(place.number for place in self._places.found)
            twins = tuple(unknown)
            self._whereabouts.note(
                self._ask("places_of", twins=twins),
                [place for (place,) in self._ask("inhabited", places=twins)],
            )
        return self._whereabouts

    def note_new_places(self, numbers: Iterable[int]) -> None:
        """Twins of these numbers were created: each is in itself."""
        if are_too_many(self._whereabouts):
            self._whereabouts = Whereabouts()
        self._whereabouts.note_new(numbers)

    def note_part(self, twin_id: str) -> None:
        """A twin is about to become part of another. Where it was in a place before, nothing new is in that place."""
        located = self._located
        if located and not all(twin_id in ahead and ahead.get(twin_id) for ahead in located.values()):
            located.clear()

    def note_twins(self, places: dict[str, Place]) -> None:
        """These were written."""
        self._places.note_all(places)
        for twin_id in places:
            self._twins.forget(twin_id)

    def note_relationships(self, added: Collection[Relationship]) -> None:
        """These were written."""
        self._relationships.note_all({one.id: one for one in added})
        for one in added:
            if one.source_id in self._counts:
                counts = self._counts.get(one.source_id) or {}
                self._counts.note_all({one.source_id: {**counts, one.name: counts.get(one.name, 0) + 1}})

    def forget_places_of_twins(self) -> None:
        """A twin is about to be created: it is in itself."""
        self._located.clear()

    def forget_all(self) -> None:
        """Anything may have been written."""
        for ahead in (self._places, self._twins, self._relationships, self._counts, self._decommissioned):
            ahead.forget_all()
        self._located.clear()
        self._whereabouts = Whereabouts()

    def _ask_places(self, ids: tuple[str, ...]) -> Iterator[tuple[str, Place]]:
        for twin_id, number, model_id in self._ask("places_of_twins", ids=ids):
            yield twin_id, Place(number, model_id)

    def _ask_twins(self, ids: tuple[str, ...]) -> Iterator[tuple[str, Twin]]:
        places: dict[str, Place | None] = dict.fromkeys(ids)
        rows = self._ask("find_twins", ids=ids, most=_TEXT_BYTES_MAX)
        for twin_id, number, model_id, updated, document in rows:
            places[twin_id] = Place(number, model_id)
            yield twin_id, Twin(twin_id, model_id, updated, document or "")
        self._places.note_all(places)

    def _ask_relationships(self, ids: tuple[str, ...]) -> Iterator[tuple[str, Relationship]]:
        for row in self._ask("find_relationships", ids=ids, most=_TEXT_BYTES_MAX):
            relationship_id, source, target, name, properties, document = row
            yield (
                relationship_id,
                Relationship(relationship_id, source, target, name, properties or "", document or ""),
            )

    def _ask_counts(self, ids: tuple[str, ...]) -> Iterator[tuple[str, dict[str, int]]]:
        counts: dict[str, dict[str, int]] = defaultdict(dict)
        for twin_id, name, count in self._ask("outgoing_counts", ids=ids):
            counts[twin_id][name] = count
        return iter(counts.items())

    def _ask_decommissioned(self, ids: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
        return ((model_id, True) for (model_id,) in self._ask("decommissioned_of", ids=ids))

    def _ask_located(self, places: tuple[str, ...], ids: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
        return ((twin_id, True) for (twin_id,) in self._ask("located_in", places=places, ids=ids))
