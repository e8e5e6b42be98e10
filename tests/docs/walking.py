"""Runs a document: its commands as they are printed, in one shell, and compares what they say.

A `sh` block is run, and a `curl` in it that gets an error has failed; one marked `sh refused` must fail; `sql` is given
to `psql`; a `python` block is run by Python. The lines of a `text` block right after it are in its output, in this
order, where `…` stands for anything. `twinhaus serve` goes on in the background.
"""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT_SECONDS = 300

_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<kind>sh refused|sh|sql|python)\n(?P<commands>.*?)^ *```\n"
    r"(?:\n *```text\n(?P<output>.*?)^ *```\n)?",
    re.MULTILINE | re.DOTALL,
)
_OUTSIDE = re.compile(r"^make .*\n", re.MULTILINE)  # What prepares a clone has been done already.
_SERVE = re.compile(r"^twinhaus serve.*$", re.MULTILINE)
_ASKS = re.compile(r"^\\password .*\n", re.MULTILINE)  # It would wait for someone to type one.
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
    """One block of commands, of a kind, and what it is printed to say."""

    kind: str
    commands: str
    output: tuple[str, ...]

    def script(self, number: int, replaced: Mapping[str, str]) -> str:
        """The block as part of a script that stops at the first surprise."""
        commands = _SERVE.sub(lambda found: f"serve {found[0]}", _OUTSIDE.sub("", self.commands))
        for shown, meant in replaced.items():
            commands = commands.replace(shown, meant)
        if self.kind == "sh refused":
            commands = f"if (\n{commands}); then echo 'this should have been refused'; exit 1; fi\n"
        elif self.kind == "python":
            commands = f"python -W error - <<'END OF PYTHON'\n{commands}END OF PYTHON\n"
        elif self.kind == "sql":
            commands = f"psql -X -v ON_ERROR_STOP=1 <<'END OF SQL'\n{_ASKS.sub('', commands)}END OF SQL\n"
        return f'echo; echo "{_MARK} {number}"\n{commands}'

    def missing_from(self, said: str) -> list[str]:
        """The printed lines that the commands did not say, or not in this order."""
        spoken = iter(said.splitlines())
        patterns = [(line, ".*".join(map(re.escape, line.split("…")))) for line in self.output]
        return [line for line, pattern in patterns if not any(re.fullmatch(pattern, one) for one in spoken)]


def steps(text: str) -> list[Step]:
    """The blocks of a text that are commands."""
    return [
        Step(
            found["kind"],
            _without(found["indent"], found["commands"]),
            tuple(_without(found["indent"], found["output"] or "").splitlines()),
        )
        for found in _BLOCK.finditer(text)
    ]


def _without(indent: str, block: str) -> str:
    """A block as it is shown, where it stands in a list."""
    return re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)


def free_port() -> int:
    """A port that nothing listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(
    walkthrough: Sequence[Step],
    folder: Path,
    replaced: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> None:
    """Run all steps in one shell, in an empty folder that is also the home, and compare what they say."""
    port = free_port()
    (folder / ".venv").symlink_to(sys.prefix)
    meant = {"8080": str(port), **(replaced or {})}
    script = _PRELUDE + "".join(step.script(number, meant) for number, step in enumerate(walkthrough))
    own = {name: value for name, value in os.environ.items() if not name.startswith("TWINHAUS_")}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**own, "HOME": str(folder), "PATH": path, "TWINHAUS_PORT": str(port), **(variables or {})}
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
