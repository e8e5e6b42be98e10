"""What README.md shows of Docker, run where there is an engine: TWINHAUS_TEST_IMAGE names an image that was built of
this repository. The lines are the README's own, but for names and ports, which are not to be in anyone's way.
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex
from shutil import copytree, ignore_patterns

import pytest
from tests.deploy.files import DEPLOY, make_secrets, program
from tests.docs.reading import PROJECT
from tests.docs.samples import samples

from twinhaus.testing.waiting import wait_until

IMAGE = os.environ.get("TWINHAUS_TEST_IMAGE", "")
pytestmark = pytest.mark.skipif(not IMAGE, reason="TWINHAUS_TEST_IMAGE names no image")
VERSION = PROJECT["project"]["version"]
BLOCKS = [one.body for one in samples(DEPLOY / "README.md") if one.info == "sh"]
# Docker's own client may come without Compose.
DOCKER = 'docker() { if [ "$1" = compose ]; then shift; "$COMPOSE" "$@"; else command docker "$@"; fi; }'
# No port of this machine is taken for sure.
OWN = "services: {{server: {{image: '{image}', ports: !override ['127.0.0.1::8080']}}}}"


def shell(lines: str, folder: Path = DEPLOY, **variables: str) -> str:
    """What lines of a shell print; raises CalledProcessError at the first that fails."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", f"{DOCKER}\n{lines}"],
        cwd=folder,
        env={**os.environ, "COMPOSE": program("docker-compose"), **variables},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def shown(beginning: str) -> str:
    """The lines of README.md from this beginning to the end of their block."""
    (found,) = (block[block.index(beginning) :] for block in BLOCKS if beginning in block)
    return found


@pytest.fixture
def name() -> Iterator[str]:
    """The name of a container and its volume; both are gone afterwards."""
    name = f"twinhaus-test-{token_hex(4)}"
    yield name
    shell(f"docker rm --force {name}; docker volume rm --force {name} {name}-restored")


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """A shell in a copy of deploy/, for a project of its own."""
    folder = tmp_path / "deploy"
    copytree(DEPLOY, folder, ignore=ignore_patterns("secrets"))
    make_secrets(folder)
    (folder / "own.yaml").write_text(OWN.format(image=IMAGE), "utf-8")
    project = f"twinhaus-test-{token_hex(4)}"

    def run(lines: str) -> str:
        return shell(lines, folder, COMPOSE_FILE="compose.yaml:own.yaml", COMPOSE_PROJECT_NAME=project)

    yield run
    run("docker compose down --volumes")


def test_the_image_runs(name: str, tmp_path: Path) -> None:
    """It is of this version, becomes healthy without rights, writes to its volume alone, is backed up and restored, and
    ends by itself when it is told to.
    """

    def on_it(lines: str) -> str:
        for theirs, ours in (
            ("--name server", f"--name {name}"),
            ("exec server", f"exec {name}"),
            ("cp server:", f"cp {name}:"),
            ("source=twinhaus", f"source={name}"),
            ("source=restored", f"source={name}-restored"),
            ("127.0.0.1:8080:8080", "127.0.0.1::8080"),
            (f"twinhaus:{VERSION}", IMAGE),
        ):
            lines = lines.replace(theirs, ours)
        return shell(lines, tmp_path)

    def told(of_it: str) -> str:
        return shell(f"docker inspect --format '{{{{{of_it}}}}}' {name}").strip()

    on_it(shown("docker run --detach"))
    assert told('index .Config.Labels "org.opencontainers.image.version"') == VERSION
    wait_until(lambda: told(".State.Health.Status") == "healthy", "the container is healthy")
    with pytest.raises(subprocess.CalledProcessError):
        on_it("docker exec server touch /opt/twinhaus/new 2>&1")
    assert "they are the same" in on_it(shown("docker exec server twinhaus backup"))
    shell(f"docker stop {name}")
    assert told(".State.ExitCode") == "143"  # By SIGTERM; 137, had it been killed.
    assert "Finished server process" in shell(f"docker logs {name} 2>&1").splitlines()[-1]


def test_compose_serves_and_begins_anew_from_a_backup(run: Callable[[str], str]) -> None:
    """A server on PostgreSQL starts, is backed up, and begins anew from the backup with the clients that it had."""
    client = json.loads(run(shown("docker compose up --detach --wait\ndocker compose exec")).splitlines()[-1])
    assert "they are the same" in run(shown("docker compose exec server twinhaus backup"))
    assert client["client_id"] in run("docker compose exec server twinhaus clients list")
