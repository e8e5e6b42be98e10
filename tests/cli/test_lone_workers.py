"""Workers whose server is killed."""

import os
import signal
from pathlib import Path

import httpx
from tests.serving import make_store

from twinhaus.testing.server import running_server
from twinhaus.testing.waiting import wait_until


def _is_served(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def test_workers_stop_when_their_server_was_killed(tmp_path: Path) -> None:
    """kill -9 of the process that watches the workers stops them, too, and its address is free again."""
    make_store(tmp_path / "one.db")
    with running_server(tmp_path / "one.db", "--auth", "none", "--workers", "2") as server:
        os.kill(server.process.pid, signal.SIGKILL)
        wait_until(lambda: not _is_served(server.url), "the workers are gone")
