"""Files that commands read and write, and how they tell how far they are, and what came of it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from twinhaus.graph import Change
from twinhaus.transfer.outcomes import Tally

STANDARD = Path("-")
Advance = Callable[[int], None]
out_file = click.Path(path_type=Path, dir_okay=False, allow_dash=True)

ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)
_STORE = b"SQLite format 3\0"  # What files of the engine begin with.
_OF_BYTES = (DownloadColumn(), TransferSpeedColumn())
_OF_THINGS = (MofNCompleteColumn(),)


@contextmanager
def progress(what: str, *files: BinaryIO) -> Iterator[Advance]:
    """A bar for the bytes of files."""
    are_known = all(file.seekable() for file in files)
    total = sum(os.fstat(file.fileno()).st_size for file in files) if are_known else None
    with _bar(*_OF_BYTES) as bar:
        task = bar.add_task(what, total=total)
        yield lambda size: bar.advance(task, size)


@contextmanager
def counting(what: str, total: int, done: int = 0) -> Iterator[Advance]:
    """A bar for so many things, of which some may be done already."""
    with _bar(*_OF_THINGS) as bar:
        task = bar.add_task(what, total=total, completed=done)
        yield lambda count: bar.advance(task, count)


def _bar(*columns: DownloadColumn | TransferSpeedColumn | MofNCompleteColumn) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *columns,
        TimeElapsedColumn(),
        console=ERRORS,
        transient=True,
        disable=not ERRORS.is_terminal,
    )


def tally_line(what: str, tally: Tally, done: str = "imported") -> str:
    """How many lines, or things, came to what."""
    counts = ((tally[Change.REPLACED], "replaced"), (tally[Change.UNCHANGED], "unchanged"))
    of_them = "".join(f", {count} of them {change}" for count, change in counts if count)
    return f"{what}: {tally.taken} {done}{of_them}, {tally.rejected} rejected."


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its name once it is whole; never that of a store."""
    if path == STANDARD:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if _is_store(path):
        raise click.ClickException(
            f"{path} is a store, or a backup of one, and stays as it is. Name another file."
        )
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            yield file
        unfinished.replace(path)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            unfinished.unlink()


def _is_store(path: Path) -> bool:
    try:
        if not path.is_file():  # To open a pipe would wait for its other end.
            return False
        with path.open("rb") as file:
            return file.read(len(_STORE)) == _STORE
    except OSError:
        return False
