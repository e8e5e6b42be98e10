"""A connection on which nothing is said before what waits has been written."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from twinhaus.storage.sql.connection import Dialect, ReadConnection


class Settling:
    """The ReadConnection of `storage/sql/connection.py`; `settle` is called before each statement."""

    def __init__(self, connection: ReadConnection, settle: Callable[[], None]) -> None:
        self._connection = connection
        self._settle = settle

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    def state(self, name: str) -> Any:
        return self._connection.state(name)

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        self._settle()
        return self._connection.rows(text, parameters)

    def each_row(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        self._settle()
        return self._connection.each_row(text, parameters)
