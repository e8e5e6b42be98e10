"""Rows from one schema to another of the same tables, by the driver alone."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import LiteralString, TypeAlias

import psycopg
from psycopg import sql

from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.schema import DEFAULT_SCHEMA, make_store

_TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = CAST(%s AS regnamespace) AND relkind = 'r' ORDER BY oid
"""
_KEY = """
    SELECT attname FROM pg_attribute JOIN pg_index ON attrelid = indrelid AND attnum = ANY (indkey)
    WHERE indisprimary AND indrelid = CAST(%s AS regclass)
"""
_COPY = sql.SQL("COPY {} FROM STDIN")

TableRows: TypeAlias = tuple[str, bytes]
"""A table, and rows of it as COPY takes them."""


@contextmanager
def making_schemas(url: str) -> Iterator["Schemas"]:
    """Schemas in the database of a store, for the length of a block."""
    with closing(PostgresConnection(url)) as store, psycopg.connect(url, autocommit=True) as connection:
        yield Schemas(store, connection)


class Schemas:
    """Makes schemas beside that of the store without a name."""

    def __init__(self, store: PostgresConnection, connection: psycopg.Connection) -> None:
        self._store = store
        self._connection = connection

    def copy(self, schema: str) -> None:
        """A new one with the same tables and rows. What numbers rows begins anew there, so nothing can be added."""
        make_store(self._store, schema)
        with self._connection.transaction():
            for table in self._tables(schema):
                here, there = sql.Identifier(DEFAULT_SCHEMA, table), sql.Identifier(schema, table)
                self._connection.execute(
                    sql.SQL("TRUNCATE {there}; INSERT INTO {there} SELECT * FROM {here}").format(
                        here=here, there=there
                    )
                )

    def rows_missing(self, schema: str, *, parts: int) -> list[list[TableRows]]:
        """The rows that its tables have more than those of a schema, oldest first, in so many equal parts."""
        missing: list[list[TableRows]] = [[] for _ in range(parts)]
        for table in self._tables(schema):
            statement = self._missing(schema, table)
            with self._connection.cursor() as cursor, cursor.copy(statement) as rows:
                told = [bytes(row) for row in rows]
            for part, each in enumerate(missing):
                first, end = (len(told) * bound // parts for bound in (part, part + 1))
                each.append((table, b"".join(told[first:end])))
        return missing

    def add(self, schema: str, parts: Sequence[Sequence[TableRows]]) -> None:
        """Rows of some tables, each part in one transaction."""
        for part in parts:
            with self._connection.transaction(), self._connection.cursor() as cursor:
                for table, data in part:
                    with cursor.copy(_COPY.format(sql.Identifier(schema, table))) as copy:
                        copy.write(data)

    def _missing(self, schema: str, table: str) -> sql.Composed:
        """By its key: what has changed in a row that was there before is no part of it."""
        key = self._column(_KEY, sql.Identifier(schema, table).as_string())
        return sql.SQL(
            """COPY (SELECT here.* FROM {here} AS here
                     WHERE NOT EXISTS (SELECT FROM {there} AS there WHERE {is_same})
                     ORDER BY here.ctid) TO STDOUT"""
        ).format(
            here=sql.Identifier(DEFAULT_SCHEMA, table),
            there=sql.Identifier(schema, table),
            is_same=sql.SQL(" AND ").join(
                sql.SQL("there.{column} = here.{column}").format(column=sql.Identifier(name)) for name in key
            ),
        )

    def _tables(self, schema: str) -> list[str]:
        return self._column(_TABLES, sql.Identifier(schema).as_string())

    def _column(self, statement: LiteralString, name: str) -> list[str]:
        return [value for (value,) in self._connection.execute(statement, [name])]
