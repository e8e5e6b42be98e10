"""How the filters of a query race on SQLite: who is asked, when, and for how long."""

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Attribute, Comparison, Condition, Group, Leaf, Query
from twinhaus.storage.sql.asking.facts import NO_FACTS, Facts
from twinhaus.storage.sql.sqlite import race
from twinhaus.storage.sql.sqlite.compile import compile_query
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.race import FIRST_PATIENCE, HUNDRED, Race
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.turns import Turn
from twinhaus.testing.store_contract.graph import MODELS, Graph, ids_of

TURNS = 4
FIELDS = (Attribute.ID, ("name",), ("code",))
WITH_PART = Group(tuple(Leaf(field, Comparison.CONTAINS, "part") for field in FIELDS), any_suffices=True)


class Track:
    """A connection on which so many statements are given up, and the next one comes to this row."""

    def __init__(self, given_up: int, row: tuple[Any, ...]) -> None:
        self._given_up, self._row = given_up, row
        self.asked: list[tuple[str, int | None]] = []

    def facts(self, condition: Condition) -> Facts:
        return NO_FACTS

    def first_row(
        self, text: str, parameters: dict[str, Any], condition: Condition | None, patience: int | None
    ) -> tuple[Any, ...] | None:
        self.asked.append((text, patience))
        return None if len(self.asked) <= self._given_up else self._row


def asked_for_a_page(query: Query, *, limit: int = 9) -> list[tuple[str, int | None]]:
    """Which statements, and how long each may take, through so many turns of all."""
    track = Track(TURNS * len(compile_query(query, WITHOUT_RELATIONSHIPS).statements), (0, None, None, None))
    Race().list_twins(track, query, WITHOUT_RELATIONSHIPS, after=0, limit=limit, turns=[])
    return track.asked


def test_what_another_filter_may_yield_is_found_first_in_later_turns() -> None:
    """Where a location alone does not come to the page soon, it goes through what may have the part only, and may take
    longer for it; what drives by parts goes on as it did.
    """
    query = Query(location_id="place", condition=WITH_PART)
    by_location, by_parts = compile_query(query, WITHOUT_RELATIONSHIPS).statements
    assert (by_location.driver, by_parts.driver) == ("location", "trigram")
    assert by_location.narrowed is not None
    assert by_parts.narrowed is None
    asked = asked_for_a_page(query)
    plain, narrowed = by_location.page, by_location.narrowed.page
    assert [text for text, _ in asked[: 2 * TURNS]] == [
        *(plain, by_parts.page) * 2,
        *(narrowed, by_parts.page) * 2,
    ]
    patience = [allowed for _, allowed in asked[0 : 2 * TURNS : 2] if allowed is not None]
    assert [later / former for former, later in pairwise(patience)] == [4, 64, 4]


def test_a_driver_of_many_arms_may_take_longer() -> None:
    """Each has to be begun, before the first twin is known."""
    fields = [("field", str(number)) for number in range(9)]
    many = Group(tuple(Leaf(field, Comparison.CONTAINS, "part") for field in fields), any_suffices=True)
    (_, in_order), (_, by_parts) = asked_for_a_page(Query(condition=many))[:2]
    assert in_order is not None
    assert by_parts == 2 * in_order


def test_the_first_hundred_show_who_comes_to_a_large_page() -> None:
    """Who does is asked for the rest first, and may take longer for it in proportion."""
    query = Query(location_id="place", condition=WITH_PART)
    by_location, by_parts = compile_query(query, WITHOUT_RELATIONSHIPS).statements
    track = Track(1, (HUNDRED, 7, b"texts", None))
    page = Race().list_twins(track, query, WITHOUT_RELATIONSHIPS, after=0, limit=10 * HUNDRED, turns=[])
    assert track.asked == [
        (by_location.page, FIRST_PATIENCE),
        (by_parts.page, FIRST_PATIENCE),
        (by_parts.page, 9 * FIRST_PATIENCE),
    ]
    assert (page.body, page.count, page.last, page.more) == (b"texts,texts", 2 * HUNDRED, 7, False)


@pytest.fixture
def sized(tmp_path: Path) -> Iterator[SqliteConnection]:
    """A connection to nine twins, t0 of size 0 to t8 of size 8."""
    file = tmp_path / "store.db"
    with closing(SqliteStore(file)) as store:
        graph = Graph(store)
        graph.add_models(*MODELS)
        for number in range(9):
            graph.put(f"t{number}", size=number)
    with closing(SqliteConnection(file, writable=False, busy_timeout_seconds=1)) as connection:
        yield connection


@pytest.mark.parametrize("narrow", [0, 1])
def test_of_several_ranges_the_narrowest_begins(sized: SqliteConnection, narrow: int) -> None:
    """Whichever of them is named first; they are counted where the page begins."""
    bounds = [5 if index == narrow else 2 for index in range(2)]
    query = Query(condition=Group(tuple(Leaf(("size",), Comparison.GREATER, bound) for bound in bounds)))
    ranges = compile_query(query, WITHOUT_RELATIONSHIPS).statements[:2]
    turns: list[Turn] = []
    page = Race().list_twins(sized, query, WITHOUT_RELATIONSHIPS, after=0, limit=9, turns=turns)
    assert ids_of(page) == ["t6", "t7", "t8"]
    assert [turn.statement for turn in turns] == [ranges[narrow].page]


def test_what_is_dear_to_begin_is_begun_once_for_a_page(sized: SqliteConnection) -> None:
    """It has looked for one twin more, so whether more follow needs no statement of its own."""
    query = Query(condition=Leaf(("size",), Comparison.GREATER, 2))
    for limit in range(1, 9):
        turns: list[Turn] = []
        page = Race().list_twins(sized, query, WITHOUT_RELATIONSHIPS, after=0, limit=limit, turns=turns)
        assert [(turn.driver, turn.wanted) for turn in turns] == [("range", "page")]
        assert (page.count, page.more) == (min(limit, 6), limit < 6)


def test_a_page_of_several_parts_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its size and that of the list."""
    monkeypatch.setattr(race, "HUNDRED", 2)
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        graph = Graph(store)
        graph.add_models(*MODELS)
        everything = [f"t{number}" for number in range(7)]
        for twin_id in everything:
            graph.put(twin_id, code="a part")
        query = Query(condition=Leaf(("code",), Comparison.CONTAINS, "part"))
        for limit in range(1, 9):
            page = graph.page(query, limit=limit)
            assert ids_of(page) == everything[:limit]
            assert (page.count, page.more) == (min(limit, 7), limit < 7)
            assert ids_of(graph.page(query, after=page.last, limit=limit)) == everything[limit : 2 * limit]


def test_nothing_is_counted_in_order_where_a_filter_can_drive() -> None:
    """To count, each that is yielded has to be looked at; in order that would be all twins there are."""
    query = Query(condition=WITH_PART)
    track = Track(0, (7,))
    assert Race().count_twins(track, query) == 7
    by_parts = compile_query(query, WITHOUT_RELATIONSHIPS).statements[-1]
    assert by_parts.driver == "trigram"
    assert track.asked == [(by_parts.count, None)]
