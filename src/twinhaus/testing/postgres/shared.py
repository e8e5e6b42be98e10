"""One server for all processes of a test run: the first that needs it starts it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from twinhaus.testing.postgres.own import OwnServer, join_server, start_server
from twinhaus.testing.postgres.programs import Programs


def shared_server(programs: Programs, folder: Path, name: str) -> OwnServer:
    """The server of this name of all processes that share a folder. Raises ProgramFailed."""
    note = folder / f"{name}.server"
    with _alone(folder / f"{name}.lock"):
        with suppress(OSError):
            return join_server(Path(note.read_text("utf-8")), programs)
        server = start_server(programs)
        note.write_text(str(server.folder), "utf-8")
        return server


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """While other processes wait that do the same."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
