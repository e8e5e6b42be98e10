"""Work on other threads goes on, whoever waits for it."""

import asyncio
from concurrent.futures import Future

import pytest

from twinhaus.api.outcomes import outcome


def test_what_comes_of_work_is_told() -> None:
    """Its result, or what it raised, whether it ended before anybody waited or after."""

    async def wait(work: "Future[str]") -> str:
        loop = asyncio.get_running_loop()
        loop.call_soon(loop.run_in_executor, None, work.set_result, "done")
        return await outcome(work)

    assert asyncio.run(wait(Future())) == "done"
    ended: Future[str] = Future()
    ended.set_result("before")
    assert asyncio.run(outcome(ended)) == "before"
    failed: Future[str] = Future()
    failed.set_exception(LookupError("why"))
    with pytest.raises(LookupError, match="why"):
        asyncio.run(outcome(failed))


def test_who_gives_up_does_not_stop_it() -> None:
    """Work of which nobody waits for the outcome any more is not cancelled, and may end while the loop runs on."""
    work: Future[str] = Future()

    async def give_up() -> None:
        waiting = asyncio.ensure_future(outcome(work))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert work.set_running_or_notify_cancel(), "it is not cancelled"
        work.set_result("done")
        await asyncio.sleep(0)

    asyncio.run(give_up())
    assert work.result() == "done"


def test_it_may_end_after_its_loop() -> None:
    """A server that stops does not keep a thread from ending its work."""
    work: Future[str] = Future()

    async def leave() -> None:
        waiting = asyncio.ensure_future(outcome(work))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(leave())
    work.set_result("done")
    assert work.result() == "done"
