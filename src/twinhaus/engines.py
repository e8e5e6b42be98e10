"""From settings to stores: which engine keeps a deployment's graphs."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from twinhaus.query.fields import read_field
from twinhaus.settings import BadSetting, Settings
from twinhaus.storage.address import is_misleading, is_postgres_url, is_url, without_password
from twinhaus.storage.instances import InstanceExists, Instances, NoInstance
from twinhaus.storage.paths import EVERY_PATH, IndexedPaths
from twinhaus.storage.sql.following import Following
from twinhaus.storage.sql.postgres.database import READERS_DEFAULT as DATABASE_READERS
from twinhaus.storage.sql.postgres.database import Database, opening
from twinhaus.storage.sql.postgres.errors import StoreGone
from twinhaus.storage.sql.postgres.instances import PostgresInstances, schema_of
from twinhaus.storage.sql.postgres.schema import DEFAULT_SCHEMA
from twinhaus.storage.sql.postgres.schema import has_store as schema_has_store
from twinhaus.storage.sql.postgres.store import PostgresStore
from twinhaus.storage.sql.postgres.tables import filling_schema, reading_schema
from twinhaus.storage.sql.sqlite.instances import SqliteInstances, file_of, folder_beside
from twinhaus.storage.sql.sqlite.store import READERS_DEFAULT as FILE_READERS
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.sqlite.tables import filling_file, reading_file
from twinhaus.storage.sql.threads import Threads
from twinhaus.storage.store import Store
from twinhaus.storage.tables import TableReader, TableWriter

_EVERYTHING = "*"  # Which no property can be called.


def open_store(settings: Settings) -> Store:
    """The store that is meant: an instance's, which must be there, or the one without a name, made first where there is
    none. Raises NoInstance, BadSetting, and as the engines do.
    """
    _check_spool(settings)
    if settings.instance:
        return _open_instance(settings)
    if is_url(settings.store):
        database = _database(settings)
        with opening(without_password(settings.store), database):
            return _open_schema(settings, database, DEFAULT_SCHEMA, make=True)
    return _open_file(settings, Path(settings.store))


def open_to_read(settings: Settings) -> Store:
    """The store that is meant, which must be there, for someone who only reads: it goes on following what it does, and
    a file is left as it is. Raises as `open_store`.
    """
    if is_url(settings.store):
        return open_store(replace(settings, containment=(), index_only=(), index_except=()))
    if settings.instance:
        return _files(settings, only_reads=True).open(settings.instance)
    return _open_file(settings, Path(settings.store), only_reads=True)


def has_store(settings: Settings) -> bool:
    """Whether the store that is meant is there already, or is an instance's, which is never made by opening it.

    Raises BadSetting, and as the engines do.
    """
    if settings.instance:
        return True
    if not is_url(settings.store):
        return Path(settings.store).exists()
    database = _database(settings)
    with opening(without_password(settings.store), database):
        return database.read(lambda connection: schema_has_store(connection, DEFAULT_SCHEMA))


def open_instances(settings: Settings) -> Instances:
    """The instances of a deployment. Raises BadSetting."""
    if is_url(settings.store):
        database = _database(settings)
        with opening(without_password(settings.store), database):
            return _schemas(settings, database)
    return _files(settings)


def open_with_instances(settings: Settings) -> tuple[Store, Instances]:
    """The store without a name, and the instances beside it; what they can share, they share.

    Raises as `open_store`.
    """
    _check_spool(settings)
    if is_url(settings.store):
        database = _database(settings)
        with opening(without_password(settings.store), database):
            store = _open_schema(settings, database, DEFAULT_SCHEMA, make=True)
            return store, _schemas(settings, database)
    return _open_file(settings, Path(settings.store)), _files(settings)


def _check_spool(settings: Settings) -> None:
    if settings.spool_folder and not Path(settings.spool_folder).is_dir():
        raise BadSetting(f"spool_folder: there is no folder {settings.spool_folder}.")


def _open_instance(settings: Settings) -> Store:
    instances = open_instances(settings)
    try:
        return instances.open(settings.instance)
    finally:
        if isinstance(instances, PostgresInstances):
            instances.close()


def _files(settings: Settings, *, only_reads: bool = False) -> Instances:
    open_file = partial(_open_file, settings, only_reads=only_reads)
    return SqliteInstances(folder_beside(settings.store), open_file)


def _indexed(settings: Settings) -> IndexedPaths | None:
    """The paths that are to be indexed; None where no setting says. Raises BadSetting."""
    if not settings.index_only and not settings.index_except:
        return None
    only = () if _EVERYTHING in settings.index_only else settings.index_only
    return IndexedPaths(_paths("index_only", only), _paths("index_except", settings.index_except))


def _paths(setting: str, fields: Sequence[str]) -> tuple[str, ...]:
    """In one order, so that the same ones are the same setting."""
    found = set()
    for field in fields:
        keys = read_field(field)
        path = EVERY_PATH.text_of(keys) if isinstance(keys, tuple) else None
        if path is None:
            raise BadSetting(f"{setting}: {field!r} is no path in contents, as area.grossArea is one.")
        found.add(path)
    return tuple(sorted(found))


def _open_file(
    settings: Settings, path: Path, threads: Threads | None = None, *, only_reads: bool = False
) -> SqliteStore:
    return SqliteStore(
        path,
        following=None if only_reads else Following(settings.containment, _indexed(settings)),
        readers=settings.readers or FILE_READERS,
        query_timeout_seconds=settings.query_timeout_seconds,
        busy_timeout_seconds=settings.busy_timeout_seconds,
        audit_days=settings.audit_days,
        threads=threads,
    )


def _insist_on_database(url: str) -> None:
    if not is_postgres_url(url):
        shown = without_password(url)
        raise BadSetting(
            f"store: {shown} is no path, and no URL that begins with postgresql:// or postgres://."
        )
    if is_misleading(url):
        raise BadSetting("store: the URL has an @ or a / in its password; write them as %40 and %2F.")


def _database(settings: Settings) -> Database:
    _insist_on_database(settings.store)
    return Database(settings.store, readers=settings.readers or DATABASE_READERS)


def _schemas(settings: Settings, database: Database) -> Instances:
    return PostgresInstances(database, partial(_open_schema, settings, database))


def _open_schema(settings: Settings, database: Database, schema: str, *, make: bool = False) -> PostgresStore:
    return PostgresStore(
        database,
        schema,
        make=make,
        following=Following(settings.containment, _indexed(settings)),
        query_timeout_seconds=settings.query_timeout_seconds,
        busy_timeout_seconds=settings.busy_timeout_seconds,
        audit_days=settings.audit_days,
    )


@contextmanager
def reading_tables(settings: Settings) -> Iterator[TableReader]:
    """The tables of the store that is meant, to be copied. Raises NoInstance, BadSetting, and as the engines do."""
    if is_url(settings.store):
        _insist_on_database(settings.store)
        with ExitStack() as stack:
            reading = reading_schema(settings.store, without_password(settings.store), _schema(settings))
            try:
                reader = stack.enter_context(reading)
            except StoreGone as error:
                raise NoInstance(settings.instance) if settings.instance else error from None
            yield reader
        return
    path = _path(settings)
    if settings.instance and not path.is_file():
        raise NoInstance(settings.instance)
    with reading_file(path, busy_timeout_seconds=settings.busy_timeout_seconds) as reader:
        yield reader


@contextmanager
def filling_tables(settings: Settings) -> Iterator[TableWriter]:
    """A store to be filled, made where there is none. Raises BadInstanceName, BadSetting, and as the engines do."""
    if settings.instance:
        with closing(open_instances(settings)) as instances, suppress(InstanceExists):
            instances.create(settings.instance)
    seconds = settings.busy_timeout_seconds
    if is_url(settings.store):
        _insist_on_database(settings.store)
        shown = without_password(settings.store)
        with filling_schema(settings.store, shown, _schema(settings), lock_seconds=seconds) as writer:
            yield writer
        return
    with filling_file(_path(settings), busy_timeout_seconds=seconds) as writer:
        yield writer


def _path(settings: Settings) -> Path:
    if settings.instance:
        return file_of(folder_beside(settings.store), settings.instance)
    return Path(settings.store)


def _schema(settings: Settings) -> str:
    return schema_of(settings.instance) if settings.instance else DEFAULT_SCHEMA
