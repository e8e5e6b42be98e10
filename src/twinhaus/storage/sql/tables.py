"""A store's tables in SQL: read in the order of their keys, and filled, whatever the engine."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from twinhaus.errors import StoreUnusable
from twinhaus.storage.sql.connection import Connection
from twinhaus.storage.sql.writing.property_index import PropertyIndex
from twinhaus.storage.tables import (
    DOCUMENTS,
    NUMBERS_LEFT_OUT,
    STATE,
    STATE_OF_PLACE,
    TABLES,
    CopyUnderWay,
    Key,
    Progress,
    Row,
    SameStore,
    StoreNotEmpty,
    StoreUnfinished,
    Table,
    TableReader,
)

# What a new store has already, and a copy replaces.
_MADE_WITH_A_STORE = ("state", "secret")


class SqlTableReader:
    """The TableReader of `storage/tables.py` over a connection that holds a snapshot."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._queries = connection.dialect.queries
        # Read at once: where numbers come from a sequence, a snapshot does not hold it.
        ((self.last_twin,),) = connection.rows(self._queries["last_twin_number"], {})
        identity = list(connection.rows(self._queries["secret"], {"name": "identity"}))
        self.origin = _digest(identity)
        self.mark = _digest(identity, list(self.rows(STATE)), repr(TABLES))

    def count(self, table: Table, *, until: Key = ()) -> int:
        text, parameters = select("count(*)", table, "<=", until)
        ((count,),) = self._connection.rows(text, parameters)
        return int(count)

    def rows(self, table: Table, *, after: Key = ()) -> Iterator[Row]:
        text, parameters = select(", ".join(_values(table)), table, ">", after)
        key = ", ".join(table.key_columns)
        return self._connection.each_row(f"{text} ORDER BY {key}", parameters)


def finished(connection: Connection) -> SqlTableReader:
    """The tables of a store to be copied from. Raises StoreUnfinished."""
    if find_progress(connection) is not None:
        raise StoreUnfinished
    return SqlTableReader(connection)


def find_progress(connection: Connection) -> str | None:
    """What a store notes of the copy that it is not yet; None where it is a store."""
    found = connection.rows(connection.dialect.queries["find_copy"], {})
    return next((str(value) for (value,) in found), None)


def select(what: str, table: Table, compared: str, key: Key) -> tuple[str, dict[str, Any]]:
    """The statement that asks for something of the rows whose keys compare so with this one, or of all."""
    names = [f"key_{number}" for number in range(len(key))]
    conditions = []
    if key:
        bound = ", ".join(f":{name}" for name in names)
        conditions.append(f"({', '.join(table.key_columns)}) {compared} ({bound})")
    if table == STATE:
        conditions += [f"name <> '{name}'" for name in STATE_OF_PLACE]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {what} FROM {table.name}{where}", dict(zip(names, key, strict=True))


class Loader(Protocol):
    """What filling tables needs of an engine. Raises Unavailable."""

    @property
    def connection(self) -> Connection: ...
    def has_store(self) -> bool:
        """Whether the tables of a store are there."""
        ...

    def settle(self) -> None:
        """Get ready to write, outside of any transaction."""
        ...

    def make(self) -> None:
        """Make the tables of a store, or bring them to this version. Raises StoreTooNew."""
        ...

    def remove(self) -> None:
        """Inside a transaction, remove them."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """A transaction beside which there is no other that writes."""
        ...

    def reading(self) -> AbstractContextManager[None]:
        """A snapshot that lasts as long as it takes."""
        ...

    def indexes(self) -> list[tuple[str, str]]:
        """The indexes that only speed up reading: the name of each, and the SQL that makes it again."""
        ...

    def add_rows(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows to a table; those of `state` replace what is there. Raises NotStorable."""
        ...

    def set_last_numbers(self, last_twin: int) -> None:
        """Let the number of the next twin be above this one, and all others above those that are there."""
        ...


class SqlTableWriter:
    """The TableWriter of `storage/tables.py` through an engine's loader."""

    def __init__(self, loader: Loader) -> None:
        """Raises StoreUnusable, Unavailable."""
        self._loader = loader
        self._connection = loader.connection
        self._queries = loader.connection.dialect.queries
        self._progress: Progress | None = None
        if loader.has_store():
            with loader.reading():
                self._progress = _read(find_progress(self._connection))
        if self._progress is not None:
            loader.settle()

    @property
    def progress(self) -> Progress | None:
        return self._progress

    def begin(self, origin: str, mark: str) -> None:
        if self._loader.has_store():
            with self._loader.reading():
                self._insist_on_empty(origin)  # Before anything of it is changed.
        self._loader.settle()
        self._loader.make()
        with self._loader.writing():
            self._insist_on_empty(origin)
            indexes = self._loader.indexes()
            for name, _ in indexes:
                self._connection.execute(f"DROP INDEX {name}")
            self._do("forget_secrets")
            progress = Progress(origin, mark, TABLES[0].name, (), tuple(text for _, text in indexes))
            self._do("begin_copy", value=_written(progress))
        self._progress = progress

    def _insist_on_empty(self, origin: str) -> None:
        if find_progress(self._connection) is not None:
            raise CopyUnderWay
        kept = (table.name for table in TABLES if table.name not in _MADE_WITH_A_STORE)
        text = " OR ".join(f"EXISTS (SELECT 1 FROM {name})" for name in kept)
        ((is_filled,),) = self._connection.rows(f"SELECT {text}", {})
        if is_filled:
            raise StoreNotEmpty
        identity = list(self._connection.rows(self._queries["secret"], {"name": "identity"}))
        if identity and _digest(identity) == origin:
            raise SameStore

    def erase(self) -> None:
        with self._loader.writing():
            self._note(self._held)  # It is still ours.
            self._loader.remove()
        self._progress = None

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        with self._noting(replace(self._held, table=table.name, after=table.key_of(rows[-1]))):
            self._loader.add_rows(table, rows)
            if table == DOCUMENTS:
                index = PropertyIndex(self._connection)
                texts = ((int(twin), None, str(document)) for twin, document in rows)
                self._connection.send(index.statements(texts))

    def complete(self, *, last_twin: int) -> None:
        while self._held.indexes:
            text, *rest = self._held.indexes
            with self._noting(replace(self._held, indexes=tuple(rest))):
                self._connection.execute(text)
        with self._loader.writing():
            self._loader.set_last_numbers(last_twin + NUMBERS_LEFT_OUT)

    @contextmanager
    def reading(self) -> Iterator[TableReader]:
        with self._loader.reading():
            yield SqlTableReader(self._connection)

    def reject(self) -> None:
        with self._noting(replace(self._held, mark="")):
            pass

    def finish(self) -> None:
        with self._loader.writing():
            self._note(self._held)
            self._do("end_copy")
        self._progress = None

    @property
    def _held(self) -> Progress:
        assert self._progress is not None, "a copy that was begun"
        return self._progress

    @contextmanager
    def _noting(self, progress: Progress) -> Iterator[None]:
        """A transaction that takes the copy so far."""
        with self._loader.writing():
            self._note(progress)
            yield
        self._progress = progress

    def _note(self, progress: Progress) -> None:
        noted = {"before": _written(self._held), "value": _written(progress)}
        if not list(self._connection.rows(self._queries["note_copy"], noted)):
            raise CopyUnderWay

    def _do(self, query: str, /, **parameters: Any) -> None:
        for _ in self._connection.rows(self._queries[query], parameters):
            pass


def _read(noted: str | None) -> Progress | None:
    try:
        return None if noted is None else msgspec.json.decode(noted, type=Progress)
    except msgspec.MsgspecError:
        raise StoreUnusable("it is an unfinished copy of another version of twinhaus. Remove it.") from None


def _written(progress: Progress) -> str:
    return msgspec.json.encode(progress).decode()


def _values(table: Table) -> tuple[str, ...]:
    """Its columns. What a row of `state` holds is of no type of its own on SQLite."""
    return ("name", "CAST(value AS text)") if table == STATE else table.columns


def _digest(*values: object) -> str:
    return hashlib.blake2b(msgspec.json.encode(values), digest_size=16).hexdigest()
