"""Pages: how a long list is cut."""

import pytest

from twinhaus.query.plan import Comparison, DateFilter, Include, Leaf, ModelFilter, Query, RelationshipFilter
from twinhaus.storage.store import IdPage, Page, Reader
from twinhaus.storage.turns import Turn
from twinhaus.testing.store_contract.graph import EPOCH, Contract, Graph, ids_of, model_id

QUERIES = {
    "everything": Query(),
    "a model": Query(model=ModelFilter((model_id("Thing"),))),
    "several models": Query(model=ModelFilter(tuple(map(model_id, ("Room", "Space", "Unit"))))),
    "exact models": Query(model=ModelFilter(tuple(map(model_id, ("Room", "Unit"))), exact=True)),
    "a location": Query(location_id="t0"),
    "a relationship": Query(relationship=RelationshipFilter(names=("isPartOf", "serves"))),
    "a date": Query(date=DateFilter(after=EPOCH - 1)),
    "a property": Query(condition=Leaf(("size",), Comparison.GREATER_OR_EQUAL, 0)),
    "all at once": Query(
        ModelFilter((model_id("Thing"),)),
        RelationshipFilter(),
        "t0",
        DateFilter(EPOCH - 1),
        Leaf(("size",), Comparison.IS_PRESENT),
    ),
}


class PageContract(Contract):
    """Paging through lists."""

    @pytest.fixture
    def twelve(self, graph: Graph) -> Graph:
        """Twelve twins in one another's places, alternately of two models."""
        for number in range(12):
            graph.put(f"t{number}", "Room" if number % 2 else "Unit", size=number)
            graph.relate(f"t{number}", "isPartOf", "t0")
            graph.relate(f"t{number}", "serves", f"t{number // 2}")
        return graph

    @pytest.mark.parametrize("name", QUERIES)
    @pytest.mark.parametrize("limit", [1, 5, 6, 11, 12, 13])
    def test_pages_together_are_the_list(self, twelve: Graph, name: str, limit: int) -> None:
        """Whatever drives the list and however it is cut, its pages one after another are the list, in its order; all
        but the last are full; `more` is false on the last one only, even where that is full.
        """
        query = QUERIES[name]
        pages = [twelve.page(query, limit=limit)]
        while pages[-1].more:
            pages.append(twelve.page(query, after=pages[-1].last, limit=limit))
        assert [id_ for page in pages for id_ in ids_of(page)] == [f"t{number}" for number in range(12)]
        assert [page.count for page in pages[:-1]] == [limit] * (len(pages) - 1)
        assert 0 < pages[-1].count <= limit

    def test_a_page_counts_its_twins(self, twelve: Graph) -> None:
        """`count` is how many twins the page holds."""
        for limit in (1, 7, 20):
            page = twelve.page(limit=limit)
            assert page.count == len(ids_of(page)) == min(limit, 12)

    @pytest.mark.parametrize("name", QUERIES)
    def test_it_is_told_how_a_page_was_found(self, twelve: Graph, name: str) -> None:
        """Who has turns to tell of tells of all: together they found the page, and none was given up at the end."""

        def find(reader: Reader) -> tuple[int, list[Turn]]:
            page = reader.list_twins(QUERIES[name], Include(), after=0, limit=5)
            return page.count, [turn for turn in reader.turns if turn.wanted == "page"]

        count, turns = twelve.store.read(find).result()
        assert not turns or turns[-1].found is not None
        assert sum(turn.found or 0 for turn in turns) == (count if turns else 0)
        assert all(turn.seconds >= 0 and turn.statement and turn.driver for turn in turns)

    def test_a_page_that_holds_nothing(self, twelve: Graph) -> None:
        """It is empty, says that no more follow, and its `last` is where it began."""
        assert twelve.page(Query(location_id="nowhere"), limit=3) == Page(b"", 0, 0, more=False)
        end = twelve.page(limit=12).last
        assert twelve.page(after=end, limit=3) == Page(b"", 0, end, more=False)

    def test_last_is_where_the_next_page_begins(self, twelve: Graph) -> None:
        """Numbers rise along the list, and a page after one holds only what comes later, filtered or not."""
        first = twelve.page(limit=4)
        assert 0 < first.last < twelve.page(limit=5).last
        rooms = Query(model=ModelFilter((model_id("Room"),)))
        assert ids_of(twelve.page(rooms, after=first.last, limit=2)) == ["t5", "t7"]

    def test_more_tells_of_what_matches(self, twelve: Graph) -> None:
        """Twins after the page that do not match are not more."""
        query = Query(condition=Leaf(("size",), Comparison.LESS, 4))
        assert twelve.page(query, limit=3).more
        assert not twelve.page(query, limit=4).more

    def test_what_is_created_meanwhile_comes_at_the_end(self, twelve: Graph) -> None:
        """A twin created between two pages is on a later one; a twin deleted between them is missed, and no other."""
        first = twelve.page(limit=6)
        twelve.put("t12", "Room")
        twelve.remove("t8")
        twelve.remove("t2")
        twelve.put("t2", "Room")
        later = ids_of(twelve.page(after=first.last, limit=100))
        assert later == ["t6", "t7", "t9", "t10", "t11", "t12", "t2"]

    def test_what_is_replaced_meanwhile_comes_once(self, twelve: Graph) -> None:
        """Twins of earlier pages do not come again for being replaced, nor do those of later ones go missing."""
        first = twelve.page(limit=6)
        for number in (0, 3, 6, 11):
            twelve.put(f"t{number}", "Plantroom")
        later = ids_of(twelve.page(after=first.last, limit=100))
        assert [*ids_of(first), *later] == [f"t{number}" for number in range(12)]

    @pytest.mark.parametrize("name", QUERIES)
    @pytest.mark.parametrize("limit", [1, 5, 12, 13])
    def test_pages_of_ids_are_those_of_twins(self, twelve: Graph, name: str, limit: int) -> None:
        """However a list is cut, its pages of ids hold the same twins in the same order, and end at the same number."""
        query, after = QUERIES[name], 0
        while True:
            page, ids = (
                twelve.page(query, after=after, limit=limit),
                twelve.id_page(query, after=after, limit=limit),
            )
            assert (list(ids.ids), ids.last) == (ids_of(page), page.last)
            if page.count < limit:
                return
            after = page.last

    def test_a_page_of_no_ids(self, twelve: Graph) -> None:
        """It ends where it began."""
        assert twelve.id_page(Query(location_id="nowhere"), after=7, limit=3) == IdPage((), 7)
