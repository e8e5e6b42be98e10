"""Instances as PostgreSQL has them: a schema each, in one database.

On Citus, with `citus.enable_schema_based_sharding`, each schema lies on one of its machines; nothing here is different.
"""

from collections.abc import Callable, Sequence

from twinhaus.errors import Conflict, Unavailable
from twinhaus.storage.instances import (
    INSTANCES_MAX,
    Instance,
    InstanceExists,
    InstanceStore,
    NoInstance,
    insist_on_instance_name,
    is_instance_name,
)
from twinhaus.storage.sql.postgres.connecting import quoted
from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.database import Database
from twinhaus.storage.sql.postgres.errors import Collision, StoreGone
from twinhaus.storage.sql.postgres.schema import DEFAULT_SCHEMA, has_store, make_store

_PREFIX = f"{DEFAULT_SCHEMA}_"
_REMOVE_SECONDS = 10.0  # To wait for those who read from it.
_TRIES_MAX = 10
OpenSchema = Callable[[str], InstanceStore]

# A schema with the table that every store has is a store.
_STORES = """
    FROM pg_namespace AS namespace
    WHERE starts_with(namespace.nspname, :prefix)
      AND EXISTS (SELECT 1 FROM pg_class AS one WHERE one.relnamespace = namespace.oid AND one.relname = 'state')
"""
_COUNT = f"SELECT count(*) {_STORES}"
# On one machine its tables' files are there.
_LIST = f"""
    SELECT namespace.nspname,
        (SELECT sum(pg_total_relation_size(one.oid)) FROM pg_class AS one
         WHERE one.relnamespace = namespace.oid AND one.relkind = 'r'),
        CAST(NULL AS text)
    {_STORES}
"""
_IS_CITUS = "SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'citus')"
# On Citus a schema's tables lie on one machine of several: unless it was made when schemas were not placed.
_LIST_CITUS = f"""
    SELECT stores.name,
        coalesce(sum(shard.shard_size), sum(pg_total_relation_size(one.oid))),
        min(shard.nodename || ':' || shard.nodeport)
    FROM (SELECT namespace.oid, namespace.nspname {_STORES}) AS stores (number, name)
    JOIN pg_class AS one ON one.relnamespace = stores.number AND one.relkind = 'r'
    LEFT JOIN citus_shards AS shard ON CAST(shard.table_name AS oid) = one.oid
    GROUP BY stores.name
"""


class PostgresInstances:
    """The Instances of `storage/instances.py` as schemas of a database."""

    def __init__(self, database: Database, open_schema: OpenSchema) -> None:
        """`open_schema` opens the store in a schema, and raises StoreGone where there is none."""
        self._database = database.used()
        self._open_schema = open_schema

    def open(self, name: str) -> InstanceStore:
        schema = schema_of(name)
        try:
            return self._open_schema(schema)
        except StoreGone:
            raise NoInstance(name) from None

    def create(self, name: str) -> None:
        insist_on_instance_name(name)
        ((count,),) = self._database.read(lambda connection: connection.rows(_COUNT, {"prefix": _PREFIX}))
        if count >= INSTANCES_MAX:
            raise Conflict(f"There are {INSTANCES_MAX} instances already. Remove one first.")
        if not self._database.read(lambda connection: make_store(connection, schema_of(name))):
            raise InstanceExists(name)

    def remove(self, name: str) -> None:
        schema = schema_of(name)
        for _ in range(_TRIES_MAX):
            try:
                is_removed = self._database.read(lambda connection: _remove(connection, schema))
            except Collision:  # With one who reads from it: the next one finds it gone.
                continue
            if not is_removed:
                raise NoInstance(name)
            return
        raise Unavailable(f'The instance "{name}" is in use. Try again.')

    def list(self) -> Sequence[Instance]:
        return sorted(self._database.read(_list), key=lambda one: one.name)

    def close(self) -> None:
        self._database.close()


def schema_of(name: str) -> str:
    """The schema of an instance. Raises NoInstance for what is no name: it must never become part of a statement."""
    if not is_instance_name(name):
        raise NoInstance(name)
    return f"{_PREFIX}{name}"


def _remove(connection: PostgresConnection, schema: str) -> bool:
    """Whether it was there."""
    if not has_store(connection, schema):
        return False
    try:
        with connection.turn(schema, lock_seconds=_REMOVE_SECONDS):
            connection.execute(f"DROP SCHEMA {quoted(schema)} CASCADE")
    except StoreGone:
        return False
    return True


def _list(connection: PostgresConnection) -> list[Instance]:
    ((is_citus,),) = connection.rows(_IS_CITUS, {})
    with connection.transaction(DEFAULT_SCHEMA):
        connection.execute("SET LOCAL enable_hashjoin = on")  # No index helps with all of them.
        rows = connection.rows(_LIST_CITUS if is_citus else _LIST, {"prefix": _PREFIX})
    named = ((schema.removeprefix(_PREFIX), size, place) for schema, size, place in rows)
    return [Instance(name, int(size or 0), place) for name, size, place in named if is_instance_name(name)]
