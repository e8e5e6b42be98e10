"""`python -m twinhaus.testing.postgres.watch FOLDER`: what is left of a server is removed once nobody uses it.

It goes into the background at once.

Whoever uses the server has the file `users` of its folder open, with a shared lock. The kernel takes the lock from
those who end, however they end; so this process, which waits until it has the file alone, never misses one.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

USERS = "users"
DATA = "data"
_WAIT_SECONDS = 10
_RETRY_SECONDS = 0.02


def watch(folder: Path) -> None:
    """Wait until nobody uses the server any more; then stop it, and remove its folder."""
    with (folder / USERS).open("rb") as users:
        fcntl.flock(users, fcntl.LOCK_EX)
        _stop_at_once(folder / DATA)
        shutil.rmtree(folder, ignore_errors=True)


def find_pid(data: Path) -> int | None:
    """The first process of the server of a data folder, as its file says."""
    try:
        return int((data / "postmaster.pid").read_text("ascii").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _stop_at_once(data: Path) -> None:
    """Stop the server of a data folder, if one runs, without tidying up."""
    pid = find_pid(data)
    if pid is None:
        return
    give_up = time.monotonic() + _WAIT_SECONDS
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGQUIT)  # It takes all its processes with it, and its file.
        while find_pid(data) == pid:
            os.kill(pid, 0 if time.monotonic() < give_up else signal.SIGKILL)
            time.sleep(_RETRY_SECONDS)


if __name__ == "__main__":
    if os.fork():
        os._exit(0)
    os.setsid()  # So that it is not interrupted together with those it watches.
    watch(Path(sys.argv[1]))
