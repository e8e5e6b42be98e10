"""The tables of a store in a PostgreSQL database, to be copied from and into."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager

from psycopg import DataError, errors

from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.database import named
from twinhaus.storage.sql.postgres.errors import StoreGone
from twinhaus.storage.sql.postgres.schema import has_store, is_behind, prepare_store
from twinhaus.storage.sql.postgres.store import LOCK_SECONDS_DEFAULT
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.tables import SqlTableWriter, finished
from twinhaus.storage.tables import (
    STATE,
    TABLES,
    NotStorable,
    Row,
    StoreTooOld,
    Table,
    TableReader,
    TableWriter,
)

# Tables that this engine has besides: what they hold is of no use elsewhere, or made anew.
_OWN_TABLES = ("writer", "path", "property", "wording")
# Whoever copies may have other things to do than to ask for the next row: make indexes elsewhere, say.
_FOR_EVER = 0


@contextmanager
def reading_schema(url: str, shown: str, schema: str) -> Iterator[TableReader]:
    """The tables in a schema; servers may go on writing to it. Messages call the database what is shown.

    Raises StoreGone where there are none, StoreUnusable, StoreUnfinished, StoreTooNew, StoreTooOld.
    """
    with ExitStack() as stack:
        with named(shown):
            connection = stack.enter_context(closing(PostgresConnection(url)))
            is_there = has_store(connection, schema)
        if not is_there:
            raise StoreGone
        with named(shown):
            if is_behind(connection, schema):
                raise StoreTooOld
            stack.enter_context(connection.snapshot(schema, float("inf"), idle_seconds=_FOR_EVER))
            reader = finished(connection)
        yield reader


@contextmanager
def filling_schema(
    url: str, shown: str, schema: str, *, lock_seconds: float = LOCK_SECONDS_DEFAULT
) -> Iterator[TableWriter]:
    """A store to be filled in a schema, made where there is none. Raises StoreUnusable."""
    with ExitStack() as stack:
        with named(shown):
            connection = stack.enter_context(closing(PostgresConnection(url)))
            writer = SqlTableWriter(_PostgresLoader(connection, schema, lock_seconds))
        yield writer


class _PostgresLoader:
    """The Loader of `tables.py` for a schema."""

    def __init__(self, connection: PostgresConnection, schema: str, lock_seconds: float) -> None:
        self.connection = connection
        self._schema = schema
        self._lock_seconds = lock_seconds

    def has_store(self) -> bool:
        return has_store(self.connection, self._schema)

    def settle(self) -> None:
        """There is nothing to be done."""

    def make(self) -> None:
        prepare_store(self.connection, self._schema, lock_seconds=self._lock_seconds, make=True)

    def remove(self) -> None:
        names = ", ".join((*(table.name for table in TABLES), *_OWN_TABLES))
        self.connection.execute(f"DROP TABLE IF EXISTS {names}")

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self.connection.turn(self._schema, lock_seconds=self._lock_seconds):
            # Whatever is usual for this role: an index of a large table takes its time.
            self.connection.execute("SET LOCAL statement_timeout = 0")
            yield

    def reading(self) -> AbstractContextManager[None]:
        return self.connection.snapshot(self._schema, float("inf"), idle_seconds=_FOR_EVER)

    def indexes(self) -> list[tuple[str, str]]:
        return [(name, text) for name, text in self.connection.rows(QUERIES["postgres"]["indexes"], {})]

    def add_rows(self, table: Table, rows: Sequence[Row]) -> None:
        if table == STATE:
            for name, value in rows:
                list(self.connection.rows(QUERIES["postgres"]["put_state"], {"name": name, "value": value}))
            return
        try:
            self.connection.copy_in(f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN", rows)
        except (DataError, errors.ProgramLimitExceeded) as error:
            # The engine counts lines from the beginning of what it was given, and tells neither of them by its key.
            unstorable = next((f" {table.key_of(row)}" for row in rows if _has_nul(row)), "")
            raise NotStorable(
                f"PostgreSQL cannot store a row{unstorable} of {table.name}: {error}"
            ) from error

    def set_last_numbers(self, last_twin: int) -> None:
        for table in TABLES:
            if table.columns[0] == "number":
                least = last_twin if table.name == "twin" else 0
                # Two statements: one that asks a table runs where the table lies, and the sequence is here.
                ((last,),) = self.connection.rows(f"SELECT coalesce(max(number), 0) FROM {table.name}", {})
                if (number := max(least, last)) > 0:
                    list(
                        self.connection.rows(
                            QUERIES["postgres"]["set_last_number"], {"table": table.name, "last": number}
                        )
                    )


def _has_nul(row: Row) -> bool:
    return any(isinstance(value, str) and "\0" in value for value in row)
