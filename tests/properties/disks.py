"""Where a law test keeps the store that it holds to the law: on each engine, and each with its ways to an answer."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from unittest.mock import patch
from uuid import uuid4

import psycopg
from psycopg import sql
from tests.copies import copy_tables
from tests.faults.tables import Tables
from tests.properties.looking import ways

from twinhaus.query.cursor import Traversal
from twinhaus.query.plan import Condition, Include, Query
from twinhaus.storage.sql.postgres import strides
from twinhaus.storage.sql.postgres.database import Database
from twinhaus.storage.sql.postgres.store import PostgresStore
from twinhaus.storage.sql.postgres.tables import filling_schema, reading_schema
from twinhaus.storage.sql.sqlite import stretches
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.race import Race, compiled_for
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.sqlite.tables import filling_file, reading_file
from twinhaus.storage.store import Page, Store
from twinhaus.storage.tables import TableReader

MEMORY_DISK = Path("/dev/shm")  # Nothing here has to outlive the machine.
SHORT_STRIDES = (
    (1, strides.STRIDE_MAX),
    (3, 6),
)  # The first, and the longest: from there on the fastest goes on.
SHORT_STRETCHES = (2, 4)  # Of twins, the first; each that follows is twice as long.
_FAR = 2**40  # Beyond the last twin.

Clock = Callable[[], int]


class Ways(Protocol):
    """All ways in which an engine may come to an answer, each by its name. Which it takes depends on the data."""

    def pages(self, traversal: Traversal) -> Iterator[tuple[str, Page]]: ...
    def counts(self, query: Query) -> Iterator[tuple[str, int]]: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A store, open, where it is, and its engine's ways."""

    store: Store
    place: str
    ways: Ways


class Disk(Protocol):
    """An engine, with new stores for as many examples as it has time for."""

    examples: float  # Of those that a law is tried on.

    def new(self, clock: Clock) -> AbstractContextManager[Kept]:
        """A new store, which goes at the end of the block."""
        ...

    def reading(self, place: str) -> AbstractContextManager[TableReader]:
        """The tables of a store."""
        ...

    def tables(self, place: str) -> Tables:
        """The same, looked at one by one."""
        ...

    def copied(
        self, source: AbstractContextManager[TableReader], clock: Clock
    ) -> AbstractContextManager[Kept]:
        """A new store that was filled with those of another."""
        ...


class _Impatient:
    """A connection that gives up every other statement that may be."""

    def __init__(self, looking: SqliteConnection) -> None:
        self._looking = looking
        self._chance = random.Random(0)
        self.facts = looking.facts

    def first_row(
        self, text: str, parameters: dict[str, Any], condition: Condition | None, patience: float | None
    ) -> tuple[Any, ...] | None:
        if patience is not None and self._chance.random() < 0.5:
            return None
        return self._looking.first_row(text, parameters, condition, patience)


class SqliteWays:
    """Any filter may drive, and whichever is given up, others go on in stretches."""

    def __init__(self, looking: SqliteConnection) -> None:
        self._looking = looking
        self._racing = _Impatient(looking)

    def pages(self, traversal: Traversal) -> Iterator[tuple[str, Page]]:
        query, after, limit = traversal.query, traversal.after, traversal.page_size
        compiled = compiled_for(self._looking, query, traversal.include)
        bound = {**compiled.parameters, "after": after, "limit": limit, "until": _FAR}
        for way, statements in ways(compiled):
            row = next(self._looking.rows(statements.page, bound, query.condition))
            count, last, body, more = row[0], row[1] or after, row[2] or b"", row[3]
            if more is None:
                bound_after = bound | {"after": last, "limit": 1}
                ((more,),) = self._looking.rows(statements.more, bound_after, query.condition)
            yield way, Page(body=body, count=count, last=last, more=bool(more))
        for stretch in SHORT_STRETCHES:
            with patch.multiple(stretches, BLOCK=stretch, GROWTH=2):
                page = Race().list_twins(
                    self._racing, query, traversal.include, after=after, limit=limit, turns=[]
                )
                yield f"stretches of {stretch}", page

    def counts(self, query: Query) -> Iterator[tuple[str, int]]:
        compiled = compiled_for(self._looking, query, Include())
        for way, statements in ways(compiled):
            bound = {**compiled.parameters, "after": 0, "until": _FAR}
            ((count,),) = self._looking.rows(statements.count, bound, query.condition)
            yield way, count
        for stretch in SHORT_STRETCHES:
            with patch.multiple(stretches, BLOCK=stretch, GROWTH=2):
                yield f"stretches of {stretch}", Race().count_twins(self._racing, query)


class SqliteDisk:
    """A file in memory for each store."""

    examples = 1.0

    @contextmanager
    def new(self, clock: Clock) -> Iterator[Kept]:
        with new_file() as path, self._opened(path, clock) as kept:
            yield kept

    def reading(self, place: str) -> AbstractContextManager[TableReader]:
        return reading_file(Path(place))

    def tables(self, place: str) -> Tables:
        return Tables(place)

    @contextmanager
    def copied(self, source: AbstractContextManager[TableReader], clock: Clock) -> Iterator[Kept]:
        with new_file() as path:
            copy_tables(source, filling_file(path))
            with self._opened(path, clock) as kept:
                yield kept

    @contextmanager
    def _opened(self, path: Path, clock: Clock) -> Iterator[Kept]:
        with (
            closing(SqliteStore(path, readers=1, clock=clock)) as store,
            closing(SqliteConnection(path, writable=False, busy_timeout_seconds=1)) as looking,
        ):
            yield Kept(store, str(path), SqliteWays(looking))


@contextmanager
def new_file() -> Iterator[Path]:
    """Where a file will be for the length of a block."""
    folder = Path(tempfile.mkdtemp(dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None))
    try:
        yield folder / "store.db"
    finally:
        shutil.rmtree(folder)


class PostgresWays:
    """Filters take turns; here they do so after a few twins already."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def pages(self, traversal: Traversal) -> Iterator[tuple[str, Page]]:
        for first, most in SHORT_STRIDES:
            with patch.multiple(strides, FIRST_STRIDE=first, STRIDE_MAX=most):
                yield (
                    f"strides of {first} to {most}",
                    self._store.read(
                        lambda reader: reader.list_twins(
                            traversal.query,
                            traversal.include,
                            after=traversal.after,
                            limit=traversal.page_size,
                        )
                    ).result(),
                )

    def counts(self, query: Query) -> Iterator[tuple[str, int]]:
        for first, most in SHORT_STRIDES:
            with patch.multiple(strides, FIRST_STRIDE=first, STRIDE_MAX=most):
                yield (
                    f"strides of {first} to {most}",
                    self._store.read(lambda reader: reader.count_twins(query)).result(),
                )


class PostgresDisk:
    """A schema of one database for each store."""

    def __init__(self, url: str, *, examples: float) -> None:
        self.examples = examples
        self._url = url
        self._database = Database(url, readers=1)

    @contextmanager
    def new(self, clock: Clock) -> Iterator[Kept]:
        with self._schema() as schema, self._opened(schema, clock) as kept:
            yield kept

    def reading(self, place: str) -> AbstractContextManager[TableReader]:
        return reading_schema(self._url, "the database", place)

    def tables(self, place: str) -> Tables:
        return Tables(self._url, place)

    @contextmanager
    def copied(self, source: AbstractContextManager[TableReader], clock: Clock) -> Iterator[Kept]:
        with self._schema() as schema:
            copy_tables(source, filling_schema(self._url, "the database", schema))
            with self._opened(schema, clock) as kept:
                yield kept

    @contextmanager
    def _opened(self, schema: str, clock: Clock) -> Iterator[Kept]:
        with closing(PostgresStore(self._database, schema, clock=clock)) as store:
            yield Kept(store, schema, PostgresWays(store))

    @contextmanager
    def _schema(self) -> Iterator[str]:
        schema = f"law_{uuid4().hex}"
        try:
            yield schema
        finally:
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))

    def close(self) -> None:
        """Once no store of its is open."""
        self._database.close()
