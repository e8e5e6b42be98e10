"""What the engine is asked, noted on its way there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from twinhaus.query.plan import Condition
from twinhaus.storage.sql.connection import Statement
from twinhaus.storage.sql.sqlite.connection import SqliteConnection


class Overheard:
    """A connection that notes which statements it is asked for, in their order."""

    def __init__(self, inner: SqliteConnection) -> None:
        self._inner = inner
        self.dialect, self.state = inner.dialect, inner.state
        self.statements: list[str] = []
        self.execute, self.push, self.searching = inner.execute, inner.push, inner.searching
        self.begin_attempt, self.keep_attempt = inner.begin_attempt, inner.keep_attempt
        self.undo_attempt, self.is_at_work = inner.undo_attempt, inner.is_at_work

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        self.statements.append(text)
        return self._inner.rows(text, parameters)

    def each_row(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        return self.rows(text, parameters)

    def send(self, statements: Iterable[Statement]) -> None:
        for name, parameters in statements:
            self.statements.append(name)
            self._inner.send([(name, parameters)])

    def first_row(
        self, text: str, parameters: dict[str, Any], condition: Condition | None, patience: float | None
    ) -> tuple[Any, ...] | None:
        self.statements.append(text)
        return self._inner.first_row(text, parameters, condition, patience)
