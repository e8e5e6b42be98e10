"""On a terminal, where output is coloured and bars move, commands do the same."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests import serving

LIBRARY = Path(__file__).parents[1] / "unit" / "translation" / "library.ttl"
SERVE = """
import sys
from pathlib import Path
from twinhaus.testing.server import running_server
with running_server(Path(sys.argv[1])) as server:
    print("at", server.url)
"""


def run_on_a_terminal(*command: str) -> tuple[int, str]:
    """Run Python with all three streams on a terminal: its exit code, and everything it showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, *command], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65_536):
            shown += part
    except OSError:
        pass  # A terminal whose last program has ended reads as an error.
    finally:
        os.close(ours)
    return process.wait(), shown.decode()


def test_a_server_is_found_though_its_address_is_in_colour(tmp_path: Path) -> None:
    """What starts a server for others reads its address on a terminal too."""
    code, shown = run_on_a_terminal("-c", SERVE, str(tmp_path / "store.db"))
    assert code == 0
    assert "at http://127.0.0.1:" in shown


def test_import_reports_beside_its_bar(tmp_path: Path) -> None:
    """The progress bar leaves every rejected line and the numbers to be read."""
    store, file = tmp_path / "store.db", tmp_path / "twins.ndjson"
    serving.make_store(store)
    file.write_text(f'{{"id": "a", "modelId": "{serving.LEVEL}"}}\n{{"id": "b"}}\n', "utf-8")
    code, shown = run_on_a_terminal(
        "-m", "twinhaus.cli", "import", "--store", str(store), "--twins", str(file)
    )
    assert code == 1
    assert "twins, line 2: modelId: " in shown
    assert "twins: 1 imported, 1 rejected." in shown


def test_a_copy_reports_beside_its_bars(tmp_path: Path) -> None:
    """So do those of a copy: rows are counted first, and what is told of them stays."""
    store = tmp_path / "store.db"
    serving.make_store(store)
    code, shown = run_on_a_terminal(
        "-m", "twinhaus.cli", "copy", "--from", str(store), "--to", str(tmp_path / "copy.db")
    )
    assert code == 0
    assert "rows copied, and read again: they are the same." in shown
    assert "signing_key" in shown


def test_an_import_shows_how_far_it_is(tmp_path: Path) -> None:
    """Triples by their bytes, then twins and relationships by their number; what came of it stands below."""
    store = ("--store", str(tmp_path / "store.db"))
    assert run_on_a_terminal("-m", "twinhaus.cli", "models", "load", "--starter", *store)[0] == 0
    code, shown = run_on_a_terminal("-m", "twinhaus.cli", "import", "brick", str(LIBRARY), *store)
    assert code == 0
    for what in ("library.ttl", "22/22", "23/23", "twins: 22 imported, 0 rejected."):
        assert what in shown
