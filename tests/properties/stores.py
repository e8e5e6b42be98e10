"""A store in memory and one on disk under one clock, written to alike, and a ledger beside them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.properties.disks import Disk, Kept
from tests.properties.ledger import Ledger
from tests.properties.stories import Reading, Story

from twinhaus.audit import Author, Entry
from twinhaus.errors import TwinhausError
from twinhaus.query.audit import AuditQuery
from twinhaus.query.cursor import Traversal
from twinhaus.query.evaluate import is_visible
from twinhaus.query.plan import Query
from twinhaus.storage.acting import ActingStore
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.store import IdPage, Page, Store
from twinhaus.testing.strategies import EPOCH, TWIN_IDS, AddModels, Write, perform

CLIENTS = 3


class Clock:
    """Where the test sets it."""

    def __init__(self) -> None:
        self.ticks = EPOCH

    def __call__(self) -> int:
        return self.ticks


@dataclass(slots=True)
class Stores:
    """Both stores, and what is true of both."""

    memory: MemoryStore
    kept: Kept
    clock: Clock
    ledger: Ledger
    writes: int = 0  # Each is a request of its own, of a few clients in turn.
    authors: list[Author] = field(default_factory=list)  # Of those that were not refused.

    @property
    def disk(self) -> Store:
        """The store on disk."""
        return self.kept.store

    def write(self, jump: int, write: Write) -> None:
        """Do a write in both stores, which answer the same or refuse it in the same words."""
        self.clock.ticks += jump
        author = Author(f"client-{self.writes % CLIENTS}", f"request-{self.writes}")
        self.writes += 1
        answers = [_outcome(ActingStore(store, author), write) for store in (self.memory, self.disk)]
        assert answers[0] == answers[1]
        if not isinstance(answers[0], Refusal):
            self.ledger.note(write, answers[0])
            self.authors.append(author)

    def page(self, traversal: Traversal) -> Page:
        """The page that both stores answer to the byte, whichever way the engine takes."""
        memory, disk = (_page(store, traversal) for store in (self.memory, self.disk))
        assert disk == memory
        assert _id_page(self.disk, traversal) == _id_page(self.memory, traversal)
        assert _id_page(self.memory, traversal).last == memory.last
        for way, page in self.kept.ways.pages(traversal):
            assert page == memory, way
        return memory

    def trail(self, query: AuditQuery, *, limit: int) -> list[Entry]:
        """The entries that both stores answer."""
        memory, disk = (
            store.read(lambda reader: reader.list_audit(query, limit=limit)).result()
            for store in (self.memory, self.disk)
        )
        assert disk == memory
        return memory

    def check_count(self, query: Query) -> None:
        """Both stores count what the law says, whichever way the engine takes."""
        expected = len(self.ledger.matching(query))
        for store in (self.memory, self.disk):
            assert store.read(lambda reader: reader.count_twins(query)).result() == expected
        for way, count in self.kept.ways.counts(query):
            assert count == expected, way

    def check_around(self, reading: Reading) -> None:
        """What both stores say of all twins, of those deleted long ago, and of some that never were."""
        within, ids = reading.query.within, TWIN_IDS
        places = within or TWIN_IDS[:1]
        for store in (self.memory, self.disk):
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
def stores(story: Story, disk: Disk) -> Iterator[Stores]:
    """New stores that hold the graph a story begins with."""
    clock = Clock()
    with disk.new(clock) as kept:
        both = Stores(MemoryStore(clock=clock), kept, clock, Ledger(story.models.registry))
        both.write(0, AddModels(story.models.documents[: story.loaded]))
        for jump, write in story.before:
            both.write(jump, write)
        yield both
