"""What PostgreSQL does its own way: how a transaction begins and ends, and how rows come and go."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import psycopg
from psycopg import errors

from twinhaus.errors import QueryTimeout, Unavailable
from twinhaus.storage.sql.connection import Dialect, Statement
from twinhaus.storage.sql.postgres.connecting import SETTINGS, connect, in_milliseconds, quoted
from twinhaus.storage.sql.postgres.copied import COPIED
from twinhaus.storage.sql.postgres.copying import Copying
from twinhaus.storage.sql.postgres.errors import ConnectionLost, translated, writing
from twinhaus.storage.sql.postgres.parameters import bound, placeholders
from twinhaus.storage.sql.postgres.sending import Rows, Sending, SentBefore
from twinhaus.storage.sql.postgres.strides import Strides
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.words import POSTGRES

# Of a server that was stopped halfway through a job: what it holds is let go then.
_IDLE_SECONDS = 60
# Of a statement whose rows are too many to hold: so many at once, and fewer where they are long.
_ROWS_AT_ONCE = 64
_NARROW_ROWS_AT_ONCE = 4_096  # Of numbers alone: to ask for 64 takes longer than to send them.
_CHARACTERS_AT_ONCE = 256 * 1024
_CURSOR_NUMBERS = count(1)
_INTEGERS = frozenset(psycopg.postgres.types[name].oid for name in ("int2", "int4", "int8"))

DIALECT = Dialect(POSTGRES, QUERIES["postgres"], Strides())


class PostgresConnection:
    """One connection, used by one thread at a time. An array is an array."""

    dialect = DIALECT

    def __init__(self, url: str) -> None:
        """Raises StoreUnusable, Unreachable."""
        self._deadline = float("inf")
        self._state: dict[str, str] = {}
        self._connection = connect(url, SETTINGS)
        self._sending = Sending(self._connection)
        self._copying = Copying(self._connection, self._sending)

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be asked of it any more."""
        return self._connection.closed

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        try:
            found = self._copying.ask(text, parameters)
        except SentBefore as error:
            with writing():
                assert error.__cause__ is not None
                raise error.__cause__ from None
        return iter(found)

    def send(self, statements: Iterable[Statement]) -> None:
        """Send off fixed statements whose rows nobody needs. Who asks for anything next waits for them; and if one
        failed, so that those after it were not run, NotWritten or Unavailable is raised there.
        """
        with writing():
            for name, parameters in statements:
                copied = COPIED.get(name)
                if copied is not None and copied.is_worth_it(parameters):
                    self._copying.copy(copied.text, copied.rows(parameters))
                else:
                    self._copying.send(self.dialect.queries[name], parameters)

    def push(self) -> None:
        """Send on what was sent off and not yet taken, if it is taken now. Raises Unavailable."""
        if self._copying.has_more:
            with writing():
                self._copying.push()

    @property
    def is_at_work(self) -> bool:
        """As far as is known."""
        return self._copying.has_more

    def arrive(self) -> None:
        """Wait for all that was sent off. Raises NotWritten, Unavailable."""
        if self._copying.is_under_way:
            with writing():
                self._copying.arrive()

    def _at_rest(self) -> "psycopg.Connection[Any]":
        """Once all has arrived."""
        self.arrive()
        return self._connection

    def each_row(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        name = f"rows_{next(_CURSOR_NUMBERS)}"
        cursor = self._at_rest().cursor(name, binary=True)
        try:
            cursor.execute(placeholders(text), bound(parameters))
            is_narrow = all(column.type_code in _INTEGERS for column in cursor.description or ())
            most = _NARROW_ROWS_AT_ONCE if is_narrow else _ROWS_AT_ONCE
            size = 1
            while rows := cursor.fetchmany(size):
                yield from rows
                length = 0 if is_narrow else sum(len(one) for row in rows for one in row if type(one) is str)
                size = min(2 * size, most) if length < _CHARACTERS_AT_ONCE else max(size // 2, 1)
        finally:
            try:
                cursor.close()
            except psycopg.Error:
                cursor.close()  # It knows by now that its connection is lost, and does not ask it again.

    def copy_in(self, text: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement `COPY … FROM STDIN` with these rows."""
        with self._at_rest().cursor() as cursor, cursor.copy(text.encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def execute(self, text: str) -> None:
        """Without parameters; and several at once only where none is a setting or changes tables."""
        self._at_rest().execute(text, prepare=False)

    def state(self, name: str) -> str:
        """As it was when the transaction began."""
        return self._state[name]

    def check_time(self) -> None:
        """Raises QueryTimeout."""
        if time.monotonic() > self._deadline:
            raise QueryTimeout

    @property
    def known(self) -> Mapping[str, str]:
        """The store's state, as this snapshot has it, but for what changes with every write."""
        return self._state

    @contextmanager
    def snapshot(self, schema: str, deadline: float, *, idle_seconds: int = _IDLE_SECONDS) -> Iterator[None]:
        """Statements inside see one state of a store, and are given up after this instant of the monotonic clock.

        Raises QueryTimeout, StoreGone, Unavailable.
        """
        with self._left(), translated():
            self._begin_snapshot(schema, deadline, idle_seconds)
            self.arrive()
            yield

    def _begin_snapshot(self, schema: str, deadline: float, idle_seconds: int) -> None:
        self._deadline = deadline
        milliseconds = in_milliseconds(deadline - time.monotonic())
        queries = self.dialect.queries
        self._sending.send(queries["begin_reading"], {})
        limits = {"path": quoted(schema), "statement": str(milliseconds), "idle": str(idle_seconds * 1_000)}
        self._sending.send(queries["limit_transaction"], limits)
        self._sending.send(queries["lasting_state"], {}, self._learn)

    def _learn(self, rows: Rows) -> None:
        self._state = dict(rows)

    @contextmanager
    def _left(self) -> Iterator[None]:
        """COMMIT, for which nobody waits."""
        try:
            yield
        except ConnectionLost:
            self._connection.close()
            raise
        finally:
            self._deadline = float("inf")
            if not self.is_lost:
                with suppress(psycopg.Error):
                    self._sending.send(self.dialect.queries["commit"], {})
                    self._sending.leave()

    @contextmanager
    def turn(self, schema: str, *, lock_seconds: float) -> Iterator[None]:
        """A transaction that may write to a store: nobody else does meanwhile, and what others wrote before is seen.

        COMMIT, unless that was done inside, and ROLLBACK when anything is raised. Raises StoreGone, and Unavailable
        where others write for longer than a lock may be waited for.
        """
        with self._ended(), translated(), self._leaving_standbys():
            self._begin_turn(schema, lock_seconds)
            yield
            self.arrive()
            if self._is_in_transaction:
                self.execute("COMMIT")

    @contextmanager
    def _leaving_standbys(self) -> Iterator[None]:
        """A server that others have taken over from is left, so that the next connection finds theirs."""
        try:
            yield
        except errors.ReadOnlySqlTransaction as error:
            self.close()
            raise ConnectionLost from error

    @contextmanager
    def transaction(self, schema: str) -> Iterator[None]:
        """One that takes no turns: a store is made, or many are looked at."""
        with self._ended(), translated():
            self.execute("BEGIN")
            self.rows(self.dialect.queries["enter"], {"path": quoted(schema)})
            yield
            self.execute("COMMIT")

    def _begin_turn(self, schema: str, lock_seconds: float) -> None:
        """All in one message, but each statement by itself: Citus hands on settings as the text they came in, with
        whatever else is in it.
        """
        self.arrive()
        queries = self.dialect.queries
        self._sending.send(queries["begin_writing"], {})
        limits = {"path": quoted(schema), "statement": "0", "idle": str(_IDLE_SECONDS * 1_000)}
        self._sending.send(queries["limit_transaction"], limits)
        self._sending.send(f"SET LOCAL lock_timeout = {in_milliseconds(lock_seconds):d}", {})
        self._sending.send(queries["lock_clock"], {})
        self._sending.send(queries["whole_state"], {}, self._learn)
        self._sending.arrive()

    @contextmanager
    def _ended(self) -> Iterator[None]:
        """No transaction is left behind: this ends one that is still there."""
        try:
            yield
        finally:
            self._deadline = float("inf")
            with suppress(psycopg.Error, Unavailable):
                self.arrive()
            if self._is_in_transaction:
                with suppress(psycopg.Error):
                    self.execute("ROLLBACK")
            if not self.is_lost and not self._is_idle:
                # The server's last words came before the connection's end: no statement is answered any more.
                self._connection.close()

    @property
    def _is_in_transaction(self) -> bool:
        status = self._connection.info.transaction_status
        return not self.is_lost and status != psycopg.pq.TransactionStatus.IDLE

    @property
    def _is_idle(self) -> bool:
        status = self._connection.pgconn.pipeline_status
        return status == psycopg.pq.PipelineStatus.OFF and not self._is_in_transaction

    def begin_attempt(self) -> None:
        self.send([("begin_attempt", {})])

    def undo_attempt(self) -> None:
        if not self.is_lost:
            self.execute("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt")

    def keep_attempt(self) -> None:
        self.send([("keep_attempt", {})])

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        self.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self.undo_attempt()
            raise
        self.keep_attempt()

    @contextmanager
    def searching(self, seconds: float) -> Iterator[None]:
        """Inside a transaction: reading that is given up after so long, and nothing else with it."""
        self._deadline = time.monotonic() + seconds
        try:
            with translated(), self._savepoint():
                self.execute(f"SET LOCAL statement_timeout = {in_milliseconds(seconds):d}")
                yield
                self.execute("SET LOCAL statement_timeout = 0")
        finally:
            self._deadline = float("inf")

    def close(self) -> None:
        self._connection.close()
