"""The law: `query/evaluate.py`, through the memory store, says what a list answers; SQLite is held to it.

`TWINHAUS_LAW_EXAMPLES` sets how many examples are tried.
"""

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from twinhaus import changes
from twinhaus.errors import TwinhausError
from twinhaus.query.cursor import Traversal, read_token, write_token
from twinhaus.query.plan import Include, Query
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.sql.sqlite_store import SqliteStore
from twinhaus.storage.store import Page, Store, Transaction
from twinhaus.testing.strategies import (
    EPOCH,
    DeleteTwin,
    PutTwin,
    Relate,
    Unrelate,
    Write,
    includes,
    lattices,
    queries,
    writes,
)

EXAMPLES = int(os.environ.get("TWINHAUS_LAW_EXAMPLES", "2000"))
PARTS = 8  # Each a test of its own, so that several processes share the work.
PAGES_MAX = 40
_MEMORY_DISK = Path("/dev/shm")
_KEY = b"k" * 32


def _apply(store: Store, write: Write) -> str:
    """Try a write; what became of it is the code of its refusal, or `done`."""

    def job(transaction: Transaction) -> None:
        match write:
            case PutTwin(draft):
                changes.put_twin(transaction, draft)
            case DeleteTwin(twin_id):
                changes.delete_twin(transaction, twin_id, cascade=True)
            case Relate(relationship):
                changes.put_relationship(transaction, relationship)
            case Unrelate(source_id, relationship_id):
                changes.delete_relationship(transaction, source_id, relationship_id)

    try:
        store.write(job).result()
    except TwinhausError as error:
        return error.code
    return "done"


def _page(store: Store, traversal: Traversal) -> Page:
    return store.read(
        lambda reader: reader.list_twins(
            traversal.query, traversal.include, after=traversal.after, limit=traversal.page_size
        )
    ).result()


def _ids(page: Page) -> list[str]:
    return [twin["id"] for twin in json.loads(b"[" + page.body + b"]")]


@contextmanager
def _stores() -> Iterator[tuple[MemoryStore, SqliteStore]]:
    """A new store of each kind, whose clocks stand still at the same instant."""
    folder = Path(tempfile.mkdtemp(dir=_MEMORY_DISK if _MEMORY_DISK.is_dir() else None))
    sqlite = SqliteStore(folder / "store.db", readers=1, clock=lambda: EPOCH)
    try:
        yield MemoryStore(clock=lambda: EPOCH), sqlite
    finally:
        sqlite.close()
        shutil.rmtree(folder)


def _check(
    models: tuple[str, ...],
    before: list[Write],
    during: list[Write],
    query: Query,
    include: Include,
    page_size: int,
) -> None:
    with _stores() as (memory, sqlite):
        for store in (memory, sqlite):
            store.write(lambda transaction: changes.add_models(transaction, models)).result()
        for write in before:
            assert _apply(memory, write) == _apply(sqlite, write)
        traversal = Traversal(query, include, page_size)
        everything = Traversal(query, Include(), 1_000)
        throughout = set(_ids(_page(memory, everything)))
        seen: Counter[str] = Counter()
        waiting = list(during)
        for _ in range(PAGES_MAX):
            expected, actual = _page(memory, traversal), _page(sqlite, traversal)
            assert actual == expected
            seen.update(_ids(actual))
            if not actual.more:
                break
            traversal = read_token(write_token(_after(traversal, actual), _KEY), _KEY)
            if waiting:
                write = waiting.pop()
                assert _apply(memory, write) == _apply(sqlite, write)
                throughout &= set(_ids(_page(memory, everything)))
        assert all(seen[twin_id] == 1 for twin_id in throughout)


def _after(traversal: Traversal, page: Page) -> Traversal:
    return Traversal(traversal.query, traversal.include, traversal.page_size, page.last)


@pytest.mark.parametrize("part", range(PARTS))
def test_sqlite_answers_as_the_law_says(part: int) -> None:
    """For any models, graph, query and page size, and writes between the pages, SQLite's pages are the law's to the
    byte, writes are refused alike, and a twin that matched throughout came exactly once.
    """
    check = given(
        lattices(),
        st.lists(writes(), min_size=4, max_size=16),
        st.lists(writes(), max_size=4),
        queries(),
        includes(),
        st.integers(1, 4),
    )(_check)
    limited = settings(
        max_examples=max(1, EXAMPLES // PARTS),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )(check)
    seed(part)(limited)()
