"""What the SQL of every engine runs on."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from twinhaus.query.plan import Condition


class Connection(Protocol):
    """What a reader and a transaction need of an engine."""

    def rows(
        self, text: str, parameters: dict[str, Any], condition: Condition | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """Run a statement. A condition becomes its parameter `:condition`, handed to `satisfies` as it is."""
        ...

    def first_row(
        self, text: str, parameters: dict[str, Any], condition: Condition | None, patience: int | None
    ) -> tuple[Any, ...] | None:
        """The first row of a statement that has at least one; None where it takes longer than patience allows."""
        ...

    def execute(self, text: str) -> None:
        """Run a statement of ours that has neither parameters nor rows."""
        ...

    def searching(self, seconds: float) -> AbstractContextManager[None]:
        """What is read inside is given up after so long, and nothing else with it. Raises QueryTimeout."""
        ...

    def savepoint(self) -> AbstractContextManager[None]:
        """What is written inside is undone, and only that, when anything is raised."""
        ...
