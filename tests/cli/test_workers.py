"""The processes of a server of several."""

import pytest
import uvicorn
from uvicorn.supervisors import multiprocess

from twinhaus.cli.workers import Worker, watch_for_death


def test_a_dead_worker_is_not_waited_for() -> None:
    """A health check of one that dies before it has answered ends at once, not when it would of one that is silent."""
    worker = Worker(uvicorn.Config("no.such:application"), [])
    worker.start()
    worker.process.kill()
    worker.process.join()
    assert worker.parent_conn.poll(0)
    assert not worker.ping()


def test_uvicorn_starts_such_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name for a worker is ours."""
    monkeypatch.setattr(multiprocess, "Process", multiprocess.Process)  # As it was, for whoever comes after.
    watch_for_death()
    assert multiprocess.Process is Worker
