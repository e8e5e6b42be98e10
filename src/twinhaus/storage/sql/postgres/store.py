"""The store for servers: one schema of a PostgreSQL database, any number of processes on it, and one commit for the
writes that wait together.

Reading is done by many at once. Writing is done by whoever holds the lock on one row, `clock` in `state`: so numbers
and instants are given in the order in which their transactions are committed, and a page that ends at a number has
seen everything before it.
"""

import asyncio
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial

from twinhaus import instants, observability
from twinhaus.storage.migrate import MIGRATIONS, insist_on_compatible
from twinhaus.storage.places import Places
from twinhaus.storage.sql.connection import NotBrief
from twinhaus.storage.sql.following import AS_IT_DOES, Following
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.postgres.committer import Committer
from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.database import Database
from twinhaus.storage.sql.postgres.errors import ConnectionLost, StoreGone
from twinhaus.storage.sql.postgres.on_loop import run_on_loop
from twinhaus.storage.sql.postgres.schema import DEFAULT_SCHEMA, prepare_store
from twinhaus.storage.sql.postgres.sending import Wait
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.sql.threads import Turns
from twinhaus.storage.sql.writes import WriteQueue
from twinhaus.storage.sql.writing.property_index import PropertyIndex
from twinhaus.storage.sql.writing.transaction import SqlTransaction
from twinhaus.storage.store import NOTHING_EXPECTED, Expected, Reader, Result, Transaction
from twinhaus.storage.streams import Stream, Streams

STREAMS_MAX = 4  # Each has a connection of its own, and keeps the database from tidying up while it lasts.
QUERY_TIMEOUT_SECONDS_DEFAULT = 30.0
LOCK_SECONDS_DEFAULT = 10.0
LOOK_SECONDS = 1.0  # How old what is known of the store's being there may become.
_STREAM_IDLE_SECONDS = 600


class PostgresStore:
    """The Store of `storage/store.py`, and the InstanceStore of `storage/instances.py`, in a schema of a database."""

    def __init__(
        self,
        database: Database,
        schema: str = DEFAULT_SCHEMA,
        *,
        make: bool = True,
        following: Following = AS_IT_DOES,
        query_timeout_seconds: float = QUERY_TIMEOUT_SECONDS_DEFAULT,
        busy_timeout_seconds: float = LOCK_SECONDS_DEFAULT,
        audit_days: int = 0,
        clock: Callable[[], int] = instants.now,
    ) -> None:
        """Open a store, made first where there is none, if it is to be made; else StoreGone is raised.

        `following` and `audit_days` as for the store in a file. Raises StoreUnusable, StoreTooNew, Unavailable.
        """
        self._database = database
        self._schema = schema
        self._following = following
        self._clock = clock
        self._query_timeout_seconds = query_timeout_seconds
        self._lock_seconds = busy_timeout_seconds
        self._audit_ticks = audit_days * instants.TICKS_PER_DAY
        self._models = ModelCache()
        self._known: Mapping[str, str] = {}
        self._made = database.read(lambda connection: self._prepare(connection, make=make))
        self._is_current = True
        self._looked = time.monotonic()
        self._streams = Streams(Places(STREAMS_MAX))
        self._reading = Turns(database.readers, at_a_time=database.reader_count)
        committer = Committer(database, self._turn, self._begin)
        self._writing = WriteQueue(database.writers, committer.commit)
        database.used()

    def _prepare(self, connection: PostgresConnection, *, make: bool) -> str:
        """What every store needs beside its schema: to know what it follows. What tells it from others that were here
        before, or will be.
        """
        prepare_store(connection, self._schema, lock_seconds=self._lock_seconds, make=make)
        with connection.snapshot(self._schema, float("inf")):
            made, is_so = connection.state("made"), self._following.is_so(connection)
            self._known = connection.known
        if not is_so:
            with connection.turn(self._schema, lock_seconds=self._lock_seconds):
                self._begin(connection).follow(self._following.containment)
                PropertyIndex(connection).follow(self._following.indexed)
        return made

    def _begin(self, connection: PostgresConnection) -> SqlTransaction:
        return SqlTransaction(
            connection,
            self._models,
            self._clock,
            audit_ticks=self._audit_ticks,
            query_timeout_seconds=self._query_timeout_seconds,
        )

    @contextmanager
    def _snapshot(self, connection: PostgresConnection, deadline: float, **options: int) -> Iterator[None]:
        with self._noticing(), connection.snapshot(self._schema, deadline, **options):
            self._recognise(connection)
            self._known = connection.known
            yield

    @contextmanager
    def _turn(self, connection: PostgresConnection) -> Iterator[None]:
        with self._noticing(), connection.turn(self._schema, lock_seconds=self._lock_seconds):
            self._recognise(connection)
            yield

    def _recognise(self, connection: PostgresConnection) -> None:
        """Raises StoreGone where another store was made in this one's place, and StoreTooNew where a newer twinhaus has
        migrated it to what this one cannot work with.
        """
        if connection.state("made") != self._made:
            raise StoreGone
        insist_on_compatible(int(connection.state("compatible")), MIGRATIONS["postgres"])

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        try:
            yield
        except StoreGone:
            self._is_current = False
            raise

    def is_current(self) -> bool:
        """As the last transaction found it; where that is a while ago, one looks while this answers."""
        now = time.monotonic()
        if self._is_current and now - self._looked > LOOK_SECONDS:
            self._looked = now
            self.read(lambda reader: None)
        return self._is_current

    def read(self, job: Callable[[Reader], Result]) -> "Future[Result]":
        future: Future[Result] = Future()
        deadline = time.monotonic() + self._query_timeout_seconds
        self._reading.submit(self._read, job, deadline, future)
        return future

    def _read(self, job: Callable[[Reader], Result], deadline: float, future: "Future[Result]") -> None:
        """The answer is out before the transaction is ended, which takes as long as a small statement."""

        def run(connection: PostgresConnection) -> None:
            with self._snapshot(connection, deadline):
                future.set_result(job(SqlReader(connection, self._models)))

        if not future.set_running_or_notify_cancel():
            return
        try:
            self._database.read(run)
        except BaseException as error:
            if not future.done():
                future.set_exception(error)

    async def read_briefly(self, job: Callable[[Reader], Result]) -> Result:
        """On the loop where that waits for the database alone, and the store's state is what it was."""
        try:
            result = await run_on_loop(partial(self._glance, job))
        except StoreGone:
            self._is_current = False
            raise
        except (NotBrief, ConnectionLost):
            observability.BRIEF_READS_SENT_ON.inc()
            return await asyncio.wrap_future(self.read(job))
        observability.BRIEF_READS_DONE.inc()
        return result

    def _glance(self, job: Callable[[Reader], Result], wait: Wait) -> Result:
        connection = self._database.lend()
        try:
            return connection.glance(
                lambda: job(SqlReader(connection, self._models)),
                self._schema,
                self._query_timeout_seconds,
                self._known,
                wait,
            )
        finally:
            self._database.give_back(connection)

    def stream(self, job: Callable[[Reader], Iterator[Result]]) -> Stream[Result]:
        return self._streams.begin(self._yield_from(job))

    def _yield_from(self, job: Callable[[Reader], Iterator[Result]]) -> Generator[Result, None, None]:
        connection = self._database.connect()
        try:
            with self._snapshot(connection, float("inf"), idle_seconds=_STREAM_IDLE_SECONDS):
                yield from job(SqlReader(connection, self._models))
        finally:
            connection.close()

    def write(
        self, job: Callable[[Transaction], Result], expected: Expected = NOTHING_EXPECTED
    ) -> "Future[Result]":
        return self._writing.put(job, expected)

    def tend(self) -> "Future[float | None]":
        """Nothing is put off."""
        future: Future[float | None] = Future()
        future.set_result(None)
        return future

    def close(self) -> None:
        """Wait for the work under way, then let go of the database."""
        self._writing.close()
        self._reading.shutdown()
        self._streams.close()
        self._database.close()
