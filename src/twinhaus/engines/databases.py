"""Graphs in databases: PostgreSQL, each graph a schema of its own."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial

from twinhaus.engines.followed import followed
from twinhaus.settings import BadSetting, Settings
from twinhaus.storage.address import is_misleading, is_postgres_url, without_password
from twinhaus.storage.instances import Instances, NoInstance
from twinhaus.storage.sql.postgres import schema
from twinhaus.storage.sql.postgres.database import READERS_DEFAULT, Database, opening
from twinhaus.storage.sql.postgres.errors import StoreGone
from twinhaus.storage.sql.postgres.instances import PostgresInstances, schema_of
from twinhaus.storage.sql.postgres.schema import DEFAULT_SCHEMA
from twinhaus.storage.sql.postgres.store import PostgresStore
from twinhaus.storage.sql.postgres.tables import filling_schema, reading_schema
from twinhaus.storage.store import Store
from twinhaus.storage.tables import TableReader, TableWriter


class Databases:
    """The Engine that keeps graphs in a database."""

    def __init__(self, settings: Settings) -> None:
        """Raises BadSetting where no such database is named."""
        _insist_on_database(settings.store)
        self._settings = settings
        self._shown = without_password(settings.store)

    def open_store(self) -> Store:
        if self._settings.instance:
            with closing(self.open_instances()) as instances:
                return instances.open(self._settings.instance)
        with self._opening() as database:
            return self._open_schema(database, DEFAULT_SCHEMA, make=True)

    def open_to_read(self) -> Store:
        return self.open_store()

    def has_store(self) -> bool:
        with self._opening() as database:
            return database.read(lambda connection: schema.has_store(connection, DEFAULT_SCHEMA))

    def open_instances(self) -> Instances:
        with self._opening() as database:
            return self._instances(database)

    def open_with_instances(self) -> tuple[Store, Instances]:
        with self._opening() as database:
            store = self._open_schema(database, DEFAULT_SCHEMA, make=True)
            return store, self._instances(database)

    @contextmanager
    def reading_tables(self) -> Iterator[TableReader]:
        with ExitStack() as stack:
            reading = reading_schema(self._settings.store, self._shown, self._schema())
            try:
                reader = stack.enter_context(reading)
            except StoreGone as error:
                raise NoInstance(self._settings.instance) if self._settings.instance else error from None
            yield reader

    @contextmanager
    def filling_tables(self) -> Iterator[TableWriter]:
        url, seconds = self._settings.store, self._settings.busy_timeout_seconds
        with filling_schema(url, self._shown, self._schema(), lock_seconds=seconds) as writer:
            yield writer

    @contextmanager
    def _opening(self) -> Iterator[Database]:
        database = Database(self._settings.store, readers=self._settings.readers or READERS_DEFAULT)
        with opening(self._shown, database):
            yield database

    def _instances(self, database: Database) -> Instances:
        return PostgresInstances(database, partial(self._open_schema, database))

    def _open_schema(self, database: Database, schema: str, *, make: bool = False) -> PostgresStore:
        return PostgresStore(
            database,
            schema,
            make=make,
            following=followed(self._settings),
            query_timeout_seconds=self._settings.query_timeout_seconds,
            busy_timeout_seconds=self._settings.busy_timeout_seconds,
            audit_days=self._settings.audit_days,
        )

    def _schema(self) -> str:
        return schema_of(self._settings.instance) if self._settings.instance else DEFAULT_SCHEMA


def _insist_on_database(url: str) -> None:
    if not is_postgres_url(url):
        shown = without_password(url)
        raise BadSetting(
            f"store: {shown} is no path, and no URL that begins with postgresql:// or postgres://."
        )
    if is_misleading(url):
        raise BadSetting("store: the URL has an @ or a / in its password; write them as %40 and %2F.")
