"""Bulk requests in few words, and one that is sent by hand."""

import json
import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress
from http.client import HTTPResponse, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import httpx

NDJSON = "application/x-ndjson"


def lines(*objects: dict[str, Any] | bytes) -> bytes:
    """NDJSON; bytes are lines as they stand."""
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in objects)


def bulk(
    http: httpx.Client,
    body: bytes | Iterable[bytes],
    *,
    path: str = "/twins/bulk",
    media_type: str = NDJSON,
    **parameters: str,
) -> list[dict[str, Any]]:
    """The report of a bulk request that is acceptable, the summary last."""
    answer = http.post(path, content=body, params=parameters, headers={"Content-Type": media_type})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == NDJSON
    return read_report(answer.content)


def read_report(body: bytes) -> list[dict[str, Any]]:
    """The lines of a report."""
    assert body.endswith(b"\n")
    return [json.loads(line) for line in body.splitlines()]


def outcomes(report: list[dict[str, Any]]) -> list[tuple[int, str | None, str]]:
    """Line, id and outcome of each line of a report but the last."""
    return [(one["line"], one.get("id"), one["outcome"]) for one in report[:-1]]


class ByHand:
    """A bulk request over a socket of its own: its body in chunks, its answer read line by line."""

    def __init__(self, url: str, path: str = "/twins/bulk", *, token: str = "none") -> None:
        """Send the head of the request."""
        address = urlsplit(url)
        self._connection = socket.create_connection((address.hostname, address.port or 80), timeout=30)
        self._answer: HTTPResponse | None = None
        head = f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: {NDJSON}\r\n"
        head += f"Authorization: Bearer {token}\r\n"
        self._connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())

    def send(self, body: bytes) -> None:
        """Send a piece of the body."""
        self._connection.sendall(b"%x\r\n%b\r\n" % (len(body), body))

    def finish(self) -> None:
        """End the body."""
        self._connection.sendall(b"0\r\n\r\n")

    def told(self) -> Iterator[dict[str, Any]]:
        """The lines of the report as they come, until it ends or breaks off."""
        with suppress(ConnectionError, IncompleteRead):
            if self._answer is None:
                self._answer = HTTPResponse(self._connection)
                self._answer.begin()
            while (line := self._answer.readline()).endswith(b"\n"):
                yield json.loads(line)

    def cut(self) -> None:
        """Hang up."""
        if self._answer is not None:
            self._answer.close()
        self._connection.close()
