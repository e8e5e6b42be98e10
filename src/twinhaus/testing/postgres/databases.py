"""Databases for tests, on whichever PostgreSQL server."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from twinhaus.testing.postgres.cluster import Cluster, find_cluster

_ICU = "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' TEMPLATE template0 ENCODING 'UTF8'"
_ICU_SINCE = 15


class Databases:
    """The databases of a server, made and dropped by a user who may; or of all machines of a Citus cluster, where they
    have joined the database that is named.
    """

    def __init__(self, url: str) -> None:
        """`url` is that of a database to connect to in the meantime, such as `postgres`."""
        self.url = url
        with psycopg.connect(url, autocommit=True) as connection:
            self.version = connection.info.server_version // 10_000
            ((icu,),) = connection.execute("SELECT count(*) FROM pg_collation WHERE collname = 'en-US-x-icu'")
            ((trgm,),) = connection.execute(
                "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_trgm'"
            )
            self.cluster: Cluster | None = find_cluster(connection)
        self.has_icu = icu > 0 and self.version >= _ICU_SINCE
        self.has_trgm = trgm > 0

    def create(self, *, icu: bool = False, like: str | None = None) -> str:
        """A new database, by its URL: empty, or a copy of another that nobody is connected to, as Citus always is.

        With `icu` its texts are ordered as people in the USA order words, unless a statement says otherwise.
        """
        name = f"twinhaus_test_{secrets.token_hex(8)}"
        options: sql.Composable = sql.SQL(_ICU if icu else "")
        if like is not None:
            options = sql.SQL("TEMPLATE {}").format(sql.Identifier(name_of(like)))
        statement = sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), options)
        url = urlsplit(self.url)._replace(path=f"/{name}").geturl()
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)
            if self.cluster is not None:
                self.cluster.make(connection, statement)
        if self.cluster is not None:
            try:
                with psycopg.connect(url, autocommit=True) as connection:
                    self.cluster.join(connection, name)
            except BaseException:
                self.drop(url)
                raise
        return url

    def drop(self, url: str) -> None:
        """Drop a database, whoever is connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name_of(url)))
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)
            if self.cluster is not None:
                self.cluster.drop(connection, statement)

    @contextmanager
    def database(self, *, icu: bool = False, like: str | None = None) -> Iterator[str]:
        """A new database for the length of a block."""
        url = self.create(icu=icu, like=like)
        try:
            yield url
        finally:
            self.drop(url)

    def terminate_connections(self, url: str) -> int:
        """End all connections to a database, as its administrator may at any time. How many there were."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            ended = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name_of(url)]
            )
            return ended.rowcount


def name_of(url: str) -> str:
    """The name of a URL's database."""
    return unquote(urlsplit(url).path.removeprefix("/"))
