"""The import beside its floor: the same documents inserted into a bare table, in transactions as large."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.portfolio import empty_folder, load_models, opened
from benchmarks.table import BareTable, Row
from benchmarks.timing import time_once
from twinhaus import strictjson
from twinhaus.storage.store import Store
from twinhaus.testing import buildings
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Kind, Ndjson
from twinhaus.transfer.importer import import_lines
from twinhaus.transfer.lines import BATCH_LINES


@dataclass(frozen=True, slots=True)
class ImportMeasured:
    """So many lines imported, and the floor, each in lines a second."""

    what: str
    lines: int
    per_second: float
    floor_per_second: float

    @property
    def ratio(self) -> float:
        """How many times as long as its floor it took."""
        return self.floor_per_second / self.per_second


def measure_imports(folder: Path, *, twins: int) -> Iterator[ImportMeasured]:
    """A portfolio of so many twins into an empty store, batch by batch in turns with the floor."""
    with empty_folder(folder):
        twins_file, relationships_file = buildings.write_ndjson(folder, twins=twins)
        with opened(folder / "store.db") as store:
            load_models(store)
            twin_rows = [_twin_row(line) for line in _lines(twins_file)]
            yield _measure(TWINS, store, twins_file, twin_rows)
            link_rows = [_relationship_row(line) for line in _lines(relationships_file)]
            yield _measure(RELATIONSHIPS, store, relationships_file, link_rows)


def _measure(kind: Kind, store: Store, path: Path, rows: Sequence[Row]) -> ImportMeasured:
    table = BareTable(path.with_suffix(".floor.db"))
    took, floor_took = 0.0, 0.0
    with path.open("rb") as file:
        batches = import_lines(store, file, Ndjson(kind))
        for start in range(0, len(rows), BATCH_LINES):
            part = rows[start : start + BATCH_LINES]
            took += time_once(lambda: next(batches))
            floor_took += time_once(lambda part=part: table.insert(part))  # type: ignore[misc]
    table.close()
    return ImportMeasured(kind.name, len(rows), len(rows) / took * 1e3, len(rows) / floor_took * 1e3)


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


def _twin_row(line: bytes) -> Row:
    return strictjson.read_object(line)["id"], line.decode()


def _relationship_row(line: bytes) -> Row:
    """The document carries the id that the store derives from the rest."""
    link = strictjson.read_object(line)
    substance = link.get("properties", {})
    parts = (link["sourceId"], link["name"], *(part for pair in substance.items() for part in pair))
    id_ = "_".join((*parts, link["targetId"]))
    return id_, strictjson.write({"id": id_, **link}).decode()
