"""The import beside its floor: the same written by bare means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.engine import Engine
from benchmarks.portfolio import import_all, load_models, opened
from benchmarks.timing import time_once
from benchmarks.work import WORK, empty_folder
from twinhaus.testing import buildings
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Kind


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


def measure_imports(engine: Engine, *, twins: int, rounds: int) -> Iterator[ImportMeasured]:
    """A portfolio of so many twins into stores that have but models, file by file in turns with the floor."""
    with empty_folder(WORK / "import") as folder, engine.new_store() as empty:
        twins_file, relationships_file = buildings.write_ndjson(folder, twins=twins)
        files = ((TWINS, twins_file), (RELATIONSHIPS, relationships_file))
        with opened(empty) as store:
            load_models(store)
        took = [list(_milliseconds(engine, empty, files)) for _ in range(rounds)]
        for (kind, file), each in zip(files, zip(*took, strict=True), strict=True):
            lines = len(_lines(file))
            mean, floor_mean = (sum(one) / rounds for one in zip(*each, strict=True))
            yield ImportMeasured(kind.name, lines, lines / mean * 1e3, lines / floor_mean * 1e3)


def _milliseconds(
    engine: Engine, empty: str, files: Sequence[tuple[Kind, Path]]
) -> Iterator[tuple[float, float]]:
    """How long each file took, and its floor."""
    with engine.copied(empty) as copy, engine.import_floor(copy) as floor, opened(copy) as store:
        for kind, file in files:
            took = time_once(partial(import_all, store, _lines(file), kind))
            yield took, time_once(floor.ready(kind, file))


def _lines(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)
