"""What SQLite does its own way: opening a file, guarding a statement's time, and the words of its errors."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from twinhaus.errors import QueryTimeout, StorageFull, TwinhausError, Unavailable
from twinhaus.query.evaluate import satisfies
from twinhaus.query.plan import Group, Leaf
from twinhaus.storage.documents import DocumentView
from twinhaus.storage.migrate import pending

BUSY_TIMEOUT_MILLISECONDS = 10_000
_DEADLINE_CHECK_STEPS = 20_000  # Steps of SQLite's machine between looks at the clock: about a millisecond.
_CACHE_KIBIBYTES = 65_536
_CHECKPOINT_PAGES = 4_000  # 16 MiB of log before it is copied into the file.


class StoreUnusable(TwinhausError):
    """The file cannot be opened as a twinhaus store."""

    code = "store-unusable"


class SqliteConnection:
    """One connection, used by one thread at a time."""

    def __init__(self, path: Path, *, writable: bool) -> None:
        with translated():
            self._connection = apsw.Connection(str(path))
            # First, so that every later statement, the pragmas included, waits for a lock instead of failing.
            self._connection.set_busy_timeout(BUSY_TIMEOUT_MILLISECONDS)
            self._set_up(writable=writable)
        self._deadline = float("inf")

    def _set_up(self, *, writable: bool) -> None:
        for pragma in (
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            f"cache_size = -{_CACHE_KIBIBYTES}",
            "temp_store = MEMORY",
            "automatic_index = OFF",  # A query that needed one would scan a whole table to build it.
            f"wal_autocheckpoint = {_CHECKPOINT_PAGES}",
            f"query_only = {'OFF' if writable else 'ON'}",
        ):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._connection.create_scalar_function("satisfies", _satisfies, 3, deterministic=True)
        self._connection.set_progress_handler(self._is_overdue, _DEADLINE_CHECK_STEPS)

    def rows(self, text: str, parameters: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
        bound = {name: _bindable(value) for name, value in parameters.items()}
        return iter(self._connection.execute(text, bound))

    def execute(self, text: str) -> None:
        self._connection.execute(text)

    @contextmanager
    def transaction(self, begin: str) -> Iterator[None]:
        """BEGIN … COMMIT, and ROLLBACK when anything is raised."""
        self.execute(begin)
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            # SQLite has already rolled back by itself after some errors (a full disk, say).
            if self._connection.in_transaction:
                self.execute("ROLLBACK")
            raise

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Statements inside are interrupted once this much time has passed. Raises QueryTimeout."""
        self._deadline = time.monotonic() + seconds
        try:
            yield
        finally:
            self._deadline = float("inf")

    def migrate(self) -> None:
        """Bring the schema to this version; whoever comes first does it, others wait."""
        with translated(), self.transaction("BEGIN IMMEDIATE"):
            (current,) = next(self.rows("PRAGMA user_version", {}))
            for migration in pending(current):
                self.execute(migration.script)
                self.execute(f"PRAGMA user_version = {migration.version:d}")

    def close(self) -> None:
        self._connection.close()

    def _is_overdue(self) -> bool:
        return time.monotonic() > self._deadline


@contextmanager
def translated() -> Iterator[None]:
    """The engine's errors in the domain's words, the cause kept."""
    try:
        yield
    except apsw.InterruptError as error:
        raise QueryTimeout from error
    except apsw.FullError as error:
        raise StorageFull from error
    except (apsw.NotADBError, apsw.CorruptError, apsw.CantOpenError) as error:
        raise StoreUnusable(f"The file cannot be opened as a twinhaus store: {error}.") from error
    except (apsw.BusyError, apsw.LockedError, apsw.IOError, apsw.ReadOnlyError, apsw.NoMemError) as error:
        raise Unavailable from error


def _bindable(value: Any) -> Any:
    return apsw.pyobject(value) if isinstance(value, (Leaf, Group)) else value


def _satisfies(condition: Any, updated: Any, document: Any) -> bool:
    return satisfies(condition, DocumentView(updated, document))
