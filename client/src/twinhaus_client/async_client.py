"""The client that is awaited."""

import asyncio
import inspect
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import Any, Self, TypeVar

import httpx

from twinhaus_client.api import Api
from twinhaus_client.auth import AsyncAuth
from twinhaus_client.calls import Call, Listing
from twinhaus_client.connection import TIMEOUT_SECONDS, options
from twinhaus_client.conversation import Alone, Ask, Send, Session, Step, Steps, Wait
from twinhaus_client.errors import broken_off
from twinhaus_client.groups import AsyncSender
from twinhaus_client.lines import Stream
from twinhaus_client.pages import AsyncPages
from twinhaus_client.retries import Retries

T = TypeVar("T")


class AsyncTwinhausClient(Api[AsyncSender]):
    """As `TwinhausClient`, for asyncio: calls are awaited, lists and streams are iterated with `async for`.

    A function given as `auth` may be one that is awaited, too.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: AsyncAuth = None,
        retries: Retries = Retries(),  # noqa: B008  It is frozen.
        timeout_seconds: float = TIMEOUT_SECONDS,
        http: httpx.AsyncClient | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(self)
        self._session = Session(base_url, auth, retries, clock)
        self._owns_http = http is None
        self._http = http or httpx.AsyncClient(**options(timeout_seconds))
        self._sleep = sleep
        self._alone = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections."""
        if self._owns_http:
            await self._http.aclose()

    async def send(self, call: Call[T], /) -> T:
        """The answer to a call. Raises TwinhausError."""
        return call.read(await self._run(self._session.converse(call)))

    def pages(self, listing: Listing[T], /) -> AsyncPages[T]:
        """A list as an iterator; nothing is asked yet."""
        return AsyncPages(self.send, listing)

    async def stream(self, stream: Stream[T], /) -> AsyncGenerator[T, None]:
        """Answers line by line, never whole in memory. Raises TwinhausError, and Interrupted where one breaks off."""
        for call, lines in stream.parts():
            async with aclosing(await self._run(self._session.converse(call), is_streamed=True)) as response:
                try:
                    async for data in response.aiter_bytes():
                        for found in lines.take(data):
                            yield found
                except httpx.RequestError as error:
                    raise broken_off(f"{call.method} {call.path}", error) from error
                for found in lines.end():
                    yield found

    async def _run(self, conversation: Steps[T], *, is_streamed: bool = False) -> T:
        came: Any = None
        while True:
            try:
                step = conversation.send(came)
            except StopIteration as ended:
                result: T = ended.value
                return result
            came = await self._do(step, is_streamed=is_streamed)

    async def _do(self, step: Step, *, is_streamed: bool) -> Any:
        match step:
            case Send():
                try:
                    return await self._answer(step, is_streamed=is_streamed)
                except httpx.RequestError as error:
                    return error
            case Wait(seconds):
                return await self._sleep(seconds)
            case Ask(provider):
                found = provider()
                return await found if inspect.isawaitable(found) else found
            case Alone(conversation):
                async with self._alone:
                    return await self._run(conversation)

    async def _answer(self, step: Send, *, is_streamed: bool) -> httpx.Response:
        request = self._http.build_request(
            step.method, step.url, params=step.query, headers=step.headers, content=_later(step.body)
        )
        response = await self._http.send(request, stream=is_streamed)
        if not response.is_success:
            await response.aread()
        return response


def _later(body: bytes | Iterable[bytes] | None) -> bytes | AsyncIterator[bytes] | None:
    """A body that is streamed, as httpx wants it here."""

    async def parts(body: Iterable[bytes]) -> AsyncIterator[bytes]:
        for part in body:
            yield part

    return body if body is None or isinstance(body, bytes) else parts(body)
