"""What a connection may send before anything is known to answer it: the head of a request, and what frames a body.

The parser has no limits, takes what is behind a chunked body for headers, and uvicorn refuses in a line of text.
"""

from uuid import uuid4

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from twinhaus.api.problems import head_too_large, malformed_request

HEAD_BYTES_MAX = 64 * 1024


class Connection(HttpToolsProtocol):
    """One that is closed once it has sent more than HEAD_BYTES_MAX that are neither a whole head nor a body."""

    _unread = 0  # Bytes since a head was whole, or a part of a body came.

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        super().data_received(data)
        if self._unread > HEAD_BYTES_MAX:
            self._refuse(head_too_large(HEAD_BYTES_MAX, uuid4().hex))

    def on_headers_complete(self) -> None:
        # What came may be a body for the most part.
        if self._unread > HEAD_BYTES_MAX and self._head_bytes() > HEAD_BYTES_MAX:
            self._refuse(head_too_large(HEAD_BYTES_MAX, uuid4().hex))
            raise ValueError  # The parser stops at it.
        self._unread = 0
        super().on_headers_complete()
        # Trailers are no headers: a proxy that takes some off has not looked at these (RFC 9110 §6.5.1).
        self.headers = []

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        self._refuse(malformed_request(uuid4().hex))

    def _refuse(self, response: Response) -> None:
        if self.transport.is_closing():
            return
        cycle = self.cycle  # None until the first request.
        is_answering = cycle and cycle.response_started and not cycle.response_complete  # type: ignore[truthy-bool]
        if not is_answering:
            lines = [name + b": " + value + b"\r\n" for name, value in response.raw_headers]
            self.transport.write(
                b"".join(
                    (STATUS_LINE[response.status_code], *lines, b"connection: close\r\n\r\n", response.body)
                )
            )
        self.transport.close()
