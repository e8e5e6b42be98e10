"""The floor of HTTP: a bare Starlette application that answers every POST and PUT with the bytes it was last given.

It runs in a process of its own, under the same uvicorn with the same settings as `twinhaus serve`.
"""

import socket
import subprocess
import sys
import time
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
_START_SECONDS = 20


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
            Route(PATH, constant.answer, methods=["POST", "PUT"]),
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
    port = _free_port()
    process = subprocess.Popen([sys.executable, "-m", __name__, str(port)], start_new_session=True)
    try:
        _wait_for(port)
        yield ConstantServer(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


if __name__ == "__main__":
    uvicorn.run(
        application(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
