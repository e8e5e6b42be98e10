"""A real server in a process of its own, for tests, the demo and measurements."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from twinhaus.testing.waiting import wait_until

_RUNNING = re.compile(r"Uvicorn running on (?:\x1b\[[\d;]*m)*(http://[^\s\x1b]+)")  # In bold, on a terminal.
_STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where it listens, and its process."""

    url: str
    process: "subprocess.Popen[str]"

    def kill(self) -> None:
        """Stop it as a power cut would: nothing of it gets to tidy up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start_server(store: str | Path, *options: str, **settings: str) -> Server:
    """Start `twinhaus serve`, on any free port unless an option names one, and come back once it accepts requests.
    Settings are this server's alone, beside those that the environment has.

    Raises RuntimeError with the server's last words where it does not start.
    """
    command = [
        sys.executable,
        "-m",
        "twinhaus.cli",
        "serve",
        "--store",
        str(store),
        "--port",
        "0",
        *options,
    ]
    environment = os.environ | {f"TWINHAUS_{name.upper()}": value for name, value in settings.items()}
    # A process group of its own, so that its workers can be killed with it.
    process = subprocess.Popen(  # noqa: S603  Our own command.
        command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := _RUNNING.search(line):
            threading.Thread(target=_drain, args=(process,), daemon=True).start()
            _wait_until_it_listens(found[1], process)
            return Server(found[1], process)
    process.stderr.close()
    process.wait()
    raise RuntimeError(f"the server did not start:\n{''.join(said)}")


@contextmanager
def running_server(store: str | Path, *options: str, **settings: str) -> Iterator[Server]:
    """A server for the length of a block."""
    server = start_server(store, *options, **settings)
    try:
        yield server
    finally:
        stop_server(server)


def stop_server(server: Server) -> None:
    """Ask it to stop, and wait until it has."""
    server.process.terminate()
    try:
        server.process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()


def run_cli(*arguments: str, stdin: bytes | None = None) -> "subprocess.CompletedProcess[bytes]":
    """Run a `twinhaus` command to its end."""
    command: Sequence[str] = [sys.executable, "-m", "twinhaus.cli", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, check=False)  # noqa: S603  Our own command.


def _wait_until_it_listens(url: str, process: "subprocess.Popen[str]") -> None:
    """A server of several processes says where it will listen before the first of them does."""
    address = urlsplit(url)

    def listens_or_has_ended() -> bool:
        try:
            socket.create_connection((address.hostname, address.port)).close()
        except ConnectionRefusedError:
            return process.poll() is not None
        return True

    wait_until(listens_or_has_ended, f"a server listens at {url}")


def _drain(process: "subprocess.Popen[str]") -> None:
    """Pass on what the server says, so that its pipe never fills."""
    assert process.stderr is not None
    with process.stderr:
        for line in process.stderr:
            sys.stderr.write(line)
