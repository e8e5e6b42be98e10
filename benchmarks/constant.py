"""The floor of HTTP: a bare Starlette application that answers GET, POST and PUT with the bytes it was last given.

It runs in a process of its own, under the same uvicorn with the same settings as `twinhaus serve`.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.connection import Connection, make_request

PATH = "/twins"
_BACKLOG = 100


class _Constant:
    """The stored body, and its two endpoints."""

    def __init__(self) -> None:
        self._body = b""

    async def store(self, request: Request) -> Response:
        """PUT /body: the bytes to answer from now on."""
        self._body = await request.body()
        return Response()

    async def answer(self, request: Request) -> Response:
        """The stored bytes. The request's own body is not looked at: nothing can be faster in this framework."""
        return Response(self._body, media_type="application/json")


def application() -> Starlette:
    """The whole application."""
    constant = _Constant()
    return Starlette(
        routes=[
            Route(PATH, constant.answer, methods=["GET", "POST", "PUT"]),
            Route("/body", constant.store, methods=["PUT"]),
        ]
    )


@dataclass(frozen=True, slots=True)
class ConstantServer:
    """The running floor, seen from the client's side."""

    url: str

    def give(self, body: bytes) -> None:
        """What it answers from now on."""
        with closing(Connection(self.url)) as connection:
            connection.ask(make_request("PUT", "/body", body))


@contextmanager
def running_constant() -> Iterator[ConstantServer]:
    """The floor in a process of its own, for the length of a block."""
    # It inherits a socket that listens already: who connects before it is up waits, and is not refused.
    with socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG) as listener:
        command = [sys.executable, "-m", __name__, str(listener.fileno())]
        process = subprocess.Popen(command, pass_fds=[listener.fileno()], start_new_session=True)
        port = listener.getsockname()[1]
    try:
        yield ConstantServer(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    config = uvicorn.Config(
        application(),
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(sys.argv[1]))])
