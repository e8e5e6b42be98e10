"""The engines that keep a store. What is promised of a server is tested on each."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from twinhaus.engines import filling_tables, reading_tables
from twinhaus.settings import Settings
from twinhaus.testing.postgres.databases import Databases
from twinhaus.transfer import copying

SQLITE, POSTGRES = "sqlite", "postgres"
ENGINES = (SQLITE, POSTGRES)


class Engine(Protocol):
    """Where stores are made, each by the name that `--store` takes, and removed at the end of a block."""

    name: str

    def new_store(self) -> AbstractContextManager[str]:
        """Where a new store will be."""
        ...

    def copied(self, store: str) -> AbstractContextManager[str]:
        """A copy of a store that nobody has open."""
        ...


class Sqlite:
    """Each store is a file, in a folder of its own."""

    name = SQLITE

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        self._factory = factory

    @contextmanager
    def new_store(self) -> Iterator[str]:
        yield str(self._new_folder() / "store.db")

    @contextmanager
    def copied(self, store: str) -> Iterator[str]:
        yield str(shutil.copy(store, self._new_folder()))

    def _new_folder(self) -> Path:
        return self._factory.mktemp("store")


class Postgres:
    """Each store is a database of a server."""

    name = POSTGRES

    def __init__(self, databases: Databases) -> None:
        self.databases = databases

    def new_store(self) -> AbstractContextManager[str]:
        return self.databases.database()

    @contextmanager
    def copied(self, store: str) -> Iterator[str]:
        is_spread = self.databases.cluster is not None
        with self.databases.database(like=None if is_spread else store) as copy:
            if is_spread:
                _copy(store, copy)
            yield copy


def _copy(source: str, target: str) -> None:
    """As `twinhaus copy` does."""
    with (
        reading_tables(Settings(store=source)) as reader,
        filling_tables(Settings(store=target)) as writer,
    ):
        copying.begin(reader, writer)
        copying.copy(reader, writer, lambda count: None)
        writer.finish()
