"""The floor of writing: a bare table of documents by id, as durable as the store, with nothing kept beside it."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import apsw

from benchmarks.engine import Row
from benchmarks.timing import time_once


class BareTable:
    """Documents by id in a file of their own: WAL, synchronous FULL, one connection, no threads."""

    def __init__(self, path: Path) -> None:
        self._connection = apsw.Connection(str(path))
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE document (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL)",
        ):
            self._connection.execute(statement).fetchall()

    def insert(self, rows: Sequence[Row]) -> None:
        """New rows, in one transaction."""
        with self._connection:
            self._connection.executemany("INSERT INTO document (id, json) VALUES (?, ?)", rows)

    def upsert(self, row: Row) -> None:
        """One row, new or replaced, durable once this is back."""
        self._connection.execute(
            "INSERT INTO document (id, json) VALUES (?, ?) ON CONFLICT DO UPDATE SET json = excluded.json",
            row,
        )

    def upsert_at_once(self, rows: Sequence[Row]) -> Iterator[float]:
        """One after the other: there is one writer, whoever sends them."""
        return (time_once(partial(self.upsert, row)) for row in rows)

    def close(self) -> None:
        self._connection.close()
