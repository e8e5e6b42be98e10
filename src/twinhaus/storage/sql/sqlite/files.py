"""The file of a store: made, opened, told from others, and what goes wrong with it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import addressof, c_int
from pathlib import Path

import apsw

from twinhaus.errors import StoreUnusable, Unavailable
from twinhaus.storage.migrate import StoreTooNew
from twinhaus.storage.tables import StoreUnfinished

_LOGS = ("-wal", "-journal")  # What is committed, or is to be undone, may be there and not in the file.
_STATEMENTS_KEPT = 256  # Prepared; a writer has one for each number of rows that it is told at once.


def identity(path: Path) -> tuple[int, int] | None:
    """What tells the file at a path from any other that is open anywhere; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  Before every request for an instance.
    except OSError:
        return None
    return found.st_dev, found.st_ino


def insist_on_writing(path: Path) -> None:
    """Raise StoreUnusable where a file that is not of this version cannot be brought to it."""
    if not _can_be_written(path):
        raise StoreUnusable(
            "An older twinhaus wrote it, and nothing can be written here. Open it once with this one where it can be "
            "written: any command does."
        )


def is_fixed(path: Path) -> bool:
    """Whether a file is all of its store: nothing can be written here, and no log is left beside it."""
    return not _can_be_written(path) and not any(Path(f"{path}{ending}").exists() for ending in _LOGS)


def _can_be_written(path: Path) -> bool:
    """Whether this user may write to a file, and lay a log beside it."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def open_file(path: Path) -> apsw.Connection:
    """To be read and written, as far as this user may."""
    return apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, statementcachesize=_STATEMENTS_KEPT)


def open_fixed(path: Path) -> apsw.Connection:
    """Without locks, and without the index of a log, which could not be laid beside it."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    return apsw.Connection(f"{path.absolute().as_uri()}?immutable=1", flags=flags)


def insist_on_place(connection: apsw.Connection) -> None:
    """Raise StoreUnusable where the file at its path is another by now, or none: what is written would be lost."""
    moved = c_int(0)
    connection.file_control("main", apsw.SQLITE_FCNTL_HAS_MOVED, addressof(moved))
    if moved.value:
        raise StoreUnusable(
            "The store's file was removed or replaced while it was open; nothing was changed. Put the right one in its "
            "place while nothing is open on it, and start anew."
        )


def make_file(path: Path) -> None:
    """An empty file for a store, where there is none."""
    if not path.exists():
        # The file holds signing keys: only its owner may read it.
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


@contextmanager
def opening(path: Path) -> Iterator[None]:
    """What goes wrong while opening, with the file's name and the engine's own reason, for whoever starts a server."""
    try:
        yield
    except StoreTooNew:
        raise
    except StoreUnfinished as error:
        raise StoreUnfinished(f"{path}: {error}") from error
    except (Unavailable, OSError) as error:
        raise StoreUnusable(f"{path} cannot be opened as a store: {error.__cause__ or error}") from error
