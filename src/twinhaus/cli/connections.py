"""What a connection may send before anything is known to answer it: the head of a request, and what frames a body. And
for how long it may send nothing.

The parser has no limits, takes what is behind a chunked body for headers, and uvicorn waits without end and refuses in
a line of text.
"""

from asyncio import BaseTransport, TimerHandle
from uuid import uuid4

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from twinhaus.api.problems import body_too_late, head_too_large, head_too_late, malformed_request

HEAD_BYTES_MAX = 64 * 1024
HEAD_SECONDS_MAX = 60
BODY_SECONDS_MAX = 60  # Between two parts of it.


class Connection(HttpToolsProtocol):
    """One that is closed once it has sent more than HEAD_BYTES_MAX that are neither a whole head nor a body, or has
    taken longer than HEAD_SECONDS_MAX over a head, or over the next part of a body BODY_SECONDS_MAX to twice as long.
    """

    head_seconds_max: float = HEAD_SECONDS_MAX
    body_seconds_max: float = BODY_SECONDS_MAX
    _unread = 0  # Bytes since a head was whole, or a part of a body came.
    _is_in_head = _is_in_body = False
    _is_quiet = False  # Nothing came of a body since it was last looked at.
    _timer: TimerHandle | None = None  # Most requests come in one piece, and need none.

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._give_time()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        self._is_quiet = False
        super().data_received(data)
        if self._unread > HEAD_BYTES_MAX:
            self._refuse(head_too_large(HEAD_BYTES_MAX, uuid4().hex))
        elif (self._is_in_head or self._is_in_body) and self._timer is None:
            self._give_time()

    def on_message_begin(self) -> None:
        self._is_in_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        # What came may be a body for the most part.
        if self._unread > HEAD_BYTES_MAX and self._head_bytes() > HEAD_BYTES_MAX:
            self._refuse(head_too_large(HEAD_BYTES_MAX, uuid4().hex))
            raise ValueError  # The parser stops at it.
        self._unread = 0
        self._is_in_head, self._is_in_body = False, True
        self._stop_timer()
        super().on_headers_complete()
        # Trailers are no headers: a proxy that takes some off has not looked at these (RFC 9110 §6.5.1).
        self.headers = []

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_in_body = False
        self._stop_timer()
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        self._refuse(malformed_request(uuid4().hex))

    def _give_time(self) -> None:
        seconds = self.body_seconds_max if self._is_in_body else self.head_seconds_max
        self._timer = self.loop.call_later(seconds, self._time_is_up)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_is_up(self) -> None:
        self._timer = None
        if self._is_in_body:
            self._look_at_body()
        elif self._is_answering():  # What it was asked before: only then is the rest of the head read.
            self._give_time()
        elif self._is_in_head:
            self._refuse(head_too_late(self.head_seconds_max, uuid4().hex))
        else:
            self.transport.close()

    def _look_at_body(self) -> None:
        """Twice in a row nothing came, and not because we read no further until what came is dealt with."""
        if self._is_quiet and not self.flow.read_paused:
            self._refuse(body_too_late(self.body_seconds_max, uuid4().hex))
        else:
            self._is_quiet = not self.flow.read_paused
            self._give_time()

    def _is_answering(self) -> bool:
        cycle = self.cycle  # None until the first request.
        return bool(cycle) and not cycle.response_complete

    def _refuse(self, response: Response) -> None:
        if self.transport.is_closing():
            return
        if not (self._is_answering() and self.cycle.response_started):
            lines = [name + b": " + value + b"\r\n" for name, value in response.raw_headers]
            self.transport.write(
                b"".join(
                    (STATUS_LINE[response.status_code], *lines, b"connection: close\r\n\r\n", response.body)
                )
            )
        self.transport.close()
