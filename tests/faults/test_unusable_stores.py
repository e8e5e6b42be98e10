"""A file that cannot be served: `twinhaus serve` says so in a sentence, touches nothing, and ends with an error."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest
from tests.bounded import BOUNDED, skip_where_all_may_be_written

from twinhaus.storage.sql.sqlite.tables import filling_file, reading_file
from twinhaus.transfer import copying

ENOUGH_SECONDS = 60


# Makes what cannot be served at the first path, perhaps from the store at the second, and tells the expected reason.
Make = Callable[[Path, Path], str]


def make_garbage(path: Path, good: Path) -> str:
    """A file of something else."""
    path.write_bytes(b"This is a letter, not a store. " * 1_000)
    return "not a database"


def make_another_programs_database(path: Path, good: Path) -> str:
    """A database that even has a table and a version as ours have."""
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE model (name TEXT)")
        database.execute("PRAGMA user_version = 1")
    database.close()
    return "another program"


def make_another_formats_database(path: Path, good: Path) -> str:
    """A database without tables that says what it is for."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA application_id = 1196444487")  # A GeoPackage.
    database.close()
    return "another program"


def make_newer_store(path: Path, good: Path) -> str:
    """A store whose schema a later version has changed, to what no earlier one can work with."""
    shutil.copy(good, path)
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA user_version = 9999; UPDATE state SET value = 9999 WHERE name = 'compatible'")
    connection.close()
    return "newer twinhaus"


def make_truncated_store(path: Path, good: Path) -> str:
    """The first half of a store."""
    path.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    return "malformed"


def make_folder(path: Path, good: Path) -> str:
    """No file at all."""
    path.mkdir()
    return path.name


def make_unfinished_copy(path: Path, good: Path) -> str:
    """A copy that was begun."""
    with reading_file(good) as source, filling_file(path) as target:
        copying.begin(source, target)
    return "not finished"


UNUSABLE: tuple[Make, ...] = (
    make_garbage, make_another_programs_database, make_another_formats_database, make_newer_store,
    make_truncated_store, make_folder, make_unfinished_copy,
)  # fmt: skip


def end_of(*command: str) -> str:
    """What a Python command says that ends by itself, with an error."""
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, timeout=ENOUGH_SECONDS, check=False
    )
    assert done.returncode != 0
    return done.stdout + done.stderr


def check_said(said: str, reason: str) -> None:
    """The reason, and no traceback."""
    assert reason in said
    assert "Traceback" not in said


@pytest.mark.parametrize(("make", "workers"), [*((make, 1) for make in UNUSABLE), (make_garbage, 2)])
def test_a_server_does_not_start_on_it(make: Make, workers: int, starter_file: Path, tmp_path: Path) -> None:
    """Serving it fails with the reason, with several workers too, and the file stays as it was."""
    store = tmp_path / "store.db"
    reason = make(store, starter_file)
    before = store.read_bytes() if store.is_file() else b""
    options = ("--store", str(store), "--port", "0", "--workers", str(workers))
    check_said(end_of("-m", "twinhaus.cli", "serve", *options), reason)
    assert (store.read_bytes() if store.is_file() else b"") == before
    assert [one.name for one in tmp_path.iterdir()] == ["store.db"]


@pytest.mark.parametrize("make", UNUSABLE)
def test_nor_does_the_application_under_another_server(
    make: Make, starter_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started by Uvicorn itself, it refuses the lifespan with the reason (ASGI's lifespan.startup.failed)."""
    store = tmp_path / "store.db"
    reason = make(store, starter_file)
    monkeypatch.setenv("TWINHAUS_STORE", str(store))
    check_said(end_of("-m", "uvicorn", "twinhaus.app:from_environment", "--factory", "--port", "0"), reason)


@pytest.mark.parametrize("make", [make_garbage, make_another_programs_database])
def test_nor_does_a_command_work_on_it(make: Make, starter_file: Path, tmp_path: Path) -> None:
    """`twinhaus clients list`, as every other command that opens it, ends the same way."""
    store = tmp_path / "store.db"
    reason = make(store, starter_file)
    check_said(end_of("-m", "twinhaus.cli", "clients", "list", "--store", str(store)), reason)


def test_a_file_that_may_not_be_written_is_refused(file: Path) -> None:
    """A server on a read-only file would fail at its first write, so it does not start."""
    file.chmod(0o444)
    skip_where_all_may_be_written(file)
    said = end_of(*BOUNDED, "-m", "twinhaus.cli", "serve", "--store", str(file), "--port", "0")
    check_said(said, "readonly")
    assert str(file) in said


def test_a_store_locked_for_too_long_is_not_served(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that cannot open its store in time says that it is locked."""
    monkeypatch.setenv("TWINHAUS_BUSY_TIMEOUT_SECONDS", "0.05")
    other = apsw.Connection(str(file))
    other.execute("BEGIN IMMEDIATE")
    try:
        check_said(end_of("-m", "twinhaus.cli", "serve", "--store", str(file), "--port", "0"), "locked")
    finally:
        other.close()


def test_a_setting_that_cannot_be_read_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt number in the environment ends `serve` with the setting's name."""
    monkeypatch.setenv("TWINHAUS_BUSY_TIMEOUT_SECONDS", "soon")
    said = end_of("-m", "twinhaus.cli", "serve", "--store", str(file), "--port", "0")
    check_said(said, "TWINHAUS_BUSY_TIMEOUT_SECONDS")
