"""A real HTTP server on loopback that answers as it is told, for what a healthy server does not do on demand."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import parse_qs

PROBLEM = "urn:twinhaus:problem:unavailable"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        """The body, where it is a form."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send; a text `cut_off_after` so many bytes of the body that was promised."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut_off_after: int | None = None


HANG_UP = Answer(0)
"""No answer: the connection is closed once the request has been read."""

Script: TypeAlias = Callable[[Asked], Answer]


@dataclass(slots=True)
class Stage:
    """Where the server listens, and what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [f"{asked.method} {asked.path}" for asked in self.asked]


@contextmanager
def stage(*answers: Answer | Script) -> Iterator[Stage]:
    """A server that gives these answers one after the other, and the last one from then on."""
    waiting = list(answers)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _play(self) -> None:
            asked = Asked(self.command, self.path, dict(self.headers.items()), self._read())
            with lock:
                played.asked.append(asked)
                answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            self._answer(answer if isinstance(answer, Answer) else answer(asked))

        do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = _play  # noqa: N815  As http.server has them.

        def _read(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def _answer(self, answer: Answer) -> None:
            if answer is HANG_UP:
                self.close_connection = True
                return
            body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response_only(answer.status)  # Without a Date of its own.
            for name, value in {"X-Request-Id": "staged", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body if answer.cut_off_after is None else body[: answer.cut_off_after])
            if answer.cut_off_after is not None:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    played = Stage(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield played
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
