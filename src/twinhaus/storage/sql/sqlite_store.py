"""The embedded store: one SQLite file, many readers beside one writer, and one fsync for the writes that wait together.

Several processes may open the same file; SQLite's lock orders their writes, and every commit is seen by all at once.
"""

import os
import secrets
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from twinhaus import instants, observability
from twinhaus.errors import QueryTimeout, StoreUnusable, TwinhausError, Unavailable
from twinhaus.storage.sql.brief import BriefReader
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.sql.sqlite import (
    BUSY_TIMEOUT_SECONDS_DEFAULT,
    CACHE_KIBIBYTES_DEFAULT,
    SqliteConnection,
    translated,
)
from twinhaus.storage.sql.transaction import SqlTransaction
from twinhaus.storage.store import NotBrief, Reader, Result, Transaction
from twinhaus.storage.streams import Stream

GROUP_SIZE_MAX = 64  # Writes that share one commit; more would only make the first of them wait.
WAITING_MAX = 10_000  # Writes in the queue; who comes later is told to come again.
STREAMS_MAX = 4  # Each holds back the copying of the log into the file while it lasts.
_STREAM_CACHE_KIBIBYTES = 4_096  # It reads most pages once.
READERS_DEFAULT = 2
QUERY_TIMEOUT_SECONDS_DEFAULT = 30.0
SECRET_NAMES = ("continuation", "identity")
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class _Write:
    job: Callable[[Transaction], Any]
    future: "Future[Any]"


class SqliteStore:
    """The Store of `storage/store.py` in one file."""

    def __init__(
        self,
        path: Path,
        *,
        containment: Sequence[str] = (),
        readers: int = READERS_DEFAULT,
        query_timeout_seconds: float = QUERY_TIMEOUT_SECONDS_DEFAULT,
        busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS_DEFAULT,
        audit_days: int = 0,
        clock: Callable[[], int] = instants.now,
    ) -> None:
        """Open a store, made first where there is none. Raises StoreUnusable, StoreTooNew, Unavailable.

        `containment` changes, for good, which relationships locations follow; without any they stay as they are.
        Entries of the audit trail older than `audit_days` are removed as others come; 0 keeps them for ever.
        """
        self._path = path
        self._containment = containment
        self._clock = clock
        self._query_timeout_seconds = query_timeout_seconds
        self._busy_timeout_seconds = busy_timeout_seconds
        self._audit_ticks = audit_days * instants.TICKS_PER_DAY
        self._models = ModelCache()
        with _opening(path), ExitStack() as undone:
            _make_file(path)
            self._writing = self._connect(writable=True)
            undone.callback(self._writing.close)  # Else the log would lie beside a store that was refused.
            self._prepare()
            self._brief = BriefReader(self._connect(), self._models)
            undone.pop_all()
        self._local = threading.local()
        self._reading: list[SqliteConnection] = []
        self._readers = ThreadPoolExecutor(readers, "reader")
        self._streams: list[Stream[Any]] = []
        self._streams_lock = threading.Lock()
        self._queue: SimpleQueue[_Write | None] = SimpleQueue()
        self._writer = threading.Thread(target=self._write_forever, name="writer", daemon=True)
        self._writer.start()

    def read(self, job: Callable[[Reader], Result]) -> "Future[Result]":
        return self._readers.submit(self._read, job, time.monotonic() + self._query_timeout_seconds)

    def read_briefly(self, job: Callable[[Reader], Result]) -> Result:
        try:
            result = self._brief.read(job)
        except NotBrief:
            observability.BRIEF_READS_SENT_ON.inc()
            raise
        observability.BRIEF_READS_DONE.inc()
        return result

    def stream(self, job: Callable[[Reader], Iterator[Result]]) -> Stream[Result]:
        stream: Stream[Result] = Stream(self._yield_from(job), self._forget_stream)
        with self._streams_lock:
            if len(self._streams) >= STREAMS_MAX:
                raise Unavailable(
                    f"{STREAMS_MAX} exports are under way already. Try again when one has ended."
                )
            self._streams.append(stream)
        return stream

    def _yield_from(self, job: Callable[[Reader], Iterator[Result]]) -> Generator[Result, None, None]:
        connection = self._connect(cache_kibibytes=_STREAM_CACHE_KIBIBYTES)
        try:
            with connection.snapshot(float("inf")):
                yield from job(SqlReader(connection, self._models))
        finally:
            connection.close()

    def _forget_stream(self, stream: Stream[Any]) -> None:
        with self._streams_lock:
            self._streams.remove(stream)

    def write(self, job: Callable[[Transaction], Result]) -> "Future[Result]":
        future: Future[Result] = Future()
        if self._queue.qsize() < WAITING_MAX:
            observability.WRITES_WAITING.inc()
            self._queue.put(_Write(job, future))
        else:
            future.set_exception(Unavailable())
        return future

    def close(self) -> None:
        """Wait for the work under way, then let go of the file."""
        self._queue.put(None)
        self._writer.join()
        self._refuse_waiting()
        self._readers.shutdown()
        for stream in list(self._streams):
            stream.close()
        self._brief.close()
        for connection in (*self._reading, self._writing):
            connection.close()

    def _refuse_waiting(self) -> None:
        """Writes that came after the store was told to close."""
        while True:
            try:
                late = self._queue.get_nowait()
            except Empty:
                return
            if late is not None:
                observability.WRITES_WAITING.dec()
                if late.future.set_running_or_notify_cancel():
                    late.future.set_exception(Unavailable())

    def _connect(
        self, *, writable: bool = False, cache_kibibytes: int = CACHE_KIBIBYTES_DEFAULT
    ) -> SqliteConnection:
        return SqliteConnection(
            self._path,
            writable=writable,
            busy_timeout_seconds=self._busy_timeout_seconds,
            cache_kibibytes=cache_kibibytes,
        )

    def _reader(self) -> SqliteConnection:
        """This thread's connection. Where it cannot be opened the job fails, and the thread's next one tries again."""
        connection: SqliteConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
            self._reading.append(connection)
        return connection

    def _read(self, job: Callable[[Reader], Result], deadline: float) -> Result:
        """Time spent waiting for a free reader counts against a long statement."""
        connection = self._reader()
        with connection.snapshot(deadline):
            return job(SqlReader(connection, self._models))

    def _prepare(self) -> None:
        """What every store needs beside its schema: secrets, and the relationships its locations follow."""
        self._writing.migrate()
        with translated(), self._writing.transaction("BEGIN IMMEDIATE"):
            for name in SECRET_NAMES:
                value = secrets.token_bytes(_SECRET_BYTES)
                list(self._writing.rows(QUERIES["sqlite"]["add_secret"], {"name": name, "value": value}))
            self._begin().follow(self._containment)

    def _begin(self) -> SqlTransaction:
        return SqlTransaction(
            self._writing,
            self._models,
            self._clock,
            audit_ticks=self._audit_ticks,
            query_timeout_seconds=self._query_timeout_seconds,
        )

    def _write_forever(self) -> None:
        while (first := self._queue.get()) is not None:
            group, is_last = self._take_waiting(first)
            observability.WRITES_WAITING.dec(len(group))
            observability.COMMIT_WRITES.observe(len(group))
            with observability.COMMIT_SECONDS.time():
                self._commit(group)
            if is_last:
                return

    def _take_waiting(self, first: _Write) -> tuple[list[_Write], bool]:
        """The writes already waiting, without waiting for more; and whether the store is closing after them."""
        group = [first]
        while len(group) < GROUP_SIZE_MAX:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            if waiting is None:
                return group, True
            group.append(waiting)
        return group, False

    def _commit(self, group: list[_Write]) -> None:
        """Run a group in one transaction. A write that is refused undoes itself alone; if the store fails, all fail."""
        results: list[tuple[_Write, Any]] = []
        running = [write for write in group if write.future.set_running_or_notify_cancel()]
        try:
            with translated(), self._writing.transaction("BEGIN IMMEDIATE"):
                transaction = self._begin()
                for write in running:
                    self._attempt(transaction, write, results)
                transaction.finish()
        except BaseException as error:
            failure = error if isinstance(error, TwinhausError) else Unavailable()
            if failure is not error:
                failure.__cause__ = error
            for write in running:
                if not write.future.done():
                    write.future.set_exception(failure)
            return
        for write, result in results:
            write.future.set_result(result)

    def _attempt(self, transaction: SqlTransaction, write: _Write, results: list[tuple[_Write, Any]]) -> None:
        try:
            with translated():
                results.append((write, transaction.attempt(write.job)))
        except Exception as error:
            has_failed = isinstance(error, Unavailable) and not isinstance(error, QueryTimeout)
            if has_failed or not self._writing.is_in_transaction:
                raise  # The store itself failed, and with it everything in this transaction.
            write.future.set_exception(error)


def _make_file(path: Path) -> None:
    if not path.exists():
        # The file holds signing keys: only its owner may read it.
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    """What goes wrong while opening, with the file's name and the engine's own reason, for whoever starts a server."""
    try:
        yield
    except (Unavailable, OSError) as error:
        raise StoreUnusable(f"{path} cannot be opened as a store: {error.__cause__ or error}") from error
