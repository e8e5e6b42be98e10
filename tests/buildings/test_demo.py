"""`twinhaus demo`, the first thing a newcomer runs."""

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest

from twinhaus.testing.server import run_cli

TITLES = ("By model", "By relationship", "By location", "By date", "By property", "Combined")
TIMEOUT_SECONDS = 60


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo makes its folder where it is run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")


def test_the_demo_shows_every_filter() -> None:
    """It puts the contract's own twin, runs one list for each filter and one combined, and ends well; also again."""
    for _ in range(2):
        done = run_cli("demo")
        said = done.stdout.decode()
        assert done.returncode == 0, done.stderr.decode()
        for title in TITLES:
            (line,) = re.findall(rf"^POST /twins: {title}.*$", said, re.MULTILINE)
            assert "…" not in line
        counts = [int(count) for count in re.findall(r"^(\d+) twins on \d+ pages", said, re.MULTILINE)]
        assert len(counts) == len(TITLES)
        assert all(counts)
        assert "PUT /twins" in said
        assert '"TW-DD-II-L01"' in said


def test_the_demo_says_why_it_cannot_run(tmp_path: Path) -> None:
    """A port that is taken, and a folder that cannot be made, end it in one line; what an earlier one left stays."""
    earlier = tmp_path / ".demo" / "store.db"
    earlier.parent.mkdir()
    earlier.touch()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = run_cli("demo", "--keep-serving", "--port", str(port))
    told = f"Error: No server can listen on 127.0.0.1:{port}: Address already in use.\n"
    assert (refused.returncode, refused.stderr.decode()) == (1, told)
    assert earlier.exists()
    earlier.unlink()
    earlier.parent.rmdir()
    earlier.parent.touch()
    refused = run_cli("demo")
    assert (refused.returncode, refused.stderr.decode()) == (
        1,
        "Error: .demo cannot be made here: File exists.\n",
    )


def curl(line: str) -> httpx.Response:
    """Send what a printed curl line would send."""
    words = shlex.split(line)
    url = next(word for word in words if word.startswith("http"))
    options = list(pairwise(words))
    headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
    body = "&".join(value for option, value in options if option == "-d")
    if not headers:
        return httpx.post(url, data=dict(parse_qsl(body)), timeout=TIMEOUT_SECONDS)
    return httpx.post(url, content=body, headers=headers, timeout=TIMEOUT_SECONDS)


def test_the_demo_kept_serving_prints_lines_that_work() -> None:
    """Its curl lines answer as they stand, with twins and with a token; terminated, it takes its server along."""
    command = [sys.executable, "-m", "twinhaus.cli", "demo", "--keep-serving", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as demo:
        assert demo.stdout is not None
        lines: list[str] = []
        for line in demo.stdout:
            lines.append(line)
            if "Stop with Ctrl-C" in line:
                break
        try:
            listing, asking = (curl(line) for line in lines if line.startswith("curl "))
        finally:
            demo.send_signal(signal.SIGTERM)
    assert listing.status_code == 200
    assert len(listing.json()["content"]) == 2
    assert asking.status_code == 200
    assert asking.json()["token_type"] == "Bearer"
    assert Path(".demo/client.json").stat().st_mode & 0o077 == 0
    assert json.loads(Path(".demo/client.json").read_text())["client_secret"] in "".join(lines)
    assert demo.returncode == 128 + signal.SIGTERM
    with pytest.raises(httpx.ConnectError):
        httpx.get(listing.url)
