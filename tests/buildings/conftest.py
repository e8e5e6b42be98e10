"""What several files of tests begin with."""

from pathlib import Path

import pytest
from tests.buildings.shared import SHARED

from twinhaus.testing.server import run_cli


@pytest.fixture(scope="session")
def store_of_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the 3,700 models of willow-building, which nobody has open: to be copied."""
    store = tmp_path_factory.mktemp("models") / "store.db"
    done = run_cli("models", "load", str(SHARED / "ontologies" / "willow-building"), "--store", str(store))
    assert done.returncode == 0, done.stderr.decode()
    return store
