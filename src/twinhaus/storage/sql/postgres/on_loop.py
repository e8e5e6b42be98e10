"""Jobs that wait for a database on an event loop, which goes on meanwhile.

A job is a plain function, and where it waits is deep inside it. Here it runs in a greenlet, which is left while it
waits, and gone on with when the database has answered. Two changes between threads would take as long as a page of 100.
"""

import asyncio
import select
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from greenlet import getcurrent, greenlet

from twinhaus.storage.sql.postgres.sending import Wait

Result = TypeVar("Result")


async def run_on_loop(job: Callable[[Wait], Result]) -> Result:
    """What the job comes to, which is told how to wait. It goes on to its end even if nobody waits for it any more."""
    running = _Running(job)
    running.go_on()
    return await running.outcome


class _Running(Generic[Result]):
    """A job under way.

    The loop is told of things from outside of the greenlet only. While that runs, the stack is its own, and what was
    there before lies elsewhere; but uvloop, which may have called us, has pointers to it.
    """

    def __init__(self, job: Callable[[Wait], Result]) -> None:
        self._loop = asyncio.get_running_loop()
        self._job = job
        self._greenlet = _IDLE.greenlets.pop() if _IDLE.greenlets else greenlet(_run_jobs)
        self._watched: tuple[int, bool] | None = None
        self._tell: Callable[[], None]
        self.outside = getcurrent()
        self.outcome: asyncio.Future[Result] = self._loop.create_future()

    def go_on(self) -> None:
        """Until it waits again, or has ended."""
        wanted = self._greenlet.switch(self)
        if wanted is not None:
            self._watch(*wanted)
            return
        _IDLE.greenlets.append(self._greenlet)
        self._unwatch()
        if not self.outcome.done():  # Else who waited has gone away.
            self._tell()

    def run(self) -> None:
        """All of it, inside of the greenlet."""
        try:
            self._tell = partial(self.outcome.set_result, self._job(self._wait))
        except Exception as error:
            self._tell = partial(self.outcome.set_exception, error)

    def _wait(self, socket: int, has_more: bool) -> None:
        self.outside.switch((socket, has_more))

    def _watch(self, socket: int, has_more: bool) -> None:
        """Go on when this socket is ready. It stays watched while that is waited for: an answer comes in pieces. But
        uvloop forgets a socket with an error when it has told of it, once.
        """
        if self._watched == (socket, has_more) and not _is_broken(socket):
            return
        self._unwatch()
        self._watched = socket, has_more
        self._loop.add_reader(socket, self.go_on)
        if has_more:
            self._loop.add_writer(socket, self.go_on)

    def _unwatch(self) -> None:
        if self._watched is not None:
            socket, has_more = self._watched
            self._watched = None
            self._loop.remove_reader(socket)
            if has_more:
                self._loop.remove_writer(socket)


class _Idle(threading.local):
    """Greenlets of a thread that have ended a job and wait for the next: each new one asks the system for memory."""

    def __init__(self) -> None:
        self.greenlets: list[greenlet] = []


_IDLE = _Idle()


def _run_jobs(running: _Running[Any] | None) -> None:
    while running is not None:
        running.run()
        outside, running = running.outside, None  # What it came to is not kept.
        running = outside.switch(None)


def _is_broken(socket: int) -> bool:
    """Whether it has an error, or nobody is at the other end any more."""
    looking = select.poll()
    looking.register(socket, 0)  # These are told of whatever one looks for.
    return bool(looking.poll(0))
