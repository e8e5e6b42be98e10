"""A store of its own for each test, and commands to run on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.stores import Cli, bare, commands_on, model_file, special
from tests.engines import Engine


@pytest.fixture
def store(new_store: str) -> str:
    """Where a new store will be."""
    return new_store


@pytest.fixture
def another(engine: Engine) -> Iterator[str]:
    """Where a second one will be."""
    with engine.new_store() as store:
        yield store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the file of a new store will be, in a folder that is not there yet."""
    return tmp_path / "stores" / "store.db"


@pytest.fixture
def cli(store: str) -> Cli:
    """Runs a command on the store."""
    return commands_on(store)


@pytest.fixture
def with_models(cli: Cli, tmp_path: Path) -> Cli:
    """Runs a command on a store that has two small models."""
    assert cli("models", "load", model_file(tmp_path / "two.json", bare(), special())).exit_code == 0
    return cli
