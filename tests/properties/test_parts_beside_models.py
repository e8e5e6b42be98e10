"""Parts of texts beside a model on SQLite: whatever twins are put, moved to other models and read into the index, and
whatever becomes of the models, each source answers as a store without any index does.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.examples import EXAMPLES
from tests.properties.looking import Looking, looking_into

from twinhaus.engines import open_store
from twinhaus.query.plan import Attribute, Comparison, Group, Leaf, ModelFilter, Query
from twinhaus.settings import Settings
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.sql.sqlite import unread
from twinhaus.storage.store import Store
from twinhaus.testing.store_contract.graph import MODELS, Graph, model, model_id

IDS = ("damp-1", "damp-2", "dry-1")
CODES = ("humid", "dry")
NAMES = ("Thing", "Space", "Room", "Asset", "Unit", "Plantroom")
PARENTS = (("Room",), ("Unit",), ("Room", "Unit"))  # Of the plantroom, whenever it is loaded again.

Kind = Literal["put", "delete", "reload", "tend", "tend all"]


@dataclass(frozen=True)
class Step:
    """One thing that happens: to the twin of an id, to the model of plantrooms, or in the background."""

    kind: Kind
    id: str
    model: str
    code: str
    parents: tuple[str, ...]


steps = st.lists(
    st.builds(
        Step,
        st.sampled_from(("put", "put", "put", "delete", "reload", "tend", "tend all")),
        st.sampled_from(IDS),
        st.sampled_from((*NAMES, "Plantroom")),
        st.sampled_from(CODES),
        st.sampled_from(PARENTS),
    ),
    min_size=5,
    max_size=25,
)
fields = st.lists(st.sampled_from((Attribute.ID, ("code",), ("size",))), min_size=1, max_size=3, unique=True)
OF_EACH_MODEL = [
    Query(
        ModelFilter((model_id(name),)),
        condition=Group(
            (Leaf(Attribute.ID, Comparison.CONTAINS, "damp"), Leaf(("code",), Comparison.CONTAINS, "humid")),
            any_suffices=True,
        ),
    )
    for name in NAMES
]
queries = st.builds(
    lambda models, exact, fields, comparison, part: Query(
        ModelFilter(tuple(map(model_id, models)), exact),
        condition=Group(tuple(Leaf(field, comparison, part) for field in fields), any_suffices=True),
    ),
    st.lists(st.sampled_from((*NAMES, "Unknown")), min_size=1, max_size=2, unique=True),
    st.booleans(),
    fields,
    st.sampled_from((Comparison.CONTAINS, Comparison.STARTS_WITH, Comparison.ENDS_WITH)),
    st.sampled_from(("humid", "damp", "dry", "-1", "mp a")),
)


class Both:
    """A store and one without any index, to which the same happens."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._graphs = (Graph(store), Graph(MemoryStore()))
        for graph in self._graphs:
            graph.add_models(*MODELS[:-1], model("Plantroom", "Thing"))

    def happen(self, step: Step) -> None:
        """To both; what is not there is not deleted."""
        for _ in range({"tend": 1, "tend all": len(IDS)}.get(step.kind, 0)):
            self._store.tend().result()
        for graph in self._graphs:
            match step.kind:
                case "put":
                    graph.put(step.id, step.model, code=step.code)
                case "delete" if step.id in graph.ids():
                    graph.remove(step.id)
                case "reload":
                    graph.remove_models("Plantroom")
                    graph.add_models(model("Plantroom", *step.parents))
                case _:
                    pass

    def check(self, query: Query, looking: Looking) -> None:
        """Both answer alike, and so does each source."""
        ours, law = (graph.ids(query) for graph in self._graphs)
        assert ours == law
        for source, found, _ in looking.answers(query):
            assert found == law, source


def test_parts_are_found_beside_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of models that twins are of, were of, or that came back as others, whichever twins the index has read."""
    monkeypatch.setattr(unread, "TWINS_AT_ONCE", 1)
    stores = iter(range(1_000_000))

    @settings(max_examples=EXAMPLES // 2)
    @given(steps, st.lists(queries, min_size=1, max_size=6))
    def law(happened: list[Step], asked: list[Query]) -> None:
        path = str(tmp_path / f"{next(stores)}.db")
        with closing(open_store(Settings(store=path))) as store, looking_into(path) as looking:
            both = Both(store)
            for step in happened:
                both.happen(step)
                both.check(asked[0], looking)
            for query in (*asked, *OF_EACH_MODEL):
                both.check(query, looking)

    law()
