"""The Python in the client's documents runs as it is printed, on the demo's portfolio, and says what it shows."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import serving
from tests.client.surface import operations
from tests.serving import Served

from twinhaus.testing.buildings import write_ndjson
from twinhaus.testing.server import run_cli
from twinhaus_client import errors

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("client/README.md", "docs/how-to/use-the-python-client.md")
PORTFOLIO_TWINS = 500
TIMEOUT_SECONDS = 120
_BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on such a portfolio as `make serve` has, and the file with its client."""
    folder = tmp_path_factory.mktemp("documents") / ".demo"
    twins, relationships = write_ndjson(folder / "portfolio", twins=PORTFOLIO_TWINS)
    store = folder / "store.db"
    for command in (
        ("models", "load", "--starter"),
        ("import", "--twins", str(twins), "--relationships", str(relationships)),
    ):
        done = run_cli(*command, "--store", str(store))
        assert done.returncode == 0, done.stderr.decode()
    with serving.serving(store) as served:
        held = {"client_id": served.credentials.client_id, "client_secret": served.credentials.client_secret}
        (folder / "client.json").write_text(json.dumps(held))
        yield served


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_python_of_a_document_runs(name: str, demo: Served) -> None:
    """All blocks of a document are one program; the texts after them are in its output, in this order."""
    blocks = _BLOCK.findall((ROOT / name).read_text("utf-8"))
    assert len(blocks) >= 3
    program = "\n".join(code for code, _ in blocks).replace("http://127.0.0.1:8080", demo.url)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=Path(demo.store).parents[1],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = iter(done.stdout.splitlines())
    for line in "".join(text for _, text in blocks).splitlines():
        pattern = ".*".join(map(re.escape, line.split("…")))
        assert any(re.fullmatch(pattern, one) for one in said), f"{line}\n\n{done.stdout}"


def test_operations_are_the_operations() -> None:
    """The client's README names exactly the operations there are, each in its group."""
    table = (ROOT / DOCUMENTS[0]).read_text("utf-8").partition("\n## Operations\n")[2].partition("\n\n[")[0]
    listed = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| `client")]
    assert {
        (group.strip(" `"), name) for group, names in listed for name in re.findall(r"`(\w+)`", names)
    } == {(f"client.{group}".rstrip("."), name) for group, name, _ in operations()}


def test_exceptions_are_the_exceptions() -> None:
    """The client's README names exactly the exceptions there are."""
    text = (ROOT / DOCUMENTS[0]).read_text("utf-8").partition("\n## Errors\n")[2].partition("\n\nAll are")[0]
    firsts = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    kinds = [one for one in vars(errors).values() if isinstance(one, type)]
    assert set(re.findall(r"`(\w+)`", "".join(firsts))) == {
        one.__name__
        for one in kinds
        if issubclass(one, errors.TwinhausError) and one is not errors.TwinhausError
    }
