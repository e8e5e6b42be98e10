"""A store of its own for each test, and commands to run on it."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.cli.stores import Cli, bare, model_file, special

from twinhaus.cli import main


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where a new store will be."""
    return tmp_path / "stores" / "store.db"


@pytest.fixture
def cli(store: Path) -> Cli:
    """Runs a command on the store."""

    def run(*arguments: str | Path, env: Mapping[str, str] | None = None) -> Result:
        words = [*map(str, arguments), "--store", str(store)]
        return CliRunner().invoke(main, words, env=env)

    return run


@pytest.fixture
def with_models(cli: Cli, tmp_path: Path) -> Cli:
    """Runs a command on a store that has two small models."""
    assert cli("models", "load", model_file(tmp_path / "two.json", bare(), special())).exit_code == 0
    return cli
