"""Statements on their way to a database, while nobody waits for their answers.

The driver's own pipeline waits for the socket to take whatever is sent: with many rows that is until the database has
executed most of it. Here what the socket does not take at once waits in the memory of `libpq`, and goes on when it is
pushed, so that the database and we work at the same time.
"""

from collections.abc import Mapping
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import ConnStatus, ExecStatus, Format

from twinhaus.storage.sql.postgres_parameters import encoded, numbered

_FAILURES = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)


class Sending:
    """What one connection is told ahead. Between `send` and `arrive` nothing else may be done with it."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        self._names: dict[tuple[str, tuple[int, ...]], bytes] = {}  # Of prepared statements.
        self._names_given = 0
        self.is_under_way = False
        self.has_more = False  # Whether the socket did not take all.

    def send(self, text: str, parameters: Mapping[str, Any]) -> None:
        """A statement; its rows are of no use to anybody. Raises psycopg.Error."""
        pgconn = self._connection.pgconn
        if not self.is_under_way:
            pgconn.enter_pipeline_mode()
            self.is_under_way = True
        command, names = numbered(text)
        types, values = (
            zip(*(encoded(parameters[name]) for name in names), strict=True) if names else ((), ())
        )
        name = self._names.get((text, types))
        if name is None:
            self._names_given += 1
            name = self._names[text, types] = f"sent_{self._names_given}".encode()
            pgconn.send_prepare(name, command, types)
        pgconn.send_query_prepared(name, values, [Format.BINARY] * len(values), Format.BINARY)
        self.has_more = bool(pgconn.flush())

    def push(self) -> None:
        """Send on what the socket takes now. Raises psycopg.Error."""
        self.has_more = bool(self._connection.pgconn.flush())

    def arrive(self) -> None:
        """Wait for all of it. Raises psycopg.Error: the first that happened, after which nothing was executed."""
        self.is_under_way = self.has_more = False
        failure = self._failure()
        self._connection.pgconn.exit_pipeline_mode()
        if failure is not None:
            self.forget()  # A statement may not have been prepared.
            raise failure

    def forget(self) -> None:
        """Prepared statements may be gone."""
        self._names.clear()

    def _failure(self) -> psycopg.Error | None:
        pgconn = self._connection.pgconn
        failure: psycopg.Error | None = None
        pgconn.pipeline_sync()
        with DefaultSelector() as selector:
            while True:
                while (has_more := pgconn.flush()) or pgconn.is_busy():
                    selector.register(pgconn.socket, EVENT_READ | (EVENT_WRITE if has_more else 0))
                    selector.select()
                    selector.unregister(pgconn.socket)
                    pgconn.consume_input()
                result = pgconn.get_result()
                if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
                    return failure
                if result is not None and result.status in _FAILURES:
                    failure = failure or errors.error_from_result(result)
                if pgconn.status == ConnStatus.BAD:
                    raise failure or psycopg.OperationalError("the connection is lost")
