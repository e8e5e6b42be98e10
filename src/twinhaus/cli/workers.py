"""The processes of a server of several, which uvicorn watches and replaces."""

import os
import signal
from multiprocessing import parent_process
from socket import socket
from threading import Thread

from uvicorn.supervisors import multiprocess

# One that says nothing for so long is replaced. Where processors are busy or shared out by quota one takes many
# seconds to start; replaced before it has, it would never serve.
SILENT_SECONDS = 60


class Worker(multiprocess.Process):
    """One whose death ends a health check. uvicorn keeps the worker's end of their pipe open in its own process, too,
    so one killed between question and answer would be waited for as long as a silent one. And one that stops when the
    process that watches it has died: nobody would stop it any more, and its address would stay taken.
    """

    def start(self) -> None:
        super().start()
        self.child_conn.close()

    def target(self, sockets: list[socket] | None = None) -> None:
        Thread(target=_stop_with_parent, daemon=True).start()
        super().target(sockets)


def _stop_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def watch_for_death() -> None:
    """Have uvicorn start such workers; it has no setting for it."""
    multiprocess.Process = Worker  # type: ignore[misc]
