"""The store for servers: one schema of a PostgreSQL database, any number of processes on it, and one commit for the
writes that wait together.

Reading is done by many at once. Writing is done by whoever holds the lock on one row, `clock` in `state`: so numbers
and instants are given in the order in which their transactions are committed, and a page that ends at a number has
seen everything before it.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future
from typing import Any

from twinhaus import instants, observability
from twinhaus.errors import Unavailable
from twinhaus.storage.sql.committer import Committer, Write, take_turn
from twinhaus.storage.sql.database import Database
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.postgres import PostgresConnection
from twinhaus.storage.sql.postgres_schema import DEFAULT_SCHEMA, prepare_schema
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.sql.transaction import SqlTransaction
from twinhaus.storage.store import NotBrief, Reader, Result, Transaction
from twinhaus.storage.streams import Stream

GROUP_SIZE_MAX = 64  # Writes that share one commit; more would only make the first of them wait.
WAITING_MAX = 10_000  # Writes in the queue; who comes later is told to come again.
STREAMS_MAX = 4  # Each has a connection of its own, and keeps the database from tidying up while it lasts.
QUERY_TIMEOUT_SECONDS_DEFAULT = 30.0
LOCK_SECONDS_DEFAULT = 10.0
_STREAM_IDLE_SECONDS = 600


class PostgresStore:
    """The Store of `storage/store.py` in a schema of a database."""

    def __init__(
        self,
        database: Database,
        schema: str = DEFAULT_SCHEMA,
        *,
        containment: Sequence[str] = (),
        query_timeout_seconds: float = QUERY_TIMEOUT_SECONDS_DEFAULT,
        busy_timeout_seconds: float = LOCK_SECONDS_DEFAULT,
        audit_days: int = 0,
        clock: Callable[[], int] = instants.now,
        let_go: Callable[[], None] = lambda: None,
    ) -> None:
        """Open a store, made first where there is none. Raises StoreUnusable, StoreTooNew, Unavailable.

        `containment`, and `audit_days` as for the store in a file. `let_go` is called once the store is closed.
        """
        self._database = database
        self._schema = schema
        self._clock = clock
        self._query_timeout_seconds = query_timeout_seconds
        self._busy_timeout_seconds = busy_timeout_seconds
        self._audit_ticks = audit_days * instants.TICKS_PER_DAY
        self._let_go = let_go
        self._models = ModelCache()
        self._committer = Committer(database, schema, self._begin, lock_seconds=busy_timeout_seconds)
        self._streams: list[Stream[Any]] = []
        self._waiting: deque[Write] = deque()
        self._idle = threading.Event()
        self._idle.set()
        self._lock = threading.Lock()
        self._is_closed = False
        connection = database.connect()
        try:
            prepare_schema(connection, schema, lock_seconds=busy_timeout_seconds)
            with connection.transaction(schema, lock_seconds=busy_timeout_seconds):
                take_turn(connection)
                self._begin(connection).follow(containment)
        finally:
            connection.close()

    def _begin(self, connection: PostgresConnection) -> SqlTransaction:
        return SqlTransaction(
            connection,
            self._models,
            self._clock,
            audit_ticks=self._audit_ticks,
            query_timeout_seconds=self._query_timeout_seconds,
        )

    def read(self, job: Callable[[Reader], Result]) -> "Future[Result]":
        future: Future[Result] = Future()
        deadline = time.monotonic() + self._query_timeout_seconds
        self._database.readers.submit(self._read, job, deadline, future)
        return future

    def _read(self, job: Callable[[Reader], Result], deadline: float, future: "Future[Result]") -> None:
        """The answer is out before the transaction is ended, which takes as long as a small statement."""

        def run(connection: PostgresConnection) -> None:
            with connection.snapshot(self._schema, deadline):
                result = job(SqlReader(connection, self._models))
                future.set_result(result)

        if not future.set_running_or_notify_cancel():
            return
        try:
            self._database.read(run)
        except BaseException as error:
            if not future.done():
                future.set_exception(error)

    def read_briefly(self, job: Callable[[Reader], Result]) -> Result:
        """Nothing over a socket is brief."""
        observability.BRIEF_READS_SENT_ON.inc()
        raise NotBrief

    def stream(self, job: Callable[[Reader], Iterator[Result]]) -> Stream[Result]:
        stream: Stream[Result] = Stream(self._yield_from(job), self._forget_stream)
        with self._lock:
            if len(self._streams) >= STREAMS_MAX:
                raise Unavailable(
                    f"{STREAMS_MAX} exports are under way already. Try again when one has ended."
                )
            self._streams.append(stream)
        return stream

    def _yield_from(self, job: Callable[[Reader], Iterator[Result]]) -> Generator[Result, None, None]:
        connection = self._database.connect()
        try:
            with connection.snapshot(self._schema, float("inf"), idle_seconds=_STREAM_IDLE_SECONDS):
                yield from job(SqlReader(connection, self._models))
        finally:
            connection.close()

    def _forget_stream(self, stream: Stream[Any]) -> None:
        with self._lock:
            self._streams.remove(stream)

    def write(self, job: Callable[[Transaction], Result]) -> "Future[Result]":
        future: Future[Result] = Future()
        with self._lock:
            if self._is_closed or len(self._waiting) >= WAITING_MAX:
                future.set_exception(Unavailable())
                return future
            observability.WRITES_WAITING.inc()
            self._waiting.append(Write(job, future))
            if self._idle.is_set():
                self._idle.clear()
                self._database.writers.submit(self._commit_waiting)
        return future

    def close(self) -> None:
        """Wait for the writes that are waiting, then let go of the database."""
        with self._lock:
            self._is_closed = True
        self._idle.wait()
        for stream in list(self._streams):
            stream.close()
        self._let_go()

    def _commit_waiting(self) -> None:
        """One group, and then it is another store's turn."""
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_SIZE_MAX))]
        observability.WRITES_WAITING.dec(len(group))
        observability.COMMIT_WRITES.observe(len(group))
        with observability.COMMIT_SECONDS.time():
            self._committer.commit([write for write in group if write.future.set_running_or_notify_cancel()])
        with self._lock:
            if self._waiting:
                self._database.writers.submit(self._commit_waiting)
            else:
                self._idle.set()
