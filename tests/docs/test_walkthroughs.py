"""The documents that lead through something run as they are printed, and say what they are printed to say.

A `sh` block is run, and a `curl` in it that gets an error has failed; one marked `sh refused` must fail. The lines of a
`text` block right after it are in its output, in this order, where `…` stands for anything. `twinhaus serve` goes on in
the background.
"""

import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from twinhaus.testing.buildings import write_ndjson

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 120
PORTFOLIO_TWINS = 500
WALKTHROUGHS = (
    "tutorial",
    "how-to/import",
    "how-to/change-many-twins",
    "how-to/export-and-back-up",
    "how-to/back-up-and-move",
    "how-to/ontologies",
    "how-to/permissions",
    "how-to/validate-an-ontology-in-ci",
    "how-to/check-twins-elsewhere",
    "how-to/audit",
    "how-to/monitor",
    "how-to/instances",
)

_BLOCK = re.compile(
    r"^(?P<indent> *)```sh(?P<refused> refused)?\n(?P<commands>.*?)^ *```\n"
    r"(?:\n *```text\n(?P<output>.*?)^ *```\n)?",
    re.MULTILINE | re.DOTALL,
)
_OUTSIDE = re.compile(r"^make .*\n", re.MULTILINE)  # What prepares a clone has been done already.
_SERVE = re.compile(r"^twinhaus serve.*$", re.MULTILINE)
_MARK = "@@@ step"

_PRELUDE = """\
set -euo pipefail
exec 2>&1
SERVER=
curl() { command curl --fail-with-body "$@"; }
stop() { if [ -n "$SERVER" ]; then kill "$SERVER"; wait "$SERVER" || true; SERVER=; fi; }
trap stop EXIT
serve() {
  stop
  "$@" > serve.log 2>&1 & SERVER=$!
  for _ in $(seq 200); do
    if command curl --silent --output /dev/null "http://127.0.0.1:$TWINHAUS_PORT/readyz"; then return; fi
    sleep 0.1
  done
  cat serve.log; exit 1
}
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One block of commands, whether it is meant to fail, and what it is printed to say."""

    commands: str
    is_refused: bool
    output: tuple[str, ...]

    def script(self, number: int, port: int) -> str:
        """The block as part of a script that stops at the first surprise."""
        commands = _SERVE.sub(lambda found: f"serve {found[0]}", _OUTSIDE.sub("", self.commands))
        commands = commands.replace("8080", str(port))
        if self.is_refused:
            commands = f"if (\n{commands}); then echo 'this should have been refused'; exit 1; fi\n"
        return f'echo; echo "{_MARK} {number}"\n{commands}'

    def missing_from(self, said: str) -> list[str]:
        """The printed lines that the commands did not say, or not in this order."""
        spoken = iter(said.splitlines())
        patterns = [(line, ".*".join(map(re.escape, line.split("…")))) for line in self.output]
        return [line for line, pattern in patterns if not any(re.fullmatch(pattern, one) for one in spoken)]


def steps(text: str) -> list[Step]:
    """The blocks of a text that are commands."""
    return [
        Step(found["commands"], found["refused"] is not None, tuple((found["output"] or "").splitlines()))
        for found in _BLOCK.finditer(text)
    ]


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(walkthrough: list[Step], folder: Path) -> None:
    """Run all steps in one shell, in an empty folder that is also the home, and compare what they say."""
    port = free_port()
    (folder / ".venv").symlink_to(sys.prefix)
    script = _PRELUDE + "".join(step.script(number, port) for number, step in enumerate(walkthrough))
    own = {name: value for name, value in os.environ.items() if not name.startswith("TWINHAUS_")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**own, "HOME": str(folder), "PATH": path, "TWINHAUS_PORT": str(port)}
    shell = subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = shell.communicate(timeout=TIMEOUT_SECONDS)
    finally:
        if shell.poll() is None:
            os.killpg(shell.pid, signal.SIGKILL)
            shell.communicate()
    assert shell.returncode == 0, said
    parts = re.split(rf"^{_MARK} \d+\n", said, flags=re.MULTILINE)[1:]
    assert len(parts) == len(walkthrough)
    for step, part in zip(walkthrough, parts, strict=True):
        assert step.missing_from(part) == [], part


@pytest.mark.parametrize("name", WALKTHROUGHS)
def test_walkthrough_runs(name: str, tmp_path: Path) -> None:
    """Every command of the document does what the document says, from an empty folder."""
    walkthrough = steps((ROOT / "docs" / f"{name}.md").read_text("utf-8"))
    assert len(walkthrough) >= 4
    run(walkthrough, tmp_path)


def test_readme_serves_a_building(tmp_path: Path) -> None:
    """The README's lines serve the demo's portfolio, and list what is on one of its levels."""
    write_ndjson(tmp_path / ".demo" / "portfolio", twins=PORTFOLIO_TWINS)
    text = (ROOT / "README.md").read_text("utf-8").partition("\n## Serve your own building\n")[2]
    walkthrough = steps(text)
    assert len(walkthrough) == 2
    run(walkthrough, tmp_path)
