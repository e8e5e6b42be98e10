"""How long the audit trail is kept."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from twinhaus.audit import Author
from twinhaus.instants import TICKS_PER_DAY
from twinhaus.query.audit import AuditQuery
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.sql.audit import REMOVED_AT_ONCE
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.store import Store, Transaction
from twinhaus.testing.store_contract import SetClock
from twinhaus.testing.store_contract.audit import by, trail
from twinhaus.testing.store_contract.graph import MODELS, Graph, thing

DAYS = 30


@pytest.fixture
def clock() -> SetClock:
    """Both stores' clock."""
    return SetClock()


@pytest.fixture(params=["memory", "sqlite"])
def graph(request: pytest.FixtureRequest, clock: SetClock, tmp_path: Path) -> Iterator[Graph]:
    """A store of each kind that keeps its trail for a while."""
    if request.param == "memory":
        store: Store = MemoryStore(clock=clock, audit_days=DAYS)
    else:
        store = SqliteStore(tmp_path / "store.db", clock=clock, audit_days=DAYS)
    with closing(store):
        graph = Graph(store)
        graph.add_models(*MODELS)
        yield graph


def ids(store: Store) -> list[str]:
    """What the trail speaks of, newest first."""
    return [entry.id for entry in trail(store)]


def test_old_entries_go_as_others_come(graph: Graph, clock: SetClock) -> None:
    """With the next change after their time is over, and no sooner; what they were about stays."""
    graph.put("a")
    clock.ticks += DAYS * TICKS_PER_DAY // 2
    graph.put("b")
    clock.ticks += DAYS * TICKS_PER_DAY // 2
    graph.put("a")
    assert ids(graph.store)[:3] == ["a", "b", "a"]
    clock.ticks += 10
    assert ids(graph.store)[:3] == ["a", "b", "a"]
    graph.put("c")
    assert ids(graph.store) == ["c", "a", "b"]
    assert graph.ids() == ["a", "b", "c"]


def test_a_refused_write_removes_nothing(graph: Graph, clock: SetClock) -> None:
    """Only a change makes room."""
    graph.put("a")
    before = ids(graph.store)
    clock.ticks += 2 * DAYS * TICKS_PER_DAY
    graph.store.write(lambda transaction: transaction.next_instant()).result()
    assert ids(graph.store) == before


def test_few_go_at_once_and_more_than_come(tmp_path: Path, clock: SetClock) -> None:
    """SQLite's writer removes some with each commit: a single change is never held up, and a long trail shrinks."""
    with closing(SqliteStore(tmp_path / "store.db", clock=clock, audit_days=DAYS)) as store:
        graph = by(store, Author("bob"))
        graph.add_models(*MODELS)
        for number in range(4 * REMOVED_AT_ONCE):
            graph.put(f"t{number}")
        clock.ticks += 2 * DAYS * TICKS_PER_DAY
        lengths = [len(trail(store))]
        graph.put("late")
        lengths.append(len(trail(store)))

        def put_many(transaction: Transaction) -> None:
            for number in range(REMOVED_AT_ONCE):
                transaction.put_twin(thing(f"t{number}"))

        store.write(put_many).result()
        lengths.append(len(trail(store)))
        assert lengths[1] == lengths[0] - REMOVED_AT_ONCE + 1
        assert lengths[2] == lengths[1] - REMOVED_AT_ONCE
        for _ in range(3):
            graph.put("late")
        old = AuditQuery(before=clock.ticks)
        assert trail(store, old) == []


def test_without_a_setting_nothing_goes(tmp_path: Path, clock: SetClock) -> None:
    """Whatever its age."""
    for store in (MemoryStore(clock=clock), SqliteStore(tmp_path / "store.db", clock=clock)):
        with closing(store):
            graph = Graph(store)
            graph.add_models(*MODELS)
            clock.ticks += 100_000 * TICKS_PER_DAY
            graph.put("a")
            assert len(trail(store)) == len(MODELS) + 1
