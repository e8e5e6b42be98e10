"""Writes that wait for the one writer of a store, taken up in groups: those that come while it works share a commit."""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future
from itertools import chain
from threading import Condition
from typing import Any

from msgspec import Struct

from twinhaus import observability
from twinhaus.errors import TwinhausError, Unavailable
from twinhaus.storage.sql.threads import Job
from twinhaus.storage.store import Expected, Result, Transaction

GROUP_SIZE_MAX = 64  # Writes that share one commit; more would only make the first of them wait.
WAITING_MAX = 10_000  # Who comes later is told to come again.


class Write(Struct, frozen=True):
    """A job, and where its outcome goes."""

    job: Callable[[Transaction], Any]
    future: "Future[Any]"
    expected: Expected


def expect_all(transaction: Transaction, group: Sequence[Write]) -> None:
    """Tell what all jobs of a group are likely to ask for, so that it is read for all of them at once."""
    expected = [write.expected for write in group]
    transaction.expect(
        twin_ids=_distinct(one.twin_ids for one in expected),
        relationship_ids=_distinct(one.relationship_ids for one in expected),
        model_ids=_distinct(one.model_ids for one in expected),
    )


def failure_of(error: BaseException) -> TwinhausError:
    """What all writes of a group are answered where the store failed them."""
    if isinstance(error, TwinhausError):
        return error
    failure = Unavailable()
    failure.__cause__ = error
    return failure


def _distinct(ids: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(ids)))


class WriteQueue:
    """Hands groups of writes to `commit`, one group at a time, on a thread that is taken only while any wait."""

    def __init__(self, threads: Executor, commit: Callable[[list[Write]], None]) -> None:
        self._threads = threads
        self._commit = commit
        self._waiting: deque[Write] = deque()
        self._between: deque[Job] = deque()
        self._is_busy = self._is_closed = False
        self._changed = Condition()

    def put(self, job: Callable[[Transaction], Result], expected: Expected) -> "Future[Result]":
        """The outcome of a job, once `commit` has settled it; Unavailable where too many wait, or after `close`."""
        future: Future[Result] = Future()
        with self._changed:
            if self._is_closed or len(self._waiting) >= WAITING_MAX:
                future.set_exception(Unavailable())
                return future
            self._waiting.append(Write(job, future, expected))
            observability.WRITES_WAITING.inc()
            self._wake()
        return future

    def put_between(self, work: Callable[[], Result]) -> "Future[Result]":
        """The outcome of work that is done between two groups; Unavailable after `close`."""
        future: Future[Result] = Future()
        with self._changed:
            if self._is_closed:
                future.set_exception(Unavailable())
                return future
            self._between.append(Job(future, work, ()))
            self._wake()
        return future

    def _wake(self) -> None:
        if not self._is_busy:
            self._is_busy = True
            self._threads.submit(self._take_turn)

    def _take_turn(self) -> None:
        try:
            if self._between:
                self._between.popleft().run()
            else:
                self._take_group()
        finally:
            self._go_on()

    def _take_group(self) -> None:
        with self._changed:
            group = [self._waiting.popleft() for _ in range(min(GROUP_SIZE_MAX, len(self._waiting)))]
        observability.WRITES_WAITING.dec(len(group))
        observability.COMMIT_WRITES.observe(len(group))
        with observability.COMMIT_SECONDS.time():
            self._commit(group)

    def _go_on(self) -> None:
        with self._changed:
            if not self._waiting and not self._between:
                self._is_busy = False
                self._changed.notify_all()
                return
        # Behind what other stores have handed in meanwhile, where the threads are shared.
        self._threads.submit(self._take_turn)

    def close(self) -> None:
        """Take no more, and wait for those that are there."""
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: not self._is_busy)
