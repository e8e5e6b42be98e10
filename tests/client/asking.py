"""Both clients, asked in one way, so that each test is about both."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import contextmanager
from typing import Any, Literal, Protocol, TypeAlias

from twinhaus_client import AsyncPages, AsyncTwinhausClient, Pages, TwinhausClient

Kind: TypeAlias = Literal["blocking", "awaited"]
KINDS: tuple[Kind, ...] = ("blocking", "awaited")


class Ask(Protocol):
    """Asks a client, and waits for the whole answer: a list and a stream come as lists."""

    def __call__(self, question: Callable[[Any], Any]) -> Any: ...


@contextmanager
def asking(kind: Kind, url: str, **options: Any) -> Iterator[Ask]:
    """A client of a kind. The `sleep` that is given is a plain function; without one nothing may sleep."""
    sleep = options.pop("sleep", _refuse_to_sleep)
    if kind == "blocking":
        with TwinhausClient(url, sleep=sleep, **options) as client:
            yield lambda question: _collected(question(client))
        return
    with asyncio.Runner() as runner:

        async def sleep_later(seconds: float) -> None:
            sleep(seconds)

        awaited = AsyncTwinhausClient(url, sleep=sleep_later, **options)
        try:
            yield lambda question: runner.run(_awaited(question, awaited))
        finally:
            runner.run(awaited.aclose())


def _refuse_to_sleep(seconds: float) -> None:
    raise AssertionError(f"nothing here should have to wait, least of all {seconds} seconds")


def _collected(found: Any) -> Any:
    return list(found) if isinstance(found, Pages | Generator) else found


async def _awaited(question: Callable[[Any], Any], client: AsyncTwinhausClient) -> Any:
    found = question(client)
    if isinstance(found, AsyncPages | AsyncGenerator):
        return [one async for one in found]
    return await found
