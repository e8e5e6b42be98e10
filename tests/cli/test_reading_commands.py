"""Commands that only read: they wait for no lock, change nothing, and need not be able to write."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.bounded import BOUNDED, skip_where_all_may_be_written
from tests.cli.stores import BARE, Cli, bare, commands_on, lines_file, model_file
from tests.storage.test_migrations import make_first_version

READING: tuple[tuple[str, ...], ...] = (
    ("export",),
    ("export", "brick", "-"),
    ("export", "haystack", "-"),
    ("explain",),
    ("audit",),
    ("clients", "list"),
    ("keys", "list"),
    ("models", "tree"),
    ("models", "show", BARE),
)
# A program that is in the middle of a transaction until its standard input ends.
HOLD_LOCK = """
import apsw, sys
other = apsw.Connection(sys.argv[1])
other.execute("BEGIN IMMEDIATE; CREATE TABLE meanwhile (a)")
print("held", flush=True)
sys.stdin.read()
"""
each_command = pytest.mark.parametrize("words", READING, ids="-".join)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a model and a twin."""
    folder = tmp_path_factory.mktemp("made")
    fill(commands_on(folder / "store.db"), folder)
    return folder / "store.db"


@pytest.fixture
def file(made: Path, tmp_path: Path) -> Path:
    """Such a store, in a folder of its own."""
    folder = tmp_path / "stores"
    folder.mkdir()
    return Path(shutil.copy(made, folder))


def fill(cli: Cli, folder: Path, *options: str) -> None:
    """Bring a model and a twin into a store."""
    twins = lines_file(folder / "twins.ndjson", {"id": "a", "modelId": BARE})
    assert cli("models", "load", model_file(folder / "bare.json", bare()), *options).exit_code == 0
    assert cli("import", "--twins", twins, *options).exit_code == 0


@contextmanager
def locked_elsewhere(path: Path) -> Iterator[None]:
    """While another process holds the lock of whoever writes."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD_LOCK, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield


@contextmanager
def read_only(file: Path) -> Iterator[None]:
    """A file, in a folder to which nothing can be written."""
    mode = file.parent.stat().st_mode
    file.chmod(0o444)
    file.parent.chmod(0o555)
    try:
        skip_where_all_may_be_written(file.parent)
        yield
    finally:
        file.parent.chmod(mode)


def run_bounded(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    """What comes of a command that may not write where its user may not."""
    command = [sys.executable, *BOUNDED, "-m", "twinhaus.cli", *map(str, words)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


@each_command
def test_they_do_not_wait_for_a_writer(
    words: Sequence[str], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process holds the write lock they answer at once."""
    monkeypatch.setenv("TWINHAUS_BUSY_TIMEOUT_SECONDS", "0")
    with locked_elsewhere(file):
        ended = commands_on(file)(*words)
    assert ended.exit_code == 0, ended.output


def test_nor_for_one_of_an_instance(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An instance is read beside a writer, too, and where nothing can be written."""
    cli = commands_on(file)
    assert cli("instances", "create", "site").exit_code == 0
    fill(cli, tmp_path, "--instance", "site")
    one = file.with_name("store.db.instances") / "site.db"
    monkeypatch.setenv("TWINHAUS_BUSY_TIMEOUT_SECONDS", "0")
    with locked_elsewhere(one):
        assert cli("export", "--instance", "site").exit_code == 0
    with read_only(one):
        ended = run_bounded("export", "--store", file, "--instance", "site")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert '"id":"a"' in ended.stdout


@each_command
def test_they_read_where_nothing_can_be_written(words: Sequence[str], file: Path) -> None:
    """A file that may not be written, in such a folder, is read, and nothing is laid beside it."""
    with read_only(file):
        ended = run_bounded(*words, "--store", file)
    assert ended.returncode == 0, ended.stderr
    assert [one.name for one in file.parent.iterdir()] == ["store.db"]


def test_a_backup_is_made_from_where_nothing_can_be_written(file: Path, tmp_path: Path) -> None:
    """It is the same store."""
    with read_only(file):
        ended = run_bounded("backup", "--store", file, tmp_path / "backup.db")
    assert ended.returncode == 0, ended.stderr
    assert commands_on(tmp_path / "backup.db")("export").stdout == commands_on(file)("export").stdout


def test_an_older_store_is_brought_to_this_version_first(file: Path) -> None:
    """Once, by whichever command comes first, also by one that only reads."""
    file.unlink()
    make_first_version(file)
    for _ in range(2):
        ended = commands_on(file)("export")
        assert ended.exit_code == 0, ended.output
        assert '"id":"t1200"' in ended.stdout


def test_an_older_store_that_cannot_be_written_says_what_to_do(file: Path) -> None:
    """It is refused with the reason, and stays as it is."""
    file.unlink()
    make_first_version(file)
    before = file.read_bytes()
    with read_only(file):
        ended = run_bounded("export", "--store", file)
    assert ended.returncode == 1
    assert f"{file} cannot be opened as a store: An older twinhaus wrote it" in ended.stderr
    assert file.read_bytes() == before


def test_what_a_store_follows_is_changed_by_no_reading(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of what to follow and to index are for those who write: reading leaves the file as it is."""
    before = file.read_bytes()
    monkeypatch.setenv("TWINHAUS_CONTAINMENT", "leadsTo")
    monkeypatch.setenv("TWINHAUS_INDEX_ONLY", "count")
    assert commands_on(file)("export").exit_code == 0
    assert file.read_bytes() == before


def test_the_file_of_a_backup_stays_as_it_is(file: Path, tmp_path: Path) -> None:
    """It stands without a log, and does so after it was read."""
    backup = tmp_path / "backup.db"
    assert commands_on(file)("backup", backup).exit_code == 0
    before = backup.read_bytes()
    assert commands_on(backup)("export").exit_code == 0
    assert backup.read_bytes() == before


def test_what_is_only_in_the_log_is_not_passed_over(file: Path, tmp_path: Path) -> None:
    """A file beside which a log lies is read with it, or not at all: by itself it would be an older state."""
    with locked_elsewhere(file):
        assert file.with_name("store.db-wal").exists()
        copied = tmp_path / "copied"
        copied.mkdir()
        for one in ("store.db", "store.db-wal"):
            shutil.copy(file.with_name(one), copied)
    with read_only(copied / "store.db"):
        ended = run_bounded("export", "--store", copied / "store.db")
    assert ended.returncode == 1
    assert "cannot be opened as a store" in ended.stderr
