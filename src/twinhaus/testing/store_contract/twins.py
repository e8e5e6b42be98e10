"""Twins: put, found, replaced, deleted."""

from twinhaus.graph import Direction
from twinhaus.query.plan import (
    Attribute,
    Comparison,
    DateFilter,
    Include,
    Leaf,
    ModelFilter,
    Query,
    RelationshipFilter,
)
from twinhaus.testing.store_contract.graph import EPOCH, Contract, Graph, ids_of, model_id


class TwinContract(Contract):
    """Twins by their ids."""

    def test_an_unknown_twin_is_none(self, graph: Graph) -> None:
        """There is no twin, and no model of one, under an id that was never put."""
        assert graph.find("nowhere") is None
        assert graph.store.read(lambda reader: reader.find_model_of("nowhere")).result() is None

    def test_a_twin_comes_back_as_it_was_put(self, graph: Graph) -> None:
        """Id, model, instant and text are what was put, to the character."""
        put = graph.put('Ä/ "b\\', "Room", code="\u2028 ẞ 😀", size=1.0)
        assert graph.get(put.id) == put
        assert graph.store.read(lambda reader: reader.find_model_of(put.id)).result() == model_id("Room")
        assert graph.page(limit=1).body == put.document.encode()

    def test_ids_are_told_apart_exactly(self, graph: Graph) -> None:
        """Ids that differ in casing, in accents, in spaces or in normalisation belong to different twins."""
        ids = ["a", "A", "á", "a\u0301", "a ", "\uff41", "ß", "ss"]
        graph.put_all(*ids)
        assert graph.ids() == ids

    def test_a_twin_put_again_is_replaced_whole(self, graph: Graph) -> None:
        """What was in the twin before and is not put again is gone; there is still one twin."""
        graph.put("a", code="x", size=1)
        graph.put("a", size=2)
        assert [twin["contents"] for twin in graph.twins()] == [{"size": 2}]

    def test_a_twin_put_again_keeps_its_place(self, graph: Graph) -> None:
        """The order of a list is that of first creation, whatever is replaced later, its model included."""
        graph.put_all("c", "a", "b")
        graph.put("c", "Room")
        graph.put("a", code="x")
        assert graph.ids() == ["c", "a", "b"]

    def test_a_deleted_twin_is_nowhere(self, graph: Graph) -> None:
        """Neither by id nor in any list is a deleted twin found."""
        graph.put_all("a", "b")
        graph.remove("a")
        assert graph.find("a") is None
        for query in (
            Query(),
            Query(model=ModelFilter((model_id("Thing"),))),
            Query(model=ModelFilter((model_id("Thing"),), exact=True)),
            Query(date=DateFilter(after=EPOCH - 1)),
            Query(condition=Leaf(("code",), Comparison.IS_PRESENT, negated=True)),
        ):
            assert graph.ids(query) == ["b"]
        assert graph.ids(Query(location_id="a")) == []

    def test_twins_deleted_at_once_take_their_relationships(self, graph: Graph) -> None:
        """Every relationship from or to one of them goes, each counted once, loops and those among them too."""
        graph.put_all("a", "b", "c", "d")
        graph.put("e", "Plantroom")
        graph.relate_all("a serves b", "b serves a", "a serves a", "c serves a", "b isFedBy d", "c serves d")
        assert graph.remove_all("b", "e", "a") == 5
        assert graph.ids() == ["c", "d"]
        assert graph.ids(Query(model=ModelFilter((model_id("Thing"),)))) == ["c", "d"]
        assert graph.ids(Query(date=DateFilter(after=EPOCH - 1))) == ["c", "d"]
        (left,) = graph.twins(
            Query(relationship=RelationshipFilter(Direction.OUTGOING)), Include(outgoing=True)
        )
        assert [one["id"] for one in left["outgoingRelationships"]] == ["c_serves_d"]
        graph.put_all("a", "b")
        graph.relate("a", "serves", "b")

    def test_no_twins_deleted_at_once(self, graph: Graph) -> None:
        """Nothing happens."""
        graph.put("a")
        assert graph.remove_all() == 0
        assert graph.ids() == ["a"]

    def test_a_twin_born_again_comes_last(self, graph: Graph) -> None:
        """A twin that is deleted and created again is a new one: it stands at the end, even if it stood there."""
        graph.put_all("a", "b")
        graph.remove("a")
        graph.put("a")
        assert graph.ids() == ["b", "a"]
        last = graph.page(limit=2).last
        graph.remove("a")
        graph.put("a")
        assert graph.page(limit=2).last > last

    def test_attributes_can_be_asked_for(self, graph: Graph) -> None:
        """`id`, `modelId` and `lastUpdateTime` are fields of the property filter."""
        graph.put("a", "Room")
        put = graph.put("b", "Unit")

        def ids(field: Attribute, value: str | int) -> list[str]:
            return graph.ids(Query(condition=Leaf(field, Comparison.EQUALS, value)))

        assert ids(Attribute.ID, "a") == ["a"]
        assert ids(Attribute.MODEL_ID, model_id("Unit")) == ["b"]
        assert ids(Attribute.LAST_UPDATE_TIME, put.updated) == ["b"]

    def test_many_ids_can_be_asked_for(self, graph: Graph) -> None:
        """In the order of the twins, whatever the order of the ids; each once, on whatever page."""
        graph.put_all(*(f"t{number}" for number in range(120)))
        asked = tuple(f"t{number}" for number in range(199, -1, -2))
        query = Query(condition=Leaf(Attribute.ID, Comparison.IN, (*asked, *asked)))
        found = [id_ for id_ in graph.ids() if id_ in asked]
        assert len(found) == 60
        assert graph.ids(query) == found
        assert ids_of(graph.page(query, after=graph.page(query, limit=9).last, limit=9)) == found[9:18]
