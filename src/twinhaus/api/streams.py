"""Bodies that are never whole in memory: read message by message, sent piece by piece."""

import asyncio
from asyncio import to_thread
from collections.abc import AsyncIterator, Callable, Iterator

from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

# A client that neither sends nor takes anything for so long holds up what others may need.
STALLED_SECONDS = 60
PAUSE_SECONDS = 0.2  # Who sends nothing for so long wants to hear of what was sent.


async def received(receive: Receive) -> AsyncIterator[bytes]:
    """The pieces of a request's body as they come, and an empty one at each pause.

    Raises ClientDisconnect where the client goes, or stalls, before the end.
    """
    is_ended = False
    waited = 0.0
    while not is_ended:
        coming = asyncio.ensure_future(receive())
        try:
            while not (await asyncio.wait({coming}, timeout=PAUSE_SECONDS))[0]:
                waited += PAUSE_SECONDS
                if waited >= STALLED_SECONDS:
                    raise ClientDisconnect
                yield b""
        finally:
            coming.cancel()
        message = coming.result()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        waited = 0.0
        is_ended = not message.get("more_body", False)
        if message.get("body"):
            yield message["body"]


async def first_message(receive: Receive) -> Message:
    """The beginning of a request's body. Raises ClientDisconnect where it does not come."""
    try:
        async with asyncio.timeout(STALLED_SECONDS):
            return await receive()
    except TimeoutError as error:
        raise ClientDisconnect from error


def resumed(first: Message, receive: Receive) -> Receive:
    """A body from its beginning, which has been received already."""
    waiting = [first]

    async def receive_on() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_on


async def send_start(send: Send, media_type: str) -> None:
    """The head of an answer whose length is not known yet."""
    headers = [(b"content-type", media_type.encode("ascii"))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def send_piece(send: Send, piece: bytes, *, more: bool = True) -> None:
    """A piece of an answer's body. Raises ClientDisconnect where the client does not take it."""
    try:
        async with asyncio.timeout(STALLED_SECONDS):
            await send({"type": "http.response.body", "body": piece, "more_body": more})
    except TimeoutError as error:
        raise ClientDisconnect from error


class StreamedAnswer(Response):
    """An answer made while it is sent. What it is made from is let go of in any case."""

    def __init__(self, pieces: Iterator[bytes], media_type: str, let_go: Callable[[], None]) -> None:
        super().__init__(media_type=media_type)
        self._pieces = pieces
        self._let_go = let_go

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            await send_start(send, self.media_type or "")
            while piece := await to_thread(next, self._pieces, b""):
                if gone.done():
                    raise ClientDisconnect
                await send_piece(send, piece)
            await send_piece(send, b"", more=False)
        finally:
            gone.cancel()
            await asyncio.wait({gone})
            await to_thread(self._let_go)


async def _disconnected(receive: Receive) -> Message:
    while (message := await receive())["type"] != "http.disconnect":
        pass
    return message
