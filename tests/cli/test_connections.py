"""serve: what is sent before anything is known to answer it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from tests.serving import make_store
from uvicorn.server import ServerState

from twinhaus.cli.connections import HEAD_BYTES_MAX, Connection
from twinhaus.testing.server import running_server

_PROBLEM = "urn:twinhaus:problem:"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that asks nobody who he is."""
    store = tmp_path_factory.mktemp("connections") / "store.db"
    make_store(store)
    with running_server(store, "--auth", "none") as server:
        yield server.url


def said_to(url: str, *parts: bytes) -> tuple[int, dict[str, str], bytes]:
    """What a server answers to bytes, sent until it closes or nothing is left: status, headers and body."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        answer = b""
        with suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
        with suppress(ConnectionError):
            while part := connection.recv(65_536):
                answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    line, *headers = head.decode("ascii").split("\r\n")
    return int(line.split()[1]), dict(one.lower().split(": ", 1) for one in headers), body


@pytest.mark.parametrize(
    "request_bytes",
    [b"\x16\x03\x01\x02\x00", b"FOO / HTTP/1.1\r\n\r\n", b"GET /twins/\xc3\x9f HTTP/1.1\r\n\r\n"],
    ids=["TLS", "a method that there is not", "a path that is not ASCII"],
)
def test_what_is_not_http_is_told_so_by_a_problem(url: str, request_bytes: bytes) -> None:
    """Every answer carries X-Request-Id, and every error is a problem document (contract notes)."""
    status, headers, body = said_to(url, request_bytes)
    assert status == 400
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    problem = json.loads(body)
    assert problem["type"] == f"{_PROBLEM}malformed-request"
    assert problem["instance"] == f"urn:twinhaus:request:{headers['x-request-id']}"


def test_a_head_has_a_limit(url: str) -> None:
    """Up to the limit it is read; one byte beyond is a 431, however it comes in."""
    size = HEAD_BYTES_MAX - len(b"/healthzhostx" + b"connectionclose" + b"x-a")

    def head(value_bytes: int) -> bytes:
        return (
            b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-A: "
            + b"a" * value_bytes
            + b"\r\n\r\n"
        )

    assert said_to(url, head(size))[0] == 200
    status, _, body = said_to(url, head(size + 1))
    assert (status, json.loads(body)["type"]) == (431, f"{_PROBLEM}head-too-large")


@pytest.mark.parametrize(
    "beginning",
    [
        b"GET /",
        b"GET / HTTP/1.1\r\nX-A: ",
        b"PUT /twins HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ],
    ids=["path", "header", "extension of a chunk"],
)
def test_what_never_ends_is_cut_off(url: str, beginning: bytes) -> None:
    """Whatever it is a part of, nobody makes the server keep more than the limit and what comes at once."""
    address = urlsplit(url)
    sent = 0
    with socket.create_connection((address.hostname, address.port), timeout=30) as connection:
        connection.sendall(beginning)
        with suppress(ConnectionError):
            while sent < 1_000 * HEAD_BYTES_MAX:
                connection.sendall(b"a" * HEAD_BYTES_MAX)
                sent += HEAD_BYTES_MAX
    assert sent < 1_000 * HEAD_BYTES_MAX


def test_trailers_are_no_headers(url: str) -> None:
    """What a proxy takes off the headers cannot be brought in behind the body."""
    body = b'24\r\n{"id":"e","modelId":"dtmi:t:None;1"}\r\n0\r\n'
    head = (
        b"PUT /twins HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
    )
    sent = head + b"Transfer-Encoding: chunked\r\n\r\n" + body
    trailer = b"X-Twinhaus-Instance: other\r\nX-Request-Id: trailed\r\n"
    plain, trailed = said_to(url, sent + b"\r\n"), said_to(url, sent + trailer + b"\r\n")
    assert trailed[0] == plain[0] == 400
    assert json.loads(trailed[2])["errors"] == json.loads(plain[2])["errors"]
    assert trailed[1]["x-request-id"] != "trailed"


def test_a_connection_is_good_for_large_bodies_and_many_requests(url: str) -> None:
    """Only what is neither a head nor a body counts towards the limit."""
    with httpx.Client(base_url=url) as client:
        for _ in range(3):
            ids = json.dumps(["x" * 200_000] * 10).encode()
            parts = (ids[start : start + 1_000] for start in range(0, len(ids), 1_000))
            assert (
                client.post("/twins/ids", content=ids, headers={"Content-Type": "application/json"}).json()
                == []
            )
            chunked = client.post("/twins/ids", content=parts, headers={"Content-Type": "application/json"})
            assert chunked.json() == []


class _Hasty(Connection):
    """One that waits for nothing that is not there."""

    head_seconds_max = 0.0


class _Brief(Connection):
    """One that looks again at once whether more of a body has come."""

    body_seconds_max = 0.0


class _Half(Connection):
    """One that waits until the head has begun to come, and no longer."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.head_seconds_max = 0.0
        self._stop_timer()


async def _never_asked(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("nothing was asked for")


@asynccontextmanager
async def _connected(
    application: ASGIApp, protocol: type[Connection]
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A client of a server that has such connections."""
    loop = asyncio.get_running_loop()
    config, state = uvicorn.Config(application, ws="none"), ServerState()
    server = await loop.create_server(lambda: protocol(config, state, {}, loop), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        server.close()
        await server.wait_closed()


def test_who_never_comes_to_the_end_of_a_head_is_told_so_and_left() -> None:
    """408 (RFC 9110 §15.5.9); one that has said nothing at all is left without a word."""

    async def said_to_half_a_head() -> bytes:
        async with _connected(_never_asked, _Half) as (reader, writer):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            return await reader.read()

    async def said_to_nothing() -> bytes:
        async with _connected(_never_asked, _Hasty) as (reader, _):
            return await reader.read()

    head, _, body = asyncio.run(said_to_half_a_head()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert json.loads(body)["type"] == f"{_PROBLEM}head-too-late"
    assert asyncio.run(said_to_nothing()) == b""


def test_an_answer_under_way_is_not_cut_off_by_half_a_head_behind_it() -> None:
    """Who sends requests ahead gets the answers to those that came whole."""
    times: list[int] = []

    class Counted(_Half):
        def _time_is_up(self) -> None:
            times.append(1)
            if len(times) == 3:
                is_up_again.set()
            super()._time_is_up()

    async def answer_late(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await is_up_again.wait()
        await send({"type": "http.response.body", "body": b"late"})

    async def said() -> bytes:
        async with _connected(answer_late, Counted) as (reader, writer):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /")
            return await reader.read()

    is_up_again = asyncio.Event()
    first, _, second = asyncio.run(said()).partition(b"late")
    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert second.startswith(b"HTTP/1.1 408 ")


_BEGUN = b"POST /twins HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"


async def _read_all(receive: Receive) -> list[str]:
    """The types of what comes of a request."""
    types: list[str] = []
    while True:
        message = await receive()
        types.append(message["type"])
        if not message.get("more_body"):
            return types


def test_who_never_comes_to_the_end_of_a_body_is_told_so_and_left() -> None:
    """408 (RFC 9110 §15.5.9); whoever reads the body hears that the client is gone."""
    heard: list[str] = []

    async def read(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend(await _read_all(receive))
        has_heard.set()

    async def said() -> bytes:
        async with _connected(read, _Brief) as (reader, writer):
            writer.write(_BEGUN + b"[")
            answer = await reader.read()
            await has_heard.wait()
            return answer

    has_heard = asyncio.Event()
    head, _, body = asyncio.run(said()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert json.loads(body)["type"] == f"{_PROBLEM}body-too-late"
    assert heard == ["http.request", "http.disconnect"]


def test_a_body_is_not_too_late_while_nobody_reads_it() -> None:
    """However long the server takes over what came: it is looked at again until that is read."""
    looks: list[bool] = []

    class Counted(_Brief):
        def _time_is_up(self) -> None:
            looks.append(self.flow.read_paused)
            if len(looks) == 5:
                may_read.set()
            super()._time_is_up()

    async def read_late(scope: Scope, receive: Receive, send: Send) -> None:
        await may_read.wait()
        await _read_all(receive)

    async def said() -> bytes:
        async with _connected(read_late, Counted) as (reader, writer):
            writer.write(_BEGUN + b"[" * 70_000)
            return await reader.read()

    may_read = asyncio.Event()
    assert asyncio.run(said()).startswith(b"HTTP/1.1 408 ")
    assert looks[:5] == [True] * 5


def test_a_body_may_come_in_as_many_parts_as_it_likes() -> None:
    """Each is given its time anew."""

    class Looking(Connection):
        """One whose time is up after each of them, and never else."""

        def _give_time(self) -> None:
            """It has none."""

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            looks.append(self._is_in_body)
            self._time_is_up()
            has_looked.set()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await _read_all(receive)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def said() -> bytes:
        async with _connected(answer, Looking) as (reader, writer):
            writer.write(_BEGUN)
            for _ in range(100):
                await has_looked.wait()
                has_looked.clear()
                writer.write(b"[" * 1_000)
            return await reader.readline()

    looks: list[bool] = []
    has_looked = asyncio.Event()
    assert asyncio.run(said()) == b"HTTP/1.1 200 OK\r\n"
    assert looks == [True] * 100 + [False]
