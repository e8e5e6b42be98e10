"""Ladybug, which goes on with Kuzu: twins with a column for each property, a table for each name of relationships."""

import csv
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import ladybug

from benchmarks.peers.answers import answer_of
from benchmarks.peers.cypher import Statements, column_of
from benchmarks.peers.files import Files, Path_, Scalar, scalars_of
from benchmarks.peers.question import Answer, Question, Row

_BUFFER_BYTES = 4 << 30
_OWN = ("id", "number", "model", "updated", "document")
_NODES = ("Model", "Twin")
_CSV_FOLDER = "csv"
_CSV = "(HEADER = true, QUOTE = '\"', ESCAPE = '\"')"
_TYPES: dict[type, str] = {bool: "BOOL", int: "INT64", float: "DOUBLE", str: "STRING"}


class Ladybug:
    """The Peer of Cypher."""

    name = "Ladybug"
    setup = (
        "a column for each path in contents that crosses no array; a table for each name of relationships; models as "
        "nodes; ids are primary keys (HASH), ART index on number; COPY FROM CSV; prepared statements; buffer pool of "
        f"{_BUFFER_BYTES >> 30} GB, a thread for each core"
    )

    def version(self) -> str:
        return str(ladybug.__version__)

    def convert(self, files: Files, folder: Path) -> None:
        self._types = _types(files)
        (folder / _CSV_FOLDER).mkdir()
        for table, head, rows in _tables(files, self._types):
            with (folder / _CSV_FOLDER / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(head)
                writer.writerows(rows)

    def load(self, files: Files, folder: Path) -> None:
        self.open(files, folder)
        self._create()
        for file in sorted((folder / _CSV_FOLDER).iterdir(), key=_nodes_first):
            self._run(f"COPY `{file.stem}` FROM '{file}' {_CSV}")
        self._run("CREATE ART INDEX twin_by_number FOR (t:Twin) ON (t.number)")
        self._run("CHECKPOINT")
        self._connection.close()
        self._database.close()
        shutil.rmtree(folder / _CSV_FOLDER)

    def open(self, files: Files, folder: Path) -> None:
        self._database = ladybug.Database(str(folder / "peer.lbug"), buffer_pool_size=_BUFFER_BYTES)
        self._connection = ladybug.Connection(self._database)
        self._names = files.relationship_names

    def wording(self, question: Question) -> str:
        return "\n\n".join(Statements(question, self._names).texts)

    def prepare(self, question: Question) -> Callable[[], Sequence[Row]]:
        # It keeps what was prepared, by the statement's text.
        statements = Statements(question, self._names)
        if len(statements.texts) == 1:
            return lambda: self._rows(statements.texts[0], statements.parameters)

        def ask() -> Sequence[Row]:
            found = {
                row[0]: row for text in statements.texts for row in self._rows(text, statements.parameters)
            }
            return sorted(found.values(), key=lambda row: row[-1])[: question.limit]

        return ask

    def _rows(self, text: str, parameters: dict[str, Any]) -> list[list[Any]]:
        used = {name: value for name, value in parameters.items() if f"${name}" in text}
        rows: list[list[Any]] = self._connection.execute(text, used).get_all()
        return rows

    def answer(self, question: Question, rows: Sequence[Row]) -> Answer:
        return answer_of(question, rows)

    def _create(self) -> None:
        properties = "".join(f", `{column_of(path)}` {type_}" for path, type_ in self._types.items())
        self._run(
            "CREATE NODE TABLE Twin(id STRING PRIMARY KEY, number INT64, model STRING, updated INT64, "
            f"document STRING{properties})"
        )
        self._run("CREATE NODE TABLE Model(id STRING PRIMARY KEY)")
        self._run("CREATE REL TABLE extends(FROM Model TO Model)")
        for name in self._names:
            self._run(f"CREATE REL TABLE `{name}`(FROM Twin TO Twin, document STRING)")

    def _run(self, text: str) -> Any:
        return self._connection.execute(text)


def _nodes_first(file: Path) -> tuple[bool, str]:
    return file.stem not in _NODES, file.stem


def _tables(
    files: Files, types: dict[Path_, str]
) -> Iterator[tuple[str, Sequence[str], Iterable[Sequence[object]]]]:
    """Each table's name, head and rows."""
    yield "Model", ["id"], ([one["id"]] for one in files.models())
    yield "extends", ["from", "to"], ([one["id"], base] for one in files.models() for base in one["bases"])
    yield "Twin", [*_OWN, *map(column_of, types)], (_twin_row(twin, types) for twin in files.twins())
    links: dict[str, list[list[str]]] = {}
    for one in files.relationships():
        links.setdefault(one["name"], []).append([one["source"], one["target"], one["document"]])
    for name, rows in links.items():
        yield name, ["from", "to", "document"], rows


def _types(files: Files) -> dict[Path_, str]:
    """Of each path of a value, over all twins; what crosses an array has none, and what differs is a text."""
    found: dict[Path_, set[type]] = {}
    for twin in files.twins():
        for path, value in scalars_of(_without_arrays(twin["contents"])):
            found.setdefault(path, set()).add(type(value))
    return {path: _type(kinds) for path, kinds in found.items()}


def _type(kinds: set[type]) -> str:
    if kinds == {int, float}:
        return _TYPES[float]
    return _TYPES[kinds.pop()] if len(kinds) == 1 else _TYPES[str]


def _without_arrays(value: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _without_arrays(member) if isinstance(member, dict) else member
        for name, member in value.items()
        if not isinstance(member, list)
    }


def _twin_row(twin: dict[str, Any], types: dict[Path_, str]) -> list[Scalar | None]:
    values = dict(scalars_of(_without_arrays(twin["contents"])))
    return [*(twin[name] for name in _OWN), *(values.get(path) for path in types)]
