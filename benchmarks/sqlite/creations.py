"""The floor of creating twins in a file: the same rows inserted into the same tables with the same indexes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import apsw

from benchmarks.timing import time_once
from twinhaus.storage.sql.sqlite.connection import BUSY_TIMEOUT_SECONDS_DEFAULT, SqliteConnection

_Tables: TypeAlias = dict[str, list[tuple[Any, ...]]]  # Rows by their tables.

# The rows of one twin, but for what is one row for many; those of `kind` cannot be found by their twin.
_ROWS_OF = {
    "twin": "SELECT * FROM twin WHERE number = ?",
    "document": "SELECT * FROM document WHERE twin = ?",
    "kind": """SELECT model_ancestor.ancestor, twin.number
        FROM twin CROSS JOIN model_ancestor ON model_ancestor.model = twin.model WHERE twin.number = ?""",
    "location": "SELECT * FROM location WHERE twin = ?",
    "property": "SELECT * FROM property WHERE twin = ?",
}
_LAST = "SELECT max(number) FROM twin"
_LAST_ENTRY = "SELECT max(instant) FROM audit"


class Creations:
    """Another file, a copy of the store before the twins were created, written by a connection like the store's."""

    def __init__(self, store: Path, copy: Path) -> None:
        self._store = store
        self._connection = SqliteConnection(
            copy, writable=True, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS_DEFAULT
        )
        with closing(self._open_store()) as store_as_it_is:
            (self._last,), (self._last_entry,) = (
                next(store_as_it_is.execute(one)) for one in (_LAST, _LAST_ENTRY)
            )

    def again(self, *, at_once: int) -> Iterator[float]:
        """What was created since the last time, so many twins to a transaction; yields each one's milliseconds."""
        twins, authors, self._last, self._last_entry = self._new()
        self._connection.add_rows("INSERT OR IGNORE INTO author VALUES (?, ?)", authors)
        for start in range(0, len(twins), at_once):
            tables = _by_table(twins[start : start + at_once])
            yield time_once(partial(self._insert, tables))

    def _new(self) -> tuple[list[_Tables], list[tuple[Any, ...]], int, int]:
        """The rows of each new twin, who wrote them, and up to where that is all."""
        with closing(self._open_store()) as store:
            (last,), (last_entry,) = next(store.execute(_LAST)), next(store.execute(_LAST_ENTRY))
            found: dict[int, _Tables] = defaultdict(lambda: defaultdict(list))
            for number in range(self._last + 1, last + 1):
                for table, statement in _ROWS_OF.items():
                    found[number][table].extend(store.execute(statement, (number,)))
            entries = store.execute(
                """SELECT twin.number, audit.* FROM audit CROSS JOIN twin ON twin.id = audit.id
                    WHERE audit.instant > ? AND twin.number > ?""",
                (self._last_entry, self._last),
            )
            for number, *entry in entries:
                found[number]["audit"].append(tuple(entry))
            authors = list(store.execute("SELECT * FROM author"))
            return [found[number] for number in sorted(found)], authors, last, last_entry

    def _insert(self, tables: _Tables) -> None:
        with self._connection.transaction("BEGIN IMMEDIATE"):
            for table, rows in tables.items():
                marks = ", ".join("?" * len(rows[0]))
                self._connection.add_rows(f"INSERT INTO {table} VALUES ({marks})", rows)

    def _open_store(self) -> apsw.Connection:
        return apsw.Connection(str(self._store), flags=apsw.SQLITE_OPEN_READONLY)

    def close(self) -> None:
        self._connection.close()


def _by_table(twins: Sequence[_Tables]) -> _Tables:
    """Of all of them, in the order of each table's key."""
    tables: _Tables = defaultdict(list)
    for rows_of in twins:
        for table, rows in rows_of.items():
            tables[table].extend(rows)
    return {table: sorted(rows) for table, rows in tables.items() if rows}
