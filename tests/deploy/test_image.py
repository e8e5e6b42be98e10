"""The Dockerfile: what it copies is enough, what it starts is there, and who runs it is nobody."""

import json
import runpy
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copy, copytree
from urllib.parse import urlsplit

import pytest
from tests.deploy.files import DEPLOY, ROOT, instructions, program
from tests.docs.reading import COMMANDS, PROJECT

from twinhaus.api.sites import folder_of
from twinhaus.testing.server import running_server

IGNORE = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()


def final(name: str) -> list[str]:
    """The instructions of this name in the last stage."""
    found = instructions()
    last = max(index for index, (one, _) in enumerate(found) if one == "FROM")
    return [rest for one, rest in found[last:] if one == name]


def copied() -> list[str]:
    """What is copied from the repository."""
    return [
        source
        for name, rest in instructions()
        if name == "COPY" and "--from=" not in rest
        for source in rest.split()[:-1]
    ]


@pytest.fixture
def is_ready() -> Callable[[int], bool]:
    """The question of the health check."""
    found: Callable[[int], bool] = runpy.run_path(str(DEPLOY / "healthcheck.py"))["is_ready"]
    return found


@contextmanager
def answering(status: int) -> Iterator[int]:
    """The port of a server that answers all requests with a status."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_the_linter_finds_nothing() -> None:
    """hadolint has nothing to say of the Dockerfile."""
    said = subprocess.run(
        [program("hadolint"), "Dockerfile"], cwd=DEPLOY, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stdout) == (0, "")


def test_its_python_is_the_one_that_tests_run_on() -> None:
    """The base image has the oldest Python that the package takes, to the patch, on a slim Debian with a name."""
    (argument,) = [rest for name, rest in instructions() if name == "ARG"]
    name, _, tag = argument.partition("=")
    version, slim, debian = tag.split("-")
    assert (name, slim, debian.isalpha(), version.count(".")) == ("PYTHON", "slim", True, 2)
    assert PROJECT["project"]["requires-python"] == f">={version.rpartition('.')[0]}"
    images = [rest.split()[0] for one, rest in instructions() if one == "FROM"]
    assert set(images[1:]) == {"python:${PYTHON}"}
    # The explorer alone is built with Node.js, of the line that .ci/run has.
    assert images[0].startswith("node:20.") and images[0].endswith(f"-{debian}-{slim}")


def test_packages_are_compared_with_their_hashes() -> None:
    """All that pip fetches is in the lock with its hash; what it installs afterwards, it has fetched."""
    found = instructions()
    runs = [rest for name, rest in found if name == "RUN" and "pip" in rest]
    assert runs[0].startswith("pip download") and "--require-hashes" in runs[0]
    (offline,) = [index for index, (_, rest) in enumerate(found) if "PIP_NO_INDEX=1" in rest]
    assert found.index(("RUN", runs[0])) < offline < found.index(("RUN", runs[1]))


def test_it_is_sent_what_it_copies() -> None:
    """The builder is sent every file that the Dockerfile copies, and no folder but those that hold no secrets."""
    sent = [line.removeprefix("!") for line in IGNORE if line.startswith("!")]
    assert IGNORE[1] == "*"
    assert set(sent) == {one for one in copied() if not one.startswith("explorer/")}
    folders = {one for one in sent if (ROOT / one).is_dir()}
    assert folders == {"src", "docs", "docsite", "explorer", "deploy/kubernetes", "deploy/postgresql"}
    assert all((ROOT / one).exists() for one in sent)


def test_what_it_copies_makes_the_wheel(tmp_path: Path) -> None:
    """The files that the Dockerfile copies are enough for a wheel with all that it has, and without tests; the explorer
    is in it where it was built.
    """
    built = folder_of("explorer")
    if built.is_dir():
        copytree(built, tmp_path / "build" / "explorer")
    for source in copied():
        if source.startswith("explorer"):
            continue  # Of the stage before.
        target = tmp_path / source
        target.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / source).is_dir():
            copytree(
                ROOT / source,
                target,
                ignore=lambda _, names: [one for one in names if fnmatch(one, "__pycache__")],
            )
        else:
            copy(ROOT / source, target)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", "made"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "made").iterdir()
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {
        "twinhaus/api/openapi.yaml",
        "twinhaus/cli/__init__.py",
        "twinhaus/sites/docs/index.html",
        "twinhaus/sites/docs/reference/http/twins.html",
        *(["twinhaus/sites/explorer/index.html"] if built.is_dir() else []),
    } <= set(names)
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"twinhaus"}


def test_it_tells_its_version() -> None:
    """Its label is the version of the package in it."""
    (labels,) = final("LABEL")
    assert f'org.opencontainers.image.version="{PROJECT["project"]["version"]}"' in labels.split()


def test_no_process_compiles_what_it_imports() -> None:
    """Python's own modules, which the base image has as text, are compiled when it is built: later nobody can."""
    assert "PYTHONDONTWRITEBYTECODE=1" in final("ENV")[0]
    assert final("RUN")[0].startswith("python -m compileall ")
    assert final("RUN")[0].endswith(" /usr/local/lib/python3.*")


def test_nobody_runs_it() -> None:
    """It runs as a user with a number that is not root's, by no shell, and stops as the server knows how to."""
    (user,) = final("USER")
    assert all(number.isdigit() and int(number) >= 10_000 for number in user.split(":"))
    (entrypoint,) = final("ENTRYPOINT")
    (command,) = final("CMD")
    script = Path(json.loads(entrypoint)[0])
    assert script.name in PROJECT["project"]["scripts"]
    assert f"{script.name} {' '.join(json.loads(command))}" in COMMANDS
    assert final("STOPSIGNAL") == ["SIGTERM"]


def test_its_store_is_on_its_volume() -> None:
    """By default the store is a file on the volume, where the server starts, and which belongs to its user."""
    (volume,) = final("VOLUME")
    (variables,) = final("ENV")
    settings = dict(one.split("=", 1) for one in variables.split())
    assert Path(settings["TWINHAUS_STORE"]).parent == Path(volume)
    assert final("WORKDIR") == [volume]
    (made,) = (one for one in final("RUN") if one.startswith("install"))
    assert made.split()[-1] == volume
    assert "--owner=10001 --group=10001" in made


def test_it_is_healthy_when_it_can_answer(tmp_path: Path, is_ready: Callable[[int], bool]) -> None:
    """A running server is healthy."""
    with running_server(tmp_path / "store.db") as server:
        assert is_ready(urlsplit(server.url).port or 0)


def test_it_is_not_healthy_when_its_store_does_not_answer(is_ready: Callable[[int], bool]) -> None:
    """A server whose store does not answer is not healthy, and neither is one that is not there."""
    with answering(503) as port:
        assert not is_ready(port)
    assert not is_ready(port)


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_asks_where_the_server_listens(status: int, code: int) -> None:
    """The health check is a program without packages, which asks at TWINHAUS_PORT and past any proxy."""
    (check,) = final("HEALTHCHECK")
    *_, script = json.loads(check.partition("CMD")[2])
    with answering(status) as port:
        environment = {"TWINHAUS_PORT": str(port), "http_proxy": "http://127.0.0.1:1"}
        ended = subprocess.run(
            [sys.executable, "-I", str(DEPLOY / Path(script).name)], env=environment, check=False
        )
    assert ended.returncode == code
