"""Writes done for someone, so that the audit trail names them."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future

from twinhaus.audit import Author
from twinhaus.storage.store import NOTHING_EXPECTED, Expected, Reader, Result, Store, Transaction
from twinhaus.storage.streams import Stream


def acting_for(author: Author, job: Callable[[Transaction], Result]) -> Callable[[Transaction], Result]:
    """The job, done for this author."""

    def act(transaction: Transaction) -> Result:
        transaction.act_for(author)
        return job(transaction)

    return act


class ActingStore:
    """A store of which every write is done for one author."""

    def __init__(self, store: Store, author: Author) -> None:
        self._store = store
        self._author = author

    def read(self, job: Callable[[Reader], Result]) -> "Future[Result]":
        return self._store.read(job)

    async def read_briefly(self, job: Callable[[Reader], Result]) -> Result:
        return await self._store.read_briefly(job)

    def stream(self, job: Callable[[Reader], Iterator[Result]]) -> Stream[Result]:
        return self._store.stream(job)

    def write(
        self, job: Callable[[Transaction], Result], expected: Expected = NOTHING_EXPECTED
    ) -> "Future[Result]":
        return self._store.write(acting_for(self._author, job), expected)

    def tend(self) -> "Future[float | None]":
        return self._store.tend()

    def close(self) -> None:
        self._store.close()
