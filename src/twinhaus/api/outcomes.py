"""Waiting on the event loop for what other threads do."""

import asyncio
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


async def outcome(work: "Future[Result]") -> Result:
    """What comes of work that goes on whether or not anybody waits for it.

    To wrap a future and to shield it, as asyncio does, takes the loop two steps more.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Future[Result] = loop.create_future()

    def tell() -> None:
        if told.cancelled():
            return
        error = work.exception()
        if error is None:
            told.set_result(work.result())
        else:
            told.set_exception(error)

    def call(_: "Future[Result]") -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell)

    work.add_done_callback(call)
    return await told
