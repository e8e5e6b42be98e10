"""A connection on which nothing is said before what waits has been written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from twinhaus.storage.sql.connection import Dialect, PropertyRow
from twinhaus.storage.sql.postgres import PostgresConnection


class Settling:
    """The Connection of `storage/sql/connection.py`; `settle` is called before each use of it."""

    def __init__(self, connection: PostgresConnection, settle: Callable[[], None]) -> None:
        self._connection = connection
        self._settle = settle

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    def state(self, name: str) -> str:
        return self._connection.state(name)

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        self._settle()
        return self._connection.rows(text, parameters)

    def each_row(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        self._settle()
        return self._connection.each_row(text, parameters)

    def write_properties(self, gone: Sequence[PropertyRow], new: Sequence[PropertyRow]) -> None:
        self._settle()
        self._connection.write_properties(gone, new)

    def execute(self, text: str) -> None:
        self._settle()
        self._connection.execute(text)

    def check_time(self) -> None:
        self._connection.check_time()

    def searching(self, seconds: float) -> AbstractContextManager[None]:
        self._settle()
        return self._connection.searching(seconds)

    def savepoint(self) -> AbstractContextManager[None]:
        self._settle()
        return self._connection.savepoint()
