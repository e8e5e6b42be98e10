"""The processes of a server of several, which uvicorn watches and replaces."""

from uvicorn.supervisors import multiprocess

# One that says nothing for so long is replaced. Where processors are busy or shared out by quota one takes many
# seconds to start; replaced before it has, it would never serve.
SILENT_SECONDS = 60


class Worker(multiprocess.Process):
    """One whose death ends a health check. uvicorn keeps the worker's end of their pipe open in its own process, too,
    so one killed between question and answer would be waited for as long as a silent one.
    """

    def start(self) -> None:
        super().start()
        self.child_conn.close()


def watch_for_death() -> None:
    """Have uvicorn start such workers; it has no setting for it."""
    multiprocess.Process = Worker  # type: ignore[misc]
