"""The tables of a store in a file, to be copied from and into."""

import re
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from twinhaus.errors import StoreUnusable, Unavailable
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.sqlite.connection import BUSY_TIMEOUT_SECONDS_DEFAULT, SqliteConnection
from twinhaus.storage.sql.sqlite.errors import translated
from twinhaus.storage.sql.sqlite.files import make_file, opening
from twinhaus.storage.sql.tables import SqlTableWriter, finished
from twinhaus.storage.tables import STATE, Row, Table, TableReader, TableWriter

_NUMBER = re.compile(r"-?\d+", re.ASCII)
_CACHE_KIBIBYTES_FILLING = 262_144  # A twin's id is put into its index where its place in the alphabet is.
_CACHE_KIBIBYTES_READING = 4_096  # Most pages are read once.


@contextmanager
def reading_file(
    path: Path, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS_DEFAULT
) -> Iterator[TableReader]:
    """The tables in a file, which is left as it is; servers may go on writing to it.

    What an older version wrote is brought to this one in a copy of the file, among temporary files.

    Raises StoreUnusable, StoreUnfinished, StoreTooNew.
    """
    with ExitStack() as stack:
        with opening(path):
            connection = stack.enter_context(closing(_connect(path, busy_timeout_seconds)))
            if not _has_store(connection):
                raise StoreUnusable("It is empty.")
            if not connection.is_migrated():
                folder = stack.enter_context(TemporaryDirectory(prefix="twinhaus-"))
                newer = Path(folder) / "store.db"
                _copy_file(connection, newer)
                connection = stack.enter_context(closing(_connect(newer, busy_timeout_seconds)))
            stack.enter_context(connection.snapshot(float("inf")))
            reader = finished(connection)
        yield reader


@contextmanager
def filling_file(
    path: Path, *, busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS_DEFAULT
) -> Iterator[TableWriter]:
    """A store to be filled in a file, made where there is none. Raises StoreUnusable."""
    with ExitStack() as stack:
        with opening(path):
            make_file(path)
            connection = _connect(path, busy_timeout_seconds, writable=True)
            stack.enter_context(closing(connection))
            writer = SqlTableWriter(_SqliteLoader(connection))
        yield writer


def _connect(path: Path, busy_timeout_seconds: float, *, writable: bool = False) -> SqliteConnection:
    return SqliteConnection(
        path,
        writable=writable,
        busy_timeout_seconds=busy_timeout_seconds,
        cache_kibibytes=_CACHE_KIBIBYTES_FILLING if writable else _CACHE_KIBIBYTES_READING,
        as_it_is=not writable,
        raw=True,
    )


def _copy_file(connection: SqliteConnection, path: Path) -> None:
    """A copy of a whole file as of this moment, at this version."""
    make_file(path)
    connection.copy_to(path)
    with closing(_connect(path, 0, writable=True)) as newer:
        newer.migrate()


def _has_store(connection: SqliteConnection) -> bool:
    ((found,),) = connection.rows("SELECT count(*) FROM sqlite_schema WHERE name = 'state'", {})
    return bool(found)


class _SqliteLoader:
    """The Loader of `tables.py` for a file."""

    def __init__(self, connection: SqliteConnection) -> None:
        self.connection = connection

    def has_store(self) -> bool:
        return _has_store(self.connection)

    def settle(self) -> None:
        """Without a log: so new pages are written once, and the file stands alone, even where nothing can be written.

        Nobody else can have the file open while its kind of journal is changed.
        """
        try:
            with translated():
                list(self.connection.rows("PRAGMA journal_mode = DELETE", {}))
        except Unavailable as error:
            raise Unavailable(
                f"The file to copy into cannot be written just now: {error.__cause__}."
            ) from error

    def make(self) -> None:
        self.connection.migrate()

    def remove(self) -> None:
        names = self.connection.rows(QUERIES["sqlite"]["tables"], {})
        for (name,) in list(names):
            self.connection.execute(f"DROP TABLE {name}")
        self.connection.execute("PRAGMA user_version = 0")

    @contextmanager
    def writing(self) -> Iterator[None]:
        with translated(), self.connection.transaction("BEGIN IMMEDIATE"):
            yield

    def reading(self) -> AbstractContextManager[None]:
        return self.connection.snapshot(float("inf"))

    def indexes(self) -> list[tuple[str, str]]:
        return [(name, text) for name, text in self.connection.rows(QUERIES["sqlite"]["indexes"], {})]

    def add_rows(self, table: Table, rows: Sequence[Row]) -> None:
        if table == STATE:
            for name, value in rows:
                put = {"name": name, "value": _typed(str(value))}
                list(self.connection.rows(QUERIES["sqlite"]["put_state"], put))
            return
        places = ", ".join("?" * len(table.columns))
        text = f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({places})"
        self.connection.add_rows(text, rows)

    def set_last_numbers(self, last_twin: int) -> None:
        for query in ("set_last_twin_number", "add_last_twin_number"):
            list(self.connection.rows(QUERIES["sqlite"][query], {"number": last_twin}))


def _typed(value: str) -> int | str:
    """A value of `state` as this engine keeps it."""
    return int(value) if _NUMBER.fullmatch(value) else value
