"""Deadlines of searches: of those that look at few twins for long, and of those inside writes."""

from concurrent.futures import Future
from contextlib import closing
from itertools import count
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from twinhaus import mass_changes
from twinhaus.errors import QueryTimeout
from twinhaus.mass_changes import Deleted
from twinhaus.query.plan import Comparison, Include, Leaf, Query
from twinhaus.storage.sql.sqlite import connection as sqlite
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.store import Transaction
from twinhaus.testing.store_contract.graph import MODELS, Graph, thing

ENOUGH_SECONDS = 30
NOTHING = Query(condition=Leaf(("part", "$metadata"), Comparison.IS_PRESENT))  # Of which no index tells.


def fill(transaction: Transaction) -> None:
    """More twins than are looked at between two looks at the clock."""
    for number in range(3_000):
        transaction.put_twin(thing(f"t{number}"))


def delete_nothing(transaction: Transaction) -> Deleted:
    """By a filter that has to look at every twin."""
    return mass_changes.delete_twins(transaction, NOTHING, cascade=True, dry_run=False)


def test_a_search_past_its_deadline_fails_its_own_write_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It raises QueryTimeout and leaves nothing; what shares its transaction is kept, and the next search is heard."""
    begun, gathered = Event(), Event()

    def wait(transaction: Transaction) -> None:
        begun.set()
        assert gathered.wait(ENOUGH_SECONDS)

    def search(transaction: Transaction) -> None:
        transaction.put_twin(thing("undone"))
        delete_nothing(transaction)

    with closing(SqliteStore(tmp_path / "store.db")) as store:
        graph = Graph(store)
        graph.add_models(*MODELS)
        store.write(fill).result()
        with monkeypatch.context() as patched:
            # Each look at the clock is half a minute later than the one before.
            patched.setattr(sqlite, "time", SimpleNamespace(monotonic=count(step=ENOUGH_SECONDS).__next__))
            waiting = store.write(wait)
            assert begun.wait(ENOUGH_SECONDS)
            sharing: list[Future[None]] = [
                store.write(lambda transaction: transaction.put_twin(thing("before"))),
                store.write(search),
                store.write(lambda transaction: transaction.put_twin(thing("after"))),
            ]
            gathered.set()
            waiting.result()
            with pytest.raises(QueryTimeout):
                sharing[1].result()
            for kept in (sharing[0], sharing[2]):
                kept.result()
        assert store.write(delete_nothing).result() == Deleted(0, 0)
        assert graph.find("undone") is None
        assert graph.find("before") is not None
        assert graph.find("after") is not None


def test_every_search_of_a_write_has_a_deadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists, ids and counts alike."""
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        Graph(store).add_models(*MODELS)
        store.write(fill).result()
        monkeypatch.setattr(sqlite, "time", SimpleNamespace(monotonic=count(step=ENOUGH_SECONDS).__next__))
        for search in (
            lambda transaction: transaction.list_twins(NOTHING, Include(), after=0, limit=10),
            lambda transaction: transaction.list_ids(NOTHING, after=0, limit=10),
            lambda transaction: transaction.count_twins(NOTHING),
        ):
            with pytest.raises(QueryTimeout):
                store.write(search).result()


def test_a_few_twins_can_take_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is looked at for every few twins that a condition is asked of, however few steps the engine takes."""
    with closing(SqliteStore(tmp_path / "store.db", readers=1)) as store:
        graph = Graph(store)
        graph.add_models(*MODELS)
        graph.put_all(*(f"t{number}" for number in range(20)))
        with monkeypatch.context() as patched:
            patched.setattr(sqlite, "time", SimpleNamespace(monotonic=count(1e9, ENOUGH_SECONDS).__next__))
            with pytest.raises(QueryTimeout):
                graph.ids(NOTHING)
        assert graph.ids(NOTHING) == []
