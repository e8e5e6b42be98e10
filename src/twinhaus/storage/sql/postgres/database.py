"""The connections of one process to a PostgreSQL database, shared by all stores in it.

Each thread that works has a connection of its own, so the threads are the pool: a job takes the first that is free, and
a connection that was lost is made anew by the next job on its thread. Some more are lent to event loops.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import psycopg

from twinhaus.errors import StoreUnusable, Unavailable
from twinhaus.storage.migrate import StoreTooNew
from twinhaus.storage.sql.connection import NotBrief
from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.errors import ConnectionLost, Unreachable
from twinhaus.storage.sql.postgres.glance import GlancingConnection
from twinhaus.storage.tables import StoreUnfinished

READERS_DEFAULT = 8  # They mostly wait for the database.
WRITERS = 4  # Each works for one store at a time.

Result = TypeVar("Result")


@contextmanager
def opening(shown: str, database: "Database") -> Iterator[None]:
    """Open stores in a database, which is used by them alone afterwards.

    What goes wrong is told with the database's name and the engine's own reason, for whoever starts a server. Raises
    StoreUnusable, StoreUnfinished.
    """
    try:
        with named(shown):
            yield
    finally:
        database.close()


@contextmanager
def named(shown: str) -> Iterator[None]:
    """What goes wrong while opening, with the database's name. Raises StoreUnusable, StoreUnfinished."""
    try:
        yield
    except StoreTooNew:
        raise
    except psycopg.ProgrammingError as error:
        if error.sqlstate is not None:  # The database says so, and not the driver.
            raise StoreUnusable(f"{shown} cannot be opened as a store: {error}".strip()) from error
        # Its words may repeat the URL, and with it a password.
        raise StoreUnusable(f"{shown} cannot be opened as a store: it is no URL of a database.") from None
    except StoreUnfinished as error:
        raise StoreUnfinished(f"{shown}: {error}") from error
    except Unavailable as error:
        reason = str(error.__cause__ or error).strip()
        raise StoreUnusable(f"{shown} cannot be opened as a store: {reason}") from error


class Database:
    """Threads for reading and for writing, each with a connection."""

    def __init__(self, url: str, *, readers: int = READERS_DEFAULT) -> None:
        self._url = url
        self._own = threading.local()
        self._connections: set[PostgresConnection | GlancingConnection] = set()
        self._spare: list[GlancingConnection] = []
        self._made_to_spare = 0
        self._lock = threading.Lock()
        self._users = 1  # Who made it.
        self.reader_count = readers
        self.readers = ThreadPoolExecutor(readers, "reader")
        self.writers = ThreadPoolExecutor(WRITERS, "writer")

    def connect(self) -> PostgresConnection:
        """A connection of the caller's own, to be closed by it. Raises StoreUnusable, Unreachable."""
        return PostgresConnection(self._url)

    def own_connection(self) -> PostgresConnection:
        """This thread's connection. Raises StoreUnusable, Unreachable."""
        connection: PostgresConnection | None = getattr(self._own, "connection", None)
        if connection is None or connection.is_lost:
            new = self.connect()
            with self._lock:
                self._connections.add(new)
                if connection is not None:
                    self._connections.discard(connection)
            self._own.connection = connection = new
        return connection

    def read(self, job: Callable[[PostgresConnection], Result]) -> Result:
        """Run a job that only reads with this thread's connection, once more where that was lost while it lay idle.

        Raises StoreUnusable, ConnectionLost.
        """
        try:
            return job(self.own_connection())
        except Unreachable:
            raise
        except ConnectionLost:
            return job(self.own_connection())

    def lend(self) -> GlancingConnection:
        """A connection that no thread has, at once, to be given back. Raises NotBrief where there is none; the next one
        may find one.
        """
        try:
            return self._spare.pop()
        except IndexError:
            self._have_one_to_spare()
            raise NotBrief from None

    def give_back(self, connection: GlancingConnection) -> None:
        """What `lend` has lent is no longer used."""
        if connection.is_lost:
            self._forget_spare(connection)
        else:
            self._spare.append(connection)

    def _have_one_to_spare(self) -> None:
        """Connecting takes a thread, and a while."""
        with self._lock:
            if self._made_to_spare == self.reader_count:
                return
            self._made_to_spare += 1
        self.readers.submit(self._connect_to_spare)

    def _connect_to_spare(self) -> None:
        try:
            connection = GlancingConnection(self._url)
        except BaseException:
            self._forget_spare(None)
            raise
        with self._lock:
            self._connections.add(connection)
        self._spare.append(connection)

    def _forget_spare(self, connection: GlancingConnection | None) -> None:
        with self._lock:
            self._made_to_spare -= 1
            self._connections -= {connection}

    def used(self) -> "Database":
        """It has one more user, who closes it, too."""
        with self._lock:
            self._users += 1
        return self

    def close(self) -> None:
        """It has one user less. After the last one, and once the work under way is done, its connections are closed."""
        with self._lock:
            self._users -= 1
            is_used = self._users > 0
        if is_used:
            return
        self.writers.shutdown()
        self.readers.shutdown()
        for connection in self._connections:
            connection.close()
