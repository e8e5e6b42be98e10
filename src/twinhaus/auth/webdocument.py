"""A JSON document of another server, fetched within limits: its size, the time it takes, and where it comes from."""

import http.client
import socket
import ssl
from contextlib import closing, suppress
from threading import Timer
from urllib.parse import urlsplit

from twinhaus import strictjson
from twinhaus.errors import Invalid
from twinhaus.strictjson import JsonObject

FETCH_SECONDS_MAX = 5.0  # All of it, from the first packet to the last: requests wait for it.
DOCUMENT_BYTES_MAX = 256 * 1024  # Key sets and discovery documents have a few kB.
_HEADERS = {"Accept": "application/json", "User-Agent": "twinhaus", "Connection": "close"}


class Unreachable(Exception):
    """The document cannot be had from there; the text says why."""


def fetch_document(url: str) -> JsonObject:
    """The object that a GET of this URL answers with. Blocks; redirects are not followed. Raises Unreachable."""
    try:
        body = _fetch(url)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{url} cannot be fetched: {error!r}") from error
    try:
        return strictjson.read_object(body)
    except Invalid as error:
        raise Unreachable(f"{url} is not a JSON object") from error


def is_same_server(url: str, other: str) -> bool:
    """Whether two URLs lead to the same scheme, host and port."""
    try:
        one, two = urlsplit(url), urlsplit(other)
    except ValueError:
        return False
    return (one.scheme.lower(), one.netloc.lower()) == (two.scheme.lower(), two.netloc.lower())


def _fetch(url: str) -> bytes:
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    with closing(_connection(parts.scheme, parts.netloc)) as connection:
        connection.connect()
        # A timeout of the socket alone begins anew with every byte.
        end = Timer(FETCH_SECONDS_MAX, _cut_off, (connection.sock,))
        end.start()
        try:
            connection.request("GET", path, headers=_HEADERS)
            response = connection.getresponse()
            if response.status != http.client.OK:
                raise Unreachable(f"{url} answers {response.status}")
            body = response.read(DOCUMENT_BYTES_MAX + 1)
        finally:
            end.cancel()
    if len(body) > DOCUMENT_BYTES_MAX:
        raise Unreachable(f"{url} has more than {DOCUMENT_BYTES_MAX} bytes")
    return body


def _connection(scheme: str, netloc: str) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(netloc, timeout=FETCH_SECONDS_MAX)
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(netloc, timeout=FETCH_SECONDS_MAX, context=context)


def _cut_off(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
