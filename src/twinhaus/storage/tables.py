"""A store's tables as they are: what a copy of a whole store is made of.

They are read and written past all that a store minds, so what comes out of one goes into another to the byte: numbers,
instants, order, texts, secrets. Every engine that keeps rows has the same tables. The reference store has none: what it
holds goes with its process, so nobody moves it.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

from msgspec import Struct

from twinhaus.errors import Conflict, TwinhausError, Unavailable

Row: TypeAlias = tuple[int | float | str | bytes, ...]
Key: TypeAlias = tuple[int | str, ...]

# A copy gives its next twin a number so much above the last of the source. Whatever the source went on to number after
# the snapshot, a continuation token that knows of it skips nothing here: no number is ever two twins'.
NUMBERS_LEFT_OUT = 2**32


class Table(Struct, frozen=True):
    """A table, its columns, and of how many of them, from the first, its key is made."""

    name: str
    columns: tuple[str, ...]
    key_length: int = 1

    @property
    def key_columns(self) -> tuple[str, ...]:
        return self.columns[: self.key_length]

    def key_of(self, row: Row) -> Key:
        """What the row is found by, and its place in the order."""
        return row[: self.key_length]  # type: ignore[return-value]  # No key has bytes in it.


# Without the rows that are about the place where a store is. What is a number in the others is written as a text.
STATE = Table("state", ("name", "value"))
STATE_OF_PLACE = ("copy", "version", "compatible", "made", "indexed", "ids_read")

# What the index of properties is made of, anew in each store.
DOCUMENTS = Table("document", ("twin", "json"))

# All that a store consists of, in the order in which it is copied.
TABLES = (
    Table("model", ("number", "id", "document", "uploaded", "decommissioned", "change")),
    Table("model_ancestor", ("model", "ancestor"), 2),
    Table("twin", ("number", "id", "model", "updated")),
    DOCUMENTS,
    Table("kind", ("model", "twin"), 2),
    Table("relationship", ("number", "id", "source", "target", "name", "properties", "document")),
    Table("location", ("place", "twin"), 2),
    Table("span", ("run", "oldest", "newest")),
    Table("wide_span", ("run", "oldest", "newest")),
    Table("client", ("id", "name", "secret_hash", "scopes", "created", "locations")),
    Table("signing_key", ("id", "pem", "created")),
    Table("author", ("number", "client_id")),
    Table("audit", ("instant", "author", "request", "action", "kind", "id")),
    Table("secret", ("name", "value")),
    STATE,
)


class StoreUnfinished(Unavailable):
    """The store is a copy that was not finished. Run the same command again: it goes on where it stood."""

    code = "store-unfinished"
    retry_after_seconds = 60


class StoreTooOld(TwinhausError):
    """An older twinhaus wrote this store, and it is only read here. Open it with this one first: any command does."""

    code = "store-too-old"


class StoreNotEmpty(Conflict):
    """What is copied into must be a new store; this one holds something, and stays as it is. Name another."""

    code = "store-not-empty"


class SameStore(Conflict):
    """A store cannot be copied into itself."""

    code = "same-store"


class CopyUnderWay(Conflict):
    """Another command is copying into the same store."""

    code = "copy-under-way"


class NotStorable(TwinhausError):
    """The other engine cannot store this."""

    code = "not-storable"


class Progress(Struct, frozen=True):
    """How far a copy has come; it stands in the store that is being filled, and changes with its rows.

    `origin` tells which store it is a copy of, `mark` the state that store was in. The next row is the first after the
    key `after` of `table`. `indexes` are those that are made once all rows are there, as SQL.
    """

    origin: str
    mark: str
    table: str
    after: Key = ()
    indexes: tuple[str, ...] = ()


class TableReader(Protocol):
    """The tables of a store, in one snapshot. Raises Unavailable."""

    @property
    def origin(self) -> str:
        """Which store this is: the same for all copies of it, and for nothing else."""
        ...

    @property
    def mark(self) -> str:
        """In which state it is: another after every change."""
        ...

    @property
    def last_twin(self) -> int:
        """The highest number that was ever given to a twin."""
        ...

    def count(self, table: Table, *, until: Key = ()) -> int:
        """How many rows there are; of those up to a key, where one is given."""
        ...

    def rows(self, table: Table, *, after: Key = ()) -> Iterator[Row]:
        """All rows behind a key, in the order of their keys, read as they are asked for."""
        ...


class TableWriter(Protocol):
    """A store that is being filled. Nobody can open it as a store until it is finished. Raises Unavailable."""

    @property
    def progress(self) -> Progress | None:
        """How far it has come; None where nothing was begun."""
        ...

    def begin(self, origin: str, mark: str) -> None:
        """Begin to fill a new store. Raises StoreNotEmpty, SameStore, CopyUnderWay."""
        ...

    def erase(self) -> None:
        """Throw away what has been filled in."""
        ...

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Add the next rows and note how far they go, both or neither. Raises CopyUnderWay, NotStorable."""
        ...

    def complete(self, *, last_twin: int) -> None:
        """Once all rows are there, make the indexes; the next twin's number will be above this one."""
        ...

    def reading(self) -> AbstractContextManager[TableReader]:
        """What has been filled in."""
        ...

    def reject(self) -> None:
        """What was filled in is not what it should be: the next command begins anew."""
        ...

    def finish(self) -> None:
        """Let it be a store."""
        ...
