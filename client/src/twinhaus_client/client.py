"""The client that blocks."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import Any, Self, TypeVar

import httpx

from twinhaus_client.api import Api
from twinhaus_client.auth import Auth
from twinhaus_client.calls import Call, Listing
from twinhaus_client.connection import TIMEOUT_SECONDS, options
from twinhaus_client.conversation import Alone, Ask, Send, Session, Step, Steps, Wait
from twinhaus_client.errors import broken_off
from twinhaus_client.groups import Sender
from twinhaus_client.lines import Stream
from twinhaus_client.pages import Pages
from twinhaus_client.retries import Retries

T = TypeVar("T")


class TwinhausClient(Api[Sender]):
    """A client of the server at a base URL: twinhaus at its root or under /api/v3, or Willow's own API.

    `auth` is `ClientCredentials`, a token, a function that returns one, or None where the server asks nobody. `http`
    is an httpx client of your own, with your proxies and certificates; it is not closed. Threads may share a client.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: Auth = None,
        retries: Retries = Retries(),  # noqa: B008  It is frozen.
        timeout_seconds: float = TIMEOUT_SECONDS,
        http: httpx.Client | None = None,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(self)
        self._session = Session(base_url, auth, retries, clock)
        self._owns_http = http is None
        self._http = http or httpx.Client(**options(timeout_seconds))
        self._sleep = sleep
        self._alone = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        if self._owns_http:
            self._http.close()

    def send(self, call: Call[T], /) -> T:
        """The answer to a call. Raises TwinhausError."""
        return call.read(self._run(self._session.converse(call)))

    def pages(self, listing: Listing[T], /) -> Pages[T]:
        """A list as an iterator; nothing is asked yet."""
        return Pages(self.send, listing)

    def stream(self, stream: Stream[T], /) -> Generator[T, None, None]:
        """Answers line by line, never whole in memory. Raises TwinhausError, and Interrupted where one breaks off."""
        for call, lines in stream.parts():
            with closing(self._run(self._session.converse(call), is_streamed=True)) as response:
                try:
                    for data in response.iter_bytes():
                        yield from lines.take(data)
                except httpx.RequestError as error:
                    raise broken_off(f"{call.method} {call.path}", error) from error
                yield from lines.end()

    def _run(self, conversation: Steps[T], *, is_streamed: bool = False) -> T:
        came: Any = None
        while True:
            try:
                step = conversation.send(came)
            except StopIteration as ended:
                result: T = ended.value
                return result
            came = self._do(step, is_streamed=is_streamed)

    def _do(self, step: Step, *, is_streamed: bool) -> Any:
        match step:
            case Send():
                try:
                    return self._answer(step, is_streamed=is_streamed)
                except httpx.RequestError as error:
                    return error
            case Wait(seconds):
                return self._sleep(seconds)
            case Ask(provider):
                return provider()
            case Alone(conversation):
                with self._alone:
                    return self._run(conversation)

    def _answer(self, step: Send, *, is_streamed: bool) -> httpx.Response:
        request = self._http.build_request(
            step.method, step.url, params=step.query, headers=step.headers, content=step.body
        )
        response = self._http.send(request, stream=is_streamed)
        if not response.is_success:
            response.read()
        return response
