"""A store of each kind under one clock, written to alike, and a ledger beside them."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.properties.ledger import Ledger
from tests.properties.stories import Reading, Story

from twinhaus.audit import Author, Entry
from twinhaus.errors import TwinhausError
from twinhaus.query.audit import AuditQuery
from twinhaus.query.cursor import Traversal
from twinhaus.query.evaluate import is_visible
from twinhaus.query.plan import Include, Query
from twinhaus.storage.acting import ActingStore
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.sql.compile import compile_query
from twinhaus.storage.sql.sqlite import SqliteConnection
from twinhaus.storage.sql.sqlite_store import SqliteStore
from twinhaus.storage.store import IdPage, Page, Store
from twinhaus.testing.strategies import EPOCH, TWIN_IDS, AddModels, Write, perform

CLIENTS = 3
MEMORY_DISK = Path("/dev/shm")  # Nothing here has to outlive the machine.


class Clock:
    """Where the test sets it."""

    def __init__(self) -> None:
        self.ticks = EPOCH

    def __call__(self) -> int:
        return self.ticks


@dataclass(slots=True)
class Stores:
    """Both stores, a connection of its own to the file of the second, and what is true of both."""

    memory: MemoryStore
    sqlite: SqliteStore
    looking: SqliteConnection
    clock: Clock
    ledger: Ledger
    writes: int = 0  # Each is a request of its own, of a few clients in turn.
    authors: list[Author] = field(default_factory=list)  # Of those that were not refused.

    def write(self, jump: int, write: Write) -> None:
        """Do a write in both stores, which answer the same or refuse it in the same words."""
        self.clock.ticks += jump
        author = Author(f"client-{self.writes % CLIENTS}", f"request-{self.writes}")
        self.writes += 1
        answers = [_outcome(ActingStore(store, author), write) for store in (self.memory, self.sqlite)]
        assert answers[0] == answers[1]
        if not isinstance(answers[0], Refusal):
            self.ledger.note(write, answers[0])
            self.authors.append(author)

    def page(self, traversal: Traversal) -> Page:
        """The page that both stores answer to the byte, SQLite by whichever filter drives."""
        memory, sqlite = (_page(store, traversal) for store in (self.memory, self.sqlite))
        assert sqlite == memory
        assert _id_page(self.sqlite, traversal) == _id_page(self.memory, traversal)
        assert _id_page(self.memory, traversal).last == memory.last
        for driver, page in self._pages_by_driver(traversal):
            assert page == (memory.count, memory.last, memory.body), driver
        return memory

    def trail(self, query: AuditQuery, *, limit: int) -> list[Entry]:
        """The entries that both stores answer."""
        memory, sqlite = (
            store.read(lambda reader: reader.list_audit(query, limit=limit)).result()
            for store in (self.memory, self.sqlite)
        )
        assert sqlite == memory
        return memory

    def check_count(self, query: Query) -> None:
        """Both stores count what the law says, SQLite by whichever filter drives."""
        expected = len(self.ledger.matching(query))
        for store in (self.memory, self.sqlite):
            assert store.read(lambda reader: reader.count_twins(query)).result() == expected
        compiled = compile_query(query, Include())
        for statements in compiled.statements:
            bound = {**compiled.parameters, "after": 0}
            ((count,),) = self.looking.rows(statements.count, bound, query.condition)
            assert count == expected, statements.driver

    def check_around(self, reading: Reading) -> None:
        """What both stores say of all twins, of those deleted long ago, and of some that never were."""
        within, ids = reading.query.within, TWIN_IDS
        places = within or TWIN_IDS[:1]
        for store in (self.memory, self.sqlite):
            texts = store.read(
                lambda reader: reader.find_documents(ids, reading.include, within=within)
            ).result()
            seen = [id_ for id_ in ids if id_ in self.ledger.twins and is_visible(within, id_, self.ledger)]
            assert list(texts) == seen
            for id_, text in texts.items():
                assert json.loads(text) == self.ledger.text(id_, reading.include, within)
            pairs = store.read(lambda reader: reader.related(ids, reading.follow, within=within)).result()
            births = [self.ledger.births[there] for _, there in pairs]
            assert births == sorted(births)
            assert len(pairs) == len(set(pairs))
            assert set(pairs) == self.ledger.related(reading.follow, within)
            located = store.read(lambda reader: reader.located_in(places, ids)).result()
            assert located == self.ledger.located(places)

    def _pages_by_driver(self, traversal: Traversal) -> Iterator[tuple[str, tuple[int, int, bytes]]]:
        compiled = compile_query(traversal.query, traversal.include)
        bound = {**compiled.parameters, "after": traversal.after, "limit": traversal.page_size}
        for statements in compiled.statements:
            ((count, last, body),) = self.looking.rows(statements.page, bound, traversal.query.condition)
            yield statements.driver, (count, last or traversal.after, body or b"")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refused write was told."""

    code: str
    words: str


def _outcome(store: Store, write: Write) -> object:
    try:
        return store.write(lambda transaction: perform(transaction, write)).result()
    except TwinhausError as error:
        return Refusal(error.code, str(error))


def _page(store: Store, traversal: Traversal) -> Page:
    return store.read(
        lambda reader: reader.list_twins(
            traversal.query, traversal.include, after=traversal.after, limit=traversal.page_size
        )
    ).result()


def _id_page(store: Store, traversal: Traversal) -> IdPage:
    return store.read(
        lambda reader: reader.list_ids(traversal.query, after=traversal.after, limit=traversal.page_size)
    ).result()


@contextmanager
def empty_sqlite_store(clock: Clock) -> Iterator[SqliteStore]:
    """A new store in a file that goes with it."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None))
        stack.callback(shutil.rmtree, folder)
        yield stack.enter_context(closing(SqliteStore(folder / "store.db", readers=1, clock=clock)))


@contextmanager
def stores(story: Story) -> Iterator[Stores]:
    """New stores that hold the graph a story begins with."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None))
        stack.callback(shutil.rmtree, folder)
        clock = Clock()
        sqlite = stack.enter_context(closing(SqliteStore(folder / "store.db", readers=1, clock=clock)))
        looking = SqliteConnection(folder / "store.db", writable=False, busy_timeout_seconds=1)
        stack.enter_context(closing(looking))
        both = Stores(MemoryStore(clock=clock), sqlite, looking, clock, Ledger(story.models.registry))
        both.write(0, AddModels(story.models.documents[: story.loaded]))
        for jump, write in story.before:
            both.write(jump, write)
        yield both
