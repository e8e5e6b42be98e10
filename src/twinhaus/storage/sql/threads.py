"""The threads that run a store's jobs: its own, or some that many stores share."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from threading import Condition
from typing import Any, TypeVar

from msgspec import Struct

from twinhaus.storage.places import Places

Result = TypeVar("Result")


class Threads:
    """What the jobs of a store, or of many, run on. Each thread is started when it is first needed.

    Streams run on others' threads, but hold a connection each: here is how many may, of all these stores.
    """

    def __init__(self, *, readers: int, writers: int, streams: int) -> None:
        self.reading: Executor = ThreadPoolExecutor(readers, "reader")
        self.writing: Executor = ThreadPoolExecutor(writers, "writer")
        self.streams = Places(streams)

    def close(self) -> None:
        """The stores on them are closed before."""
        self.reading.shutdown()
        self.writing.shutdown()


class Job(Struct, frozen=True):
    """What a thread runs, and where its outcome goes."""

    future: "Future[Any]"
    function: Callable[..., Any]
    arguments: tuple[Any, ...]

    def run(self) -> None:
        """Unless nobody wants its outcome any more."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.function(*self.arguments)
        except BaseException as error:
            self.future.set_exception(error)
        else:
            self.future.set_result(result)


class Turns:
    """Jobs of one store on threads that others may share: in their order, a few at a time, with others' in between."""

    def __init__(self, threads: Executor, *, at_a_time: int) -> None:
        self._threads = threads
        self._at_a_time = at_a_time
        self._running = 0
        self._is_closed = False
        self._waiting: deque[Job] = deque()
        self._changed = Condition()

    def submit(self, function: Callable[..., Result], *arguments: object) -> "Future[Result]":
        """As `Executor.submit`; like it, raises RuntimeError after `shutdown`."""
        future: Future[Result] = Future()
        job = Job(future, function, arguments)
        with self._changed:
            if self._is_closed:
                raise RuntimeError("The store is closed.")
            if self._running == self._at_a_time:
                self._waiting.append(job)
                return future
            self._running += 1
        self._threads.submit(self._take_turn, job)
        return future

    def _take_turn(self, job: Job) -> None:
        job.run()
        with self._changed:
            if not self._waiting:
                self._running -= 1
                self._changed.notify_all()
                return
            following = self._waiting.popleft()
        # Behind what other stores have handed in meanwhile.
        self._threads.submit(self._take_turn, following)

    def shutdown(self) -> None:
        """Wait for what was handed in; no more may be."""
        with self._changed:
            self._is_closed = True
            self._changed.wait_for(lambda: not self._running)
