"""How long the answer to a graph may become."""

import json

import pytest

from twinhaus.errors import Invalid
from twinhaus.graph import Direction
from twinhaus.query import graph
from twinhaus.query.graph import Branch, GraphQuery, graph_text
from twinhaus.query.plan import RelationshipFilter
from twinhaus.storage.memory import MemoryStore
from twinhaus.testing.store_contract.graph import MODELS, Graph

CHARACTERS = 10_000
SERVED = RelationshipFilter(Direction.OUTGOING, ("serves",))


def answer(store: MemoryStore, twin_id: str, *branches: Branch) -> str:
    """What is around a twin."""
    query = GraphQuery("Twin", twin_id, branches)
    return store.read(lambda reader: graph_text(query, reader)).result()


def test_no_answer_is_longer_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each twin counts where it stands, and each alias where it stands: a short request must not fill the memory."""
    monkeypatch.setattr(graph, "CHARACTERS_MAX", CHARACTERS)
    store = MemoryStore()
    filled = Graph(store)
    filled.add_models(*MODELS)
    filled.put_all("hub", "a", "b", "c")
    filled.put("long", code="x" * (CHARACTERS // 2))
    filled.relate_all("hub serves a", "hub serves b", "hub serves c", "a serves long", "b serves long")
    once = Branch("Served", SERVED, (Branch("Long", SERVED),))
    assert json.loads(answer(store, "a", once))["Twin"]["Served"][0]["id"] == "long"
    for branch in (once, Branch("Served", SERVED, (Branch("x" * (CHARACTERS // 2), SERVED),))):
        with pytest.raises(Invalid, match=f"more than {CHARACTERS} characters"):
            answer(store, "hub", branch)
