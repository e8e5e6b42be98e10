"""How filters take turns on PostgreSQL, by strides."""

from contextlib import closing
from itertools import count
from unittest.mock import patch

from twinhaus.engines import open_store
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Comparison, Leaf, ModelFilter, Query
from twinhaus.settings import Settings
from twinhaus.storage.sql.postgres import strides
from twinhaus.storage.store import Page, Reader
from twinhaus.storage.turns import Turn
from twinhaus.testing.store_contract.graph import MODELS, Graph, model_id

RARE_ROOMS = Query(
    model=ModelFilter((model_id("Room"),)), condition=Leaf(("code",), Comparison.EQUALS, "rare")
)


def rare_rooms(reader: Reader) -> tuple[Page, list[Turn]]:
    """A page of them, and how they were looked for."""
    page = reader.list_twins(RARE_ROOMS, WITHOUT_RELATIONSHIPS, after=0, limit=9)
    return page, list(reader.turns)


def test_the_fastest_goes_on_once_strides_are_as_long_as_they_may_be(postgres_url: str) -> None:
    """Up to there all make strides in turn. Where each takes as long, it is who leaves the most twins behind."""
    with closing(open_store(Settings(store=postgres_url))) as store:
        graph = Graph(store)
        graph.add_models(*MODELS)
        for number in range(60):
            if number % 6:
                graph.put(f"t{number}", "Room")
            else:
                graph.put(f"t{number}", code="rare")
        ticks = count()
        with (
            patch.multiple(strides, FIRST_STRIDE=1, STRIDE_MAX=2),
            patch.object(strides, "perf_counter", lambda: float(next(ticks))),
        ):
            page, turns = store.read(rare_rooms).result()
    assert (page.count, page.more) == (0, False)
    in_turn = [("value", 1), ("model", 1), ("value", 2), ("model", 2)]
    assert [(turn.driver, turn.allowed) for turn in turns[:4]] == in_turn
    assert {(turn.driver, turn.allowed) for turn in turns[4:]} == {("value", 2)}
