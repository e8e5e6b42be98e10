"""Stores for the fault tests: the starter models are loaded once, and each test works on a copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines import Engine
from tests.serving import make_store


@pytest.fixture(scope="session")
def starter_store(engine: Engine) -> Iterator[str]:
    """A closed store that holds the starter models and nothing else; to be copied, not changed."""
    with engine.new_store() as store:
        make_store(store)
        yield store


@pytest.fixture
def store(engine: Engine, starter_store: str) -> Iterator[str]:
    """A store of the test's own, with the starter models."""
    with engine.copied(starter_store) as store:
        yield store


@pytest.fixture(scope="session")
def starter_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in a file, for what only a file can have."""
    path = tmp_path_factory.mktemp("starter") / "store.db"
    make_store(path)
    return path


@pytest.fixture
def file(starter_file: Path, tmp_path: Path) -> Path:
    """A file of the test's own, with the starter models."""
    return Path(shutil.copy(starter_file, tmp_path))
