"""The body of a list, and how a list goes on from page to page."""

from collections.abc import Callable, Generator, Mapping
from typing import TypeAlias

import httpx

from twinhaus_client.calls import JSON, Call, Json, JsonObject, Listing, Page, T, encode
from twinhaus_client.filters import Filter

Where: TypeAlias = Filter | Mapping[str, Json] | None
"""A filter of this package, the contract's own JSON, or None for every twin."""


def filters_of(where: Where) -> JsonObject:
    """The filters as the contract spells them."""
    if where is None:
        return {}
    return where.body() if isinstance(where, Filter) else dict(where)


def post(path: str, body: Json, read: Callable[[httpx.Response], T]) -> Call[T]:
    """A POST that only reads, and so may be repeated."""
    return Call("POST", path, read, headers=JSON, body=encode(body))


def paged(path: str, body: JsonObject, read: Callable[[httpx.Response], Page[T]]) -> Listing[T]:
    """A list that is continued by sending its last token beside what was asked first."""

    def walk() -> Generator[Call[Page[T]], Page[T], None]:
        page = yield post(path, body, read)
        while page.continuation_token is not None:
            page = yield post(path, {**body, "continuationToken": page.continuation_token}, read)

    return Listing(walk)
