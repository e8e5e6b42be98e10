"""An index of trigrams for parts of texts, where the database has the extension `pg_trgm`.

Everything is found without it. Whether it is there is looked up when it would serve, so it may come and go at any time.
"""

from twinhaus.storage.sql.postgres import PostgresConnection
from twinhaus.storage.sql.postgres_connecting import quoted
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.words import LOWERED


def index_trigrams(connection: PostgresConnection, schema: str, *, lock_seconds: float) -> None:
    """Make a store's index where it can be made and is not there; others cannot write meanwhile. Raises Unavailable."""
    with connection.snapshot(schema, float("inf")):
        is_lacking = _schema_of_extension(connection) is not None
    if is_lacking:
        with connection.turn(schema, lock_seconds=lock_seconds):
            extension = _schema_of_extension(connection)  # Someone else may have been faster.
            if extension is not None:
                lowered = f"({LOWERED}) {quoted(extension)}.gin_trgm_ops"
                connection.execute(f"CREATE INDEX property_by_trigram ON property USING gin ({lowered})")


def _schema_of_extension(connection: PostgresConnection) -> str | None:
    rows = connection.rows(QUERIES["postgres"]["lacking_trigrams"], {})
    return next((str(name) for (name,) in rows), None)
