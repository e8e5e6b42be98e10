"""Indexes of trigrams for parts of texts and of ids, where the database has the extension `pg_trgm`.

Everything is found without them. Whether they are there is looked up when they would serve, so they may come and go at
any time.
"""

from twinhaus.storage.sql.postgres.connecting import quoted
from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.words import LOWERED_ID, OF_MODEL

_INDEXED = {"wording": "texts", "twin": LOWERED_ID}  # By table.


def index_trigrams(connection: PostgresConnection, schema: str, *, lock_seconds: float) -> None:
    """Make what a store lacks of them and can have; others cannot write meanwhile. Raises Unavailable."""
    with connection.snapshot(schema, float("inf")):
        is_lacking = bool(_lacking(connection))
    if is_lacking:
        with connection.turn(schema, lock_seconds=lock_seconds):
            for table, extension in _lacking(connection):  # Someone else may have been faster.
                lowered = f"({_INDEXED[table]}) {quoted(extension)}.gin_trgm_ops, ({OF_MODEL})"
                connection.execute(f"CREATE INDEX {table}_by_trigram ON {table} USING gin ({lowered})")


def _lacking(connection: PostgresConnection) -> list[tuple[str, str]]:
    """The tables without an index, and the schema of the extension."""
    rows = connection.rows(QUERIES["postgres"]["lacking_trigrams"], {})
    return [(str(table), str(extension)) for table, extension in rows]
