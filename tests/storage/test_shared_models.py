"""Stores of one process that have the same models keep them in memory once."""

import gc
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from twinhaus.dtdl import Registry
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.testing.store_contract.graph import MODELS, Graph, model, model_id

NewStore = Callable[[], Graph]


@pytest.fixture
def new_store(tmp_path: Path) -> Iterator[NewStore]:
    """Opens one more store, whose file is new."""
    with ExitStack() as closing:

        def make() -> Graph:
            store = SqliteStore(tmp_path / f"{len(list(tmp_path.iterdir()))}.db")
            closing.callback(store.close)
            return Graph(store)

        yield make


def registry_of(graph: Graph) -> Registry:
    """The models a store knows."""
    return graph.store.read(lambda reader: reader.registry).result()


def test_the_same_models_are_kept_once(new_store: NewStore) -> None:
    """However a store came by them: all at once, one by one, or with others that it has no longer."""
    at_once, one_by_one, detour = new_store(), new_store(), new_store()
    at_once.add_models(*MODELS)
    detour.add_models(model("Detour"))
    for one in MODELS:
        one_by_one.add_models(one)
        registry_of(one_by_one)
        detour.add_models(one)
    assert model_id("Detour") in registry_of(detour)
    detour.remove_models("Detour")
    assert registry_of(at_once) is registry_of(one_by_one) is registry_of(detour)


def test_other_models_are_others(new_store: NewStore) -> None:
    """Where a model is missing, is another, or was added in another place, the registry is not shared."""
    full, short, other, turned = (new_store() for _ in range(4))
    full.add_models(model("A"), model("B"))
    short.add_models(model("A"))
    other.add_models(model("A"), model("B", "A"))
    turned.add_models(model("B"), model("A"))
    registries = [registry_of(one) for one in (full, short, other, turned)]
    assert len({id(one) for one in registries}) == 4
    assert [one.ids for one in registries] == [
        tuple(map(model_id, names)) for names in ("AB", "A", "AB", "BA")
    ]
    assert registries[2].is_kind_of(model_id("B"), model_id("A"))
    assert not registries[0].is_kind_of(model_id("B"), model_id("A"))


def test_who_changes_its_models_leaves_the_others_alone(new_store: NewStore) -> None:
    """A model that one store adds or removes is as before in those it shared with."""
    one, other = new_store(), new_store()
    for graph in (one, other):
        graph.add_models(*MODELS)
    before = registry_of(other)
    one.add_models(model("New"))
    one.remove_models("Plantroom")
    assert registry_of(other) is before
    assert model_id("Plantroom") in before
    assert model_id("New") not in before


def test_models_that_no_store_has_are_let_go(tmp_path: Path) -> None:
    """Once the last store that has them is closed, memory is as if nobody had had them."""
    store = SqliteStore(tmp_path / "store.db")
    graph = Graph(store)
    graph.add_models(model("OnlyHere"))
    known = weakref.ref(registry_of(graph))
    assert known() is not None
    store.close()
    del graph, store
    gc.collect()
    assert known() is None


def test_stores_opened_at_once_read_the_models_once(new_store: NewStore) -> None:
    """Threads that want the same models at the same time get the same ones."""
    graphs = [new_store() for _ in range(8)]
    for graph in graphs:
        graph.add_models(*MODELS)
    with ThreadPoolExecutor(8) as threads:
        registries = list(threads.map(registry_of, graphs))
    assert len({id(one) for one in registries}) == 1
