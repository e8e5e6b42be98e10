"""The floor of an answer: the very SQL statements that find it, on a bare connection, without threads or a snapshot."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from twinhaus.storage.sql.connection import Statement
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.postgres.connecting import quoted
from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.schema import DEFAULT_SCHEMA
from twinhaus.storage.sql.reader import SqlReader
from twinhaus.storage.store import Reader


class PageStatements(PostgresConnection):
    """A reader's connection that keeps all that was sent to find an answer: prepared, and answered in binary.

    It is within a transaction all the time, in which each statement sees what is committed by then: so what search sets
    for a while holds, and nothing is begun or ended with each page.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        super().execute(f"SET search_path = {quoted(DEFAULT_SCHEMA)}; BEGIN READ ONLY")
        self._state = dict(super().rows(self.dialect.queries["lasting_state"], {}))
        self._sent: list[Callable[[], object]] = []

    def keep(self, job: Callable[[Reader], object]) -> None:
        """Keep the statements that bring this."""
        self._sent.clear()
        job(SqlReader(self, ModelCache()))

    def run(self) -> None:
        """Run the statements that were kept, and read their rows."""
        for kept in self._sent:
            kept()

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """As the search asks it."""
        self._sent.append(partial(super().rows, text, parameters))
        return super().rows(text, parameters)

    def send(self, statements: Iterable[Statement]) -> None:
        """As the search sets what it needs."""
        ahead = tuple(statements)
        self._sent.append(partial(super().send, ahead))
        super().send(ahead)
