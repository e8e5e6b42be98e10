"""A PostgreSQL server started for tests: by one process for itself, or by the first of several for all of them."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from twinhaus.testing.postgres.programs import ProgramFailed, Programs, give_to_servant
from twinhaus.testing.postgres.watch import DATA, USERS, find_pid
from twinhaus.testing.waiting import wait_until

CONNECTIONS_MAX = 1_000  # Each server of a test has a dozen, and tests run side by side.
_MEMORY_DISK = Path("/dev/shm")  # noqa: S108  Its folders are made as safely as temporary ones.
_ROOM_BYTES = 2 * 1024**3  # On the memory disk; with less, the data is where temporary files are.
_START_SECONDS = 60
_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
max_connections = {connections_max}
max_wal_size = 256MB
log_checkpoints = off
"""
_LOST_WITH_THE_MACHINE = """
fsync = off
full_page_writes = off
"""


class OwnServer:
    """A server in a folder of its own, which goes when the last process that uses it has ended, however it ended.

    It listens on a socket in its folder, and on no network. `postgres` may do everything, without a password.
    """

    def __init__(self, folder: Path, programs: Programs, users: IO[bytes]) -> None:
        self.folder = folder
        self.url = f"postgresql://postgres@/postgres?host={folder}"
        self._programs = programs
        self._users = users

    def start(self) -> None:
        """Start it, and come back once it takes connections. Raises ProgramFailed."""
        log = self.folder / "log"
        try:
            self._control("start", "-l", log, "-t", str(_START_SECONDS))
        except ProgramFailed as error:
            said = log.read_text("utf-8", "replace")[-4_000:] if log.exists() else ""
            raise ProgramFailed(f"{error}\n{said}") from error

    def stop(self) -> None:
        """Stop it in good order: open transactions are rolled back, and connections closed."""
        self._control("stop", "-m", "fast")

    def restart(self) -> None:
        """Stop it in good order, and start it again."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """Stop all its processes as a power cut would; the next start has to recover."""
        first = find_pid(self.folder / DATA)
        assert first is not None
        os.kill(first, signal.SIGSTOP)  # So that it starts no more of them.
        pids = [first, *_children(first)]
        for pid in pids:
            _kill(pid)
        # What they share in memory goes with the last of them.
        wait_until(lambda: not any(map(_is_alive, pids)), "all its processes are gone")
        # A process that has ended, but that nobody has asked for, would be taken for a server that runs.
        for lock in (self.folder / DATA / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            lock.unlink()

    def set(self, **settings: str) -> None:
        """Add settings, as in postgresql.conf; they hold from the next start on."""
        with (self.folder / DATA / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def close(self) -> None:
        """Use it no longer. Where no other process does, it stops and leaves nothing behind."""
        self._users.close()

    def _control(self, action: str, *options: str | Path) -> None:
        self._programs.run("pg_ctl", action, "-s", "-w", "-D", self.folder / DATA, *options)


def start_server(programs: Programs, *, durable: bool = False) -> OwnServer:
    """A new server. Raises ProgramFailed.

    One that is not durable is faster, and loses what it acknowledged when the machine stops.
    """
    is_reached = programs.can_be_reached()
    folder = _new_folder(in_memory=is_reached and not durable)
    users = _use(folder)
    try:
        _start_watching(folder)
        if not is_reached:
            programs = programs.copied(folder / "programs")
        programs.run(
            "initdb", "-D", folder / DATA, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"
        )
        settings = _SETTINGS.format(folder=folder, connections_max=CONNECTIONS_MAX)
        with (folder / DATA / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(settings + ("" if durable else _LOST_WITH_THE_MACHINE))
        server = OwnServer(folder, programs, users)
        server.start()
    except BaseException:
        users.close()
        raise
    return server


def join_server(folder: Path, programs: Programs) -> OwnServer:
    """The server that another process has started in a folder. Raises OSError where it is there no longer."""
    return OwnServer(folder, programs, _use(folder))


def _new_folder(*, in_memory: bool) -> Path:
    has_room = in_memory and _MEMORY_DISK.is_dir() and shutil.disk_usage(_MEMORY_DISK).free > _ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix="twinhaus-postgres-", dir=_MEMORY_DISK if has_room else None))
    (folder / USERS).touch()
    give_to_servant(folder)
    return folder


def _use(folder: Path) -> IO[bytes]:
    """While this is open, the server stays."""
    users = (folder / USERS).open("rb")
    try:
        fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # It is being removed.
        users.close()
        raise
    return users


def _start_watching(folder: Path) -> None:
    """In a process that outlives this one."""
    subprocess.run(  # noqa: S603  Our own command.
        [sys.executable, "-m", "twinhaus.testing.postgres.watch", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def _children(parent: int) -> list[int]:
    """The processes that a process has started, where the system shows them."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # Gone meanwhile.
            # The name, in parentheses, may have any characters; after it come the state and the parent.
            if int(status.read_text("utf-8", "replace").rpartition(")")[2].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _is_alive(pid: int) -> bool:
    """Whether it runs; one that has ended, and that nobody has asked for, does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
