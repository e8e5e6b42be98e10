"""Statements of many rows, run by SQLite while what comes next is made ready.

Such a statement gets its rows as one JSON text, and so is one call, during which Python's lock is released. It is run
on a thread of its own; until all have come to an end nothing else may be done with the connection. Where nobody has
anything to do beside it, SQLite is told value by value, which it takes in much sooner.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, repeat
from typing import Any, TypeAlias

import apsw
import msgspec

from twinhaus.storage.sql.queries import OF_ROWS, QUERIES, of_json, of_values
from twinhaus.storage.sql.sqlite.compile import as_bound
from twinhaus.storage.sql.sqlite.errors import NotWritten

_WORTH_A_THREAD = 200  # Rows. Fewer take no longer than to hand them over.
_VALUED_AT_ONCE = 512  # Rows; the text of more would be too long for apsw to keep the statement.

_Bound: TypeAlias = tuple[str, Mapping[str, Any] | tuple[Any, ...]]  # A statement and its parameters.


class Sending:
    """What one connection is told, in order."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._thread: ThreadPoolExecutor | None = None
        self._under_way: list[Future[None]] = []
        self._may_begin_thread = True

    @property
    def is_under_way(self) -> bool:
        """Whether the connection may be in use, or anything has failed."""
        return bool(self._under_way)

    def send(self, name: str, parameters: Mapping[str, Any]) -> None:
        """Run a fixed statement whose rows nobody needs, now or when those before it have come to an end.

        Raises apsw.Error, NotWritten.
        """
        rows = list(_rows(name, parameters)) if name in OF_ROWS else None
        is_worth_it = len(rows or ()) >= _WORTH_A_THREAD and (
            self._may_begin_thread or self._thread is not None
        )
        if not self._under_way and not is_worth_it:
            self._run_here([_single(name, parameters)] if rows is None else _valued(name, rows))
            return
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "sqlite-sending")
        told = _single(name, parameters) if rows is None else _as_json(name, rows)
        self._under_way.append(self._thread.submit(self._run, told))

    def begin_no_thread(self) -> None:
        """What is told from here on is waited for in any case, and goes to the thread only if there is one."""
        self._may_begin_thread = False

    def arrive(self) -> None:
        """Wait for all that was told. Raises apsw.Error, NotWritten: the first that happened, and again until `leave`,
        since half of a statement may have been done.
        """
        self.wait()
        self._under_way = [one for one in self._under_way if one.exception() is not None]
        if self._under_way:
            self._under_way[0].result()

    def wait(self) -> None:
        """As `arrive`, to which it is left to say what went wrong."""
        for one in self._under_way:
            one.exception()

    def leave(self) -> None:
        """Whatever became of it, at the end of its transaction: no thread is kept."""
        self.wait()
        self._under_way.clear()
        self._may_begin_thread = True
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    def _run_here(self, statements: Iterable[_Bound]) -> None:
        try:
            for statement in statements:
                self._run(statement)
        except Exception as error:
            failed: Future[None] = Future()
            failed.set_exception(error)
            self._under_way.append(failed)
            raise

    def _run(self, statement: _Bound) -> None:
        text, bound = statement
        try:
            self._connection.execute(text, bound).fetchall()
        except (apsw.ConstraintError, apsw.SQLError, apsw.MismatchError, apsw.TooBigError) as error:
            raise NotWritten from error


def _rows(name: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """In the order of the statement's parameters. What is no array is the same in each row."""
    columns = (parameters[column] for column in OF_ROWS[name])
    return zip(*(one if type(one) is tuple else repeat(one) for one in columns), strict=False)


def _single(name: str, parameters: Mapping[str, Any]) -> _Bound:
    return QUERIES["sqlite"][name], as_bound(parameters)


def _as_json(name: str, rows: Sequence[tuple[Any, ...]]) -> _Bound:
    return of_json(name), {"rows": msgspec.json.encode(rows).decode()}


def _valued(name: str, rows: Sequence[tuple[Any, ...]]) -> Iterator[_Bound]:
    """Portions of rows, each of a power of two, so that few statements are ever prepared."""
    start = 0
    while start < len(rows):
        count = min(1 << ((len(rows) - start).bit_length() - 1), _VALUED_AT_ONCE)
        yield of_values(name, count), tuple(chain.from_iterable(rows[start : start + count]))
        start += count
