"""The floor of an import into a file: the same documents inserted into a bare table, in transactions as large."""

from functools import partial
from pathlib import Path

from benchmarks.engine import Row
from benchmarks.sqlite.table import BareTable
from benchmarks.timing import Action
from twinhaus import strictjson
from twinhaus.transfer.formats import TWINS, Kind
from twinhaus.transfer.lines import BATCH_LINES


class Inserts:
    """The ImportFloor of SQLite: a bare table for each kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables: list[BareTable] = []

    def ready(self, kind: Kind, file: Path) -> Action:
        """The file's documents, with their ids."""
        table = BareTable(self._folder / f"{kind.name}.db")
        self._tables.append(table)
        as_row = _twin_row if kind is TWINS else _relationship_row
        return partial(_insert, table, [as_row(line) for line in file.read_bytes().splitlines()])

    def close(self) -> None:
        for table in self._tables:
            table.close()


def _insert(table: BareTable, rows: list[Row]) -> None:
    for start in range(0, len(rows), BATCH_LINES):
        table.insert(rows[start : start + BATCH_LINES])


def _twin_row(line: bytes) -> Row:
    return strictjson.read_object(line)["id"], line.decode()


def _relationship_row(line: bytes) -> Row:
    """The document carries the id that the store derives from the rest."""
    link = strictjson.read_object(line)
    substance = link.get("properties", {})
    parts = (link["sourceId"], link["name"], *(part for pair in substance.items() for part in pair))
    id_ = "_".join((*parts, link["targetId"]))
    return id_, strictjson.write({"id": id_, **link}).decode()
