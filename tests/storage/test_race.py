"""How the filters of a query race on SQLite: who is asked, when, and for how long."""

from itertools import pairwise
from typing import Any

from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Attribute, Comparison, Condition, Group, Leaf, Query
from twinhaus.storage.sql.asking.facts import NO_FACTS, Facts
from twinhaus.storage.sql.sqlite.compile import compile_query
from twinhaus.storage.sql.sqlite.race import Race

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


def asked_for_a_page(query: Query) -> list[tuple[str, int | None]]:
    """Which statements, and how long each may take, through so many turns of all."""
    track = Track(TURNS * len(compile_query(query, WITHOUT_RELATIONSHIPS).statements), (0, None, None))
    Race().list_twins(track, query, WITHOUT_RELATIONSHIPS, after=0, limit=9, turns=[])
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


def test_nothing_is_counted_in_order_where_a_filter_can_drive() -> None:
    """To count, each that is yielded has to be looked at; in order that would be all twins there are."""
    query = Query(condition=WITH_PART)
    track = Track(0, (7,))
    assert Race().count_twins(track, query) == 7
    by_parts = compile_query(query, WITHOUT_RELATIONSHIPS).statements[-1]
    assert by_parts.driver == "trigram"
    assert track.asked == [(by_parts.count, None)]
