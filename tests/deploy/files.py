"""What lies in deploy/, as the tests read it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE_FILES = ("compose.yaml", "compose.citus.yaml")
SIZES = ("1m", "10m", "100m")
PINNED = re.compile(r"[\w./-]+:\d+\.\d+\.?\d*(?:-[\w.]+)?")  # No `latest`, and no major version alone.
_SECRETS = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def texts() -> Iterator[tuple[Path, str]]:
    """Every file of deploy/ but the secrets that someone may have written there."""
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file() and "secrets" not in path.parts and path.suffix != ".pyc":
            yield path, path.read_text("utf-8")


def documents(*names: str) -> Iterator[dict[str, Any]]:
    """The YAML documents of files below deploy/."""
    for name in names:
        yield from yaml.safe_load_all((DEPLOY / name).read_text("utf-8"))


def program(name: str) -> str:
    """A program that came with a package, beside this Python."""
    return str(Path(sys.executable).parent / name)


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each with what follows on its line and those it goes on."""
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    words = (line.split(None, 1) for line in lines if line.strip())
    return [(name.upper(), rest) for name, rest in words]


def make_secrets(folder: Path) -> None:
    """Run the lines of README.md that write passwords, in a folder that takes the place of deploy/."""
    blocks = _SECRETS.findall((DEPLOY / "README.md").read_text("utf-8"))
    script = [
        line for block in blocks if "> secrets/" in block for line in block.replace("\\\n", " ").splitlines()
    ]
    ours = [line for line in script if not line.startswith(("docker ", "cd "))]
    subprocess.run(["bash", "-euo", "pipefail", "-c", "\n".join(ours)], cwd=folder, check=True)


def composed(name: str) -> dict[str, Any]:
    """A Compose file as Docker Compose itself understands it; it must be content with it, whatever is not started."""
    shown = subprocess.run(
        [program("docker-compose"), "--file", str(DEPLOY / name), "config", "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (shown.returncode, shown.stderr) == (0, "")
    project: dict[str, Any] = json.loads(shown.stdout)
    return project
