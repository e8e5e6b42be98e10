"""Property filters, and filters together. What each comparison means `query/evaluate.py` says, and its tests."""

import pytest

from twinhaus.graph import Direction
from twinhaus.query.plan import (
    Comparison,
    Condition,
    DateFilter,
    Group,
    Leaf,
    ModelFilter,
    Query,
    RelationshipFilter,
)
from twinhaus.testing.store_contract.graph import EPOCH, Contract, Graph, model_id

CODE, SIZE = ("code",), ("size",)


class FilterContract(Contract):
    """What a list is narrowed by."""

    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            (Leaf(CODE, Comparison.EQUALS, "x-1"), ["a"]),
            (Leaf(CODE, Comparison.EQUALS, "x-1", negated=True), ["b", "c"]),
            (Leaf(CODE, Comparison.STARTS_WITH, "X"), ["a", "b"]),
            (Leaf(CODE, Comparison.IN, ("X-2", "x-1", 3)), ["a", "b"]),
            (Leaf(CODE, Comparison.IS_PRESENT), ["a", "b"]),
            (Leaf(SIZE, Comparison.GREATER, 2**53), ["c"]),
            (Leaf(SIZE, Comparison.LESS_OR_EQUAL, 1), ["a"]),
            (Group((Leaf(CODE, Comparison.ENDS_WITH, "1"), Leaf(SIZE, Comparison.EQUALS, 1))), ["a"]),
            (
                Group(
                    (Leaf(CODE, Comparison.ENDS_WITH, "2"), Leaf(SIZE, Comparison.EQUALS, 1.0)),
                    any_suffices=True,
                ),
                ["a", "b"],
            ),
            (
                Group(
                    (
                        Group((Leaf(CODE, Comparison.CONTAINS, "-1"),)),
                        Leaf(SIZE, Comparison.IS_FILLED, negated=True),
                    ),
                    any_suffices=True,
                ),
                ["a", "b"],
            ),
            (Group(()), ["a", "b", "c"]),
            (Group((), any_suffices=True), []),
        ],
    )
    def test_a_property_filter(self, graph: Graph, condition: Condition, expected: list[str]) -> None:
        """A tree of conditions is asked of each twin's contents."""
        graph.put("a", code="x-1", size=1)
        graph.put("b", code="X-2")
        graph.put("c", size=2**53 + 2)
        assert graph.ids(Query(condition=condition)) == expected

    def test_a_property_filter_follows_every_write(self, graph: Graph) -> None:
        """A twin enters and leaves a list as its contents change."""
        query = Query(condition=Leaf(CODE, Comparison.EQUALS, "x"))
        for contents, expected in (({}, []), ({"code": "x"}, ["a"]), ({"code": "y"}, [])):
            graph.put("a", **contents)
            assert graph.ids(query) == expected

    def test_filters_given_together_all_hold(self, graph: Graph) -> None:
        """A twin is in the list when every filter lets it through, and each of them can keep it out."""
        graph.put("place", "Space")
        graph.put("hit", "Room", code="x")
        graph.put("other-model", "Unit", code="x")
        graph.put("other-code", "Room", code="y")
        graph.put("elsewhere", "Room", code="x")
        graph.put("unrelated", "Room", code="x")
        for twin_id in ("hit", "other-model", "other-code", "unrelated"):
            graph.relate(twin_id, "isPartOf", "place")
        for twin_id in ("hit", "other-model", "other-code", "elsewhere"):
            graph.relate("place", "serves", twin_id)
        before = graph.put("late", "Room", code="x").updated
        graph.relate_all("late isPartOf place", "place serves late")
        query = Query(
            model=ModelFilter((model_id("Space"),)),
            relationship=RelationshipFilter(
                Direction.INCOMING, ("serves",), ModelFilter((model_id("Space"),), exact=True)
            ),
            location_id="place",
            date=DateFilter(after=EPOCH - 1, before=before),
            condition=Leaf(CODE, Comparison.EQUALS, "x"),
        )
        assert graph.ids(query) == ["hit"]

    def test_any_filter_may_drive(self, graph: Graph) -> None:
        """Whichever of two filters has fewer twins, both orders of sizes give the same kind of answer."""
        graph.put_all("few", "many")
        for number in range(6):
            graph.put(f"r{number}", "Room")
            graph.relate(f"r{number}", "isPartOf", "many")
        graph.relate_all("r3 isPartOf few", "few isPartOf few")
        rooms = ModelFilter((model_id("Room"),))
        assert graph.ids(Query(model=rooms, location_id="few")) == ["r3"]
        assert graph.ids(Query(model=rooms, location_id="many")) == [f"r{number}" for number in range(6)]
        things = ModelFilter((model_id("Thing"),), exact=True)
        assert graph.ids(Query(model=things, location_id="many")) == ["many"]
