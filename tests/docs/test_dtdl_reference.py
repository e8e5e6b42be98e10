"""docs/reference/dtdl.md says what the library does."""

import re
from pathlib import Path
from typing import Any

from twinhaus import dtdl
from twinhaus.dtdl import recommendations

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "dtdl.md"
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_METHODS = re.compile(r"`(\w+)\(")


def test_every_example_runs() -> None:
    """The page's code, from top to bottom, holds what it asserts."""
    blocks = _BLOCK.findall(PAGE.read_text("utf-8"))
    assert len(blocks) >= 5
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)


def test_what_it_names_exists() -> None:
    """Every method and function in the tables and headings is there."""
    text = _BLOCK.sub("", PAGE.read_text("utf-8"))
    names = _METHODS.findall(text)
    assert len(names) >= 10
    for name in names:
        places = (dtdl, dtdl.Registry, recommendations)
        assert name == "len" or any(hasattr(place, name) for place in places), name
