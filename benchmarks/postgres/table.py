"""The floor of writing: a bare table of documents by id, as durable as the store, with nothing kept beside it."""

import selectors
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from time import perf_counter_ns

import psycopg
from psycopg.pq import ExecStatus

from benchmarks.engine import Row

_TABLE = 'CREATE TABLE document (id TEXT COLLATE "C" PRIMARY KEY, json TEXT COLLATE "C" NOT NULL)'
_UPSERT = (
    "INSERT INTO document (id, json) VALUES ({}, {}) ON CONFLICT (id) DO UPDATE SET json = excluded.json"
)
_BY_DRIVER = _UPSERT.format("%s", "%s")
_BY_LIBRARY = _UPSERT.format("$1", "$2").encode()
_NAME = b"upsert"


class BareTable:
    """Documents by id in a database of their own, with a connection for each client."""

    def __init__(self, url: str, clients: int) -> None:
        self._stack = ExitStack()
        self._connections = [
            self._stack.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(clients)
        ]
        self._connections[0].execute(_TABLE)
        for connection in self._connections:
            connection.pgconn.prepare(_NAME, _BY_LIBRARY)

    def insert(self, rows: Sequence[Row]) -> None:
        """New rows, in one transaction."""
        with (
            self._connections[0].cursor() as cursor,
            cursor.copy("COPY document (id, json) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def upsert(self, row: Row) -> None:
        """One row, new or replaced, durable once this is back."""
        self._connections[0].execute(_BY_DRIVER, row, prepare=True)

    def upsert_at_once(self, rows: Sequence[Row]) -> Iterator[float]:
        """Each connection sends its next one as soon as it has its answer. By the driver's library, as threads would
        wait for each other.
        """
        waiting = iter(rows)
        with selectors.DefaultSelector() as selector:
            for connection in self._connections:
                key = selector.register(connection.fileno(), selectors.EVENT_READ, [connection, 0])
                _send_next(selector, key, waiting)
            while selector.get_map():
                for key, _ in selector.select():
                    connection, sent = key.data
                    if _is_done(connection):
                        yield (perf_counter_ns() - sent) / 1e6
                        _send_next(selector, key, waiting)

    def close(self) -> None:
        self._stack.close()


def _send_next(selector: selectors.BaseSelector, key: selectors.SelectorKey, waiting: Iterator[Row]) -> None:
    row = next(waiting, None)
    if row is None:
        selector.unregister(key.fileobj)
        return
    connection, _ = key.data
    key.data[1] = perf_counter_ns()
    connection.pgconn.send_query_prepared(_NAME, [value.encode() for value in row])
    while connection.pgconn.flush():
        pass


def _is_done(connection: psycopg.Connection) -> bool:
    """Whether the answer is there. Raises psycopg.Error where it is none."""
    connection.pgconn.consume_input()
    if connection.pgconn.is_busy():
        return False
    while result := connection.pgconn.get_result():
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.OperationalError(result.get_error_message())
    return True
