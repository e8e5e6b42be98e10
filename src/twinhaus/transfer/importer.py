"""Bring twins and relationships in from a file. What is refused is reported with its reasons, and the rest goes on."""

import gc
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event
from typing import BinaryIO

from msgspec import Struct

from twinhaus.storage.store import Store, Transaction
from twinhaus.transfer.csv_in import Csv
from twinhaus.transfer.formats import Format, Kind, Ndjson, Reading, put_all, read_batch
from twinhaus.transfer.lines import BATCH_LINES, LINE_BYTES_MAX, Batch, Batcher, LineSplitter
from twinhaus.transfer.outcomes import Outcome
from twinhaus.transfer.sheets import SHEETS

_VALUES_BETWEEN_COLLECTIONS = 100_000
_SWITCH_SECONDS = 0.0005


class Progress(Struct, frozen=True):
    """What one batch came to. Blank lines do not count."""

    bytes: int  # Or whatever else its size was given in.
    outcomes: list[Outcome]


def format_of(kind: Kind, *, is_csv: bool, line_bytes_max: int = LINE_BYTES_MAX) -> Format:
    """How a new file of this kind is read."""
    splitter = LineSplitter(line_bytes_max)
    return Csv(SHEETS[kind.name], splitter) if is_csv else Ndjson(kind, splitter)


def import_lines(store: Store, file: BinaryIO, format_: Format) -> Iterator[Progress]:
    """Import a file, yielding after each batch that is durable; the next one is read while a batch is written. Memory
    stays flat, whatever the file's length.

    Raises Unavailable where the store fails; every batch yielded before is kept, and importing again is harmless.
    """
    # Who fills a pipe may wait for what becomes of each batch, and the next may be long in coming.
    ahead, lines_max = (1, format_.kind.batch_lines) if file.seekable() else (0, BATCH_LINES)
    batches = Batcher(format_.splitter(), lines_max=lines_max).read(file)
    return import_readings(
        store, ((size_of(batch), read_batch(batch, format_)) for batch in batches), ahead=ahead
    )


def import_readings(
    store: Store, batches: Iterable[tuple[int, list[Reading]]], *, ahead: int = 1
) -> Iterator[Progress]:
    """The same of what was read otherwise: batches, each with its size. So many of them are read ahead."""
    under_way: deque[_UnderWay] = deque()
    for size, readings in batches:
        if under_way:  # Else it would share a transaction with the one before.
            under_way[-1].is_begun.wait()
        under_way.append(_UnderWay(store, size, readings))
        yield from _done(under_way, but=ahead)
        if under_way:  # The next is read while the store has work of its own with the oldest.
            under_way[0].is_put.wait()
    yield from _done(under_way, but=0)


class _UnderWay:
    """A batch that is written. Once all of it `is_put`, what is left is the store's own work."""

    def __init__(self, store: Store, size: int, readings: list[Reading]) -> None:
        self.size = size
        self.is_begun, self.is_put = Event(), Event()
        self.outcomes = store.write(partial(self._put, readings))
        self.outcomes.add_done_callback(lambda outcomes: self._end())  # Also if it never came to be put.

    def _end(self) -> None:
        self.is_begun.set()
        self.is_put.set()

    def _put(self, readings: list[Reading], transaction: Transaction) -> list[Outcome]:
        self.is_begun.set()
        outcomes = put_all(transaction, readings)
        self.is_put.set()
        return outcomes


def _done(under_way: deque[_UnderWay], *, but: int) -> Iterator[Progress]:
    """What became of the oldest, all but so many."""
    while len(under_way) > but:
        batch = under_way.popleft()
        yield Progress(batch.size, batch.outcomes.result())


@contextmanager
def dedicated() -> Iterator[None]:
    """Inside, this process is there for an import.

    Python looks for rings of forgotten values a hundred times less often: a batch of lines is many values and no ring,
    and to look through them again and again would take a third of the time. And threads give way to each other ten
    times as often, so that the one that reads lines does not keep a database waiting for the one that writes.
    """
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.freeze()
    gc.set_threshold(_VALUES_BETWEEN_COLLECTIONS, *thresholds[1:])
    sys.setswitchinterval(_SWITCH_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def size_of(batch: Batch) -> int:
    """Its bytes, ends of lines included."""
    return sum(len(line.text) + 1 for line in batch)
