"""The models a process keeps in memory follow what other processes, and other threads, do to those of the store."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from twinhaus.dtdl import Registry
from twinhaus.errors import Invalid
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.store import Reader
from twinhaus.testing.store_contract.graph import MODELS, Graph, model, model_id
from twinhaus.testing.store_contract.models import of_model


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Graph]:
    """A store with the contract's models, and a twin of three of them."""
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        graph = Graph(store)
        graph.add_models(*MODELS)
        for name in ("Room", "Unit", "Plantroom"):
            graph.put(name.lower(), name)
        yield graph


@pytest.fixture
def there(here: Graph, tmp_path: Path) -> Iterator[Graph]:
    """The same file, opened as another process would."""
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        yield Graph(store)


def registry_of(graph: Graph) -> Registry:
    """The models a store knows."""
    return graph.store.read(lambda reader: reader.registry).result()


def assert_alike(here: Graph, there: Graph) -> None:
    """Both know the same models, in the same order."""
    assert registry_of(there) == registry_of(here)
    assert registry_of(there).ids == registry_of(here).ids


def test_a_removal_is_seen_at_once(here: Graph, there: Graph) -> None:
    """By reads and by writes of another process, whichever of them comes first."""
    assert model_id("Plantroom") in registry_of(there)
    assert here.remove_models("Plantroom") == 1
    with pytest.raises(Invalid):
        there.put("plantroom", "Plantroom")
    assert_alike(here, there)
    there.add_models(MODELS[-1])
    here.put("plantroom", "Plantroom")
    here.remove_models("Plantroom", "Unit")
    assert_alike(here, there)
    with pytest.raises(Invalid):
        there.put("plantroom", "Plantroom")


def test_a_model_that_became_another_between_two_looks_is_the_other(here: Graph, there: Graph) -> None:
    """Removed, added and removed again while nobody looked: what counts is what there is now."""
    assert model_id("Plantroom") in registry_of(there)
    here.remove_models("Plantroom")
    here.add_models(model("Plantroom", "Unit"), model("Short"))
    here.remove_models("Plantroom", "Room", "Short")
    here.add_models(model("Room", "Asset"), model("Plantroom", "Room"))
    assert_alike(here, there)
    for graph in (here, there):
        assert registry_of(graph).ancestors(model_id("Plantroom"))[1:3] == (
            model_id("Room"),
            model_id("Asset"),
        )
        assert graph.ids(of_model("Asset")) == ["room", "unit", "plantroom"]
        assert graph.ids(of_model("Space")) == []


def test_models_are_the_same_when_the_store_is_opened_again(here: Graph, tmp_path: Path) -> None:
    """In the order they were last added."""
    here.remove_models("Plantroom", "Room")
    here.add_models(model("New"), model("Room", "Space"))
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        assert_alike(here, Graph(store))
        assert registry_of(Graph(store)).ids[-2:] == (model_id("New"), model_id("Room"))


def test_a_reader_keeps_the_models_of_its_snapshot(here: Graph) -> None:
    """What is removed and added while a reader is at work it does not see, others do, whoever asks first."""
    every = registry_of(here)

    def meanwhile(reader: Reader) -> Registry:
        assert reader.find_twin("room") is not None
        here.remove_models("Plantroom")
        here.add_models(model("New"))
        assert registry_of(here).ids[-1] == model_id("New")
        return reader.registry

    assert here.store.read(meanwhile).result() == every
    assert model_id("Plantroom") not in registry_of(here)
    assert model_id("New") in registry_of(here)
