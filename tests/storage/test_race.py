"""How the filters of a query race on SQLite: who is asked, when, and for how long."""

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from twinhaus.query.plan import (
    WITHOUT_RELATIONSHIPS,
    Attribute,
    Comparison,
    Condition,
    Group,
    Leaf,
    ModelFilter,
    Query,
)
from twinhaus.storage.sql.asking.facts import NO_FACTS, Facts
from twinhaus.storage.sql.sqlite import race, stretches
from twinhaus.storage.sql.sqlite.compile import Statements, compile_query
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.race import Race
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.sqlite.stretches import (
    ARMS_OF_A_TURN,
    BLOCK,
    FIRST_PATIENCE,
    GROWTH,
    HUNDRED,
    LONGER_AT_ONCE,
    SECONDS_MIN,
    SLACK,
)
from twinhaus.storage.store import IdPage, Page
from twinhaus.storage.turns import Turn
from twinhaus.testing.store_contract.graph import MODELS, Graph, ids_of

FIELDS = (Attribute.ID, ("name",), ("code",))
WITH_PART = Group(tuple(Leaf(field, Comparison.CONTAINS, "part") for field in FIELDS), any_suffices=True)
ROOMS_THERE = Query(location_id="place", model=ModelFilter(("dtmi:com:example:Room;1",)))
NOTHING = (0, None, None, None)
GIVEN_UP = None
NEWEST = 20 * BLOCK  # The last twin on a track.


class Track:
    """A connection on which statements come to these rows, one after the other, and all further ones to the last."""

    def __init__(self, *rows: tuple[Any, ...] | None) -> None:
        self._rows = list(rows)
        self.asked: list[tuple[str, float | None]] = []
        self.ends: list[int | None] = []

    def facts(self, condition: Condition) -> Facts:
        return NO_FACTS

    def first_row(
        self, text: str, parameters: dict[str, Any], condition: Condition | None, patience: float | None
    ) -> tuple[Any, ...] | None:
        if text == stretches.NEWEST:
            return (NEWEST,)
        self.asked.append((text, patience))
        self.ends.append(parameters["until"])
        return self._rows.pop(0) if len(self._rows) > 1 else self._rows[0]

    def page(self, query: Query, *, limit: int = 9) -> Page:
        """Of such a list, as it is found here."""
        return Race().list_twins(self, query, WITHOUT_RELATIONSHIPS, after=0, limit=limit, turns=[])

    @property
    def texts(self) -> list[str]:
        """Of the statements, in their order."""
        return [text for text, _ in self.asked]


def drivers_of(query: Query) -> tuple[Statements, ...]:
    """How each would answer, in their order."""
    return compile_query(query, WITHOUT_RELATIONSHIPS).statements


def stretch_of(way: Statements) -> Statements:
    """The same of a stretch."""
    assert way.stretch is not None
    return way.stretch


def test_what_nobody_finds_at_once_is_found_in_stretches() -> None:
    """Each driver in turn tries the first; who comes to its end goes on alone, eight times as far each time."""
    by_location, by_model = drivers_of(ROOMS_THERE)
    assert (by_location.driver, by_model.driver) == ("location", "model")
    track = Track(
        GIVEN_UP, GIVEN_UP, GIVEN_UP, (1, 7, b"first", None), (2, 70_000, b"second,third", None), NOTHING
    )
    page = track.page(ROOMS_THERE)
    assert (page.body, page.count, page.last, page.more) == (b"first,second,third", 3, 70_000, False)
    on = stretch_of(by_model).page
    assert track.texts == [by_location.page, by_model.page, stretch_of(by_location).page, on, on, on]
    first, second, third = BLOCK - 1, 9 * BLOCK - 1, 73 * BLOCK - 1
    assert track.ends == [None, None, first, first, second, third]


def test_a_full_page_ends_within_its_stretch() -> None:
    """Whether more follow is asked from its last twin on, of the stretches that are left."""
    track = Track(GIVEN_UP, GIVEN_UP, (9, 40, b"nine", None), (0,), (1,))
    page = track.page(ROOMS_THERE)
    assert (page.body, page.count, page.last, page.more) == (b"nine", 9, 40, True)
    by_location, by_model = drivers_of(ROOMS_THERE)
    on = stretch_of(by_location)
    assert track.texts == [by_location.page, by_model.page, on.page, on.more, on.more]


def test_who_falls_behind_is_raced_again() -> None:
    """A winner who takes longer over a stretch than its pace says is given up, and everyone may try that stretch."""
    by_location, by_model = drivers_of(ROOMS_THERE)
    track = Track(GIVEN_UP, GIVEN_UP, NOTHING, GIVEN_UP, GIVEN_UP, NOTHING)
    assert track.page(ROOMS_THERE).count == 0
    location, model = stretch_of(by_location).page, stretch_of(by_model).page
    assert track.texts == [by_location.page, by_model.page, location, location, location, model, model]
    assert track.ends[2:6] == [BLOCK - 1, *[9 * BLOCK - 1] * 3]
    patience = [allowed for _, allowed in track.asked[2:6] if allowed is not None]
    assert patience == [FIRST_PATIENCE, SLACK * GROWTH * SECONDS_MIN, FIRST_PATIENCE, FIRST_PATIENCE]


def test_each_turn_is_four_times_as_long() -> None:
    """Over the same stretch, until somebody comes to its end."""
    track = Track(*[GIVEN_UP] * 8, NOTHING)
    track.page(ROOMS_THERE)
    patience = [allowed for _, allowed in track.asked[2:8:2] if allowed is not None]
    assert [later / former for former, later in pairwise(patience)] == [4, 4]
    assert set(track.ends[2:8]) == {BLOCK - 1}


def test_the_fastest_over_a_stretch_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a stretch takes long enough to tell, the others are asked whether they need half as long."""
    monkeypatch.setattr(stretches, "SECONDS_MIN", -1.0)
    by_location, by_model = drivers_of(ROOMS_THERE)
    track = Track(GIVEN_UP, GIVEN_UP, NOTHING)
    assert track.page(ROOMS_THERE).count == 0
    location, model = stretch_of(by_location).page, stretch_of(by_model).page
    assert track.texts[2:] == [location, model, model, model]
    assert track.ends[2:] == [BLOCK - 1, BLOCK - 1, 9 * BLOCK - 1, 73 * BLOCK - 1]


def test_who_finds_nothing_before_all_is_asked_for_all() -> None:
    """A stretch would take it as long. It may take longer than others, and be who ends the race."""
    query = Query(location_id="place", condition=WITH_PART)
    by_location, by_parts = drivers_of(query)
    assert (by_parts.driver, by_parts.stretch) == ("trigram", None)
    track = Track(GIVEN_UP, GIVEN_UP, GIVEN_UP, NOTHING)
    assert track.page(query).count == 0
    longer = LONGER_AT_ONCE * FIRST_PATIENCE * (1 + by_parts.arms // ARMS_OF_A_TURN)
    assert track.asked == [
        (by_location.page, FIRST_PATIENCE),
        (by_parts.page, longer),
        (stretch_of(by_location).page, FIRST_PATIENCE),
        (by_parts.page, 4 * longer),
    ]


def test_what_a_range_yields_of_a_stretch_is_found_first_in_later_turns() -> None:
    """A driver may then ask nothing of any other twins; a range among others has more twins in a stretch."""
    query = Query(location_id="place", condition=Leaf(("size",), Comparison.GREATER, 5))
    by_location, by_range = drivers_of(query)
    assert by_location.narrowed is not None
    assert by_range.narrowed is None
    track = Track(*[GIVEN_UP] * 5, NOTHING)
    track.page(query)
    location = stretch_of(by_location).page
    assert track.texts[2:6] == [location, stretch_of(by_range).page, location, by_location.narrowed.page]


def test_a_driver_of_many_arms_may_take_longer() -> None:
    """Each has to be begun, before the first twin is known."""
    fields = [("field", str(number)) for number in range(9)]
    many = Group(tuple(Leaf(field, Comparison.CONTAINS, "part") for field in fields), any_suffices=True)
    track = Track(GIVEN_UP, NOTHING)
    track.page(Query(condition=many))
    (_, in_order), (_, by_parts) = track.asked
    assert in_order is not None
    assert by_parts == pytest.approx((1 + len(fields) // ARMS_OF_A_TURN) * LONGER_AT_ONCE * in_order)


def test_the_first_hundred_show_who_comes_to_a_large_page() -> None:
    """Who does is asked for the rest first, and may take longer for it in proportion."""
    by_location, by_model = drivers_of(ROOMS_THERE)
    track = Track(GIVEN_UP, (HUNDRED, 7, b"texts", None))
    page = track.page(ROOMS_THERE, limit=10 * HUNDRED)
    assert track.asked == [
        (by_location.page, FIRST_PATIENCE),
        (by_model.page, FIRST_PATIENCE),
        (by_model.page, 9 * FIRST_PATIENCE),
    ]
    assert (page.body, page.count, page.last, page.more) == (b"texts,texts", 2 * HUNDRED, 7, False)


def test_ids_and_counts_of_stretches_are_put_together() -> None:
    """As pages are; a count is the sum of all."""
    found = [(2, '["a","b"]'), (None, "[]"), (70_001, '["c"]')]
    track = Track(GIVEN_UP, GIVEN_UP, *found)
    assert Race().list_ids(track, ROOMS_THERE, after=0, limit=9) == IdPage(("a", "b", "c"), 70_001)
    assert Race().count_twins(Track(GIVEN_UP, GIVEN_UP, (2,), (0,), (1,)), ROOMS_THERE) == 3


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
    ranges = drivers_of(query)[:2]
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
    track = Track((7,))
    assert Race().count_twins(track, query) == 7
    by_parts = drivers_of(query)[-1]
    assert by_parts.driver == "trigram"
    assert track.asked == [(by_parts.count, None)]
