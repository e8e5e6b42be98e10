"""The connections of one process to a PostgreSQL database, shared by all stores in it.

Each thread that works has a connection of its own, so the threads are the pool: a job takes the first that is free, and
a connection that was lost is made anew by the next job on its thread.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from twinhaus.storage.sql.postgres import ConnectionLost, PostgresConnection, Unreachable

READERS_DEFAULT = 8  # They mostly wait for the database.
WRITERS = 4  # Each works for one store at a time.

Result = TypeVar("Result")


class Database:
    """Threads for reading and for writing, each with a connection."""

    def __init__(self, url: str, *, readers: int = READERS_DEFAULT) -> None:
        self._url = url
        self._own = threading.local()
        self._connections: set[PostgresConnection] = set()
        self._lock = threading.Lock()
        self.readers = ThreadPoolExecutor(readers, "reader")
        self.writers = ThreadPoolExecutor(WRITERS, "writer")

    def connect(self) -> PostgresConnection:
        """A connection of the caller's own, to be closed by it. Raises DatabaseUnusable, Unreachable."""
        return PostgresConnection(self._url)

    def own_connection(self) -> PostgresConnection:
        """This thread's connection. Raises DatabaseUnusable, Unreachable."""
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

        Raises DatabaseUnusable, ConnectionLost.
        """
        try:
            return job(self.own_connection())
        except Unreachable:
            raise
        except ConnectionLost:
            return job(self.own_connection())

    def close(self) -> None:
        """Once the work under way is done."""
        self.writers.shutdown()
        self.readers.shutdown()
        for connection in self._connections:
            connection.close()
