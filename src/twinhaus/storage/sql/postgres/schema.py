"""The tables of one store in a PostgreSQL database: made, and brought up to date.

Each store is a schema of its own, and nothing reaches from one into another: so they can lie on different machines.
"""

import re

from psycopg import errors

from twinhaus.errors import StoreUnusable
from twinhaus.storage.access import new_secrets
from twinhaus.storage.migrate import MIGRATIONS, compatible_after, pending
from twinhaus.storage.sql.postgres.connecting import quoted
from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.errors import StoreGone
from twinhaus.storage.sql.postgres.trigrams import index_trigrams
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.tables import StoreUnfinished

DEFAULT_SCHEMA = "twinhaus"
VERSION_MIN = 14
_TRIES_MAX = 10
# Someone else was making the same thing at the same time.
_ALREADY_MADE = (errors.DuplicateSchema, errors.DuplicateTable, errors.UniqueViolation)


def prepare_store(connection: PostgresConnection, schema: str, *, lock_seconds: float, make: bool) -> None:
    """Bring a store's tables to this version; whoever comes first does it, others wait. Where there is none, make it.

    Raises StoreUnusable, StoreUnfinished, StoreTooNew, Unavailable, and StoreGone where none is to be made.
    """
    _check_server(connection)
    for _ in range(_TRIES_MAX):
        if has_store(connection, schema):
            _bring_up_to_date(connection, schema, lock_seconds)
            index_trigrams(connection, schema, lock_seconds=lock_seconds)
            return
        if not make:
            raise StoreGone
        make_store(connection, schema)
    raise StoreUnusable(f"The schema {schema} cannot be used: others make and remove its tables.")


def has_store(connection: PostgresConnection, schema: str) -> bool:
    """Whether there is a store in this schema."""
    name = {"name": f"{quoted(schema)}.state"}
    ((found,),) = connection.rows("SELECT to_regclass(CAST(:name AS text)) IS NOT NULL", name)
    return bool(found)


def make_store(connection: PostgresConnection, schema: str) -> bool:
    """A new store, whole or not at all; False where there is one already, or someone else was faster.

    Raises StoreUnusable where this role may not make it.
    """
    if has_store(connection, schema):
        return False
    try:
        with connection.transaction(schema):
            _make_schema(connection, schema)
            _migrate(connection, 0, 0)
            for name, value in new_secrets().items():
                connection.rows(QUERIES["postgres"]["add_secret"], {"name": name, "value": value})
    except (*_ALREADY_MADE, StoreGone):  # Others make it, or remove it, at the same time.
        return False
    return True


def is_behind(connection: PostgresConnection, schema: str) -> bool:
    """Whether a store is of an older version. Raises StoreGone, StoreUnfinished, StoreTooNew."""
    with connection.snapshot(schema, float("inf")):
        if any(connection.rows(QUERIES["postgres"]["find_copy"], {})):
            raise StoreUnfinished
        return bool(pending(*_versions(connection), MIGRATIONS["postgres"]))


def _bring_up_to_date(connection: PostgresConnection, schema: str, lock_seconds: float) -> None:
    if not is_behind(connection, schema):
        return
    with connection.turn(schema, lock_seconds=lock_seconds):
        _migrate(connection, *_versions(connection))


def _versions(connection: PostgresConnection) -> tuple[int, int]:
    """That of the tables, and the oldest that can work with them."""
    return int(connection.state("version")), int(connection.state("compatible"))


def _migrate(connection: PostgresConnection, current: int, compatible: int) -> None:
    lacking = pending(current, compatible, MIGRATIONS["postgres"])
    for migration in lacking:
        for statement in statements_of(migration.script):
            connection.execute(statement)
    if lacking:
        _set_state(connection, "version", lacking[-1].version)
        _set_state(connection, "compatible", compatible_after(compatible, lacking))


def statements_of(script: str) -> list[str]:
    """Each ends with its line. They go one by one: Citus has its machines run the text that a change of tables came in,
    with whatever else is in it.
    """
    return [text for text in re.split(r"(?<=;)\n", script) if text.strip()]


def _set_state(connection: PostgresConnection, name: str, value: int) -> None:
    connection.rows(QUERIES["postgres"]["set_state"], {"name": name, "value": value})


def _make_schema(connection: PostgresConnection, schema: str) -> None:
    """Where it is there, a database team has made it: then we may perhaps make tables in it, but no schemas."""
    text = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = CAST(:schema AS text))"
    ((is_there,),) = connection.rows(text, {"schema": schema})
    if not is_there:
        connection.execute(f"CREATE SCHEMA {quoted(schema)}")


def _check_server(connection: PostgresConnection) -> None:
    """Raises StoreUnusable."""
    ((version, encoding),) = connection.rows(
        "SELECT current_setting('server_version_num'), current_setting('server_encoding')", {}
    )
    if int(version) // 10_000 < VERSION_MIN:
        raise StoreUnusable(f"PostgreSQL {VERSION_MIN} or newer is needed; this is {int(version) // 10_000}.")
    if encoding != "UTF8":
        raise StoreUnusable(f"The database must be in UTF8; it is in {encoding}.")
