"""A connection to PostgreSQL with the settings of its session, and how values are written into settings."""

from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from twinhaus.storage.sql.postgres.errors import connecting, translated
from twinhaus.storage.sql.postgres.parameters import register

# Where the URL does not say otherwise. A server that no longer answers is found out.
_CONNECTING = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "application_name": "twinhaus",
}
# Every statement of ours has an index to go by; what would look at a whole table instead, because the engine knows too
# little of what is in it, is ruled out.
# What is acknowledged is durable, whatever the database's own setting is.
# Where there is Citus, it hands on to the machine that has the tables what is set for a transaction; else nobody minds.
SETTINGS = """
    SET client_encoding = 'UTF8'; SET client_min_messages = warning; SET jit = off;
    SET plan_cache_mode = force_custom_plan; SET enable_seqscan = off; SET enable_bitmapscan = off;
    SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_hashagg = off;
    SET citus.propagate_set_commands = 'local';
    SELECT set_config('synchronous_commit', 'on', FALSE) WHERE current_setting('synchronous_commit') = 'off'
"""


def connect(url: str, settings: str) -> "psycopg.Connection[Any]":
    """Raises StoreUnusable, Unreachable."""
    with connecting(), translated():
        # Whatever is prepared `Sending` prepares.
        connection = psycopg.connect(_conninfo(url), autocommit=True, prepare_threshold=None)
        try:
            register(connection.adapters)
            connection.execute(settings.encode(), prepare=False)
        except BaseException:
            connection.close()
            raise
        return connection


def has_citus(connection: "psycopg.Connection[Any]") -> bool:
    """Whether tables may lie on other machines than the one that is talked to. Raises StoreUnusable, Unreachable."""
    with connecting(), translated():
        found = connection.execute("SELECT 1 FROM pg_catalog.pg_extension WHERE extname = 'citus'")
        return found.fetchone() is not None


def quoted(name: str) -> str:
    """A name as an identifier."""
    return sql.Identifier(name).as_string()


def _conninfo(url: str) -> str:
    given = conninfo_to_dict(url)
    return make_conninfo(url, **{name: value for name, value in _CONNECTING.items() if name not in given})


def in_milliseconds(seconds: float) -> int:
    """As a timeout of the database: 0 is none."""
    return 0 if seconds == float("inf") else max(1, round(seconds * 1_000))
