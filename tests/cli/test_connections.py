"""serve: what is sent before anything is known to answer it."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import pytest
from tests.serving import make_store

from twinhaus.cli.connections import HEAD_BYTES_MAX
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
