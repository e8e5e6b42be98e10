"""The tables of one store in a PostgreSQL database: made, and brought up to date.

Each store is a schema of its own, and nothing reaches from one into another: so they can lie on different machines.
"""

import secrets

from psycopg import errors

from twinhaus.errors import StoreUnusable
from twinhaus.storage.migrate import pending
from twinhaus.storage.sql.committer import take_turn
from twinhaus.storage.sql.postgres import PostgresConnection, quoted
from twinhaus.storage.sql.queries import QUERIES

DEFAULT_SCHEMA = "twinhaus"
VERSION_MIN = 14
SECRET_NAMES = ("continuation", "identity")
_SECRET_BYTES = 32
_TRIES_MAX = 10
# Someone else was making the same thing at the same time.
_ALREADY_MADE = (errors.DuplicateSchema, errors.DuplicateTable, errors.UniqueViolation)


def prepare_schema(connection: PostgresConnection, schema: str, *, lock_seconds: float) -> None:
    """Make a store, or bring its tables to this version; whoever comes first does it, others wait.

    Raises StoreUnusable, StoreTooNew, Unavailable.
    """
    _check_server(connection)
    if has_tables(connection, schema) and not _is_behind(connection, schema, lock_seconds):
        return
    for _ in range(_TRIES_MAX):
        try:
            _migrate(connection, schema, lock_seconds)
        except _ALREADY_MADE:
            continue
        return
    raise StoreUnusable(f"The schema {schema} cannot be prepared: others make and remove its tables.")


def has_tables(connection: PostgresConnection, schema: str) -> bool:
    """Whether there is a store in this schema."""
    ((found,),) = connection.rows(
        "SELECT to_regclass(CAST(:name AS text)) IS NOT NULL", {"name": f"{quoted(schema)}.state"}
    )
    return bool(found)


def _is_behind(connection: PostgresConnection, schema: str, lock_seconds: float) -> bool:
    with connection.transaction(schema, lock_seconds=lock_seconds):
        return bool(pending("postgres", _version(connection)))


def _migrate(connection: PostgresConnection, schema: str, lock_seconds: float) -> None:
    """Whole or not at all. A store that is there already is locked as for writing."""
    with connection.transaction(schema, lock_seconds=lock_seconds):
        current = 0
        if has_tables(connection, schema):
            take_turn(connection)
            current = _version(connection)
        else:
            _make_schema(connection, schema)
        for migration in pending("postgres", current):
            connection.execute(migration.script)
            version = {"name": "version", "value": migration.version}
            connection.rows(QUERIES["postgres"]["set_state"], version)
        for name in SECRET_NAMES:
            value = secrets.token_bytes(_SECRET_BYTES)
            connection.rows(QUERIES["postgres"]["add_secret"], {"name": name, "value": value})


def _make_schema(connection: PostgresConnection, schema: str) -> None:
    """Where it is there, a database team has made it: then we may perhaps make tables in it, but no schemas."""
    text = "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = CAST(:schema AS text))"
    ((is_there,),) = connection.rows(text, {"schema": schema})
    if not is_there:
        connection.execute(f"CREATE SCHEMA {quoted(schema)}")


def _version(connection: PostgresConnection) -> int:
    ((version,),) = connection.rows(QUERIES["postgres"]["get_number"], {"name": "version"})
    return int(version)


def _check_server(connection: PostgresConnection) -> None:
    """Raises StoreUnusable."""
    ((version, encoding),) = connection.rows(
        "SELECT current_setting('server_version_num'), current_setting('server_encoding')", {}
    )
    if int(version) // 10_000 < VERSION_MIN:
        raise StoreUnusable(f"PostgreSQL {VERSION_MIN} or newer is needed; this is {int(version) // 10_000}.")
    if encoding != "UTF8":
        raise StoreUnusable(f"The database must be in UTF8; it is in {encoding}.")
