"""Stores for the fault tests: the starter models are loaded once, and each test works on a copy."""

import shutil
from pathlib import Path

import pytest
from tests.serving import make_store


@pytest.fixture(scope="session")
def starter_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store that holds the starter models and nothing else; to be copied, not changed."""
    path = tmp_path_factory.mktemp("starter") / "store.db"
    make_store(path)
    return path


@pytest.fixture
def store(starter_store: Path, tmp_path: Path) -> Path:
    """A store of the test's own, with the starter models."""
    return Path(shutil.copy(starter_store, tmp_path))
