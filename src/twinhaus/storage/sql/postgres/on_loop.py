"""Jobs that wait for a database on an event loop, which goes on meanwhile.

A job is a plain function, and where it waits is deep inside it. Here it runs in a greenlet, which is left while it
waits, and gone on with when the database has answered. Two changes between threads would take as long as a page of 100.
"""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

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
        self._outside = getcurrent()
        self._job = job
        self._greenlet = greenlet(self._run)
        self.outcome: asyncio.Future[Result] = self._loop.create_future()

    def go_on(self) -> None:
        """Until it waits again, or has ended."""
        came_to = self._greenlet.switch()
        if not self._greenlet.dead:
            self._watch(*came_to)
        elif not self.outcome.done():  # Else who waited has gone away.
            result, error = came_to
            if error is None:
                self.outcome.set_result(result)
            else:
                self.outcome.set_exception(error)

    def _run(self) -> tuple[Result | None, Exception | None]:
        try:
            return self._job(self._wait), None
        except Exception as error:
            return None, error

    def _wait(self, socket: int, has_more: bool) -> None:
        self._outside.switch(socket, has_more)

    def _watch(self, socket: int, has_more: bool) -> None:
        """Go on when this socket is ready, once: uvloop forgets a socket with an error when it has told of it."""
        self._loop.add_reader(socket, self._is_ready, socket, has_more)
        if has_more:
            self._loop.add_writer(socket, self._is_ready, socket, has_more)

    def _is_ready(self, socket: int, has_more: bool) -> None:
        self._loop.remove_reader(socket)
        if has_more:
            self._loop.remove_writer(socket)
        self.go_on()
