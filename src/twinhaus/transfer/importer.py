"""Bring twins and relationships in from a file. What is refused is reported with its reasons, and the rest goes on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from twinhaus.storage.store import Store
from twinhaus.transfer.csv_in import Csv
from twinhaus.transfer.formats import Format, Kind, Ndjson, take_batch
from twinhaus.transfer.lines import LINE_BYTES_MAX, Batch, Batcher, LineSplitter
from twinhaus.transfer.outcomes import Outcome
from twinhaus.transfer.sheets import SHEETS


@dataclass(frozen=True, slots=True)
class Progress:
    """What one batch came to. Blank lines do not count."""

    bytes: int
    outcomes: list[Outcome]


def format_of(kind: Kind, *, is_csv: bool, line_bytes_max: int = LINE_BYTES_MAX) -> Format:
    """How a new file of this kind is read."""
    splitter = LineSplitter(line_bytes_max)
    return Csv(SHEETS[kind.name], splitter) if is_csv else Ndjson(kind, splitter)


def import_lines(store: Store, file: BinaryIO, format_: Format) -> Iterator[Progress]:
    """Import a file, yielding after each batch that is durable. Memory stays flat, whatever the file's length.

    Raises Unavailable where the store fails; every batch yielded before is kept, and importing again is harmless.
    """
    for batch in Batcher(format_.splitter()).read(file):
        outcomes = store.write(partial(take_batch, batch=batch, format_=format_)).result()
        yield Progress(size_of(batch), outcomes)


def size_of(batch: Batch) -> int:
    """Its bytes, ends of lines included."""
    return sum(len(line.text) + 1 for line in batch)
