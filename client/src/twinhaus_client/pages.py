"""Lists as iterators: nothing is asked before the first item is wanted, and no page before the last one is used up."""

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

from twinhaus_client.calls import Call, Listing, Page
from twinhaus_client.tables import Library, to_table

T = TypeVar("T")


class Pages(Generic[T]):
    """A list's items, one by one; begun anew each time it is iterated."""

    def __init__(self, send: Callable[[Call[Page[T]]], Page[T]], listing: Listing[T]) -> None:
        self._send = send
        self._listing = listing

    def pages(self) -> Generator[Page[T], None, None]:
        """The list's pages; each has the token that continues after it."""
        walk = self._listing.walk()
        call = next(walk, None)
        while call is not None:
            page = self._send(call)
            yield page
            call = _next_call(walk, page)

    def __iter__(self) -> Generator[T, None, None]:
        for page in self.pages():
            yield from page.items

    def to_dataframe(self, library: Library | None = None) -> Any:
        """All items as a table of pandas, or of polars where that is what is installed or asked for."""
        return to_table(list(self), library)


class AsyncPages(Generic[T]):
    """A list's items, one by one; begun anew each time it is iterated."""

    def __init__(
        self, send: Callable[[Call[Page[T]]], Coroutine[Any, Any, Page[T]]], listing: Listing[T]
    ) -> None:
        self._send = send
        self._listing = listing

    async def pages(self) -> AsyncGenerator[Page[T], None]:
        """The list's pages; each has the token that continues after it."""
        walk = self._listing.walk()
        call = next(walk, None)
        while call is not None:
            page = await self._send(call)
            yield page
            call = _next_call(walk, page)

    async def __aiter__(self) -> AsyncGenerator[T, None]:
        async for page in self.pages():
            for item in page.items:
                yield item

    async def to_dataframe(self, library: Library | None = None) -> Any:
        """All items as a table of pandas, or of polars where that is what is installed or asked for."""
        return to_table([item async for item in self], library)


def _next_call(walk: Generator[Call[Page[T]], Page[T], None], page: Page[T]) -> Call[Page[T]] | None:
    try:
        return walk.send(page)
    except StopIteration:
        return None
