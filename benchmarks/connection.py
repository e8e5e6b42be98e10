"""One kept connection to a server: as a program has it, and with as little of our own time in it as there can be.

For the latter requests are put together beforehand; an answer is read to its last byte and not looked at.
"""

import json
import selectors
import socket
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from http.client import HTTPConnection
from time import perf_counter_ns
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.portfolio import Credentials

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length: "
_CHUNK_BYTES = 1 << 20
_TIMEOUT_SECONDS = 120


class UnexpectedAnswer(Exception):
    """The server did not answer 200."""


class Connection:
    """A client that sends one request after the other."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._address = parts.hostname, parts.port
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        connected = socket.create_connection(self._address, _TIMEOUT_SECONDS)
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connected

    def ask(self, request: bytes) -> bytes:
        """Send a request, and answer its answer's body. Raises UnexpectedAnswer."""
        try:
            self.socket.sendall(request)
            return self.receive()
        except ConnectionError:
            # The machine slept meanwhile, and the server has given up a connection that nobody used.
            self.socket.close()
            self.socket = self._connect()
            self.socket.sendall(request)
            return self.receive()

    def receive(self) -> bytes:
        """The body of the answer under way. Raises UnexpectedAnswer."""
        head = self.socket.recv(_CHUNK_BYTES)
        while (end := head.find(_HEAD_END)) < 0:
            more = self.socket.recv(_CHUNK_BYTES)
            if not more:
                raise ConnectionResetError(head)
            head += more
        if not head.startswith(b"HTTP/1.1 200 "):
            raise UnexpectedAnswer(head)
        at = head.index(_LENGTH) + len(_LENGTH)
        missing = int(head[at : head.index(b"\r", at)]) - (len(head) - end - len(_HEAD_END))
        parts = [head[end + len(_HEAD_END) :]]
        while missing > 0:
            part = self.socket.recv(min(missing, _CHUNK_BYTES))
            missing -= len(part)
            parts.append(part)
        return b"".join(parts)

    def close(self) -> None:
        self.socket.close()


class Client:
    """The thinnest client that programs do use: one kept connection of Python's own `http.client`."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_SECONDS)
        self._headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}

    def get(self, path: str) -> bytes:
        """The answer's body. Raises UnexpectedAnswer."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: bytes) -> bytes:
        """The answer's body. Raises UnexpectedAnswer."""
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: bytes | None) -> bytes:
        try:
            return self._ask_once(method, path, body)
        except ConnectionError:
            # The machine slept meanwhile, and the server has given up a connection that nobody used.
            self._connection.close()
            return self._ask_once(method, path, body)

    def _ask_once(self, method: str, path: str, body: bytes | None) -> bytes:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status != HTTPStatus.OK:
            raise UnexpectedAnswer(text)
        return text

    def close(self) -> None:
        self._connection.close()


def make_request(
    method: str, path: str, body: bytes, *, token: str = "", content_type: str = "application/json"
) -> bytes:
    """A whole request, ready to be sent any number of times."""
    lines = (
        f"{method} {path} HTTP/1.1",
        "Host: benchmark",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        *([f"Authorization: Bearer {token}"] if token else []),
    )
    return "\r\n".join(lines).encode() + _HEAD_END + body


def get_token(url: str, credentials: Credentials) -> str:
    """An access token, as any client gets one."""
    form = urlencode(
        {
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
        }
    )
    connection = Connection(url)
    answer = connection.ask(
        make_request("POST", "/oauth2/token", form.encode(), content_type="application/x-www-form-urlencoded")
    )
    connection.close()
    granted: dict[str, Any] = json.loads(answer)
    return str(granted["access_token"])


def ask_at_once(connections: Iterable[Connection], requests: Iterable[bytes]) -> Iterator[float]:
    """Send all requests, each connection its next one as soon as it has its answer; yields each one's milliseconds."""
    waiting = iter(requests)
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, [connection, 0])
            _send_next(selector, selector.get_key(connection.socket), waiting)
        while selector.get_map():
            for key, _ in selector.select():
                connection, sent = key.data
                connection.receive()
                yield (perf_counter_ns() - sent) / 1e6
                _send_next(selector, key, waiting)


def _send_next(
    selector: selectors.BaseSelector, key: selectors.SelectorKey, waiting: Iterator[bytes]
) -> None:
    request = next(waiting, None)
    if request is None:
        selector.unregister(key.fileobj)
        return
    key.data[1] = perf_counter_ns()
    key.data[0].socket.sendall(request)
