"""Copies of whole stores: table by table, each in the order of its keys, and compared in the end.

The source is only read, all of it in one snapshot. What is being filled notes in each transaction how far it has come;
so a copy that was interrupted goes on where it stood, as long as the source is as it was.
"""

import hashlib
from collections.abc import Callable, Iterator
from enum import Enum
from itertools import islice, zip_longest

import msgspec
from msgspec import Struct

from twinhaus.storage.tables import TABLES, Key, Progress, Row, StoreNotEmpty, Table, TableReader, TableWriter

ROWS_AT_ONCE = 20_000  # In one transaction, as long as they are short.
BYTES_AT_ONCE = 16 * 1024 * 1024  # Of their texts, however long one may be.
_PIECE_ROWS = 64  # Read together, however long they are.
_CHECKSUM_BYTES = 16
_encode = msgspec.msgpack.Encoder().encode
Advance = Callable[[int], None]


class Beginning(Enum):
    """How a copy begins."""

    NEW = "new"
    RESUMED = "resumed"
    AGAIN = "again"


class Comparison(Struct, frozen=True):
    """A table in two stores: rows and checksums on each side, and the first key at which they differ, if they do."""

    table: Table
    rows: tuple[int, int]
    checksums: tuple[str, str]
    differs_at: Key | None

    @property
    def is_same(self) -> bool:
        return self.differs_at is None


def begin(source: TableReader, target: TableWriter) -> Beginning:
    """Begin a copy, or take up one that was interrupted. Raises StoreNotEmpty, SameStore, CopyUnderWay, Unavailable."""
    progress = target.progress
    if progress is None:
        target.begin(source.origin, source.mark)
        return Beginning.NEW
    if progress.origin != source.origin:
        raise StoreNotEmpty("This is an unfinished copy of another store. Remove it, or name another.")
    if progress.mark == source.mark:
        return Beginning.RESUMED
    target.erase()
    target.begin(source.origin, source.mark)
    return Beginning.AGAIN


def count_rows(source: TableReader, progress: Progress | None = None) -> tuple[int, int]:
    """How many rows there are, and how many of them have been copied."""
    total = copied = 0
    reached = [table.name for table in TABLES].index(progress.table) if progress else 0
    for place, table in enumerate(TABLES):
        count = source.count(table)
        total += count
        if place < reached:
            copied += count
        elif progress and place == reached and progress.after:
            copied += source.count(table, until=progress.after)
    return total, copied


def copy(source: TableReader, target: TableWriter, advance: Advance) -> None:
    """Copy all rows that are still to come. `advance` is told how many were just added."""
    progress = target.progress
    assert progress is not None, "a copy that was begun"
    reached = [table.name for table in TABLES].index(progress.table)
    for table in TABLES[reached:]:
        after = progress.after if table.name == progress.table else ()
        for batch in _batches(source.rows(table, after=after)):
            target.add(table, batch)
            advance(len(batch))
    target.complete(last_twin=source.last_twin)


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for piece in _pieces(rows):
        batch += piece
        size += len(_encode(piece))
        if len(batch) >= ROWS_AT_ONCE or size >= BYTES_AT_ONCE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _pieces(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while piece := list(islice(rows, _PIECE_ROWS)):
        yield piece


def compare(first: TableReader, second: TableReader, advance: Advance) -> Iterator[Comparison]:
    """Each table of two stores. `advance` is told how many rows of the first were just read."""
    for table in TABLES:
        yield _compare(table, first.rows(table), second.rows(table), advance)


def _compare(table: Table, first: Iterator[Row], second: Iterator[Row], advance: Advance) -> Comparison:
    """The checksum of a table is one of all its rows in the order of their keys, so many at a time as MessagePack."""
    sums = [hashlib.blake2b(digest_size=_CHECKSUM_BYTES) for _ in range(2)]
    counts = [0, 0]
    differs_at: Key | None = None
    nothing: list[Row] = []
    for pieces in zip_longest(_pieces(first), _pieces(second), fillvalue=nothing):
        for side, piece in enumerate(pieces):
            counts[side] += len(piece)
            if piece:
                sums[side].update(_encode(piece))
        if differs_at is None and pieces[0] != pieces[1]:
            differs_at = _first_difference(table, *pieces)
        advance(len(pieces[0]))
    return Comparison(table, (counts[0], counts[1]), (sums[0].hexdigest(), sums[1].hexdigest()), differs_at)


def _first_difference(table: Table, first: list[Row], second: list[Row]) -> Key:
    differing = next(rows for rows in zip_longest(first, second) if rows[0] != rows[1])
    return min(table.key_of(row) for row in differing if row is not None)
