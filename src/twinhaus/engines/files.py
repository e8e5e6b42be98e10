"""Graphs in files: SQLite, each graph a file of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from twinhaus.engines.followed import followed
from twinhaus.settings import Settings
from twinhaus.storage.instances import Instances, NoInstance
from twinhaus.storage.sql.sqlite.instances import SqliteInstances, file_of, folder_beside
from twinhaus.storage.sql.sqlite.store import READERS_DEFAULT, SqliteStore
from twinhaus.storage.sql.sqlite.tables import filling_file, reading_file
from twinhaus.storage.sql.threads import Threads
from twinhaus.storage.store import Store
from twinhaus.storage.tables import TableReader, TableWriter


class Files:
    """The Engine that keeps graphs in files."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def open_store(self) -> Store:
        if self._settings.instance:
            return self.open_instances().open(self._settings.instance)
        return self._open_file(Path(self._settings.store))

    def open_to_read(self) -> Store:
        if self._settings.instance:
            return self._instances(only_reads=True).open(self._settings.instance)
        return self._open_file(Path(self._settings.store), only_reads=True)

    def has_store(self) -> bool:
        return Path(self._settings.store).exists()

    def open_instances(self) -> Instances:
        return self._instances()

    def open_with_instances(self) -> tuple[Store, Instances]:
        return self._open_file(Path(self._settings.store)), self._instances()

    @contextmanager
    def reading_tables(self) -> Iterator[TableReader]:
        path = self._path()
        if self._settings.instance and not path.is_file():
            raise NoInstance(self._settings.instance)
        with reading_file(path, busy_timeout_seconds=self._settings.busy_timeout_seconds) as reader:
            yield reader

    @contextmanager
    def filling_tables(self) -> Iterator[TableWriter]:
        with filling_file(self._path(), busy_timeout_seconds=self._settings.busy_timeout_seconds) as writer:
            yield writer

    def _instances(self, *, only_reads: bool = False) -> Instances:
        open_file = partial(self._open_file, only_reads=only_reads)
        return SqliteInstances(folder_beside(self._settings.store), open_file)

    def _open_file(
        self, path: Path, threads: Threads | None = None, *, only_reads: bool = False
    ) -> SqliteStore:
        return SqliteStore(
            path,
            following=None if only_reads else followed(self._settings),
            readers=self._settings.readers or READERS_DEFAULT,
            query_timeout_seconds=self._settings.query_timeout_seconds,
            busy_timeout_seconds=self._settings.busy_timeout_seconds,
            audit_days=self._settings.audit_days,
            threads=threads,
        )

    def _path(self) -> Path:
        if self._settings.instance:
            return file_of(folder_beside(self._settings.store), self._settings.instance)
        return Path(self._settings.store)
