"""Where twins are, after relationships were added that say that one is part of another."""

from collections import defaultdict
from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from twinhaus.storage.sql.places import Around, Edge, place_statements

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


@given(edges, edges)
def test_every_part_is_where_its_wholes_lead(before: list[Edge], added: list[Edge]) -> None:
    """However old and new relationships are connected, and wherever rings are closed: the table is what it would be if
    it were made anew, and no row is written twice where one insert would refuse that.
    """
    twins = range(8)
    rows = {(place, twin) for twin, places in where(before, twins).items() for place in places}
    inhabited = {place for place, twin in rows if place != twin}
    stored: dict[int, set[int]] = defaultdict(set)
    for place, twin in rows:
        stored[twin].add(place)
    around = Around(stored, [part for part, _ in added if part in inhabited])
    for name, parameters in place_statements(added, around):
        if name == "add_places":
            new = list(zip(parameters["places"], parameters["twins"], strict=True))
            assert len(set(new)) == len(new)
            assert not rows.intersection(new)
            rows.update(new)
        else:
            assert name == "add_places_of_all_in"
            ways = list(zip(parameters["parts"], parameters["places"], strict=True))
            rows |= {(place, twin) for part, place in ways for whole, twin in list(rows) if whole == part}
    expected = where([*before, *added], twins)
    assert rows == {(place, twin) for twin, places in expected.items() for place in places}
