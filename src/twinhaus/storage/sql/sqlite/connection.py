"""What SQLite does its own way: the settings of a connection, guarding a statement's time, and migrating the schema."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from time import thread_time
from typing import Any

import apsw

from twinhaus.errors import QueryTimeout, StoreUnusable
from twinhaus.query.evaluate import satisfies
from twinhaus.query.plan import Condition
from twinhaus.storage.documents import DocumentView
from twinhaus.storage.migrate import MIGRATIONS, compatible_after, insist_on_compatible, pending
from twinhaus.storage.properties import entries_of
from twinhaus.storage.sql.asking.facts import Facts, find_facts
from twinhaus.storage.sql.asking.text_parts import TRIGRAMS_OF_ROWS
from twinhaus.storage.sql.connection import Dialect, Statement
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.sqlite.compile import as_bound
from twinhaus.storage.sql.sqlite.errors import translated
from twinhaus.storage.sql.sqlite.files import insist_on_place, is_fixed, open_file, open_fixed
from twinhaus.storage.sql.sqlite.looking import Looking
from twinhaus.storage.sql.sqlite.race import Race
from twinhaus.storage.sql.sqlite.sending import Sending
from twinhaus.storage.sql.sqlite.stretches import CLOCK_STEPS
from twinhaus.storage.sql.sqlite.together import Together
from twinhaus.storage.sql.words import SQLITE
from twinhaus.storage.tables import StoreUnfinished

BUSY_TIMEOUT_SECONDS_DEFAULT = 10.0
_APPLICATION_ID = 0x7477696E  # "twin": in the file's header, where `file` and other programs look for it.
# Twins that a condition is asked of between such looks: to the engine each is but a few steps, however long it takes.
_TWINS_BETWEEN_LOOKS = 16
CACHE_KIBIBYTES_DEFAULT = 65_536
_SAYS_WHO_CAN_FROM = 6  # Older schemas do not, and are migrated before anything else.
_LOG_BYTES_KEPT = 64 * 1024 * 1024  # A log that one long transaction made larger is cut back to this.
_CHECKPOINT_PAGES = 4_000  # 16 MiB of log before it is copied into the file.


class SqliteConnection:
    """One connection, used by one thread at a time. An array is a JSON text."""

    dialect = Dialect(SQLITE, QUERIES["sqlite"], Race())

    def __init__(
        self,
        path: Path,
        *,
        writable: bool,
        busy_timeout_seconds: float,
        cache_kibibytes: int = CACHE_KIBIBYTES_DEFAULT,
        as_it_is: bool = False,
        raw: bool = False,
    ) -> None:
        """Raises StoreUnusable, StoreUnfinished, Unavailable.

        `as_it_is` is for whoever reads a file that nobody may be serving; it may be where nothing can be written.
        `raw` is for whoever copies tables as they are: the file may be an unfinished copy, and rows are not held
        against each other. With both its journal stays of its kind.
        """
        self._waits_seconds: float | None = None
        self._deadline = float("inf")
        self._judged = 0  # Twins that a condition was asked of since the deadline was set.
        self._gives_up = float("inf")  # When it does, by the processor's time of its thread.
        self._version: int | None = None  # Of the schema, when this twinhaus was last found fit for it.
        with translated():
            self._connection = open_fixed(path) if as_it_is and is_fixed(path) else open_file(path)
            self._looking = Looking(self._connection)
            self._sending = Sending(self._connection)
            try:
                # First, so that every later statement, the pragmas included, waits for a lock instead of failing.
                self.wait_for_locks(busy_timeout_seconds)
                # A cached statement stays as it was planned; else SQLite plans it again for each new value bound to it.
                self._connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
                self._recognise(raw=raw)
                if not raw and not as_it_is:
                    self._connection.execute("PRAGMA journal_mode = WAL").fetchall()
                self._set_up(writable=writable, cache_kibibytes=cache_kibibytes, raw=raw)
            except BaseException:
                self._connection.close()
                raise

    def _recognise(self, *, raw: bool) -> None:
        """Refuse another program's database, before anything is changed in it. An empty one is ours to fill."""
        with self.transaction("BEGIN"):
            (application_id,) = next(self.rows("PRAGMA application_id", {}))
            (tables,) = next(self.rows("SELECT count(*) FROM sqlite_schema", {}))
        if application_id != _APPLICATION_ID and (application_id or tables):
            raise StoreUnusable("It is a database of another program.")
        if tables and not raw and any(self.rows(QUERIES["sqlite"]["find_copy"], {})):
            raise StoreUnfinished

    def _set_up(self, *, writable: bool, cache_kibibytes: int, raw: bool) -> None:
        for pragma in (
            "synchronous = FULL",
            f"foreign_keys = {'OFF' if raw else 'ON'}",
            f"cache_size = -{cache_kibibytes}",
            # What a long transaction needs to undo itself is kept there, too, and must not fill memory.
            f"temp_store = {'FILE' if writable else 'MEMORY'}",
            f"journal_size_limit = {_LOG_BYTES_KEPT}",
            "automatic_index = OFF",  # A query that needed one would scan a whole table to build it.
            f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
        ):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._connection.execute(TRIGRAMS_OF_ROWS)
        self._connection.create_scalar_function("satisfies", self._satisfies, 3, deterministic=True)
        self._connection.create_scalar_function("entries_of", _entries_of, 1, deterministic=True)
        self._connection.create_scalar_function("together", Together(self).expression, 4)
        if not writable:
            self._connection.execute("PRAGMA query_only = ON").fetchall()
            self._connection.set_progress_handler(self._is_overdue, CLOCK_STEPS)

    def wait_for_locks(self, seconds: float) -> None:
        """How long a statement waits for another connection's lock before it raises Unavailable."""
        if seconds != self._waits_seconds:
            self._connection.set_busy_timeout(round(seconds * 1_000))
            self._waits_seconds = seconds

    def rows(
        self, text: str, parameters: Mapping[str, Any], condition: Condition | None = None
    ) -> Iterator[tuple[Any, ...]]:
        return iter(self._at_rest().execute(text, _asking(condition, as_bound(parameters))))

    def state(self, name: str) -> Any:
        """As the snapshot has it, or without one as it is now."""
        value = self._looking.state(name)
        if value is None:
            ((value,),) = self.rows(self.dialect.queries["get_state"], {"name": name})
        return value

    def facts(self, condition: Condition) -> Facts:
        return self._looking.facts(condition, lambda: find_facts(self, condition))

    def each_row(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        return self.rows(text, parameters)

    def add_rows(self, text: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement without rows once for each of these."""
        self._at_rest().executemany(text, rows)

    def send(self, statements: Iterable[Statement]) -> None:
        for name, parameters in statements:
            self._sending.send(name, parameters)

    def begin_no_thread(self) -> None:
        """Until its transaction ends, nobody has anything to do beside what it is told."""
        self._sending.begin_no_thread()

    @property
    def is_at_work(self) -> bool:
        """It does what it is told while others wait, or on a thread that takes its time."""
        return False

    def push(self) -> None:
        """It goes on by itself."""

    def first_row(
        self, text: str, parameters: dict[str, Any], condition: Condition | None, patience: float | None
    ) -> tuple[Any, ...] | None:
        if patience is not None:
            self._gives_up = thread_time() + patience
        try:
            return tuple(next(self._at_rest().execute(text, _asking(condition, parameters))))
        except apsw.InterruptError:
            if patience is None or time.monotonic() > self._deadline:
                raise
            return None
        finally:
            self._gives_up = float("inf")

    def execute(self, text: str) -> None:
        self._at_rest().execute(text)

    def _at_rest(self) -> apsw.Connection:
        """Once all that it was told is written."""
        if self._sending.is_under_way:
            self._sending.arrive()
        return self._connection

    @contextmanager
    def transaction(self, begin: str) -> Iterator[None]:
        """BEGIN … COMMIT, and ROLLBACK when anything is raised."""
        self.execute(begin)
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            self._sending.leave()  # Why is said already.
            if self.is_in_transaction:
                self.execute("ROLLBACK")
            raise
        finally:
            self._sending.leave()

    def begin_attempt(self) -> None:
        self.execute("SAVEPOINT attempt")

    def keep_attempt(self) -> None:
        self.execute("RELEASE attempt")

    def undo_attempt(self) -> None:
        if self._at_rest().in_transaction:
            self.execute("ROLLBACK TO attempt")
            self.execute("RELEASE attempt")

    @contextmanager
    def searching(self, seconds: float) -> Iterator[None]:
        """For reading alone: a statement that writes would take its whole transaction with it (sqlite3_interrupt)."""
        connection = self._at_rest()
        self._deadline, self._judged = time.monotonic() + seconds, 0
        # Not while it writes: each look at the clock waits for Python's lock.
        connection.set_progress_handler(self._is_overdue, CLOCK_STEPS)
        try:
            with translated():
                yield
        finally:
            connection.set_progress_handler(None)
            self._deadline = float("inf")

    @property
    def is_in_transaction(self) -> bool:
        """Whether BEGIN still holds: SQLite rolls back by itself after some errors (a full disk, say)."""
        self._sending.wait()
        return self._connection.in_transaction

    def snapshot(self, deadline: float) -> AbstractContextManager[None]:
        """Statements inside see one state, and are interrupted after this instant of the monotonic clock.

        Raises QueryTimeout, StoreTooNew, Unavailable.
        """
        self._deadline, self._judged = deadline, 0
        return self._looking

    def migrate(self) -> None:
        """Bring the schema to this version; whoever comes first does it, others wait."""
        with translated(), self.transaction("BEGIN IMMEDIATE"):
            current, compatible = self._schema()
            lacking = pending(current, compatible, MIGRATIONS["sqlite"])
            for migration in lacking:
                self.execute(migration.script)
            if lacking:
                self.execute(f"PRAGMA user_version = {lacking[-1].version:d}")
                self.execute(f"PRAGMA application_id = {_APPLICATION_ID:d}")
                value = compatible_after(compatible, lacking)
                list(self.rows(self.dialect.queries["set_state"], {"name": "compatible", "value": value}))

    def check_schema(self) -> None:
        """Before writing. Raises StoreTooNew where a newer twinhaus has migrated it too far, and StoreUnusable."""
        insist_on_place(self._connection)
        (version,) = next(self.rows("PRAGMA user_version", {}))
        if version != self._version:
            _, compatible = self._schema()
            insist_on_compatible(compatible, MIGRATIONS["sqlite"])
            self._version = version

    def _schema(self) -> tuple[int, int]:
        """The version of the schema, and the oldest that can work with it."""
        (version,) = next(self.rows("PRAGMA user_version", {}))
        return version, version if version < _SAYS_WHO_CAN_FROM else int(self.state("compatible"))

    def is_migrated(self) -> bool:
        """Whether the schema is of this version. Raises StoreTooNew, Unavailable."""
        with translated():
            return not pending(*self._schema(), MIGRATIONS["sqlite"])

    def copy_to(self, path: Path) -> None:
        """Copy the whole database, as it is at this moment, into an empty file."""
        with (
            translated(),
            closing(apsw.Connection(str(path))) as other,
            other.backup("main", self._connection, "main") as backup,
        ):
            backup.step()

    def close(self) -> None:
        self._connection.close()

    def _satisfies(self, *arguments: Any) -> bool:
        self._judged += 1
        if self._judged % _TWINS_BETWEEN_LOOKS == 0 and time.monotonic() > self._deadline:
            raise QueryTimeout
        condition, updated, document = arguments
        return satisfies(condition, DocumentView(updated, document))

    def _is_overdue(self) -> bool:
        return thread_time() > self._gives_up or time.monotonic() > self._deadline


def _asking(condition: Condition | None, bound: dict[str, Any]) -> dict[str, Any]:
    """Parameters, the condition among them, for `satisfies`."""
    return bound if condition is None else {**bound, "condition": apsw.pyobject(condition)}


def _entries_of(*document: Any) -> str:
    """As a JSON array of pairs."""
    return json.dumps(sorted(entries_of(*document)))
