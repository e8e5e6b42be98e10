"""Commands that are cut short say in one line what is kept and how to go on, and exit as shells have it."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.stores import BARE, Cli, bare, commands_on, lines_file, model_file
from tests.cli.test_vocabularies import LIBRARY

from twinhaus.cli import transfers, translating
from twinhaus.errors import Unavailable
from twinhaus.transfer.lines import BATCH_LINES
from twinhaus.transfer.restorer import restore

AHEAD_LINES = 500  # More than is read at once from a pipe.
TEXT = {"@type": "Property", "name": "text", "schema": "string"}
PAGES_MAX = 400
LARGE = 3_000
# Tests may run where Ctrl-C is ignored, and so would be in what they start.
INTERRUPTIBLE = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from twinhaus.cli import main
main()
"""
KEPT = re.compile(r"Kept so far: (\d+) twins, or a little more. The same command goes on from there.")


def twin_line(number: int, **more: object) -> bytes:
    """A twin, as a line of a file."""
    return json.dumps({"id": f"t{number}", "modelId": BARE, **more}).encode() + b"\n"


@contextmanager
def importing(store: str | Path) -> Iterator["subprocess.Popen[bytes]"]:
    """An import from a pipe."""
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "import", "--twins", "-", "--store", str(store)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("number", "exit_code", "why"),
    [(signal.SIGINT, 130, "Interrupted"), (signal.SIGTERM, 143, "Told to stop")],
)
def test_an_interrupted_import_tells_what_is_kept(
    with_models: Cli, store: str, number: int, exit_code: int, why: str
) -> None:
    """By Ctrl-C or by SIGTERM: as many as were acknowledged are there, and the command can be run again."""
    lines = [twin_line(count) for count in range(BATCH_LINES - 1)]
    with importing(store) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"".join(lines) + b"{}\n" + b"".join(lines[:AHEAD_LINES]))
        process.stdin.flush()
        # A rejected line is told once its batch was acknowledged.
        assert process.stderr.readline().startswith(b"twins, line 1000: ")
        process.send_signal(number)
        said = process.stderr.read().decode()
        assert process.wait() == exit_code
    kept = f"{BATCH_LINES - 1} twins"
    assert said.splitlines()[-1].startswith(f"{why}. Kept so far: {kept}, or a little more. The same command")
    assert "Traceback" not in said
    assert len(with_models("export", "--twins", "-").stdout.splitlines()) == BATCH_LINES - 1


def test_an_import_into_a_full_store_tells_what_is_kept_and_goes_on(file: Path, tmp_path: Path) -> None:
    """Where there is no room left (SQLITE_FULL) it exits with 1; with room, the same command takes the rest."""
    cli = commands_on(file)
    assert cli("models", "load", model_file(tmp_path / "bare.json", bare(contents=[TEXT]))).exit_code == 0
    lines = (twin_line(count, contents={"text": f"{count} " * 100}) for count in range(LARGE))
    twins = lines_file(tmp_path / "twins.ndjson", *lines)
    limit = f"import apsw; apsw.connection_hooks.append(lambda one: one.execute('PRAGMA max_page_count={PAGES_MAX}'))"
    (tmp_path / "limited").mkdir()
    (tmp_path / "limited" / "sitecustomize.py").write_text(limit, "utf-8")
    paths = os.pathsep.join([str(tmp_path / "limited"), os.environ.get("PYTHONPATH", "")])
    ended = subprocess.run(
        [sys.executable, "-m", "twinhaus", "import", "--twins", twins, "--store", file],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    (said,) = ended.stderr.splitlines()
    assert said.startswith(
        "Error: The store has no room left to write to; free some disk space. Kept so far: "
    )
    found = KEPT.search(said)
    assert found
    kept = int(found[1])
    assert 0 < kept < LARGE
    assert len(cli("export", "--twins", "-").stdout.splitlines()) >= kept
    again = re.fullmatch(
        r"twins: 3000 imported, (\d+) of them unchanged, 0 rejected.\n",
        cli("import", "--twins", twins).stdout,
    )
    assert again
    assert kept <= int(again[1]) < LARGE


def test_whatever_else_stops_the_store_is_told_the_same_way(
    with_models: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine's own reason, its first line; a restored export has several kinds of things."""
    exported = tmp_path / "export.ndjson"
    twins = lines_file(tmp_path / "twins.ndjson", twin_line(1))
    assert with_models("import", "--twins", twins).exit_code == 0
    assert with_models("export", exported).exit_code == 0

    def fail_in_the_end(*arguments: object) -> Iterator[object]:
        yield from restore(*arguments)  # type: ignore[arg-type]
        raise Unavailable from OSError("disk I/O error\nand more")

    monkeypatch.setattr(transfers, "restore", fail_in_the_end)
    ended = with_models("import", exported)
    assert (ended.exit_code, ended.stdout) == (1, "")
    kept = "Kept so far: 2 models, 1 twins, or a little more. The same command goes on from there."
    assert ended.stderr == f"Error: The store cannot be written any more: disk I/O error. {kept}\n"


def test_a_building_that_is_brought_in_is_no_different(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also from Brick or Haystack."""
    assert cli("models", "load", "--starter").exit_code == 0
    monkeypatch.setattr(translating, "import_relationships", interrupted)
    ended = cli("import", "brick", LIBRARY)
    assert (ended.exit_code, ended.stdout) == (130, "")
    assert ended.stderr.startswith("Interrupted. Kept so far: 22 twins, 0 relationships, or a little more.")


def test_every_other_command_exits_so(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends it with 130, and a word."""
    monkeypatch.setattr("twinhaus.cli.clients.opened_store", interrupted)
    ended = cli("keys", "rotate")
    assert (ended.exit_code, ended.stdout, ended.stderr) == (130, "", "Interrupted.\n")


def interrupted(*_: object) -> None:
    """As if someone pressed Ctrl-C just then."""
    raise KeyboardInterrupt
