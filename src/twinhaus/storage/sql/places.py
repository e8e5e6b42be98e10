"""Where twins are once relationships were added that say that one is part of another. Pure: nothing is run here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from twinhaus.storage.sql.connection import Statement

Edge: TypeAlias = tuple[int, int]  # From a part to a whole, by their numbers.


class Around(Struct, frozen=True):
    """The ends of new edges before: the places that each stored one was in, and which had others in them."""

    places: Mapping[int, set[int]]
    inhabited: Collection[int]


def place_statements(edges: Iterable[Edge], around: Around) -> Iterator[Statement]:
    """What says where the parts are now, and all that is in them."""
    wholes: dict[int, list[int]] = defaultdict(list)
    for part, whole in edges:
        wholes[part].append(whole)
    empty: list[Edge] = []
    inhabited: list[Edge] = []
    for part in wholes:
        if part in around.inhabited:
            inhabited += [(part, place) for place in _reached(part, wholes, around.places)]
        else:
            new = _reached(part, wholes, around.places).difference(around.places.get(part, (part,)))
            empty += [(part, place) for place in new]
    if empty:
        parts, places = zip(*empty, strict=True)
        yield "add_places", {"twins": parts, "places": places}
    if inhabited:
        parts, places = zip(*inhabited, strict=True)
        yield "add_places_of_all_in", {"parts": parts, "places": places}


def _reached(part: int, wholes: Mapping[int, list[int]], places: Mapping[int, set[int]]) -> set[int]:
    """Wherever one of its wholes was, and wherever that leads by the other edges."""
    reached: set[int] = set()
    waiting = [*wholes[part]]
    while waiting:
        whole = waiting.pop()
        new = places.get(whole, {whole}) - reached
        reached |= new
        for place in wholes.keys() & new:
            waiting += wholes[place]
    return reached
