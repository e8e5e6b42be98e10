"""Workers whose server is killed, or told to replace them."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
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


def _workers(server: int) -> set[int]:
    """The processes that serve for it, of those that it has started."""
    found = set()
    for children in Path(f"/proc/{server}/task").glob("*/children"):
        for pid in children.read_text("ascii").split():
            with suppress(FileNotFoundError):  # It has ended meanwhile.
                if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.add(int(pid))
    return found


@pytest.mark.skipif(
    not list(Path("/proc/self/task").glob("*/children")), reason="needs to see whose processes are whose"
)
def test_workers_are_replaced_when_their_server_hangs_up(tmp_path: Path) -> None:
    """On SIGHUP others take the place of all workers, and go on serving."""
    make_store(tmp_path / "one.db")
    with running_server(tmp_path / "one.db", "--auth", "none", "--workers", "2") as server:
        before = _workers(server.process.pid)
        os.kill(server.process.pid, signal.SIGHUP)

        def are_replaced() -> bool:
            now = _workers(server.process.pid)
            return len(now) == 2 and not now & before

        assert len(before) == 2
        wait_until(are_replaced, "all workers are replaced")
        assert _is_served(server.url)
