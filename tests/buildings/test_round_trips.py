"""Five real buildings out of a store and into another: as an export, and by way of a spreadsheet."""

import shutil
from pathlib import Path

import pytest
from tests.buildings.shared import BUILDINGS, relationships_file, skip_without_shared, twins_file

from twinhaus.testing.server import run_cli

pytestmark = skip_without_shared


def run(store: Path, *words: str | Path) -> str:
    """Run a command on a store; what it says."""
    done = run_cli(*map(str, words), "--store", str(store))
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture(scope="module")
def store(store_of_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all five."""
    path = Path(shutil.copy(store_of_models, tmp_path_factory.mktemp("buildings")))
    for building in BUILDINGS:
        run(path, "import", "--twins", twins_file(building), "--relationships", relationships_file(building))
    return path


def test_an_export_of_real_buildings_makes_the_same_store(store: Path, tmp_path: Path) -> None:
    """With 3,700 models, to the byte."""
    first, second = tmp_path / "first.ndjson", tmp_path / "second.ndjson"
    run(store, "export", first)
    run(tmp_path / "new.db", "import", first)
    run(tmp_path / "new.db", "export", second)
    assert first.read_bytes() == second.read_bytes()


def test_real_buildings_go_through_a_spreadsheet(store: Path, store_of_models: Path, tmp_path: Path) -> None:
    """Tables imported into a new store make twins of the same contents: the tables of that store are unchanged here."""
    twins, links = tmp_path / "twins.csv", tmp_path / "relationships.csv"
    run(store, "export", "--twins", twins, "--relationships", links)
    new = Path(shutil.copy(store_of_models, tmp_path / "new.db"))
    run(new, "import", "--twins", twins, "--relationships", links)
    again, links_again = tmp_path / "again.ndjson", tmp_path / "links-again.ndjson"
    run(new, "export", "--twins", again, "--relationships", links_again)
    for line in run(store, "import", "--twins", again, "--relationships", links_again).splitlines():
        taken, unchanged = _counts(line)
        assert taken == unchanged > 0


def _counts(line: str) -> tuple[int, int]:
    """Imported and unchanged, from a line such as `twins: 3 imported, 3 of them unchanged, 0 rejected.`"""
    numbers = [int(word) for word in line.split() if word.isdigit()]
    taken, unchanged, rejected = numbers
    assert rejected == 0
    return taken, unchanged
