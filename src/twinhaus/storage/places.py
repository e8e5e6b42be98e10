"""Places for what holds something as long as it lasts, an export say: those of one graph, within those of a server."""

from threading import BoundedSemaphore


class Places:
    """So many at a time, and no more than are left of those that others take from, too."""

    def __init__(self, most: int, within: "Places | None" = None) -> None:
        self._free = BoundedSemaphore(most)
        self._within = within

    def acquire(self) -> bool:
        """Take a place, to be released in any case; False where none is free."""
        if not self._free.acquire(blocking=False):
            return False
        if self._within is None or self._within.acquire():
            return True
        self._free.release()
        return False

    def release(self) -> None:
        """Give a place back."""
        if self._within is not None:
            self._within.release()
        self._free.release()
