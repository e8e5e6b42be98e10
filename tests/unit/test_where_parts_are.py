"""Where twins are, after relationships were added that say that one is part of another."""

from collections.abc import Collection, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from twinhaus.storage.sql.writing.places import Edge, Whereabouts

edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12, unique=True)


def where(edges: Collection[Edge], twins: Collection[int]) -> dict[int, set[int]]:
    """Each twin's places: itself, and whatever is reached from it."""
    places: dict[int, set[int]] = {}
    for twin in twins:
        reached, waiting = {twin}, [twin]
        while waiting:
            part = waiting.pop()
            new = {whole for one, whole in edges if one == part} - reached
            reached |= new
            waiting += new
        places[twin] = reached
    return places


@given(edges, st.lists(edges, max_size=3), st.sets(st.integers(0, 7)))
def test_every_part_is_where_its_wholes_lead(
    before: list[Edge], added: list[list[Edge]], unread: set[int]
) -> None:
    """However old and new relationships are connected, and wherever rings are closed: the table is what it would be if
    it were made anew, and no row is written twice where one insert would refuse that. It is read at most once where a
    twin is, however many are added after each other.
    """
    twins = range(8)
    rows = {(place, twin) for twin, places in where(before, twins).items() for place in places}
    whereabouts = Whereabouts()
    read(whereabouts, rows, set(twins) - unread)
    for some in added:
        read(whereabouts, rows, whereabouts.unknown(end for edge in some for end in edge))
        for name, parameters in whereabouts.add(some):
            rows |= run(rows, name, parameters)
    expected = where([*before, *(edge for some in added for edge in some)], twins)
    assert rows == {(place, twin) for twin, places in expected.items() for place in places}


def read(whereabouts: Whereabouts, rows: set[Edge], twins: set[int]) -> None:
    """Let it know where these are, and which of them others are in."""
    whereabouts.note(
        [(twin, place) for place, twin in rows if twin in twins],
        [place for place, twin in rows if place in twins and place != twin],
    )


def run(rows: set[Edge], name: str, parameters: Mapping[str, Any]) -> set[Edge]:
    """The rows that a statement adds."""
    if name == "add_places":
        new = list(zip(parameters["places"], parameters["twins"], strict=True))
        assert len(set(new)) == len(new)
        assert not rows.intersection(new)
        return set(new)
    assert name == "add_places_of_all_in"
    ways = list(zip(parameters["parts"], parameters["places"], strict=True))
    return {(place, twin) for part, place in ways for whole, twin in rows if whole == part}
