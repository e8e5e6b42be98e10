"""Streams of the embedded store: how many there may be, and what is left of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from twinhaus.errors import Unavailable
from twinhaus.graph import Twin
from twinhaus.storage.sql.sqlite.store import STREAMS_MAX, SqliteStore
from twinhaus.storage.store import Reader
from twinhaus.testing.store_contract.graph import MODELS, Graph


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store with two twins."""
    opened = SqliteStore(tmp_path / "store.db")
    graph = Graph(opened)
    graph.add_models(*MODELS)
    graph.put_all("a", "b")
    yield opened
    opened.close()


def each_twin(reader: Reader) -> Iterator[Twin]:
    """All twins."""
    return reader.each_twin()


def test_so_many_streams_may_run(store: SqliteStore) -> None:
    """One more is refused, and told to come again; once another has ended, or was closed unread, there is room."""
    streams = [store.stream(each_twin) for _ in range(STREAMS_MAX)]
    with pytest.raises(Unavailable):
        store.stream(each_twin)
    assert len(list(streams[0])) == 2
    streams[1].close()
    streams += [store.stream(each_twin) for _ in range(2)]
    with pytest.raises(Unavailable):
        store.stream(each_twin)
    for stream in streams:
        stream.close()


def test_streams_leave_the_readers_alone(store: SqliteStore) -> None:
    """As many streams as may run, all half read, hold up no read and no write."""
    streams = [store.stream(each_twin) for _ in range(STREAMS_MAX)]
    for stream in streams:
        next(stream)
    graph = Graph(store)
    graph.put("c")
    assert graph.ids() == ["a", "b", "c"]
    for stream in streams:
        stream.close()


def test_a_store_closes_its_streams(tmp_path: Path) -> None:
    """A stream that is half read when its store is closed ends there."""
    opened = SqliteStore(tmp_path / "other.db")
    graph = Graph(opened)
    graph.add_models(*MODELS)
    graph.put_all("a", "b", "c")
    stream = opened.stream(each_twin)
    next(stream)
    opened.close()
    assert list(stream) == []
