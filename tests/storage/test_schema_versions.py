"""Servers of two versions on one store: who goes on with a store that a newer one has migrated, and who stops."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines import Engine
from tests.storage.later import (
    ADDS_A_COLUMN,
    RENAMES_A_TABLE,
    compatible,
    later_twinhaus,
    migrate,
    newest,
    versions,
)

from twinhaus.engines import open_store
from twinhaus.settings import Settings
from twinhaus.storage.migrate import (
    MIGRATIONS,
    Migration,
    StoreTooNew,
    compatible_after,
    migrations_in,
    pending,
)
from twinhaus.storage.store import Store, Transaction
from twinhaus.testing.store_contract.graph import MODELS, Graph, thing


@pytest.fixture
def store(new_store: str) -> Iterator[Store]:
    """A store that is open, and holds a twin."""
    with closing(opened(new_store)) as store:
        Graph(store).add_models(*MODELS)
        Graph(store).put("one")
        yield store


def opened(place: str) -> Store:
    """A store, as this version opens it."""
    return open_store(Settings(store=place))


def put_two(transaction: Transaction) -> None:
    """A write."""
    transaction.put_twin(thing("two"))


def steps(*compatible: int) -> list[Migration]:
    """Migrations from the first version on, each compatible with such a one."""
    return [Migration(version, "", oldest) for version, oldest in enumerate(compatible, start=1)]


def test_scripts_say_what_they_are_compatible_with(tmp_path: Path) -> None:
    """In their first line, or with nothing but themselves; other files are no migrations."""
    (tmp_path / "0002_second.sql").write_text("-- compatible with: 0001\nSELECT 1;\n")
    (tmp_path / "0001_first.sql").write_text("-- First.\n-- compatible with: 0000\n")
    (tmp_path / "README.md").write_text("-- compatible with: 0001\n")
    assert [(one.version, one.compatible) for one in migrations_in(tmp_path)] == [(1, 1), (2, 1)]


def test_a_store_lacks_what_is_newer_than_it() -> None:
    """All of it, when it is new."""
    known = steps(1, 1, 3)
    assert pending(0, 0, known) == known
    assert pending(2, 1, known) == known[2:]
    assert pending(3, 3, known) == []


@given(version=st.integers(1, 9), older=st.integers(0, 8), ours=st.integers(1, 9))
def test_who_can_work_with_a_store(version: int, older: int, ours: int) -> None:
    """Whoever knows its version, or a newer one, and migrates it; of older ones those that it is compatible with."""
    known = steps(*[1] * ours)
    compatible = max(1, version - older)
    if compatible > ours:
        with pytest.raises(StoreTooNew):
            pending(version, compatible, known)
    else:
        assert pending(version, compatible, known) == known[version:]


def test_what_a_step_broke_no_later_one_mends() -> None:
    """A store is compatible with what all of its steps are, however far back the last one reaches."""
    assert compatible_after(1, steps(1, 1, 3, 2)) == 3
    assert compatible_after(5, steps(1, 1)) == 5
    assert compatible_after(4, []) == 4


def test_a_new_store_says_what_it_is_compatible_with(engine: Engine, new_store: str) -> None:
    """From its first day on."""
    opened(new_store).close()
    expected = (newest(engine.name), compatible_after(0, MIGRATIONS[engine.name]))
    assert versions(engine.name, new_store) == expected


def test_a_compatible_migration_keeps_older_servers_going(
    engine: Engine, new_store: str, store: Store, tmp_path: Path
) -> None:
    """A store that is open goes on reading and writing, and can be opened again; nobody changes it back."""
    graph, now = Graph(store), newest(engine.name)
    migrate(engine.name, new_store, tmp_path, compatible(engine.name, ADDS_A_COLUMN))
    graph.put("two")
    graph.put("one", code="again")
    assert graph.ids() == ["one", "two"]
    with closing(opened(new_store)) as again:
        Graph(again).put("three")
    with store.stream(lambda reader: reader.each_twin()) as twins:
        assert [twin.id for twin in twins] == ["one", "two", "three"]
    assert versions(engine.name, new_store) == (now + 1, now)


def test_an_incompatible_migration_stops_older_servers(
    engine: Engine, new_store: str, store: Store, tmp_path: Path
) -> None:
    """Whatever they are asked from then on they refuse, and they do not open the store again; it stays as it is."""
    migrate(engine.name, new_store, tmp_path, RENAMES_A_TABLE)
    after = versions(engine.name, new_store)
    for future in (store.read(lambda reader: reader.find_model_of("one")), store.write(put_two)):
        with pytest.raises(StoreTooNew):
            future.result()
    with pytest.raises(StoreTooNew):
        asyncio.run(store.read_briefly(lambda reader: reader.find_model_of("one")))
    with store.stream(lambda reader: reader.each_twin()) as twins, pytest.raises(StoreTooNew):
        next(twins)
    with pytest.raises(StoreTooNew):
        opened(new_store)
    assert versions(engine.name, new_store) == after


def test_a_compatible_migration_after_an_incompatible_one(
    engine: Engine, new_store: str, store: Store, tmp_path: Path
) -> None:
    """It opens nothing again to those whom the other one stopped."""
    now = newest(engine.name)
    migrate(engine.name, new_store, tmp_path, RENAMES_A_TABLE, compatible(engine.name, "SELECT 1;"))
    assert versions(engine.name, new_store) == (now + 2, now + 1)
    with pytest.raises(StoreTooNew):
        store.write(put_two).result()


def test_who_comes_second_migrates_nothing(engine: Engine, new_store: str, tmp_path: Path) -> None:
    """Two later servers that start at once migrate once."""
    opened(new_store).close()
    command = later_twinhaus(engine.name, new_store, tmp_path, ADDS_A_COLUMN)
    both = [subprocess.Popen(command) for _ in range(2)]
    assert [one.wait() for one in both] == [0, 0]
    now = newest(engine.name)
    assert versions(engine.name, new_store) == (now + 1, now + 1)
