"""Answers in fewer bytes, for clients that say that they take them."""

import gzip
from collections.abc import Callable

import httpx
import pytest
import zstandard
from tests.api.asking import put
from tests.api.models import SAMPLER

NewId = Callable[[], str]
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
LARGE = 4_096


def ask(http: httpx.Client, method: str, path: str, accepted: str | None) -> tuple[httpx.Headers, bytes]:
    """An answer's headers, and its body as it was sent."""
    request = http.build_request(method, path, headers={"Accept-Encoding": accepted or ""})
    if accepted is None:
        del request.headers["Accept-Encoding"]
    answer = http.send(request, stream=True)
    try:
        assert answer.status_code == 200
        return answer.headers, b"".join(answer.iter_raw())
    finally:
        answer.close()


@pytest.mark.parametrize("coding", ["zstd", "gzip"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/twins"), ("GET", "/export"), ("GET", "/export?of=twins&format=csv")],
)
def test_large_answers_are_compressed(reading: httpx.Client, method: str, path: str, coding: str) -> None:
    """They are the same bytes, in less than half of them, and caches are told so."""
    headers, plain = ask(reading, method, path, None)
    assert "content-encoding" not in headers
    assert len(plain) > LARGE
    headers, packed = ask(reading, method, path, coding)
    assert headers["content-encoding"] == coding
    assert headers.get("content-length", str(len(packed))) == str(len(packed))
    assert "Accept-Encoding" in headers["vary"]
    assert UNPACK[coding](packed) == plain
    assert len(packed) < len(plain) / 2


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "gzip"),
        ("*", "zstd"),
        ("GZip", "gzip"),
        ("zstd;q=0, gzip;q=0.1", "gzip"),
        ("identity", None),
        ("gzip;q=0", None),
        ("br, deflate", None),
        ("", None),
    ],
)
def test_a_client_gets_what_it_takes(reading: httpx.Client, accepted: str, coding: str | None) -> None:
    """Zstandard if it may be, else gzip, else the plain answer."""
    headers, _ = ask(reading, "POST", "/twins", accepted)
    assert headers.get("content-encoding") == coding


def test_small_answers_are_not(reading: httpx.Client) -> None:
    """It would take longer than to send them."""
    headers, plain = ask(reading, "POST", "/twins/count", "gzip")
    assert len(plain) < LARGE
    assert "content-encoding" not in headers


def test_what_has_a_tag_goes_as_it_is(writing: httpx.Client, new_id: NewId) -> None:
    """The tag names these bytes, so it is good for `If-Match` whatever the client takes."""
    twin_id = new_id()
    put(writing, twin_id, SAMPLER, text="long " * LARGE)
    headers, body = ask(writing, "GET", f"/twins/{twin_id}", "gzip, zstd")
    assert "content-encoding" not in headers
    assert len(body) > LARGE
    answer = writing.delete(f"/twins/{twin_id}", headers={"If-Match": headers["etag"]})
    assert answer.status_code == 204
