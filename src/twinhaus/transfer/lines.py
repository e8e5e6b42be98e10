"""A stream of bytes as numbered lines, and lines as batches: whatever its length, memory holds one batch of it."""

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

BATCH_LINES = 1_000  # One transaction, one fsync; short enough that other writers hardly wait.
BATCH_BYTES = 8 * 1024 * 1024  # Batches of long lines end here, so that memory stays flat.
LINE_BYTES_MAX = 4 * 1024 * 1024
_PIECE_BYTES = 8 * 1024  # Little is read ahead of a batch, so who fills a pipe is not far ahead either.


class Line(Struct, frozen=True):
    """A line without its end, numbered from 1; one that is too long is not kept."""

    number: int
    text: bytes
    is_too_long: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to take in it."""
        return not (self.is_too_long or self.text.strip())


class Splitter(Protocol):
    """Cuts a stream, which comes in pieces of any length, into lines."""

    def feed(self, piece: bytes) -> list[Line]:
        """The lines that end in this piece."""
        ...

    def finish(self) -> list[Line]:
        """The last line, where it had no end."""
        ...


class Readable(Protocol):
    """A stream that can be read to its end."""

    def read(self, size: int, /) -> bytes: ...


class LineSplitter:
    """Cuts at line feeds. Never more than the longest line allowed is kept."""

    def __init__(self, line_bytes_max: int = LINE_BYTES_MAX) -> None:
        self.line_bytes_max = line_bytes_max
        self._kept = bytearray()
        self._is_too_long = False
        self._number = 0

    def feed(self, piece: bytes) -> list[Line]:
        *ended, rest = piece.split(b"\n")
        lines = [self._end(part) for part in ended]
        self._keep(rest)
        return lines

    def finish(self) -> list[Line]:
        return [self._end(b"")] if self._kept or self._is_too_long else []

    def _keep(self, part: bytes) -> None:
        if len(self._kept) + len(part) > self.line_bytes_max:
            self._is_too_long = True
        if self._is_too_long:
            self._kept.clear()
        else:
            self._kept += part

    def _end(self, part: bytes) -> Line:
        self._number += 1
        if not self._kept and not self._is_too_long and len(part) <= self.line_bytes_max:
            return Line(self._number, part)  # As almost all are: it came in one piece.
        self._keep(part)
        line = Line(self._number, bytes(self._kept), self._is_too_long)
        self._kept.clear()
        self._is_too_long = False
        return line


Batch = list[Line]


class Batcher:
    """Gathers what a splitter yields, blank lines apart, into batches. The first is never a large one: until it is
    whole there is nothing to be written.
    """

    def __init__(self, splitter: Splitter, *, lines_max: int = BATCH_LINES) -> None:
        self._splitter = splitter
        self._lines_max = min(lines_max, BATCH_LINES)
        self._later_lines_max = lines_max
        self._waiting: Batch = []
        self._size = 0

    def feed(self, piece: bytes) -> Iterator[Batch]:
        """The batches that this piece makes full."""
        return self._gather(self._splitter.feed(piece))

    def read(self, source: Readable) -> Iterator[Batch]:
        """All batches of a stream."""
        # What a pipe has so far is enough: who fills it may wait for what becomes of it.
        read = getattr(source, "read1", source.read)
        while piece := read(_PIECE_BYTES):
            yield from self.feed(piece)
        yield from self.finish()

    def flush(self) -> Iterator[Batch]:
        """The lines that wait for others, if any; a line that has not ended waits on."""
        if self._waiting:
            batch, self._waiting, self._size = self._waiting, [], 0
            self._lines_max = self._later_lines_max
            yield batch

    def finish(self) -> Iterator[Batch]:
        """What is left at the end of the stream, its last line included."""
        yield from self._gather(self._splitter.finish())
        yield from self.flush()

    def _gather(self, lines: list[Line]) -> Iterator[Batch]:
        for line in lines:
            if line.is_blank:
                continue
            self._waiting.append(line)
            self._size += len(line.text)
            if len(self._waiting) >= self._lines_max or self._size >= BATCH_BYTES:
                yield from self.flush()
