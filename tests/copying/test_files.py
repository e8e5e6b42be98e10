"""Copies from files and into files."""

import shutil
from pathlib import Path

import pytest
from tests.copies import all_rows, copied, copy
from tests.copying.filled import (
    fill,
)
from tests.serving import opened
from tests.storage.test_migrations import make_first_version

from twinhaus.errors import TwinhausError
from twinhaus.testing.store_contract.graph import MODELS, Graph, model_id


def test_a_backup_of_an_older_version_becomes_one_of_this(tmp_path: Path) -> None:
    """It is read as it would be if it were opened, and left as it is: the next older twinhaus can read it still."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    make_first_version(old)
    before = old.read_bytes()
    copied(str(old), str(new))
    assert old.read_bytes() == before
    shutil.copy(old, tmp_path / "opened.db")
    with opened(tmp_path / "opened.db") as one, opened(new) as other:
        assert Graph(one).ids() == Graph(other).ids()
        assert [model.id for model in one.read(lambda reader: reader.models()).result()] == [
            model_id("Thing")
        ]
    assert all_rows(str(new))["twin"] == all_rows(str(tmp_path / "opened.db"))["twin"]


def test_a_file_that_is_no_store_is_not_copied(tmp_path: Path) -> None:
    """An empty file, a letter, another program's database: each is refused with its name."""
    for content in (b"", b"This is a letter, not a store. " * 100):
        file = tmp_path / "letter"
        file.write_bytes(content)
        with pytest.raises(TwinhausError, match="letter cannot be opened as a store"):
            copy(str(file), str(tmp_path / "new.db"))
        assert file.read_bytes() == content
        assert not (tmp_path / "new.db").exists()


def test_a_copy_in_a_file_stands_alone(tmp_path: Path) -> None:
    """It is one file, for its owner alone; it can be read where nothing can be written, and reading leaves nothing."""
    source, folder = tmp_path / "source.db", tmp_path / "archive"
    fill(str(source))
    copied(str(source), str(folder / "copy.db"))
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    file.chmod(0o400)
    folder.chmod(0o500)
    try:
        assert all_rows(str(file)) == all_rows(str(source))
        assert list(folder.iterdir()) == [file]
    finally:
        folder.chmod(0o700)
    assert file.read_bytes() == before


def test_a_store_that_is_open_is_not_copied_into(tmp_path: Path) -> None:
    """Not even an empty one: whoever has it open knows its old secrets."""
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    fill(str(source))
    with opened(target) as store:
        with pytest.raises(TwinhausError, match="locked"):
            copy(str(source), str(target))
        Graph(store).add_models(*MODELS)
        assert Graph(store).ids() == []
