"""Instances as SQLite has them: a file each, in a folder beside the store's own file."""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from twinhaus.errors import Conflict
from twinhaus.storage.instances import (
    INSTANCES_MAX,
    Instance,
    InstanceExists,
    InstanceStore,
    NoInstance,
    insist_on_instance_name,
    is_instance_name,
)
from twinhaus.storage.sql.threads import Threads

_SUFFIX = ".db"
_BESIDE = ("-wal", "-shm")  # What SQLite lays beside a file, and finds by the file's name.
_LOCK = ".lock"
# Threads are started as they are needed, so the limits are for a day when every instance is busy at once.
_READERS_MAX = 32
_WRITERS_MAX = 16
_STREAMS_MAX = 32  # Of all instances; each holds a connection, and some megabytes.


def folder_beside(store: str) -> Path:
    """Where the instances of a store's file are."""
    return Path(f"{store}.instances")


def file_of(folder: Path, name: str) -> Path:
    """The file of an instance. Raises NoInstance for what is no name: it must never become part of a path."""
    if not is_instance_name(name):
        raise NoInstance(name)
    return folder / f"{name}{_SUFFIX}"


OpenFile = Callable[[Path, Threads | None], InstanceStore]


class SqliteInstances:
    """The Instances of `storage/instances.py` as files of one folder, which is made with the first of them.

    A file takes its name once it is a whole store. When it loses it, whoever has it open keeps what is left of it, and
    finds by its number that the name is another's: as long as it is open, no other file gets that number.
    """

    def __init__(self, folder: Path, open_file: OpenFile) -> None:
        """`open_file` opens the store in a file, which it makes where it is given no threads."""
        self._folder = folder
        self._open_file = open_file
        self._threads = Threads(readers=_READERS_MAX, writers=_WRITERS_MAX, streams=_STREAMS_MAX)

    def open(self, name: str) -> InstanceStore:
        path = self._path(name)
        if not path.is_file():
            raise NoInstance(name)
        # Else the file might be another's by the time that SQLite looks for what lies beside it.
        with self._locked(fcntl.LOCK_SH):
            if not path.is_file():
                raise NoInstance(name)
            return self._open_file(path, self._threads)

    def create(self, name: str) -> None:
        insist_on_instance_name(name)
        path = self._path(name)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            raise InstanceExists(name)
        if sum(1 for _ in self._names()) >= INSTANCES_MAX:
            raise Conflict(f"There are {INSTANCES_MAX} instances already. Remove one first.")
        with TemporaryDirectory(dir=self._folder, prefix=".new-") as unfinished:
            made = Path(unfinished) / path.name
            self._open_file(made, None).close()
            with self._locked(fcntl.LOCK_EX):
                if path.exists():  # Another was faster.
                    raise InstanceExists(name)
                _remove_beside(path)  # Left by a removal that was cut short.
                made.rename(path)
                self._keep()

    def remove(self, name: str) -> None:
        path = self._path(name)
        if not path.is_file():
            raise NoInstance(name)
        with self._locked(fcntl.LOCK_EX):
            try:
                path.unlink()
            except FileNotFoundError:
                raise NoInstance(name) from None
            _remove_beside(path)
            self._keep()

    def list(self) -> Sequence[Instance]:
        return [Instance(name, self._bytes(name)) for name in sorted(self._names())]

    def close(self) -> None:
        self._threads.close()

    def _path(self, name: str) -> Path:
        return file_of(self._folder, name)

    def _names(self) -> Iterator[str]:
        try:
            files = os.scandir(self._folder)
        except FileNotFoundError:
            return
        with files:
            for file in files:
                name = file.name.removesuffix(_SUFFIX)
                if file.name.endswith(_SUFFIX) and is_instance_name(name) and file.is_file():
                    yield name

    def _bytes(self, name: str) -> int:
        path = self._path(name)
        total = 0
        for one in (path, *_beside(path)):
            with suppress(FileNotFoundError):
                total += one.stat().st_size
        return total

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """While one process gives a name to a file, or takes it away, none looks a file up by its name."""
        if not os.access(self._folder, os.W_OK):  # Nobody does that here.
            yield
            return
        lock = os.open(self._folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(lock, how)
            yield
        finally:
            os.close(lock)

    def _keep(self) -> None:
        """Make what was done to names durable."""
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _beside(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(f"{path.name}{ending}") for ending in _BESIDE)


def _remove_beside(path: Path) -> None:
    for one in _beside(path):
        one.unlink(missing_ok=True)
