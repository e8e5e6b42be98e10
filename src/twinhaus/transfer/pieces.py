"""Lines gathered to pieces on their way out."""

from collections.abc import Iterable, Iterator

# Few enough to hold, and enough that handing one over costs little beside filling it.
PIECE_BYTES = 128 * 1024


def in_pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines joined until there are enough bytes of them."""
    gathered: list[bytes] = []
    size = 0
    for line in lines:
        gathered.append(line)
        size += len(line)
        if size >= PIECE_BYTES:
            yield b"".join(gathered)
            gathered.clear()
            size = 0
    if gathered:
        yield b"".join(gathered)
