"""export: what it never writes over."""

from pathlib import Path

import pytest
from tests.cli.stores import commands_on
from tests.serving import make_store


@pytest.mark.parametrize(
    "words", [("export",), ("export", "--twins"), ("export", "brick"), ("export", "haystack")]
)
def test_an_export_never_takes_the_place_of_a_store(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Whatever is exported, the file of a store is refused, and stays as it was."""
    file = tmp_path / "one.db"
    make_store(file)
    before = file.read_bytes()
    ended = commands_on(file)(*words, file)
    assert ended.exit_code == 1
    assert "is a store" in ended.stderr
    assert file.read_bytes() == before
