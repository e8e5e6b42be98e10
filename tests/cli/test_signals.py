"""Servers that are killed, or hung up on."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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


@contextmanager
def _hanging_up_means(what: signal.Handlers) -> Iterator[None]:
    """To those that are started meanwhile."""
    before = signal.signal(signal.SIGHUP, what)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_lone_server_that_is_hung_up_on_stops_in_good_order(tmp_path: Path) -> None:
    """SIGHUP, as of a terminal that is closed, ends it as SIGTERM does."""
    make_store(tmp_path / "one.db")
    with (
        _hanging_up_means(signal.SIG_DFL),
        running_server(tmp_path / "one.db", "--auth", "none") as server,
    ):
        server.process.send_signal(signal.SIGHUP)
        assert server.process.wait(60) == -signal.SIGTERM


def test_a_server_that_is_not_to_hear_of_it_goes_on(tmp_path: Path) -> None:
    """Whoever starts it with SIGHUP ignored, as nohup does, has it so."""
    make_store(tmp_path / "one.db")
    with (
        _hanging_up_means(signal.SIG_IGN),
        running_server(tmp_path / "one.db", "--auth", "none") as server,
    ):
        server.process.send_signal(signal.SIGHUP)
        assert _is_served(server.url)
        assert server.process.poll() is None
