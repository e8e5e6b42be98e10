"""DuckDB: contents as one STRUCT, whose fields are columns of their own; a page is found before it is fetched."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from benchmarks.peers.answers import answer_of
from benchmarks.peers.files import Files
from benchmarks.peers.question import Answer, Question, Row
from benchmarks.peers.sql import Dialect, Statement

_MEMORY = "4GB"
_READ = "read_json('{file}', format = 'newline_delimited', sample_size = -1, maximum_object_size = 67108864{more})"


class DuckDB:
    """The Peer of SQL over columns."""

    name = "DuckDB"
    setup = (
        "read_json makes contents one STRUCT, whose types it finds in all of the file; unique index on id, indexes on "
        f"both ends of relationships; prepared statements; memory_limit {_MEMORY}, a thread for each core"
    )

    def version(self) -> str:
        return str(duckdb.__version__)

    def convert(self, files: Files, folder: Path) -> None:
        """It reads lines of JSON."""

    def load(self, files: Files, folder: Path) -> None:
        self.open(files, folder)
        for statement in _statements(files):
            self._connection.execute(statement)
        self._connection.close()

    def open(self, files: Files, folder: Path) -> None:
        self._connection = duckdb.connect(str(folder / "peer.duckdb"), config={"memory_limit": _MEMORY})
        self._connection.execute("SET enable_progress_bar = false")

    def wording(self, question: Question) -> str:
        return Statement(question, _DIALECT).text

    def prepare(self, question: Question) -> Callable[[], Sequence[Row]]:
        statement = Statement(question, _DIALECT)
        (prepared,) = self._connection.extract_statements(statement.text)
        return lambda: self._connection.execute(prepared, statement.parameters).fetchall()

    def answer(self, question: Question, rows: Sequence[Row]) -> Answer:
        return answer_of(question, rows)


def _statements(files: Files) -> Sequence[str]:
    twins = _READ.format(file=files.twins_file, more="")
    links = _READ.format(file=files.relationships_file, more="")
    models = _READ.format(file=files.models_file, more=", columns = {id: 'VARCHAR', bases: 'VARCHAR[]'}")
    return (
        f"CREATE TABLE twin AS SELECT number, id, model, updated, contents, document::VARCHAR AS document FROM {twins}",
        f"CREATE TABLE relationship AS SELECT source, name, target, document::VARCHAR AS document FROM {links}",
        f"CREATE TABLE model AS SELECT id FROM {models}",
        f"CREATE TABLE extends AS SELECT unnest(bases) AS base, id FROM {models}",
        "CREATE UNIQUE INDEX twin_by_id ON twin (id)",
        "CREATE INDEX relationship_by_source ON relationship (source)",
        "CREATE INDEX relationship_by_target ON relationship (target)",
        "CHECKPOINT",
    )


def _value(path: tuple[str, ...]) -> str:
    return "t.contents" + "".join(f'."{name}"' for name in path)


_DIALECT = Dialect(
    _value, lambda value, part: f"contains(lower({value}), lower({part}))", finds_before_it_fetches=True
)
