"""Rows on their way to a database by COPY, while nobody waits for it.

COPY takes a third less of the database than an INSERT of arrays does. But `libpq` has none in a pipeline: each has to
wait until all before it was executed, and all after it until it was. So what comes behind it waits here, and is gone on
with when it is pushed.
"""

from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import ExecStatus

from twinhaus.storage.sql.postgres.sending import (
    FAILURES,
    Rows,
    Sending,
    SentBefore,
    Waits,
    next_result,
    next_result_or_end,
)

_Step = Callable[[], Waits[None]]


class Copying:
    """What one connection is told ahead and asked, COPY among it; what else it does its `Sending` does."""

    def __init__(self, connection: "psycopg.Connection[Any]", sending: Sending) -> None:
        self._connection = connection
        self._sending = sending
        self._behind: deque[_Step] = deque()
        self._going_on: Waits[None] | None = None
        self._failure: psycopg.Error | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether anything else has to wait."""
        return self._going_on is not None or self._failure is not None or self._sending.is_under_way

    @property
    def has_more(self) -> bool:
        """Whether there is anything to push."""
        return self._going_on is not None or self._sending.has_more

    def copy(self, text: str, rows: bytes) -> None:
        """A statement `COPY … FROM STDIN`, and what it is given. Raises psycopg.Error."""
        self._put(partial(self._copied, text, rows))

    def send(self, text: str, parameters: Mapping[str, Any]) -> None:
        """A statement whose rows nobody needs. Raises psycopg.Error."""
        if self._going_on is None and self._failure is None:
            self._sending.send(text, parameters)
            self._sending.push()
        else:
            self._put(partial(self._sent, text, parameters))

    def push(self) -> None:
        """Go on as far as nothing has to be waited for. Raises psycopg.Error."""
        if self._going_on is not None:
            next(self._going_on, None)
        else:
            self._sending.push()

    def ask(self, text: str, parameters: Mapping[str, Any]) -> Rows:
        """A statement's rows, once all that was told has been done. Raises psycopg.Error, SentBefore."""
        try:
            self._catch_up()
        except psycopg.Error as error:
            raise SentBefore from error
        return self._sending.ask(text, parameters)

    def arrive(self) -> None:
        """Wait for all of it. Raises psycopg.Error: the first that happened, after which nothing was executed."""
        self._catch_up()
        if self._sending.is_under_way:
            self._sending.arrive()

    def _put(self, step: _Step) -> None:
        if self._failure is not None:
            return  # Nothing after it is executed.
        self._behind.append(step)
        if self._going_on is None:
            self._going_on = self._go_on()
        self.push()

    def _catch_up(self) -> None:
        """Until nothing is behind a COPY any more."""
        if self._going_on is not None:
            for has_more in self._going_on:
                self._sending.wait(self._connection.pgconn.socket, has_more)
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _go_on(self) -> Waits[None]:
        try:
            while self._behind:
                yield from self._behind.popleft()()
        except psycopg.Error as error:
            self._failure = error
        finally:
            self._behind.clear()
            self._going_on = None

    def _sent(self, text: str, parameters: Mapping[str, Any]) -> Waits[None]:
        self._sending.send(text, parameters)
        self._sending.push()
        yield from ()

    def _copied(self, text: str, rows: bytes) -> Waits[None]:
        if self._sending.is_under_way:
            yield from self._sending.arriving()
        pgconn = self._connection.pgconn
        try:
            pgconn.send_query(text.encode())
            result = yield from next_result(self._connection)
            if result.status == ExecStatus.COPY_IN:
                pgconn.put_copy_data(rows)
                pgconn.put_copy_end()
                result = yield from next_result(self._connection)
            while (yield from next_result_or_end(self._connection)) is not None:
                pass
        except BaseException:  # What is still to come would be taken for the answers of what is asked next.
            self._connection.close()
            raise
        if result.status in FAILURES:
            raise errors.error_from_result(result)
