"""SQLite for the benchmarks: each store is a file, in a folder of its own."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import apsw
import msgspec

from benchmarks.engine import SQLITE, Connections, Moments
from benchmarks.sqlite.creations import Creations
from benchmarks.sqlite.inserts import Inserts
from benchmarks.sqlite.statement import PageStatement
from benchmarks.sqlite.table import BareTable
from benchmarks.work import WORK, empty_folder
from twinhaus.storage.sql.sqlite.instances import folder_beside

_FILE = "store.db"


@contextmanager
def running_sqlite() -> Iterator["Sqlite"]:
    """The engine for the length of a block, after which none of its files is left but those that are kept."""
    with empty_folder(WORK / "run") as folder:
        yield Sqlite(folder)


class Sqlite:
    """The Engine of files."""

    name = SQLITE
    import_floor_is = "bare inserts of the same rows into the same tables with the same indexes"

    def __init__(self, folder: Path) -> None:
        self.disk = folder
        self._numbers = count(1)

    def facts(self) -> dict[str, str]:
        return {"sqlite": f"{apsw.sqlite_lib_version()} (apsw {apsw.apsw_version()})"}

    @contextmanager
    def prepared(self, folder: Path, fill: Callable[[str], Moments]) -> Iterator[tuple[str, Moments]]:
        store, moments = folder / _FILE, folder / "moments.json"
        if not store.exists():
            with empty_folder(folder / "unfinished") as unfinished:
                moments.write_bytes(msgspec.json.encode(fill(str(unfinished / _FILE))))
                (unfinished / _FILE).rename(store)
        yield str(store), msgspec.json.decode(moments.read_bytes(), type=Moments)

    @contextmanager
    def new_store(self) -> Iterator[str]:
        with self._folder() as folder:
            yield str(folder / _FILE)

    @contextmanager
    def copied(self, store: str) -> Iterator[str]:
        with self.new_store() as copy:
            shutil.copyfile(store, copy)
            with Path(copy).open(
                "rb+"
            ) as file:  # Else the next commit would wait until all of it is on the disk.
                os.fsync(file.fileno())
            yield copy

    @contextmanager
    def multiplied(self, store: str, names: Sequence[str]) -> Iterator[str]:
        with self.copied(store) as copy:
            folder = folder_beside(copy)
            folder.mkdir(mode=0o700)
            for name in names:
                shutil.copyfile(store, folder / f"{name}.db")
            yield copy

    def connections(self, store: str) -> Connections:
        return Connections()

    def statements(self, store: str) -> PageStatement:
        return PageStatement(Path(store))

    @contextmanager
    def bare_table(self, clients: int) -> Iterator[BareTable]:
        with self._folder() as folder, closing(BareTable(folder / "floor.db")) as table:
            yield table

    @contextmanager
    def creations_floor(self, store: str, before: str) -> Iterator[Creations]:
        with self.copied(before) as copy, closing(Creations(Path(store), Path(copy))) as floor:
            yield floor

    @contextmanager
    def import_floor(self, store: str) -> Iterator[Inserts]:
        with self.copied(store) as copy, closing(Inserts(Path(store), Path(copy))) as floor:
            yield floor

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        with empty_folder(self.disk / f"{next(self._numbers)}") as folder:
            yield folder
