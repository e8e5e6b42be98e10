"""Groups of writes, each in one transaction on PostgreSQL, run as often as it takes.

A connection that is lost while COMMIT is under way leaves open whether it was done. So each transaction notes its
number under this server's name, and the next one, which cannot begin before the lost one has ended, looks whether it
stands there.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from msgspec import Struct

from twinhaus import instants
from twinhaus.errors import QueryTimeout, Unavailable
from twinhaus.storage.sql.connection import Statement
from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.database import Database
from twinhaus.storage.sql.postgres.errors import (
    Collision,
    ConnectionLost,
    NotWritten,
    OutcomeUnknown,
    Unreachable,
    translated,
)
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.writes import Write, expect_all, failure_of
from twinhaus.storage.sql.writing.transaction import SqlTransaction

TRIES_MAX = 6
# A server that has not written for so long will not ask any more.
_REMEMBERED_TICKS = 7 * instants.TICKS_PER_DAY
# None before the second try: a connection that was lost while idle. Then 0.4 s, and twice as long before each further
# one, as long as a database takes to come back. The thread waits, as it would for the database.
_PAUSE_SECONDS = 0.1


class _Outcome(Struct, frozen=True):
    """What a write will be answered once its transaction is committed."""

    write: Write
    result: Any = None
    refusal: BaseException | None = None

    def tell(self) -> None:
        if self.refusal is None:
            self.write.future.set_result(self.result)
        else:
            self.write.future.set_exception(self.refusal)


class Committer:
    """One group at a time, for one store."""

    def __init__(
        self,
        database: Database,
        turn: Callable[[PostgresConnection], AbstractContextManager[None]],
        begin: Callable[[PostgresConnection], SqlTransaction],
    ) -> None:
        """`turn` is a transaction in which nobody else writes to the store; `begin` is what writes in it."""
        self._database = database
        self._turn = turn
        self._begin = begin
        self._name = secrets.token_hex(16)
        self._number = 0

    def commit(self, group: list[Write]) -> None:
        """Run a group and answer it. A write that is refused undoes itself alone; if the store fails, all fail."""
        self._answer([write for write in group if write.future.set_running_or_notify_cancel()])

    def _answer(self, group: list[Write]) -> None:
        try:
            outcomes = self._insist(group)
        except NotWritten as error:
            if len(group) > 1:  # Whichever of them it is, the others are not to blame.
                for write in group:
                    self._answer([write])
                return
            outcomes = [_Outcome(group[0], refusal=error)]
        except BaseException as error:
            failure = failure_of(error)
            outcomes = [_Outcome(write, refusal=failure) for write in group]
        for outcome in outcomes:
            outcome.tell()

    def _insist(self, group: list[Write]) -> list[_Outcome]:
        """Try until it is done, or sure that it cannot be now. Raises Unavailable."""
        self._number += 1
        doubtful: list[_Outcome] = []
        for tries in range(TRIES_MAX):
            if tries > 1:
                time.sleep(_PAUSE_SECONDS * 2**tries)
            try:
                return self._try(self._database.own_connection(), group, doubtful)
            except Unreachable:
                if not doubtful:
                    raise
            except Collision:
                doubtful.clear()  # It was given up, whatever was under way.
            except ConnectionLost:
                continue
        raise OutcomeUnknown if doubtful else Unavailable

    def _try(
        self, connection: PostgresConnection, group: list[Write], doubtful: list[_Outcome]
    ) -> list[_Outcome]:
        """Run a group in one transaction, unless it is found that it has been done. `doubtful` is filled with what is
        to be answered as soon as it may be done.
        """
        with self._turn(connection):
            if doubtful and self._last_commit(connection) == self._number:
                return doubtful
            doubtful.clear()
            transaction = self._begin(connection)
            expect_all(transaction, group)
            outcomes = [_attempt(transaction, write) for write in group]
            doubtful += outcomes
            transaction.finish(*self._last_statements())
        return outcomes

    def _last_commit(self, connection: PostgresConnection) -> int | None:
        rows = connection.rows(QUERIES["postgres"]["last_commit"], {"id": self._name})
        return next((number for (number,) in rows), None)

    def _last_statements(self) -> Iterator[Statement]:
        yield "note_commit", {"id": self._name, "commit": self._number, "seen": instants.now()}
        if self._number == 1:
            yield "forget_writers", {"before": instants.now() - _REMEMBERED_TICKS}
        yield "commit", {}


def _attempt(transaction: SqlTransaction, write: Write) -> _Outcome:
    """Raises Unavailable where the store itself fails, and with it everything in this transaction."""
    try:
        with translated():
            return _Outcome(write, transaction.attempt(write.job))
    except QueryTimeout as refusal:
        return _Outcome(write, refusal=refusal)
    except Unavailable:
        raise
    except Exception as refusal:
        return _Outcome(write, refusal=refusal)
