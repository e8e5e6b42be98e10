"""What a store hands out piece by piece, from one snapshot."""

from collections.abc import Callable, Generator, Iterator
from threading import Lock
from typing import Any, Generic, TypeVar

from twinhaus.errors import Unavailable
from twinhaus.storage.places import Places

Item = TypeVar("Item")


class Stream(Generic[Item]):
    """An iterator that holds on to a snapshot until it ends, fails or is closed.

    Threads may take turns with it, and any may close it: that waits for the item under way.
    """

    def __init__(self, items: Generator[Item, None, None], let_go: Callable[["Stream[Item]"], None]) -> None:
        self._items = items
        self._let_go = let_go
        self._is_open = True
        self._lock = Lock()

    def __iter__(self) -> Iterator[Item]:
        return self

    def __next__(self) -> Item:
        with self._lock:
            try:
                return next(self._items)
            except BaseException:
                self._end()
                raise

    def __enter__(self) -> "Stream[Item]":
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the snapshot; to close again is harmless."""
        with self._lock:
            try:
                self._items.close()
            finally:
                self._end()

    def _end(self) -> None:
        if self._is_open:
            self._is_open = False
            self._let_go(self)


class Streams:
    """Those of one store that are under way, each in a place of its own."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._open: set[Stream[Any]] = set()

    def begin(self, items: Generator[Item, None, None]) -> Stream[Item]:
        """A stream of these. Raises Unavailable where no place is free."""
        if not self._places.acquire():
            raise Unavailable("As many exports are under way as may be. Try again when one has ended.")
        stream = Stream(items, self._let_go)
        self._open.add(stream)
        return stream

    def _let_go(self, stream: Stream[Any]) -> None:
        self._open.discard(stream)
        self._places.release()

    def close(self) -> None:
        """Close all that are left."""
        for stream in tuple(self._open):
            stream.close()
