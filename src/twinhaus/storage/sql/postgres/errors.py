"""What can go wrong on PostgreSQL, in the domain's words."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NoReturn

import psycopg
from psycopg import errors

from twinhaus.errors import QueryTimeout, StorageFull, StoreUnusable, Unavailable


class ConnectionLost(Unavailable):
    """The database does not answer. Try again."""


class Unreachable(ConnectionLost):
    """The database cannot be reached; nothing was changed. Try again shortly."""


class OutcomeUnknown(Unavailable):
    """The database went away while this was being committed, and has not come back: it may have been done, or not.

    Look before you try again.
    """

    code = "outcome-unknown"
    retry_after_seconds = 10


class StoreGone(Unavailable):
    """The store was removed, and perhaps another was made under its name. Try again."""


class NotWritten(Unavailable):
    """The database refuses what is to be written."""


class Collision(Unavailable):
    """Two transactions stood in each other's way, and this one was given up. Try again."""


_UNAVAILABLE = (
    (errors.QueryCanceled, QueryTimeout),
    (errors.DiskFull, StorageFull),
    (errors.SerializationFailure, Collision),
    (errors.DeadlockDetected, Collision),
    (errors.InvalidSchemaName, StoreGone),
    (errors.UndefinedTable, StoreGone),
    (errors.InvalidCatalogName, StoreUnusable),
    (errors.InvalidAuthorizationSpecification, StoreUnusable),
    (errors.InsufficientPrivilege, StoreUnusable),
    (psycopg.OperationalError, Unavailable),
    (errors.InternalError_, Unavailable),
)


_INTERNAL_ERROR = "XX000"
_LOST_IN_COMMIT = "could not commit transaction for shard"  # It has no other name for it.


class _Translated:
    """Every read goes through it: a generator would take ten times as long."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, psycopg.Error):
            _raise_translated(error)


_TRANSLATED = _Translated()


def translated() -> AbstractContextManager[None]:
    """The driver's errors in the domain's words, the cause kept."""
    return _TRANSLATED


@contextmanager
def connecting() -> Iterator[None]:
    """What is lost before it is there was not to be reached."""
    try:
        yield
    except ConnectionLost as error:
        raise Unreachable from error.__cause__


def _raise_translated(error: psycopg.Error) -> NoReturn:
    if _is_loss(error):
        raise ConnectionLost from error
    for theirs, ours in _UNAVAILABLE:
        if isinstance(error, theirs):
            raise ours from error
    raise error


def _is_loss(error: psycopg.Error) -> bool:
    """Whether the connection is gone: by the server's own words (SQLSTATE class 57P and 08), or without any. Or that of
    Citus to the machine that has the tables, while it was told to commit.
    """
    state = error.sqlstate
    if state == _INTERNAL_ERROR:
        return (error.diag.message_primary or "").startswith(_LOST_IN_COMMIT)
    if state is None:
        return isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))
    return state.startswith(("08", "57P")) or state in ("25P03", "53300")


@contextmanager
def writing() -> Iterator[None]:
    """What the database has against what is written is nothing against the statement that happens to hear of it."""
    try:
        with translated():
            yield
    except errors.ReadOnlySqlTransaction:
        raise  # It would refuse anything.
    except psycopg.Error as error:
        raise NotWritten from error
