"""The floor of a page: the very SQL statement that finds it, on a bare connection, without threads or a snapshot."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from twinhaus.query.cursor import Traversal
from twinhaus.query.plan import Condition
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.sql.sqlite import BUSY_TIMEOUT_SECONDS_DEFAULT, SqliteConnection


class PageStatement(SqliteConnection):
    """A reader's connection that keeps the statement which brought the page.

    What else the reader asks (whether more follows, which filter to begin with) is its own, and no part of the floor.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, writable=False, busy_timeout_seconds=BUSY_TIMEOUT_SECONDS_DEFAULT)
        self._kept: tuple[str, Mapping[str, Any], Condition | None] = ("", {}, None)

    def find(self, traversal: Traversal) -> None:
        """Keep the statement of that page."""
        SqlReader(self, ModelCache()).list_twins(
            traversal.query, traversal.include, after=traversal.after, limit=traversal.page_size
        )

    def run(self) -> None:
        """Run the statement that was kept, and read its rows."""
        list(super().rows(*self._kept))

    def rows(
        self, text: str, parameters: Mapping[str, Any], condition: Condition | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """As the reader asks it."""
        for row in super().rows(text, parameters, condition):
            if (
                len(row) > 1
            ):  # Counts and tests are rows of one value; the page's text stands beside its count.
                self._kept = (text, parameters, condition)
            yield row
