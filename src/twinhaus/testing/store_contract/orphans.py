"""Models that are removed, and the twins that are left: nothing of them is lost."""

import pytest

from twinhaus.errors import Conflict
from twinhaus.graph import Direction
from twinhaus.query.plan import (
    Attribute,
    Comparison,
    Condition,
    DateFilter,
    Include,
    Leaf,
    Query,
    RelationshipFilter,
)
from twinhaus.storage.store import Store, Transaction
from twinhaus.testing.store_contract.graph import EPOCH, Contract, Graph, Refused, model, model_id
from twinhaus.testing.store_contract.models import of_model


def ids_of_registry(store: Store) -> tuple[str, ...]:
    """The models that are stored, in the order they were added."""
    return store.read(lambda reader: reader.registry.ids).result()


def portfolio(graph: Graph) -> None:
    """A space with a room in it, a unit that serves the room and is fed by another, and a plantroom."""
    graph.put("space", "Space")
    graph.put("room", "Room", code="r")
    graph.put("unit", "Unit", code="u")
    graph.put("plantroom", "Plantroom")
    graph.put("other", "Unit")
    graph.relate_all("room isPartOf space", "unit locatedIn room", "unit serves room", "unit isFedBy other")


class OrphanContract(Contract):
    """Removed models, and their twins."""

    def test_a_removed_model_is_gone(self, graph: Graph) -> None:
        """It is in the registry no longer, the others are; the transaction that removes it sees that already."""

        def job(transaction: Transaction) -> bool:
            removed = (model_id("Plantroom"),)
            transaction.remove_models(transaction.registry.without(removed), removed)
            return model_id("Plantroom") in transaction.registry

        before = ids_of_registry(graph.store)
        assert graph.store.write(job).result() is False
        assert ids_of_registry(graph.store) == before[:-1]

    def test_a_removal_can_be_undone(self, graph: Graph) -> None:
        """A job that removes a model and then fails has removed nothing, its twins' kinds included."""
        portfolio(graph)

        def job(transaction: Transaction) -> None:
            removed = (model_id("Plantroom"),)
            transaction.remove_models(transaction.registry.without(removed), removed)
            raise Refused

        with pytest.raises(Refused):
            graph.store.write(job).result()
        assert model_id("Plantroom") in ids_of_registry(graph.store)
        assert graph.ids(of_model("Room")) == ["room", "plantroom"]
        assert graph.remove_models("Plantroom") == 1

    def test_an_orphan_is_there_as_it_was(self, graph: Graph) -> None:
        """By its id, with the id of its model, and to the character of its text."""
        portfolio(graph)
        before = [graph.get(twin_id) for twin_id in ("unit", "plantroom")]
        assert graph.remove_models("Unit", "Plantroom") == 3
        assert [graph.get(twin_id) for twin_id in ("unit", "plantroom")] == before
        assert graph.store.read(lambda reader: reader.find_model_of("unit")).result() == model_id("Unit")

    def test_twins_are_counted_by_their_own_model(self, graph: Graph) -> None:
        """Not by those it extends; orphans count as before, and of an unheard model there are none."""

        def counts() -> list[int]:
            names = ("Unit", "Plantroom", "Asset", "Unheard")
            return graph.store.read(
                lambda reader: [reader.count_twins_of(model_id(name)) for name in names]
            ).result()

        portfolio(graph)
        assert counts() == [2, 1, 0, 0]
        graph.remove_models("Plantroom", "Unit", "Asset")
        assert counts() == [2, 1, 0, 0]
        graph.remove("other")
        assert counts() == [1, 1, 0, 0]

    def test_an_orphan_is_a_kind_of_its_own_model_alone(self, graph: Graph) -> None:
        """It is listed by the id of its model, exactly or not, and no longer by those that model had extended."""
        portfolio(graph)
        graph.remove_models("Unit", "Plantroom")
        for exact in (False, True):
            assert graph.ids(of_model("Unit", exact=exact)) == ["unit", "other"]
            assert graph.ids(of_model("Plantroom", exact=exact)) == ["plantroom"]
            assert graph.ids(of_model("Unit", "Room", exact=exact)) == ["room", "unit", "other"]
            assert graph.ids(of_model("Asset", exact=exact)) == []
        assert graph.ids(of_model("Thing")) == ["space", "room"]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (Query(), ["space", "room", "unit", "plantroom", "other"]),
            (Query(location_id="space"), ["space", "room", "unit"]),
            (Query(location_id="unit"), ["unit"]),
            (Query(date=DateFilter(after=EPOCH)), ["space", "room", "unit", "plantroom", "other"]),
            (Query(date=DateFilter(before=EPOCH)), []),
            (Query(relationship=RelationshipFilter(Direction.OUTGOING, ("isFedBy",))), ["unit"]),
            (Query(relationship=RelationshipFilter(related=of_model("Unit").model)), ["room", "unit", "other"]),
            (Query(relationship=RelationshipFilter(related=of_model("Asset").model)), []),
            (Query(relationship=RelationshipFilter(Direction.OUTGOING, (), of_model("Space").model)), ["room", "unit"]),
        ],
    )  # fmt: skip
    def test_an_orphan_is_listed_by_all_that_is_not_its_hierarchy(
        self, graph: Graph, query: Query, expected: list[str]
    ) -> None:
        """By place, date and relationships, and as the twin at another's end, under its own model's id."""
        portfolio(graph)
        graph.remove_models("Unit", "Plantroom")
        assert graph.ids(query) == expected

    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            (Leaf(Attribute.MODEL_ID, Comparison.EQUALS, model_id("Unit")), ["unit", "other"]),
            (Leaf(("code",), Comparison.EQUALS, "u"), ["unit"]),
        ],
    )
    def test_an_orphan_is_listed_by_what_it_holds(
        self, graph: Graph, condition: Condition, expected: list[str]
    ) -> None:
        """Its contents and the id of its model can be asked for."""
        portfolio(graph)
        graph.remove_models("Unit", "Plantroom")
        assert graph.ids(Query(condition=condition)) == expected

    def test_an_orphans_relationships_stay(self, graph: Graph) -> None:
        """In both directions, with the model's id at either end, by themselves and beside the twin."""
        portfolio(graph)
        graph.remove_models("Unit", "Plantroom")

        def ends(twin_id: str) -> list[tuple[str, str]]:
            neighbours = graph.store.read(
                lambda reader: reader.neighbours(twin_id, Direction.EITHER)
            ).result()
            return [(one.relationship.id, one.other_model_id) for one in neighbours]

        assert ends("room") == [
            ("room_isPartOf_space", model_id("Space")),
            ("unit_locatedIn_room", model_id("Unit")),
            ("unit_serves_room", model_id("Unit")),
        ]
        assert ends("other") == [("unit_isFedBy_other", model_id("Unit"))]
        (unit,) = graph.twins(
            Query(condition=Leaf(("code",), Comparison.EQUALS, "u")), Include(outgoing=True)
        )
        assert [one["name"] for one in unit["outgoingRelationships"]] == ["locatedIn", "serves", "isFedBy"]

    def test_an_orphan_can_be_deleted(self, graph: Graph) -> None:
        """With its relationships, and it is nowhere afterwards; also not when its model comes back."""
        portfolio(graph)
        graph.remove_models("Unit", "Plantroom")
        graph.unrelate("unit_serves_room")
        graph.remove("unit")
        assert graph.ids(of_model("Unit")) == ["other"]
        assert graph.ids(Query(location_id="room")) == ["room"]
        graph.add_models(model("Unit", "Asset"))
        assert graph.ids(of_model("Asset")) == ["other"]

    def test_an_orphan_put_with_another_model_is_a_twin_like_any(self, graph: Graph) -> None:
        """It keeps its place in lists; when its old model comes back it has nothing to do with it."""
        portfolio(graph)
        graph.remove_models("Unit", "Plantroom")
        graph.put("unit", "Asset")
        assert graph.ids(of_model("Asset")) == ["unit"]
        assert graph.ids(of_model("Unit")) == ["other"]
        graph.add_models(model("Unit", "Asset"))
        assert graph.ids(of_model("Unit")) == ["other"]
        assert graph.ids(of_model("Asset")) == ["unit", "other"]
        assert graph.ids() == ["space", "room", "unit", "plantroom", "other"]

    def test_orphans_are_whole_again_when_their_model_is(self, graph: Graph) -> None:
        """Loaded again, a model has the twins it had, and so have those it extends, now others perhaps."""
        portfolio(graph)
        graph.remove_models("Unit", "Plantroom", "Asset")
        graph.add_models(model("Plantroom", "Unit"), model("Unit", "Space"))
        graph.put("late", "Unit")
        assert graph.ids(of_model("Space")) == ["space", "room", "unit", "plantroom", "other", "late"]
        assert graph.ids(of_model("Unit")) == ["unit", "plantroom", "other", "late"]
        assert graph.ids(of_model("Unit", exact=True)) == ["unit", "other", "late"]
        assert graph.ids(of_model("Room")) == ["room"]
        assert graph.ids(of_model("Asset")) == []

    def test_a_model_that_comes_back_comes_last(self, graph: Graph) -> None:
        """Models are in the order they were added; one that was removed and is added again is a new one."""
        graph.remove_models("Plantroom", "Room")
        graph.add_models(model("New"), model("Plantroom", "Unit"), model("Room", "Space"))
        names = ("Thing", "Space", "Asset", "Unit", "New", "Plantroom", "Room")
        assert ids_of_registry(graph.store) == tuple(map(model_id, names))

    def test_a_model_that_comes_back_is_in_service(self, graph: Graph) -> None:
        """It was put out of service as what it was before; removed, it is not out of service either."""

        def is_out_of_service() -> bool:
            return graph.store.read(lambda reader: reader.is_decommissioned(model_id("Plantroom"))).result()

        def put_out_of_service(transaction: Transaction) -> None:
            transaction.set_decommissioned(model_id("Plantroom"), decommissioned=True)

        graph.store.write(put_out_of_service).result()
        graph.remove_models("Plantroom")
        assert not is_out_of_service()
        graph.add_models(model("Plantroom", "Room", "Unit"))
        assert not is_out_of_service()

    def test_a_model_that_comes_back_is_judged_anew(self, graph: Graph) -> None:
        """Twins and relationships are checked against what it is now, whatever was written while it was another."""
        graph.add_models(model("Box", contents=({"@type": "Property", "name": "lid", "schema": "string"},)))
        graph.put("box", "Box", lid="oak")
        graph.remove_models("Box")
        graph.add_models(model("Box", contents=({"@type": "Property", "name": "lid", "schema": "integer"},)))
        graph.put("new", "Box", lid=1)
        assert [twin["contents"] for twin in graph.twins()] == [{"lid": "oak"}, {"lid": 1}]

    def test_a_model_in_use_by_another_stays(self, graph: Graph) -> None:
        """A refused removal changes nothing."""
        portfolio(graph)
        with pytest.raises(Conflict):
            graph.remove_models("Unit")
        assert graph.ids(of_model("Asset")) == ["unit", "plantroom", "other"]
        assert model_id("Unit") in ids_of_registry(graph.store)
