"""The file of a store: made, told from others, and what goes wrong with it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from twinhaus.errors import StoreUnusable, Unavailable
from twinhaus.storage.migrate import StoreTooNew
from twinhaus.storage.tables import StoreUnfinished


def identity(path: Path) -> tuple[int, int] | None:
    """What tells the file at a path from any other that is open anywhere; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116  Before every request for an instance.
    except OSError:
        return None
    return found.st_dev, found.st_ino


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
