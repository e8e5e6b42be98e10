"""What PostgreSQL does its own way: connecting, the beginning of a transaction, and the words of its errors."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import count
from typing import Any, NoReturn

import psycopg
from psycopg import errors, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.numeric import Int8BinaryDumper

from twinhaus.errors import QueryTimeout, StorageFull, StoreUnusable, Unavailable
from twinhaus.storage.sql.connection import Dialect
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
_PARAMETER = re.compile(r"(?<![:\w]):([a-z]\w*)|%")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CURSOR_NUMBERS = count(1)
_INTEGERS = frozenset(psycopg.postgres.types[name].oid for name in ("int2", "int4", "int8"))
_STATE = "SELECT name, value FROM state"


class ConnectionLost(Unavailable):
    """The database does not answer. Try again."""


class Unreachable(ConnectionLost):
    """The database cannot be reached; nothing was changed. Try again shortly."""


class OutcomeUnknown(Unavailable):
    """The database went away while this was being committed, and has not come back: it may have been done, or not.

    Look before you try again.
    """

    code = "outcome-unknown"
    retry_after_seconds = 10


class StoreGone(Unavailable):
    """The store was removed, and perhaps another was made under its name. Try again."""


class Collision(Unavailable):
    """Two transactions stood in each other's way, and this one was given up. Try again."""


class PostgresConnection:
    """One connection, used by one thread at a time. An array is an array."""

    dialect = Dialect(POSTGRES, QUERIES["postgres"], Strides())

    def __init__(self, url: str) -> None:
        """Raises StoreUnusable, Unreachable."""
        self._deadline = float("inf")
        self._state: dict[str, str] = {}
        with _connecting(), translated():
            self._connection = psycopg.connect(_conninfo(url), autocommit=True)
            try:
                self._connection.prepared_max = _STATEMENTS_PREPARED_MAX
                self._connection.adapters.register_dumper(int, Int8BinaryDumper)
                self._execute(_SETTINGS)
            except BaseException:
                self._connection.close()
                raise

    @property
    def is_lost(self) -> bool:
        """Whether nothing can be asked of it any more."""
        return self._connection.closed

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        bound = {name: _storable(value) for name, value in parameters.items()}
        try:
            # Results come as they are, not as text: a page's bytes would double in length.
            cursor = self._connection.execute(_placeholders(text), bound, prepare=True, binary=True)
        except UnicodeEncodeError:
            return self.rows(text, {name: _replaced(value) for name, value in bound.items()})
        return iter(cursor.fetchall() if cursor.description else ())

    def each_row(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        name = f"rows_{next(_CURSOR_NUMBERS)}"
        cursor = self._connection.cursor(name, binary=True)
        try:
            cursor.execute(_placeholders(text), parameters)
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
        with self._connection.cursor() as cursor, cursor.copy(text.encode()) as copy:
            for row in rows:
                copy.write_row(row)

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
        with self._ended(), translated():
            self._state = self._begin(begin)
            yield

    @contextmanager
    def turn(self, schema: str, *, lock_seconds: float) -> Iterator[None]:
        """A transaction that may write to a store: nobody else does meanwhile, and what others wrote before is seen.

        COMMIT, and ROLLBACK when anything is raised. Raises StoreGone, and Unavailable where others write for longer
        than a lock may be waited for.
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
    def _ended(self) -> Iterator[None]:
        """No transaction is left behind."""
        try:
            yield
        finally:
            self._deadline = float("inf")
            if (
                not self.is_lost
                and self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE
            ):
                with suppress(psycopg.Error):
                    self._execute("ROLLBACK")

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written inside is undone, and only that, when anything is raised."""
        self._execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            if not self.is_lost:
                self._execute("ROLLBACK TO SAVEPOINT attempt; RELEASE SAVEPOINT attempt")
            raise
        self._execute("RELEASE SAVEPOINT attempt")

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
        self._connection.execute(text, prepare=False)


def quoted(name: str) -> str:
    """A name as an identifier."""
    return sql.Identifier(name).as_string()


def _conninfo(url: str) -> str:
    given = conninfo_to_dict(url)
    return make_conninfo(url, **{name: value for name, value in _CONNECTING.items() if name not in given})


@lru_cache(1_024)
def _placeholders(text: str) -> str:
    """`:name` as the driver has it."""
    return _PARAMETER.sub(lambda found: f"%({found[1]})s" if found[1] else "%%", text)


def _storable(value: Any) -> Any:
    """A text with NUL in it is asked for as another that nothing is called either: no id has control characters."""
    if type(value) is str and "\0" in value:
        return _replaced(value)
    if type(value) is tuple:
        return [_storable(one) for one in value]
    return value


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\x01", value)
    return [_replaced(one) for one in value] if isinstance(value, list) else value


def _local(setting: str, value: str) -> str:
    """A setting until the transaction ends; our own words alone."""
    return f"SET LOCAL {setting} = {value}"


def _milliseconds(seconds: float) -> int:
    """As a timeout: 0 is none."""
    return 0 if seconds == float("inf") else max(1, round(seconds * 1_000))


_UNAVAILABLE = (
    (errors.QueryCanceled, QueryTimeout),
    (errors.DiskFull, StorageFull),
    (errors.SerializationFailure, Collision),
    (errors.DeadlockDetected, Collision),
    (errors.InvalidSchemaName, StoreGone),
    (errors.UndefinedTable, StoreGone),
    (errors.InvalidCatalogName, StoreUnusable),
    (errors.InvalidAuthorizationSpecification, StoreUnusable),
    (errors.InsufficientPrivilege, StoreUnusable),
    (psycopg.OperationalError, Unavailable),
    (errors.InternalError_, Unavailable),
)


@contextmanager
def translated() -> Iterator[None]:
    """The driver's errors in the domain's words, the cause kept."""
    try:
        yield
    except psycopg.Error as error:
        _raise_translated(error)


@contextmanager
def _connecting() -> Iterator[None]:
    """What is lost before it is there was not to be reached."""
    try:
        yield
    except ConnectionLost as error:
        raise Unreachable from error.__cause__


def _raise_translated(error: psycopg.Error) -> NoReturn:
    if _is_loss(error):
        raise ConnectionLost from error
    for theirs, ours in _UNAVAILABLE:
        if isinstance(error, theirs):
            raise ours from error
    raise error


def _is_loss(error: psycopg.Error) -> bool:
    """Whether the connection is gone: by the server's own words (SQLSTATE class 57P and 08), or without any."""
    state = error.sqlstate
    if state is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return state.startswith(("08", "57P")) or state in ("25P03", "53300")
