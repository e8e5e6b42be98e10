"""The embedded store: one SQLite file, many readers beside one writer, and one fsync for the writes that wait together.

Several processes may open the same file; SQLite's lock orders their writes, and every commit is seen by all at once.
"""

import asyncio
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from twinhaus import instants, observability
from twinhaus.errors import QueryTimeout, StoreUnusable, Unavailable
from twinhaus.storage.access import SECRET_NAMES, new_secrets
from twinhaus.storage.places import Places
from twinhaus.storage.sql.connection import NotBrief
from twinhaus.storage.sql.following import AS_IT_DOES, Following
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.sql.sqlite.brief import BriefReader
from twinhaus.storage.sql.sqlite.connection import (
    BUSY_TIMEOUT_SECONDS_DEFAULT,
    CACHE_KIBIBYTES_DEFAULT,
    SqliteConnection,
)
from twinhaus.storage.sql.sqlite.errors import translated
from twinhaus.storage.sql.sqlite.files import identity, insist_on_writing, make_file, opening
from twinhaus.storage.sql.sqlite.unread import LOOK_SECONDS, RESTS_BESIDE_WRITES, catch_up, look, merge
from twinhaus.storage.sql.threads import Threads, Turns
from twinhaus.storage.sql.writes import Write, WriteQueue, expect_all, failure_of
from twinhaus.storage.sql.writing.property_index import PropertyIndex
from twinhaus.storage.sql.writing.transaction import SqlTransaction
from twinhaus.storage.store import NOTHING_EXPECTED, Expected, Reader, Result, Transaction
from twinhaus.storage.streams import Stream, Streams

STREAMS_MAX = 4  # Each holds back the copying of the log into the file while it lasts.
_CACHE_KIBIBYTES_AMONG_MANY = 8_192  # What all of them read often the system keeps in memory, too.
# There are three of them beside the one that writes: more, and a server of a million twins comes to 300 MB.
_READING_CACHE_KIBIBYTES = 32_768
_STREAM_CACHE_KIBIBYTES = 4_096  # It reads most pages once.
READERS_DEFAULT = 2
QUERY_TIMEOUT_SECONDS_DEFAULT = 30.0


class SqliteStore:
    """The Store of `storage/store.py` in one file."""

    def __init__(
        self,
        path: Path,
        *,
        following: Following | None = AS_IT_DOES,
        readers: int = READERS_DEFAULT,
        query_timeout_seconds: float = QUERY_TIMEOUT_SECONDS_DEFAULT,
        busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS_DEFAULT,
        audit_days: int = 0,
        clock: Callable[[], int] = instants.now,
        threads: Threads | None = None,
    ) -> None:
        """Open a store, made first where there is none. Raises StoreUnusable, StoreTooNew, Unavailable.

        With threads of its own it opens what it may need now, so that what is wrong is said now. With shared ones it is
        one of many: its file must be there, and what it needs it opens when it first needs it.

        `following` changes, for good, what the store follows. None is for someone who only reads: the file must be
        there, is left as it is, and no lock is waited for, unless it is of an older version.
        Entries of the audit trail older than `audit_days` are removed as others come; 0 keeps them for ever.
        """
        self._path = path
        self._only_reads = following is None
        self._following = following or AS_IT_DOES
        self._clock = clock
        self._query_timeout_seconds = query_timeout_seconds
        self._busy_timeout_seconds = busy_timeout_seconds
        self._audit_ticks = audit_days * instants.TICKS_PER_DAY
        self._cache_kibibytes = CACHE_KIBIBYTES_DEFAULT if threads is None else _CACHE_KIBIBYTES_AMONG_MANY
        self._models = ModelCache()
        self._writing: SqliteConnection | None = None
        self._spare: list[SqliteConnection] = []  # For reading, and not in use just now.
        self._for_brief: list[SqliteConnection] = []
        self._is_alone = threads is None
        self._clock_before: int | None = None  # What it was when the last texts were read.
        self._is_merged = True  # All that was read of them here.
        with opening(path):
            self._open()
        for_others = 0.0 if self._is_alone else busy_timeout_seconds
        self._brief = BriefReader(self._for_brief, self._models, busy_timeout_seconds=for_others)
        self._threads = threads or Threads(readers=readers, writers=1, streams=STREAMS_MAX)
        self._streams = Streams(Places(STREAMS_MAX, within=self._threads.streams))
        reading = self._threads.reading
        self._readers = reading if self._is_alone else Turns(reading, at_a_time=readers)
        self._writes = WriteQueue(self._threads.writing, self._commit)

    def _open(self) -> None:
        with ExitStack() as undone:
            will_write = self._is_alone and not self._only_reads
            if will_write:
                make_file(self._path)
            self._file = identity(self._path)
            # Else the log would lie beside a store that was refused.
            undone.callback(self._close_connections)
            self._spare.append(self._connect())
            if will_write or not self._is_prepared(self._spare[0]):
                if self._only_reads:
                    insist_on_writing(self._path)
                self._prepare(self._writer())
            # One of many has a connection for all its reads, as long as they come one by one.
            self._for_brief = [self._spare.pop()] if self._is_alone else self._spare
            undone.pop_all()

    def is_current(self) -> bool:
        """Whether its file still is where it was; see `InstanceStore`."""
        return identity(self._path) == self._file

    def read(self, job: Callable[[Reader], Result]) -> "Future[Result]":
        return self._readers.submit(self._read, job, time.monotonic() + self._query_timeout_seconds)

    async def read_briefly(self, job: Callable[[Reader], Result]) -> Result:
        try:
            return self.read_at_once(job)
        except NotBrief:
            return await asyncio.wrap_future(self.read(job))

    def read_at_once(self, job: Callable[[Reader], Result]) -> Result:
        """On the caller's own thread. Raises NotBrief."""
        try:
            result = self._brief.read(job)
        except NotBrief:
            observability.BRIEF_READS_SENT_ON.inc()
            raise
        observability.BRIEF_READS_DONE.inc()
        return result

    def stream(self, job: Callable[[Reader], Iterator[Result]]) -> Stream[Result]:
        return self._streams.begin(self._yield_from(job))

    def _yield_from(self, job: Callable[[Reader], Iterator[Result]]) -> Generator[Result, None, None]:
        connection = self._connect(cache_kibibytes=_STREAM_CACHE_KIBIBYTES)
        try:
            with connection.snapshot(float("inf")):
                yield from job(SqlReader(connection, self._models))
        finally:
            connection.close()

    def write(
        self, job: Callable[[Transaction], Result], expected: Expected = NOTHING_EXPECTED
    ) -> "Future[Result]":
        return self._writes.put(job, expected)

    def tend(self) -> "Future[float | None]":
        return self._writes.put_between(self._tend)

    def _tend(self) -> float:
        """Read texts of twins that were written, or put together what was read of them."""
        is_behind, clock = self._look(look, float("inf"))
        if not is_behind and self._is_merged:
            return LOOK_SECONDS
        started = time.monotonic()
        writing = self._writer()
        with translated(), writing.transaction("BEGIN IMMEDIATE"):
            writing.check_schema()
            if is_behind:
                catch_up(writing)
            self._is_merged = not is_behind and not merge(writing)
        is_quiet, self._clock_before = clock == self._clock_before, clock
        return (time.monotonic() - started) * (1 if is_quiet else RESTS_BESIDE_WRITES)

    def close(self) -> None:
        """Wait for the work under way, then let go of the file."""
        self._writes.close()
        self._readers.shutdown()
        if self._is_alone:
            self._threads.close()
        self._streams.close()
        self._brief.close()
        self._close_connections()

    def _close_connections(self) -> None:
        writing = [self._writing] if self._writing else []
        for connection in {*self._spare, *self._for_brief, *writing}:
            connection.close()

    def _connect(
        self, *, writable: bool = False, cache_kibibytes: int = _READING_CACHE_KIBIBYTES
    ) -> SqliteConnection:
        connection = SqliteConnection(
            self._path,
            writable=writable,
            busy_timeout_seconds=self._busy_timeout_seconds,
            cache_kibibytes=min(cache_kibibytes, self._cache_kibibytes),
            as_it_is=self._only_reads and not writable,
        )
        if not self.is_current():
            # Another store lies there now, whose clients are not those that were let in to this one.
            connection.close()
            raise StoreUnusable("The store's file was removed, or replaced by another.")
        return connection

    def _read(self, job: Callable[[Reader], Result], deadline: float) -> Result:
        """Time spent waiting for a free reader counts against a long statement."""
        return self._look(lambda connection: job(SqlReader(connection, self._models)), deadline)

    def _look(self, job: Callable[[SqliteConnection], Result], deadline: float) -> Result:
        try:
            connection = self._spare.pop()
        except IndexError:
            connection = self._connect()
        try:
            with connection.snapshot(deadline):
                return job(connection)
        finally:
            self._spare.append(connection)

    def _writer(self) -> SqliteConnection:
        """The connection that writes, opened when it is first needed. Raises StoreUnusable, Unavailable."""
        if self._writing is None:
            self._writing = self._connect(writable=True, cache_kibibytes=CACHE_KIBIBYTES_DEFAULT)
        return self._writing

    def _prepare(self, writing: SqliteConnection) -> None:
        """What every store needs beside its schema: secrets, and to know what it follows."""
        writing.migrate()
        with translated(), writing.transaction("BEGIN IMMEDIATE"):
            writing.check_schema()
            for name, value in new_secrets().items():
                list(writing.rows(QUERIES["sqlite"]["add_secret"], {"name": name, "value": value}))
            self._begin(writing).follow(self._following.containment)
            if PropertyIndex(writing).follow(self._following.indexed):
                list(writing.rows(QUERIES["sqlite"]["read_all_again"], {}))

    def _is_prepared(self, connection: SqliteConnection) -> bool:
        """Whether all of that is there already: to look takes no lock, for which others might have to wait."""
        if not connection.is_migrated():
            return False
        with connection.snapshot(float("inf")):
            kept = [
                list(connection.rows(QUERIES["sqlite"]["secret"], {"name": name})) for name in SECRET_NAMES
            ]
            return all(kept) and self._following.is_so(connection)

    def _begin(self, writing: SqliteConnection) -> SqlTransaction:
        return SqlTransaction(
            writing,
            self._models,
            self._clock,
            audit_ticks=self._audit_ticks,
            query_timeout_seconds=self._query_timeout_seconds,
        )

    def _commit(self, group: list[Write]) -> None:
        """Run a group in one transaction. A write that is refused undoes itself alone; if the store fails, all fail."""
        results: list[tuple[Write, Any]] = []
        running = [write for write in group if write.future.set_running_or_notify_cancel()]
        try:
            writing = self._writer()
            with translated(), writing.transaction("BEGIN IMMEDIATE"):
                writing.check_schema()
                transaction = self._begin(writing)
                expect_all(transaction, running)
                for write in running:
                    self._attempt(transaction, write, results)
                writing.begin_no_thread()
                transaction.finish()
        except BaseException as error:
            failure = failure_of(error)
            for write in running:
                if not write.future.done():
                    write.future.set_exception(failure)
            return
        for write, result in results:
            write.future.set_result(result)

    def _attempt(self, transaction: SqlTransaction, write: Write, results: list[tuple[Write, Any]]) -> None:
        try:
            with translated():
                results.append((write, transaction.attempt(write.job)))
        except Exception as error:
            has_failed = isinstance(error, Unavailable) and not isinstance(error, QueryTimeout)
            if has_failed or not self._writer().is_in_transaction:
                raise  # The store itself failed, and with it everything in this transaction.
            write.future.set_exception(error)
