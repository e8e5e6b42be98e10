"""The engine's errors in the domain's words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import apsw

from twinhaus.errors import QueryTimeout, StorageFull, StoreUnusable, Unavailable


class NotWritten(Unavailable):
    """What was told could not be written, though all of it had been checked: the whole transaction is to be undone."""


_UNAVAILABLE = (
    (apsw.InterruptError, QueryTimeout),
    (apsw.FullError, StorageFull),
    (apsw.NotADBError, StoreUnusable),
    (apsw.CorruptError, StoreUnusable),
    (apsw.BusyError, Unavailable),
    (apsw.LockedError, Unavailable),
    (apsw.CantOpenError, Unavailable),
    (apsw.IOError, Unavailable),
    (apsw.ReadOnlyError, Unavailable),
    (apsw.NoMemError, Unavailable),
)


@contextmanager
def translated() -> Iterator[None]:
    """The cause is kept. What is no failure of the store itself stays as it is."""
    try:
        yield
    except apsw.Error as error:
        raise_translated(error)


def raise_translated(error: BaseException) -> NoReturn:
    """Raise it as `translated` does."""
    for theirs, ours in _UNAVAILABLE:
        if isinstance(error, theirs):
            raise ours from error
    raise error
