"""What browsers are told where a page of another origin asks (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol)."""

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# What our answers say in headers, beside those that every page may read.
_EXPOSED = (
    "Accept-Patch",
    "Allow",
    "ETag",
    "Link",
    "Location",
    "Retry-After",
    "Server-Timing",
    "WWW-Authenticate",
    "X-Request-Id",
)


def open_to_origins(inner: ASGIApp, origins: Collection[str]) -> CORSMiddleware:
    """Wraps everything that answers, errors included, so that pages of these origins may read it; `*` is any.

    Questions whether they may ask (preflights) are answered here, to everyone. No cookie counts: a page has to send a
    token, as any client does, which no browser adds by itself.
    """
    return CORSMiddleware(
        inner,
        allow_origins=origins,
        allow_methods=_METHODS,
        allow_headers=("*",),  # One that nobody here reads does nothing.
        allow_private_network=True,
        expose_headers=_EXPOSED,
    )
