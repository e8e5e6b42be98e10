"""Jobs that wait for a database on an event loop, which goes on meanwhile.

A job is a plain function, and where it waits is deep inside it. Here it runs in a greenlet, which is left while it
waits, and gone on with when the database has answered. Two changes between threads would take as long as a page of 100.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from greenlet import getcurrent, greenlet

from twinhaus.storage.sql.postgres_sending import Wait

Result = TypeVar("Result")


async def run_on_loop(job: Callable[[Wait], Result]) -> Result:
    """What the job comes to, which is told how to wait. It goes on to its end even if nobody waits for it any more."""
    loop = asyncio.get_running_loop()
    outcome: asyncio.Future[Result] = loop.create_future()

    def wait(socket: int, has_more: bool) -> None:
        loop.add_reader(socket, running.switch)
        if has_more:
            loop.add_writer(socket, running.switch)
        try:
            outside.switch()
        finally:
            loop.remove_reader(socket)
            loop.remove_writer(socket)

    def run() -> None:
        try:
            result = job(wait)
        except Exception as error:
            if not outcome.done():
                outcome.set_exception(error)
        else:
            if not outcome.done():
                outcome.set_result(result)

    outside = getcurrent()
    running = greenlet(run)
    running.switch()
    return await outcome
