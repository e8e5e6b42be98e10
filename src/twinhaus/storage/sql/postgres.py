"""What PostgreSQL does its own way: connecting, the beginning of a transaction, and the words of its errors."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from twinhaus.errors import QueryTimeout, Unavailable
from twinhaus.storage.sql.connection import Dialect, PropertyRow, Statement
from twinhaus.storage.sql.postgres_errors import ConnectionLost, connecting, translated, writing
from twinhaus.storage.sql.postgres_parameters import bound, placeholders, register
from twinhaus.storage.sql.postgres_sending import Sending
from twinhaus.storage.sql.postgres_writes import property_statements
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.strides import Strides
from twinhaus.storage.sql.words import POSTGRES

# Where the URL does not say otherwise. A server that no longer answers is found out.
_CONNECTING = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "application_name": "twinhaus",
}
# Every statement of ours has an index to go by; what would look at a whole table instead, because the engine knows too
# little of what is in it, is ruled out.
# What is acknowledged is durable, whatever the database's own setting is.
_SETTINGS = """
    SET client_encoding = 'UTF8'; SET client_min_messages = warning; SET jit = off;
    SET plan_cache_mode = force_custom_plan; SET enable_seqscan = off; SET enable_bitmapscan = off;
    SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_hashagg = off;
    SELECT set_config('synchronous_commit', 'on', FALSE) WHERE current_setting('synchronous_commit') = 'off'
"""
# Of a server that was stopped halfway through a job: what it holds is let go then.
_IDLE_SECONDS = 60
_STATEMENTS_PREPARED_MAX = 400
# Of a statement whose rows are too many to hold: so many at once, and fewer where they are long.
_ROWS_AT_ONCE = 64
_NARROW_ROWS_AT_ONCE = 4_096  # Of numbers alone: to ask for 64 takes longer than to send them.
_CHARACTERS_AT_ONCE = 256 * 1024
_CURSOR_NUMBERS = count(1)
_INTEGERS = frozenset(psycopg.postgres.types[name].oid for name in ("int2", "int4", "int8"))
_STATE = "SELECT name, value FROM state"


class PostgresConnection:
    """One connection, used by one thread at a time. An array is an array."""

    dialect = Dialect(POSTGRES, QUERIES["postgres"], Strides())

    def __init__(self, url: str) -> None:
        """Raises StoreUnusable, Unreachable."""
        self._deadline = float("inf")
        self._state: dict[str, str] = {}
        with connecting(), translated():
            self._connection = psycopg.connect(_conninfo(url), autocommit=True)
            try:
                self._connection.prepared_max = _STATEMENTS_PREPARED_MAX
                self._sending = Sending(self._connection)
                register(self._connection.adapters)
                self._execute(_SETTINGS)
            except BaseException:
                self._connection.close()
                raise

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be asked of it any more."""
        return self._connection.closed

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        # Results come as they are, not as text: a page's bytes would double in length.
        connection = self._at_rest()
        cursor = connection.execute(placeholders(text), bound(parameters), prepare=True, binary=True)
        return iter(cursor.fetchall() if cursor.description else ())

    def send(self, statements: Iterable[Statement]) -> None:
        """Send off fixed statements whose rows nobody needs. Who asks for anything next waits for them; and if one
        failed, so that those after it were not run, NotWritten or Unavailable is raised there.
        """
        with writing():
            for name, parameters in statements:
                self._sending.send(self.dialect.queries[name], parameters)

    def push(self) -> None:
        """Send on what was sent off and not yet taken, if it is taken now. Raises Unavailable."""
        if self._sending.has_more:
            with writing():
                self._sending.push()

    def arrive(self) -> None:
        """Wait for all that was sent off. Raises NotWritten, Unavailable."""
        if self._sending.is_under_way:
            with writing():
                self._sending.arrive()

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

    def write_properties(self, gone: Sequence[PropertyRow], new: Sequence[PropertyRow]) -> None:
        self.send(property_statements(gone, new))

    def execute(self, text: str) -> None:
        self._execute(text)

    def state(self, name: str) -> str:
        """As it was when the transaction began."""
        return self._state[name]

    def check_time(self) -> None:
        """Raises QueryTimeout."""
        if time.monotonic() > self._deadline:
            raise QueryTimeout

    @contextmanager
    def snapshot(self, schema: str, deadline: float, *, idle_seconds: int = _IDLE_SECONDS) -> Iterator[None]:
        """Statements inside see one state of a store, and are given up after this instant of the monotonic clock.

        Raises QueryTimeout, StoreGone, Unavailable.
        """
        self._deadline = deadline
        begin = (
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            _local("search_path", quoted(schema)),
            _local("statement_timeout", f"{_milliseconds(deadline - time.monotonic()):d}"),
            _local("idle_in_transaction_session_timeout", f"{idle_seconds * 1_000:d}"),
            _STATE,
        )
        # With a ROLLBACK the driver has all prepared statements forgotten: there is none where nothing was written.
        with self._ended("COMMIT"), translated():
            self._state = self._begin(begin)
            yield

    @contextmanager
    def turn(self, schema: str, *, lock_seconds: float) -> Iterator[None]:
        """A transaction that may write to a store: nobody else does meanwhile, and what others wrote before is seen.

        COMMIT, unless that was done inside, and ROLLBACK when anything is raised. Raises StoreGone, and Unavailable
        where others write for longer than a lock may be waited for.
        """
        begin = (
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",  # Whatever the database's own defaults are.
            _local("statement_timeout", "0"),
            _local("search_path", quoted(schema)),
            _local("lock_timeout", f"{_milliseconds(lock_seconds):d}"),
            _local("idle_in_transaction_session_timeout", f"{_IDLE_SECONDS * 1_000:d}"),
            "SELECT value FROM state WHERE name = 'clock' FOR UPDATE",
            _STATE,
        )
        with self._ended(), translated(), self._leaving_standbys():
            self._state = self._begin(begin)
            yield
            self.arrive()
            if self._is_in_transaction:
                self._execute("COMMIT")

    @contextmanager
    def _leaving_standbys(self) -> Iterator[None]:
        """A server that others have taken over from is left, so that the next connection finds theirs."""
        try:
            yield
        except errors.ReadOnlySqlTransaction as error:
            self.close()
            raise ConnectionLost from error

    @contextmanager
    def making(self, schema: str) -> Iterator[None]:
        """A transaction in which a store is made."""
        with self._ended(), translated():
            self._execute(f"BEGIN; {_local('search_path', quoted(schema))}")
            yield
            self._execute("COMMIT")

    def _begin(self, statements: tuple[str, ...]) -> dict[str, str]:
        """All at once, to the database and back. The last one's rows."""
        with self._connection.cursor() as cursor:
            cursor.execute("; ".join(statements), prepare=False)
            cursor.set_result(-1)
            return dict(cursor.fetchall())

    @contextmanager
    def _ended(self, word: str = "ROLLBACK") -> Iterator[None]:
        """No transaction is left behind: this ends one that is still there."""
        try:
            yield
        finally:
            self._deadline = float("inf")
            with suppress(psycopg.Error, Unavailable):
                self.arrive()
            if self._is_in_transaction:
                with suppress(psycopg.Error):
                    self._execute(word)
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

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone, and only that, when anything is raised."""
        self._execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self.undo_attempt()
            raise
        self.keep_attempt()

    def undo_attempt(self) -> None:
        """Back to the last savepoint, which is gone then."""
        if not self.is_lost:
            self._execute("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt")

    def keep_attempt(self) -> None:
        """What was written since the last savepoint stays, and the savepoint is gone."""
        self.send([("keep_attempt", {})])

    @contextmanager
    def searching(self, seconds: float) -> Iterator[None]:
        """Inside a transaction: reading that is given up after so long, and nothing else with it."""
        self._deadline = time.monotonic() + seconds
        try:
            with translated(), self.savepoint():
                self._execute(f"SET LOCAL statement_timeout = {_milliseconds(seconds):d}")
                yield
                self._execute("SET LOCAL statement_timeout = 0")
        finally:
            self._deadline = float("inf")

    def close(self) -> None:
        self._connection.close()

    def _execute(self, text: str) -> None:
        """Statements without parameters, several at once if need be."""
        cursor = self._at_rest().execute(text, prepare=False)
        if (cursor.statusmessage or "").startswith("ROLLBACK"):  # COMMIT of what has failed says so, too.
            self._sending.forget()


def quoted(name: str) -> str:
    """A name as an identifier."""
    return sql.Identifier(name).as_string()


def _conninfo(url: str) -> str:
    given = conninfo_to_dict(url)
    return make_conninfo(url, **{name: value for name, value in _CONNECTING.items() if name not in given})


def _local(setting: str, value: str) -> str:
    """A setting until the transaction ends; our own words alone."""
    return f"SET LOCAL {setting} = {value}"


def _milliseconds(seconds: float) -> int:
    """As a timeout: 0 is none."""
    return 0 if seconds == float("inf") else max(1, round(seconds * 1_000))
