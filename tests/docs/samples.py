"""The blocks of code that documents show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^ *```([^\n]*)\n(.*?)^ *```\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sample:
    """A block: what stands behind its fence, its body, and the block right before it, if nothing is between them."""

    info: str
    body: str
    before: "Sample | None"


def samples(document: Path) -> Iterator[Sample]:
    """All blocks of a document, in their order."""
    last: Sample | None = None
    end = 0
    text = document.read_text("utf-8") + "\n"
    for found in _FENCE.finditer(text):
        last = Sample(found[1], found[2], None if text[end : found.start()].strip() else last)
        end = found.end()
        yield last
