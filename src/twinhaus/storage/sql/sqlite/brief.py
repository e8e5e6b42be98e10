"""Reading on the caller's own thread, where it is brief.

To wake a reader thread and be woken by it takes longer than to read a page of 100. So an event loop may read by itself,
as long as it cannot be held up: a statement is interrupted after BRIEF_SECONDS, a lock is not waited for, and after a
few reads that took longer (of a cold file on a slow disk, say) all go to the threads for a while.
"""

import time
from collections.abc import Callable
from threading import Lock

from twinhaus.errors import Unavailable
from twinhaus.storage.sql.connection import NotBrief
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.store import Reader, Result

BRIEF_SECONDS = 0.001
# A hundred times as long: reads that are not brief cost the loop a hundredth of its time in the long run. The first few
# are for free: a page that nobody has read for long comes from the disk once, and any process may be held up.
RESTING_SECONDS = 0.1
FREE_READS = 10


class BriefReader:
    """Reads on a connection that nobody uses just now, one at a time; who comes when there is none is sent away."""

    def __init__(
        self, spare: list[SqliteConnection], models: ModelCache, *, busy_timeout_seconds: float
    ) -> None:
        """It takes a connection from the list and puts it back; others may do so, too, who wait for locks so long."""
        self._spare = spare
        self._models = models
        self._busy_timeout_seconds = busy_timeout_seconds
        self._taken = Lock()
        self._resting_until = float("-inf")

    def read(self, job: Callable[[Reader], Result]) -> Result:
        """What `Store.read_briefly` promises."""
        started = time.monotonic()
        if started < self._resting_until or not self._taken.acquire(blocking=False):
            raise NotBrief
        until = started + BRIEF_SECONDS
        connection = None
        # Every request comes through here, so there are no further context managers inside.
        try:
            connection = self._spare.pop()
            connection.wait_for_locks(0)
            with connection.snapshot(until):
                return job(SqlReader(connection, self._models))
        except Unavailable as error:
            raise NotBrief from error
        except IndexError:
            if connection is None:
                raise NotBrief from None
            raise
        finally:
            if connection is not None:
                connection.wait_for_locks(self._busy_timeout_seconds)
                self._spare.append(connection)
            if (ended := time.monotonic()) > until:
                rested = max(self._resting_until, ended - FREE_READS * RESTING_SECONDS)
                self._resting_until = rested + RESTING_SECONDS
            self._taken.release()

    def close(self) -> None:
        """Wait for the read under way; there will be no other."""
        with self._taken:
            self._resting_until = float("inf")
