"""Where twins are once relationships were added that say that one is part of another. Pure: nothing is run here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from twinhaus.storage.sql.connection import Statement

# From a part to a whole, by their numbers; or from a twin to a place it is in.
Edge: TypeAlias = tuple[int, int]
# Parts, and the places that each comes into.
Moves: TypeAlias = Collection[tuple[int, set[int]]]


class Whereabouts:
    """Where some twins are, as a transaction has read it, and as it changes that itself."""

    def __init__(self) -> None:
        self._places: dict[int, set[int]] = defaultdict(set)
        self._twins: dict[int, set[int]] = defaultdict(set)  # Of those above, by place.
        self._inhabited: set[int] = set()

    def __len__(self) -> int:
        return len(self._places)

    def unknown(self, twins: Iterable[int]) -> set[int]:
        """Those of which it is not known where they are."""
        return set(twins).difference(self._places)

    def note(self, places: Iterable[Edge], inhabited: Iterable[int]) -> None:
        """Twins that are stored: all places that each is in, itself among them; and which of them others are in."""
        for twin, place in places:
            self._put(twin, place)
        self._inhabited.update(inhabited)

    def note_new(self, twins: Iterable[int]) -> None:
        """Each is in itself alone."""
        for twin in twins:
            self._put(twin, twin)

    def add(self, edges: Iterable[Edge]) -> Iterator[Statement]:
        """What says where the parts are now, and all that is in them. It is known where all ends are."""
        wholes: dict[int, list[int]] = defaultdict(list)
        for part, whole in edges:
            wholes[part].append(whole)
        empty: list[tuple[int, set[int]]] = []
        inhabited: list[tuple[int, set[int]]] = []
        for part in wholes:
            reached = _reached(part, wholes, self._places)
            if part in self._inhabited:
                inhabited.append((part, reached))
            elif new := reached - self._places[part]:
                empty.append((part, new))
        self._follow(empty, inhabited)
        return _statements(empty, inhabited)

    def _follow(self, empty: Moves, inhabited: Moves) -> None:
        for part, places in empty:
            self._put_in(part, places)
        for part, places in inhabited:
            for twin in tuple(self._twins[part]):
                self._put_in(twin, places)

    def _put_in(self, twin: int, places: Collection[int]) -> None:
        self._places[twin].update(places)
        self._inhabited.update(places)
        for place in places:
            self._twins[place].add(twin)

    def _put(self, twin: int, place: int) -> None:
        self._places[twin].add(place)
        self._twins[place].add(twin)
        if twin != place:
            self._inhabited.add(place)


def _statements(empty: Moves, inhabited: Moves) -> Iterator[Statement]:
    if empty:
        parts, places = _columns(empty)
        yield "add_places", {"twins": parts, "places": places}
    if inhabited:
        parts, places = _columns(inhabited)
        yield "add_places_of_all_in", {"parts": parts, "places": places}


def _columns(moves: Moves) -> tuple[tuple[int, ...], tuple[int, ...]]:
    parts: list[int] = []
    places: list[int] = []
    for part, its in moves:
        parts += (part,) * len(its)
        places += its
    return tuple(parts), tuple(places)


def _reached(part: int, wholes: Mapping[int, list[int]], places: Mapping[int, set[int]]) -> set[int]:
    """Wherever one of its wholes was, and wherever that leads by the other edges."""
    reached: set[int] = set()
    waiting = [*wholes[part]]
    while waiting:
        there = places[waiting.pop()]
        new = there - reached if reached else there
        reached |= new
        if not wholes.keys().isdisjoint(new):
            for place in wholes.keys() & new:
                waiting += wholes[place]
    return reached
