"""Lines and rows come out the same, in whatever pieces their stream comes in."""

from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinhaus.transfer import lines as lines_module
from twinhaus.transfer.csv_in import RowSplitter
from twinhaus.transfer.lines import BATCH_LINES, Batcher, Line, LineSplitter, Splitter

SPLITTERS: dict[str, Callable[[], Splitter]] = {
    "lines": lambda: LineSplitter(40),
    "rows": lambda: RowSplitter(LineSplitter(40)),
}
_texts = st.text('ab,;"\r\n é', max_size=120).map(str.encode)


def split(splitter: Splitter, pieces: list[bytes]) -> list[Line]:
    """All lines of a stream."""
    return [line for piece in pieces for line in splitter.feed(piece)] + splitter.finish()


@pytest.mark.parametrize("name", SPLITTERS)
def test_pieces_make_no_difference(name: str) -> None:
    """A stream cut anywhere yields the lines of the whole stream."""

    @given(_texts, st.lists(st.integers(0, 120), max_size=8))
    def law(text: bytes, cuts: list[int]) -> None:
        places = [0, *sorted(cuts), len(text)]
        pieces = [text[start:end] for start, end in pairwise(places)]
        assert split(SPLITTERS[name](), pieces) == split(SPLITTERS[name](), [text])

    law()


@given(_texts)
def test_lines_are_what_splitting_yields(text: bytes) -> None:
    """Lines are numbered from 1, and are the text between line feeds; a last one without an end counts."""
    expected = text.split(b"\n")
    if not expected[-1]:
        expected.pop()
    found = split(LineSplitter(1_000), [text])
    assert [line.text for line in found] == expected
    assert [line.number for line in found] == list(range(1, len(expected) + 1))


def test_a_line_that_is_too_long_is_known_and_not_kept() -> None:
    """Of a line over the limit nothing is kept; one that just fits is whole, and so is the next."""
    found = split(LineSplitter(4), [b"abcd\nabc", b"de\nab\n", b"abcdef"])
    assert found == [
        Line(1, b"abcd"),
        Line(2, b"", is_too_long=True),
        Line(3, b"ab"),
        Line(4, b"", is_too_long=True),
    ]


def test_a_row_goes_on_within_quotes() -> None:
    """A line feed within quotes does not end a row, and rows are numbered as rows."""
    found = split(RowSplitter(LineSplitter(100)), [b'id,note\na,"one\ntwo ""x"""\nb,c\n'])
    assert [(row.number, row.text) for row in found] == [
        (1, b"id,note"),
        (2, b'a,"one\ntwo ""x"""'),
        (3, b"b,c"),
    ]


def test_an_open_quote_swallows_one_row_at_most() -> None:
    """A quote that is never closed makes a row too long; the rows after it are rows again."""
    found = split(RowSplitter(LineSplitter(10)), [b'a,"b\n12345678\nc,d\n'])
    assert [(row.text, row.is_too_long) for row in found] == [(b"", True), (b"c,d", False)]


def test_batches_end_at_so_many_lines_or_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch has at most so many lines, and ends with the line that makes it large; blank lines are in none."""
    batcher = Batcher(LineSplitter(1_000))
    batches = list(batcher.feed(b"x\n\n" * (BATCH_LINES + 1)))
    assert [len(batch) for batch in batches] == [BATCH_LINES]
    assert [line.number for batch in batcher.finish() for line in batch] == [2 * BATCH_LINES + 1]
    monkeypatch.setattr(lines_module, "BATCH_BYTES", 10)
    batcher = Batcher(LineSplitter(1_000))
    assert [len(batch) for batch in batcher.feed(b"12345\n12345\n1\n")] == [2]
    assert [[line.text for line in batch] for batch in batcher.flush()] == [[b"1"]]
    assert list(batcher.flush()) == []


def test_only_the_first_of_large_batches_is_small() -> None:
    """There is something to be written soon; those that are small anyway are as large as they may be."""
    lines = b"x\n" * 4 * BATCH_LINES
    for lines_max, sizes in ((2 * BATCH_LINES, [1, 2, 1]), (BATCH_LINES, [1, 1, 1, 1])):
        batches = Batcher(LineSplitter(1_000), lines_max=lines_max).read(BytesIO(lines))
        assert [len(batch) for batch in batches] == [size * BATCH_LINES for size in sizes]
