"""PostgreSQL for the benchmarks: each store is a database of one server."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path
from typing import LiteralString

import psycopg

from benchmarks.engine import POSTGRES, Connections, Moments
from benchmarks.postgres.copies import Copies
from benchmarks.postgres.schemas import making_schemas
from benchmarks.postgres.statements import PageStatements
from benchmarks.postgres.table import BareTable
from twinhaus.storage.sql.postgres.schema import DEFAULT_SCHEMA
from twinhaus.testing.postgres.databases import Databases, name_of

_SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")
_CLIENTS = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"


class Postgres:
    """The Engine of databases."""

    name = POSTGRES
    import_floor_is = "bare COPY of the same rows into the same tables, in as many transactions"

    def __init__(self, databases: Databases, *, disk: Path | None = None) -> None:
        """`disk` is a folder of the server's, where that is of this machine."""
        self._databases = databases
        self.disk = disk

    def facts(self) -> dict[str, str]:
        with psycopg.connect(self._databases.url) as connection:
            shown = {name: str(_value(connection, f"SHOW {name}")) for name in _SETTINGS}
            version = f"{_value(connection, 'SHOW server_version')} (psycopg {psycopg.__version__})"
        return {"postgres": version, **shown}

    @contextmanager
    def prepared(self, folder: Path, fill: Callable[[str], Moments]) -> Iterator[tuple[str, Moments]]:
        """Filled each time: servers that are started here go, and others are left as they were."""
        with self.new_store() as store:
            moments = fill(store)
            with psycopg.connect(store, autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")  # As the server would by itself, sooner or later.
            yield store, moments

    def new_store(self) -> AbstractContextManager[str]:
        return self._databases.database()

    def copied(self, store: str) -> AbstractContextManager[str]:
        return self._databases.database(like=store)

    @contextmanager
    def multiplied(self, store: str, names: Sequence[str]) -> Iterator[str]:
        with self.copied(store) as copy:
            with making_schemas(copy) as schemas:
                for name in names:
                    schemas.copy(f"{DEFAULT_SCHEMA}_{name}")
            yield copy

    def connections(self, store: str) -> Connections:
        with psycopg.connect(self._databases.url) as connection:
            pids = [pid for (pid,) in connection.execute(_CLIENTS, [name_of(store)])]
        is_here = self.disk is not None
        return Connections(len(pids), sum(map(_own_kilobytes, pids)) if is_here else 0)

    def statements(self, store: str) -> PageStatements:
        return PageStatements(store)

    @contextmanager
    def bare_table(self, clients: int) -> Iterator[BareTable]:
        with self.new_store() as url, closing(BareTable(url, clients)) as table:
            yield table

    def creations_floor(self, store: str, before: str) -> AbstractContextManager[None]:
        return nullcontext()

    @contextmanager
    def import_floor(self, store: str) -> Iterator[Copies]:
        with making_schemas(store) as schemas:
            yield Copies(schemas)


def _value(connection: psycopg.Connection, statement: LiteralString) -> object:
    row = connection.execute(statement).fetchone()
    return row and row[0]


def _own_kilobytes(pid: int) -> int:
    """What a process does not share with others."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Private_"))
