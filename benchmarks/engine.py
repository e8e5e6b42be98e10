"""What is measured has an engine beneath it. This is what the benchmarks need of each: stores, and its floors."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from benchmarks.timing import Action
from twinhaus.storage.store import Reader
from twinhaus.transfer.formats import Kind

SQLITE, POSTGRES = "sqlite", "postgres"
ENGINES = (SQLITE, POSTGRES)
Row = tuple[str, str]  # An id and a document.


@dataclass(frozen=True, slots=True)
class Moments:
    """Times between the writes of a portfolio, in ticks, for filters by date; and how long it took to import it."""

    before_last_half: int
    before_last_percent: int
    import_seconds: float = 0


@dataclass(frozen=True, slots=True)
class Connections:
    """What servers have with a database: how many connections, and the memory of the processes at their other ends,
    where that can be seen.
    """

    count: int = 0
    kilobytes: int = 0


class Statements(Protocol):
    """The floor of an answer: the very SQL that finds it, on a bare connection, without threads or a snapshot."""

    def keep(self, job: Callable[[Reader], object]) -> None:
        """Keep the SQL that this asks."""
        ...

    def run(self) -> None:
        """Run what was kept, and read its rows."""
        ...

    def close(self) -> None: ...


class BareTable(Protocol):
    """The floor of writing: documents by id, as durable as the store, with nothing kept beside them."""

    def insert(self, rows: Sequence[Row]) -> None:
        """New rows, in one transaction."""
        ...

    def upsert(self, row: Row) -> None:
        """One row, new or replaced, durable once this is back."""
        ...

    def upsert_at_once(self, rows: Sequence[Row]) -> Iterable[float]:
        """As many at a time as the engine can make use of; yields each one's milliseconds."""
        ...


class CreationsFloor(Protocol):
    """The floor of creating twins, one request for each."""

    def again(self, *, at_once: int) -> Iterable[float]:
        """Write by bare means the rows of all that the store has created since the last time, so many twins to a
        transaction; yields each transaction's milliseconds.
        """
        ...


class ImportFloor(Protocol):
    """The floor of an import."""

    def ready(self, kind: Kind, file: Path) -> Action:
        """What writes by bare means what the store has just imported: everything but the writing is done."""
        ...


class Engine(Protocol):
    """Stores to measure, each by the name that `--store` takes, and floors to measure beside them."""

    @property
    def name(self) -> str: ...
    @property
    def import_floor_is(self) -> str:
        """In words."""
        ...

    @property
    def disk(self) -> Path | None:
        """A folder on the disk that it writes to, where that is one of this machine's."""
        ...

    def facts(self) -> dict[str, str]:
        """Its versions, and how it is set up."""
        ...

    def prepared(
        self, folder: Path, fill: Callable[[str], Moments]
    ) -> AbstractContextManager[tuple[str, Moments]]:
        """A store that `fill` fills, or one that it has filled earlier and that is kept in this folder.

        Nobody changes it.
        """
        ...

    def new_store(self) -> AbstractContextManager[str]:
        """Where a new store will be."""
        ...

    def copied(self, store: str) -> AbstractContextManager[str]:
        """A copy of a store that nobody has open."""
        ...

    def multiplied(self, store: str, names: Sequence[str]) -> AbstractContextManager[str]:
        """A copy of a store, with instances of these names beside it, each a copy of it, too. They are only read."""
        ...

    def connections(self, store: str) -> Connections:
        """Those with a store's database."""
        ...

    def statements(self, store: str) -> Statements: ...

    def bare_table(self, clients: int) -> AbstractContextManager[BareTable]:
        """An empty one, for so many clients at once."""
        ...

    def creations_floor(self, store: str, before: str) -> AbstractContextManager[CreationsFloor | None]:
        """That of a store from now on; `before` is the same with at most other credentials, and nobody has it open.
        None: none is measured on this engine.
        """
        ...

    def import_floor(self, store: str) -> AbstractContextManager[ImportFloor]:
        """That of a store as it is now, before the import."""
        ...
