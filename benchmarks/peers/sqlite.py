"""Plain SQLite by Python's own module: JSON texts in a table, indexes on all that is a column, scans for the rest."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.peers.answers import answer_of
from benchmarks.peers.files import Files
from benchmarks.peers.question import Answer, Question, Row
from benchmarks.peers.sql import Dialect, Statement
from twinhaus.strictjson import JsonObject

_CACHE_BYTES = 256 << 20
_SCHEMA = """
CREATE TABLE twin (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, model TEXT NOT NULL, updated INTEGER NOT NULL,
    document TEXT NOT NULL);
CREATE TABLE relationship (source TEXT NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE model (id TEXT PRIMARY KEY);
CREATE TABLE extends (base TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (base, id)) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX twin_by_model ON twin (model);
CREATE INDEX twin_by_update ON twin (updated);
CREATE INDEX relationship_by_source ON relationship (source, name, target);
CREATE INDEX relationship_by_target ON relationship (target, name, source);
ANALYZE;
"""


class Sqlite:
    """The Peer of SQL with JSON."""

    name = "SQLite"
    setup = (
        "Python's sqlite3; tables of twins, relationships and models; indexes on id, model, update, and both ends of "
        f"relationships with names; json_extract for contents; ANALYZE; {_CACHE_BYTES >> 20} MB of cache"
    )

    def version(self) -> str:
        return sqlite3.sqlite_version

    def convert(self, files: Files, folder: Path) -> None:
        """It reads lines of JSON."""

    def load(self, files: Files, folder: Path) -> None:
        with closing(sqlite3.connect(folder / "peer.db")) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)
            with connection:
                for table, rows in _tables(files):
                    marks = ", ".join("?" * (table.count(",") + 1))
                    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
            connection.executescript(_INDEXES)

    def open(self, files: Files, folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "peer.db")
        self._connection.execute(f"PRAGMA cache_size = -{_CACHE_BYTES >> 10}")

    def wording(self, question: Question) -> str:
        return Statement(question, _DIALECT).text

    def prepare(self, question: Question) -> Callable[[], Sequence[Row]]:
        # The module keeps statements prepared, by their text.
        statement = Statement(question, _DIALECT)
        return lambda: self._connection.execute(statement.text, statement.parameters).fetchall()

    def answer(self, question: Question, rows: Sequence[Row]) -> Answer:
        return answer_of(question, rows)


def _tables(files: Files) -> Iterator[tuple[str, Iterator[tuple[object, ...]]]]:
    yield (
        "twin (number, id, model, updated, document)",
        _values(files.twins(), "number", "id", "model", "updated", "document"),
    )
    yield (
        "relationship (source, name, target, document)",
        _values(files.relationships(), "source", "name", "target", "document"),
    )
    yield "model (id)", _values(files.models(), "id")
    yield "extends (base, id)", ((base, one["id"]) for one in files.models() for base in one["bases"])


def _values(rows: Iterator[JsonObject], *names: str) -> Iterator[tuple[object, ...]]:
    return (tuple(row[name] for name in names) for row in rows)


def _value(path: tuple[str, ...]) -> str:
    keys = "".join(f'."{name}"' for name in ("contents", *path))
    return f"json_extract(t.document, '$.{keys[1:]}')"


_DIALECT = Dialect(
    _value, lambda value, part: f"instr(lower({value}), lower({part})) > 0", finds_before_it_fetches=False
)
