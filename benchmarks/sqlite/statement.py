"""The floor of an answer: the very SQL statement that finds it, on a bare connection, without threads or a snapshot."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from twinhaus.query.plan import Condition
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.sql.sqlite.connection import BUSY_TIMEOUT_SECONDS_DEFAULT, SqliteConnection
from twinhaus.storage.store import Reader


class PageStatement(SqliteConnection):
    """A reader's connection that keeps the statement which brought the answer: the last one with rows of several
    values, or else the last one.

    What else the reader asks (whether more follows, which filter to begin with) is its own, and no part of the floor.
    """

    def __init__(self, path: Path) -> None:
        self._kept: tuple[str, Mapping[str, Any], Condition | None] = ("", {}, None)
        self._brings_several = False
        super().__init__(path, writable=False, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS_DEFAULT)

    def keep(self, job: Callable[[Reader], object]) -> None:
        """Keep the statement that brings this."""
        self._brings_several = False
        job(SqlReader(self, ModelCache()))

    def run(self) -> None:
        """Run the statement that was kept, and read its rows."""
        list(super().rows(*self._kept))

    def rows(
        self, text: str, parameters: Mapping[str, Any], condition: Condition | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """As the reader asks it."""
        for row in super().rows(text, parameters, condition):
            # Counts and tests are rows of one value; the page's text stands beside its count.
            if len(row) > 1 or not self._brings_several:
                self._brings_several = len(row) > 1
                self._kept = (text, parameters, condition)
            yield row

    def first_row(
        self, text: str, parameters: dict[str, Any], condition: Condition | None, patience: float | None
    ) -> tuple[Any, ...] | None:
        """As the search asks it."""
        return next(self.rows(text, parameters, condition))
