"""Bring twins and relationships in from NDJSON: one object a line, in the shapes of `PUT /twins` and
`PUT /twins/relationships`. A line that is refused is reported with its reasons, and the rest goes on.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from twinhaus import changes, strictjson
from twinhaus.drafts import read_relationship, read_twin
from twinhaus.errors import Fault, Invalid, TwinhausError, Unavailable
from twinhaus.storage.store import Store, Transaction

BATCH_LINES = 1_000  # One transaction, one fsync; short enough that other writers hardly wait.
LINE_BYTES_MAX = 4 * 1024 * 1024

Put = Callable[[Transaction, strictjson.Json], object]


@dataclass(frozen=True, slots=True)
class Rejection:
    """A line that was not taken, and why."""

    line: int
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """What one batch came to. Blank lines do not count."""

    lines: int
    bytes: int
    rejections: tuple[Rejection, ...]


def put_twin_line(transaction: Transaction, value: strictjson.Json) -> object:
    """A line of a file of twins."""
    return changes.put_twin(transaction, read_twin(value))


def put_relationship_line(transaction: Transaction, value: strictjson.Json) -> object:
    """A line of a file of relationships."""
    return changes.put_relationship(transaction, read_relationship(value))


def import_lines(store: Store, lines: BinaryIO, put: Put) -> Iterator[Progress]:
    """Import a file, yielding after each batch that is durable. Memory stays flat, whatever the file's length.

    Raises Unavailable where the store fails; every batch yielded before is kept, and importing again is harmless.
    """
    numbered = enumerate(_lines(lines), start=1)
    while batch := list(islice(numbered, BATCH_LINES)):
        size = sum(len(line) for _, line in batch)
        rejections = store.write(lambda transaction: _put_batch(transaction, batch, put)).result()
        yield Progress(sum(1 for _, line in batch if line.strip()), size, rejections)


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines, never more of one in memory than the longest allowed and a byte, which marks it as too long."""
    while line := file.readline(LINE_BYTES_MAX + 1):
        yield line
        while len(line) > LINE_BYTES_MAX and not line.endswith(b"\n"):
            line = file.readline(LINE_BYTES_MAX + 1)


def _put_batch(
    transaction: Transaction, batch: Iterable[tuple[int, bytes]], put: Put
) -> tuple[Rejection, ...]:
    rejections = []
    for number, line in batch:
        if not line.strip():
            continue
        try:
            if len(line) > LINE_BYTES_MAX:
                raise Invalid(Fault("$", f"A line has at most {LINE_BYTES_MAX} bytes"))
            put(transaction, strictjson.read(line.rstrip(b"\r\n")))
        except Unavailable:
            raise
        except Invalid as error:
            rejections.append(Rejection(number, error.faults))
        except TwinhausError as error:
            rejections.append(Rejection(number, (Fault("$", error.detail),)))
    return tuple(rejections)
