"""Statements on their way to a database, while nobody waits for their answers.

The driver's own pipeline waits for the socket to take whatever is sent: with many rows that is until the database has
executed most of it. Here what the socket does not take at once waits in the memory of `libpq`, and goes on when it is
pushed, so that the database and we work at the same time. What is asked goes in one message with all that was sent
before it.
"""

import select
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Mapping
from time import monotonic
from typing import Any, TypeAlias, TypeVar

import psycopg
from psycopg import errors
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

from twinhaus.storage.sql.postgres.parameters import encoded, numbered

Rows: TypeAlias = list[tuple[Any, ...]]
Wait: TypeAlias = Callable[[int, bool], None]
"""Until this socket has something to read or, if so it is said, takes something to send."""
Result = TypeVar("Result")
Waits: TypeAlias = Generator[bool, None, Result]
"""What waits for a socket as often as it yields: to read or, if so it says, to send, too."""

STATEMENTS_PREPARED_MAX = 400
FAILURES = (ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE)
_SOON_SECONDS = 0.001
_DEALLOCATE_ALL = b"DEALLOCATE ALL"


class SentBefore(Exception):
    """What was sent before has failed, by the error that is the cause; what was asked was not looked at."""


class Sending:
    """What one connection is told ahead, and asked. Until all has arrived nothing else may be done with it."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection
        self._rows = Transformer(connection)
        self._prepared: OrderedDict[tuple[str, tuple[int, ...]], bytes] = OrderedDict()
        self._names_given = 0
        self._are_names_doubtful = False
        self._takers: deque[Callable[[Rows], object] | None] = deque()  # One for each answer that is to come.
        self._is_ended = False
        self._coming = select.poll()
        self._coming.register(connection.pgconn.socket, select.POLLIN)
        self.wait: Wait = wait_here
        self.is_under_way = False
        self.has_more = False  # Whether the socket did not take all.

    def send(
        self, text: str, parameters: Mapping[str, Any], take: Callable[[Rows], object] | None = None
    ) -> None:
        """A statement; who takes its rows, if anybody, does so when they arrive. Raises psycopg.Error."""
        self._begin()
        command, names = numbered(text)
        sent = [encoded(parameters[name]) for name in names]
        values = [value for _, value in sent]
        name = self._prepare(text, command, tuple([one for one, _ in sent]))
        pgconn = self._connection.pgconn
        pgconn.send_query_prepared(name, values, [Format.BINARY] * len(values), Format.BINARY)
        self._takers.append(take)

    def push(self) -> None:
        """Send on what the socket takes now. Raises psycopg.Error."""
        self.has_more = bool(self._connection.pgconn.flush())

    def ask(self, text: str, parameters: Mapping[str, Any], *, is_last: bool = True) -> Rows:
        """A statement's rows, once all that was sent has arrived. Raises psycopg.Error, SentBefore.

        Where it is not the last, a transaction that nothing but the first statement has begun goes on.
        """
        found: Rows = []
        self.send(text, parameters, found.extend)
        if is_last:
            self._end()
        else:
            self._connection.pgconn.send_flush_request()
        failure, is_its_own = self._waited_for(self._outcome())
        if failure is None:
            return found
        if is_its_own:
            raise failure
        raise SentBefore from failure

    def arrive(self) -> None:
        """Wait for all of it. Raises psycopg.Error: the first that happened, after which nothing was executed."""
        self._waited_for(self.arriving())

    def arriving(self) -> Waits[None]:
        """As `arrive`, for who waits by himself."""
        self._end()
        failure, _ = yield from self._outcome()
        if failure is not None:
            raise failure

    def leave(self) -> None:
        """Send all on, with nothing after it. Whoever comes next waits for it. Raises psycopg.Error."""
        self._end()
        self.push()

    def _begin(self) -> None:
        pgconn = self._connection.pgconn
        if self._is_ended:
            pgconn.consume_input()  # Mostly it has arrived.
            self.arrive()
        if self.is_under_way:
            return
        pgconn.enter_pipeline_mode()
        self.is_under_way = True
        if self._are_names_doubtful and pgconn.transaction_status != TransactionStatus.INERROR:
            self._forget_prepared()

    def _forget_prepared(self) -> None:
        """By itself: behind it in one message BEGIN could say nothing of isolation any more."""
        self._prepared.clear()
        self._are_names_doubtful = False
        self._do(_DEALLOCATE_ALL)
        self.arrive()
        self._connection.pgconn.enter_pipeline_mode()
        self.is_under_way = True

    def _prepare(self, text: str, command: bytes, types: tuple[int, ...]) -> bytes:
        """The name of a statement that is prepared, the least used one making room for it."""
        name = self._prepared.get((text, types))
        if name is not None:
            self._prepared.move_to_end((text, types))
            return name
        if len(self._prepared) == STATEMENTS_PREPARED_MAX:
            _, oldest = self._prepared.popitem(last=False)
            self._do(b"DEALLOCATE " + oldest)
        self._names_given += 1
        name = self._prepared[text, types] = f"sent_{self._names_given}".encode()
        self._connection.pgconn.send_prepare(name, command, types)
        self._takers.append(None)
        return name

    def _do(self, command: bytes) -> None:
        self._connection.pgconn.send_query_params(command, None)
        self._takers.append(None)

    def _end(self) -> None:
        if not self._is_ended:
            self._connection.pgconn.pipeline_sync()
            self._is_ended = True

    def _waited_for(self, waits: Waits[Result]) -> Result:
        until: float | None = None
        while True:
            try:
                has_more = next(waits)
            except StopIteration as ended:
                result: Result = ended.value
                return result
            socket = self._connection.pgconn.socket
            if until is None or has_more or monotonic() > until or not self._comes_soon():
                self.wait(socket, has_more)
                until = until or monotonic() + _SOON_SECONDS

    def _comes_soon(self) -> bool:
        """The rest of an answer that has begun to come: the database sends it in pieces of 8 kB, each some microseconds
        after the one before. To go elsewhere meanwhile would take longer than that.
        """
        return bool(self._coming.poll(_SOON_SECONDS * 1_000))

    def _outcome(self) -> Waits[tuple[psycopg.Error | None, bool]]:
        """The first failure, once all has arrived, and whether it was the last statement's."""
        failure: psycopg.Error | None = None
        is_of_last = False
        try:
            pgconn = self._connection.pgconn
            while self._takers:
                # Mostly it came together with the one before; the generators that wait take longer than to look.
                if pgconn.flush() or pgconn.is_busy() or (result := _taken(pgconn)) is None:
                    result = yield from next_result(self._connection)
                take = self._takers.popleft()
                if result.status in FAILURES and failure is None:
                    failure, is_of_last = errors.error_from_result(result), not self._takers
                elif take is not None and result.status == ExecStatus.TUPLES_OK:
                    take(self._decoded(result))
            if failure is not None:  # Nothing more is looked at before the end.
                self._end()
            if self._is_ended:
                yield from next_result(self._connection)
        except BaseException:  # What is still to come would be taken for the answers of what is asked next.
            self._forget_all()
            self._connection.close()
            raise
        if self._is_ended:
            self._forget_all()
            self._connection.pgconn.exit_pipeline_mode()
        if failure is not None:  # Statements after it were not prepared.
            self._prepared.clear()
            self._are_names_doubtful = True
        return failure, is_of_last

    def _forget_all(self) -> None:
        self.is_under_way = self.has_more = self._is_ended = False
        self._takers.clear()

    def _decoded(self, result: PGresult) -> Rows:
        self._rows.set_pgresult(result)
        return self._rows.load_rows(0, result.ntuples, tuple)


def next_result(connection: "psycopg.Connection[Any]") -> Waits[PGresult]:
    """What the database says next. Raises psycopg.Error where it is not there any more."""
    while True:
        result = yield from next_result_or_end(connection)
        if result is not None:
            return result


def next_result_or_end(connection: "psycopg.Connection[Any]") -> Waits[PGresult | None]:
    """The same, None among it: what stands behind all that is said of one statement."""
    pgconn = connection.pgconn
    while (has_more := pgconn.flush()) or pgconn.is_busy():
        yield bool(has_more)
        pgconn.consume_input()
    return _taken(pgconn)


def _taken(pgconn: PGconn) -> PGresult | None:
    """What has arrived."""
    result = pgconn.get_result()
    if pgconn.status == ConnStatus.BAD:
        if result is not None and result.status in FAILURES:
            raise errors.error_from_result(result)
        raise psycopg.OperationalError("the connection is lost")
    return result


def wait_here(socket: int, has_more: bool) -> None:
    """This thread sleeps meanwhile."""
    waiting = select.poll()
    waiting.register(socket, select.POLLIN | select.POLLOUT if has_more else select.POLLIN)
    waiting.poll()
