"""Relationships: stored, listed, counted, carried by lists."""

import json

import pytest
from msgspec.structs import replace

from twinhaus.graph import Direction
from twinhaus.query.cursor import RelationshipPage, RelationshipTraversal
from twinhaus.query.plan import Include, ModelFilter, Query, RelationshipFilter
from twinhaus.storage.store import Neighbour
from twinhaus.strictjson import JsonObject
from twinhaus.testing.store_contract.graph import Contract, Graph, model_id

IN, OUT, EITHER = Direction.INCOMING, Direction.OUTGOING, Direction.EITHER


def neighbours(graph: Graph, twin_id: str, direction: Direction) -> list[Neighbour]:
    """A twin's neighbours."""
    return graph.store.read(lambda reader: reader.neighbours(twin_id, direction)).result()


def neighbour_ids(graph: Graph, twin_id: str, direction: Direction) -> list[str]:
    """The ids of a twin's relationships."""
    return [neighbour.relationship.id for neighbour in neighbours(graph, twin_id, direction)]


def relationship_page(graph: Graph, traversal: RelationshipTraversal) -> RelationshipPage:
    """One page, just as the store gives it."""
    return graph.store.read(lambda reader: reader.list_relationships(traversal)).result()


def paged_ids(graph: Graph, traversal: RelationshipTraversal) -> list[str]:
    """The ids of a twin's relationships from here on, page by page; all but the last are full."""
    page = relationship_page(graph, traversal)
    found: list[str] = [json.loads(document)["id"] for document in page.documents]
    if not page.more:
        return found
    assert len(found) == traversal.page_size
    return found + paged_ids(graph, replace(traversal, after=page.last))


def carried(twin: JsonObject, direction: str) -> list[str]:
    """The ids of the relationships a listed twin carries."""
    return [relationship["id"] for relationship in twin[f"{direction}Relationships"]]


def related(direction: Direction, *names: str, to: ModelFilter | None = None) -> Query:
    """Twins with such a relationship."""
    return Query(relationship=RelationshipFilter(direction, names, to))


def of(*names: str, exact: bool = False) -> ModelFilter:
    """Instances of these models."""
    return ModelFilter(tuple(map(model_id, names)), exact)


class RelationshipContract(Contract):
    """Relationships between twins."""

    def test_a_relationship_comes_back_as_it_was_put(self, graph: Graph) -> None:
        """Ids, name, properties and text are what was stored; an unknown id is None."""
        graph.put_all("a", "b")
        put = graph.relate("a", "isFedBy", "b", substance="Wässer")
        find = graph.store.read(lambda reader: reader.find_relationship(put.id))
        assert find.result() == put
        assert graph.store.read(lambda reader: reader.find_relationship("a_isFedBy_b")).result() is None

    def test_neighbours_are_told_by_direction_with_their_models(self, graph: Graph) -> None:
        """Outgoing relationships lead to the other twin, incoming ones come from it; its model stands beside."""
        graph.put("a")
        graph.put("b", "Room")
        put = graph.relate("a", "isPartOf", "b")
        assert neighbours(graph, "a", OUT) == [Neighbour(put, model_id("Room"))]
        assert neighbours(graph, "b", IN) == [Neighbour(put, model_id("Thing"))]
        assert neighbours(graph, "a", IN) == neighbours(graph, "b", OUT) == []
        assert neighbours(graph, "nowhere", EITHER) == []

    @pytest.mark.parametrize(
        ("direction", "names"), [(OUT, {"isPartOf", "serves"}), (IN, {"isPartOf", "isFedBy"})]
    )
    def test_those_of_many_twins_are_read_at_once(
        self, graph: Graph, direction: Direction, names: set[str]
    ) -> None:
        """Each that leads from any of them, or to any of them; twins that do not exist have none."""
        graph.put_all("a", "b", "c")
        graph.relate_all("a isPartOf b", "b isPartOf a", "a serves c", "c isFedBy b")
        found = graph.store.read(
            lambda reader: list(reader.each_relationship_of(("a", "b", "nowhere"), direction))
        ).result()
        assert sorted(one.id for one in found) == sorted(
            one.id
            for twin_id in ("a", "b")
            for one in (neighbour.relationship for neighbour in neighbours(graph, twin_id, direction))
        )
        assert {one.name for one in found} == names
        assert (
            graph.store.read(lambda reader: list(reader.each_relationship_of((), direction))).result() == []
        )

    def test_neighbours_come_oldest_first(self, graph: Graph) -> None:
        """In the order of creation, in either direction and in both; one made again is the newest."""
        graph.put_all("a", "b", "c")
        graph.relate_all("b serves a", "a serves c", "a isPartOf b", "c isFedBy a", "a isFedBy b")
        graph.unrelate("b_serves_a")
        graph.relate("b", "serves", "a")
        assert neighbour_ids(graph, "a", OUT) == ["a_serves_c", "a_isPartOf_b", "a_isFedBy_b"]
        assert neighbour_ids(graph, "a", IN) == ["c_isFedBy_a", "b_serves_a"]
        assert neighbour_ids(graph, "a", EITHER) == [
            "a_serves_c", "a_isPartOf_b", "c_isFedBy_a", "a_isFedBy_b", "b_serves_a",
        ]  # fmt: skip

    @pytest.mark.parametrize("limit", [1, 2, 5, 6])
    def test_pages_go_by_rank(self, graph: Graph, limit: int) -> None:
        """However they are cut, the relationships of a twin in one direction come by name, then as the twins at their
        other ends were created, then oldest first; a page says whether more follow.
        """
        graph.put_all("hub", "a", "b")
        graph.relate_all("hub serves b", "b isPartOf hub", "hub serves a", "hub serves hub", "hub isPartOf b")
        for substance in ("Water", "Air"):
            graph.relate("hub", "isFedBy", "a", substance=substance)
        ranked = [
            "hub_isFedBy_substance_Water_a", "hub_isFedBy_substance_Air_a", "hub_isPartOf_b",
            "hub_serves_hub", "hub_serves_a", "hub_serves_b",
        ]  # fmt: skip
        assert paged_ids(graph, RelationshipTraversal("hub", OUT, limit)) == ranked
        assert paged_ids(graph, RelationshipTraversal("hub", IN, limit)) == [
            "b_isPartOf_hub",
            "hub_serves_hub",
        ]
        assert paged_ids(graph, RelationshipTraversal("nowhere", IN, limit)) == []

    def test_pages_of_relationships_under_writes(self, graph: Graph) -> None:
        """What is created before the end of a page does not come, and moves nothing; what is deleted goes missing, and
        nothing else.
        """
        graph.put_all("hub", *"abcd")
        graph.relate_all(*(f"{one} serves hub" for one in "bcd"))
        begun = RelationshipTraversal("hub", IN, 1)
        first = relationship_page(graph, begun)
        graph.relate_all("a serves hub", "d isPartOf hub")
        graph.unrelate("b_serves_hub")
        graph.unrelate("c_serves_hub")
        assert paged_ids(graph, replace(begun, after=first.last)) == ["d_serves_hub"]

    def test_a_loop_is_one_neighbour(self, graph: Graph) -> None:
        """A relationship of a twin to itself is outgoing, is incoming, and comes once in both directions."""
        graph.put("a", "Unit")
        put = graph.relate("a", "serves", "a")
        for direction in Direction:
            assert neighbours(graph, "a", direction) == [Neighbour(put, model_id("Unit"))]

    def test_outgoing_relationships_are_counted_by_name(self, graph: Graph) -> None:
        """Those of another name, those of another twin and those that come in are not counted; parallel ones are."""
        graph.put_all("a", "b")
        graph.relate_all("a serves b", "a serves a", "a isPartOf b", "b serves a")
        graph.relate("a", "serves", "b", substance="Air")

        def count(twin_id: str, name: str) -> int:
            return graph.store.read(lambda reader: reader.count_outgoing(twin_id, name)).result()

        assert (count("a", "serves"), count("a", "isPartOf"), count("b", "serves")) == (3, 1, 1)
        assert (count("b", "isPartOf"), count("nowhere", "serves")) == (0, 0)

    def test_a_deleted_relationship_is_gone_at_both_ends(self, graph: Graph) -> None:
        """It is found neither by id nor from either twin; the one parallel to it stays."""
        graph.put_all("a", "b")
        graph.relate("a", "isFedBy", "b")
        graph.relate("a", "isFedBy", "b", substance="Air")
        graph.unrelate("a_isFedBy_b")
        assert graph.store.read(lambda reader: reader.find_relationship("a_isFedBy_b")).result() is None
        assert (
            neighbour_ids(graph, "a", OUT) == neighbour_ids(graph, "b", IN) == ["a_isFedBy_substance_Air_b"]
        )

    def test_parallel_relationships_stand_side_by_side(self, graph: Graph) -> None:
        """The same twins may be related by several names, and by one name with several properties."""
        graph.put_all("a", "b")
        graph.relate_all("a isFedBy b", "a serves b")
        for substance in ("Air", "Water"):
            graph.relate("a", "isFedBy", "b", substance=substance)
        assert neighbour_ids(graph, "a", EITHER) == [
            "a_isFedBy_b", "a_serves_b", "a_isFedBy_substance_Air_b", "a_isFedBy_substance_Water_b",
        ]  # fmt: skip

    def test_relationships_stay_when_their_twin_is_replaced(self, graph: Graph) -> None:
        """A twin put again, even with another model, keeps its relationships."""
        graph.put_all("a", "b")
        graph.relate("a", "isPartOf", "b")
        graph.put("a", "Room")
        graph.put("b", "Room")
        assert neighbour_ids(graph, "a", OUT) == neighbour_ids(graph, "b", IN) == ["a_isPartOf_b"]

    @pytest.mark.parametrize("outgoing", [True, False])
    @pytest.mark.parametrize("incoming", [True, False])
    def test_a_list_carries_what_is_asked_for(self, graph: Graph, *, outgoing: bool, incoming: bool) -> None:
        """Each twin carries an array of relationships for each direction asked for, oldest first, empty where there are
        none, a loop in both; and no array for a direction not asked for.
        """
        graph.put_all("a", "b", "c")
        graph.relate_all("b serves a", "a serves b", "a isPartOf b", "b serves b")
        expected: dict[str, dict[str, list[str]]] = {
            "a": {"outgoing": ["a_serves_b", "a_isPartOf_b"], "incoming": ["b_serves_a"]},
            "b": {
                "outgoing": ["b_serves_a", "b_serves_b"],
                "incoming": ["a_serves_b", "a_isPartOf_b", "b_serves_b"],
            },
            "c": {"outgoing": [], "incoming": []},
        }
        for twin in graph.twins(include=Include(outgoing=outgoing, incoming=incoming)):
            for direction, asked in (("outgoing", outgoing), ("incoming", incoming)):
                if asked:
                    assert carried(twin, direction) == expected[twin["id"]][direction]
                else:
                    assert f"{direction}Relationships" not in twin

    def test_a_list_carries_relationships_whole(self, graph: Graph) -> None:
        """A relationship in a list is the text it was stored as."""
        graph.put_all("a", "b")
        put = graph.relate("a", "isFedBy", "b", substance='"quoted", 1]}')
        (a, b) = graph.twins(include=Include(outgoing=True, incoming=True))
        assert a["outgoingRelationships"] == b["incomingRelationships"] == [json.loads(put.document)]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (related(EITHER), ["room", "unit", "plantroom", "loop"]),
            (related(OUT), ["room", "unit", "loop"]),
            (related(IN), ["room", "unit", "plantroom", "loop"]),
            (related(OUT, "serves"), ["unit", "loop"]),
            (related(IN, "serves"), ["room", "plantroom", "loop"]),
            (related(EITHER, "serves"), ["room", "unit", "plantroom", "loop"]),
            (related(EITHER, "isFedBy"), ["unit", "plantroom"]),
            (related(OUT, "isFedBy", "isPartOf"), ["room", "unit"]),
            (related(EITHER, "unheardOf"), []),
            (related(EITHER, "unheardOf", "isFedBy"), ["unit", "plantroom"]),
            (related(OUT, to=of("Space")), ["unit"]),
            (related(OUT, to=of("Space", exact=True)), []),
            (related(OUT, to=of("Room", exact=True)), ["unit"]),
            (related(IN, to=of("Asset")), ["room", "plantroom"]),
            (related(EITHER, to=of("Asset")), ["room", "unit", "plantroom"]),
            (related(EITHER, to=of("Room", "Unit", exact=True)), ["room", "unit", "plantroom"]),
            (related(IN, to=of("Room", exact=True)), ["unit"]),
            (related(EITHER, to=of("Unheard")), []),
            (related(EITHER, to=of()), []),
            (related(OUT, "serves", to=of("Plantroom")), ["unit"]),
            (related(OUT, "isPartOf", to=of("Plantroom")), []),
            (related(IN, "serves", to=of("Thing", exact=True)), ["loop"]),
        ],
    )
    def test_the_relationship_filter(self, graph: Graph, query: Query, expected: list[str]) -> None:
        """Twins with at least one relationship in that direction, of one of those names, whose other twin is an
        instance of such a model; each once, however many it has; a twin is the other twin of its own loop.
        """
        for name in ("room", "unit", "plantroom"):
            graph.put(name, name.capitalize())
        graph.put_all("loop", "alone")
        graph.relate_all("room isPartOf unit", "unit serves room", "unit serves plantroom")
        graph.relate_all("unit isFedBy plantroom", "loop serves loop")
        assert graph.ids(query) == expected

    def test_the_relationship_filter_follows_every_write(self, graph: Graph) -> None:
        """A relationship created or deleted, and a change of the other twin's model, are seen at once."""
        graph.put_all("a", "b")
        query = related(OUT, "serves", to=of("Space"))
        graph.relate("a", "serves", "b")
        assert graph.ids(query) == []
        graph.put("b", "Room")
        assert graph.ids(query) == ["a"]
        graph.put("b", "Unit")
        assert graph.ids(query) == []
        graph.put("b", "Plantroom")
        assert graph.ids(query) == ["a"]
        graph.unrelate("a_serves_b")
        assert graph.ids(query) == []

    def test_many_names_and_models_are_few_more(self, graph: Graph) -> None:
        """A filter of a hundred names and four hundred models answers as a short one does."""
        graph.put("a", "Room")
        graph.put("b", "Unit")
        graph.relate("a", "serves", "b")
        names = ("serves", *(f"unheardOf{number}" for number in range(99)))
        models = ("Unit", *(f"Unheard{number}" for number in range(399)))
        assert graph.ids(related(EITHER, *names, to=of(*models))) == ["a"]
        for exact in (True, False):
            assert graph.ids(Query(model=of(*models, exact=exact))) == ["b"]
