"""Reading on the caller's own thread, where it is brief.

To wake a reader thread and be woken by it takes longer than to read a page of 100. So an event loop may read by itself,
as long as it cannot be held up: a statement is interrupted after BRIEF_SECONDS, a lock is not waited for, and after a
read that took longer (a cold file on a slow disk, say) all go to the threads for a while.
"""

import time
from collections.abc import Callable
from threading import Lock

from twinhaus.errors import Unavailable
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.sql.sqlite import SqliteConnection
from twinhaus.storage.store import NotBrief, Reader, Result

BRIEF_SECONDS = 0.001
# A hundred times as long: reads that are not brief cost the loop a hundredth of its time.
RESTING_SECONDS = 0.1


class BriefReader:
    """A connection for one thread at a time; who comes while it is taken is sent away."""

    def __init__(self, connection: SqliteConnection, models: ModelCache) -> None:
        connection.wait_for_locks(0)
        self._connection = connection
        self._models = models
        self._taken = Lock()
        self._resting_until = 0.0

    def read(self, job: Callable[[Reader], Result]) -> Result:
        """What `Store.read_briefly` promises."""
        started = time.monotonic()
        if started < self._resting_until or not self._taken.acquire(blocking=False):
            raise NotBrief
        until = started + BRIEF_SECONDS
        try:
            with self._connection.snapshot(until):
                return job(SqlReader(self._connection, self._models))
        except Unavailable as error:
            raise NotBrief from error
        finally:
            if (ended := time.monotonic()) > until:
                self._resting_until = ended + RESTING_SECONDS
            self._taken.release()

    def close(self) -> None:
        with self._taken:
            self._connection.close()
