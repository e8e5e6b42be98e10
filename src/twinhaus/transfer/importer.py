"""Bring twins and relationships in from a file. What is refused is reported with its reasons, and the rest goes on."""

import gc
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from twinhaus.storage.store import Store
from twinhaus.transfer.csv_in import Csv
from twinhaus.transfer.formats import Format, Kind, Ndjson, Reading, put_all, read_batch
from twinhaus.transfer.lines import BATCH_LINES, LINE_BYTES_MAX, Batch, Batcher, LineSplitter
from twinhaus.transfer.outcomes import Outcome
from twinhaus.transfer.sheets import SHEETS

_VALUES_BETWEEN_COLLECTIONS = 100_000
_SWITCH_SECONDS = 0.0005


@dataclass(frozen=True, slots=True)
class Progress:
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
    under_way: deque[tuple[int, Future[list[Outcome]]]] = deque()
    for size, readings in batches:
        under_way.append((size, store.write(partial(put_all, readings=readings))))
        yield from _done(under_way, but=ahead)
    yield from _done(under_way, but=0)


def _done(under_way: "deque[tuple[int, Future[list[Outcome]]]]", *, but: int) -> Iterator[Progress]:
    """What became of the oldest, all but so many."""
    while len(under_way) > but:
        size, future = under_way.popleft()
        yield Progress(size, future.result())


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
