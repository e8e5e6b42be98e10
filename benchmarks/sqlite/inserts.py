"""The floor of an import into a file: the same rows inserted into the same tables with the same indexes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import apsw

from benchmarks.timing import Action
from twinhaus.storage.sql.sqlite.connection import CACHE_KIBIBYTES_DEFAULT
from twinhaus.transfer.formats import Kind

# All but what is one row for many twins.
_TABLES = ("path", "twin", "document", "kind", "location", "property", "relationship", "author", "audit")


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that a table is to get, in the order of its key, and the statement that adds one."""

    statement: str
    rows: Sequence[tuple[Any, ...]]


class Inserts:
    """The ImportFloor of SQLite: another file, which follows the store. It is a copy of it in the beginning."""

    def __init__(self, store: Path, copy: Path) -> None:
        self._store = store
        self._connection = apsw.Connection(str(copy))
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            f"PRAGMA cache_size = -{CACHE_KIBIBYTES_DEFAULT}",
        ):
            self._connection.execute(statement).fetchall()

    def ready(self, kind: Kind, file: Path) -> Action:
        """What the store has by now, and the floor has not, in as many transactions as the import had."""
        with file.open("rb") as lines:
            transactions = -(-sum(1 for _ in lines) // kind.batch_lines)
        self._connection.execute("ATTACH ? AS store", (str(self._store),))
        missing = [self._missing(table) for table in _TABLES]
        self._connection.execute("DETACH store")
        return partial(self._insert, missing, transactions)

    def _missing(self, table: str) -> _Rows:
        rows = list(
            self._connection.execute(f"SELECT * FROM store.{table} EXCEPT SELECT * FROM main.{table}")
        )
        marks = ", ".join("?" * len(rows[0])) if rows else ""
        return _Rows(f"INSERT INTO main.{table} VALUES ({marks})", rows)

    def _insert(self, missing: Sequence[_Rows], transactions: int) -> None:
        for number in range(transactions):
            with self._connection:
                for table in missing:
                    start, end = (len(table.rows) * one // transactions for one in (number, number + 1))
                    self._connection.executemany(table.statement, table.rows[start:end])

    def close(self) -> None:
        self._connection.close()
