"""What the SQL of every engine runs on."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from twinhaus.query.plan import Include, Query
from twinhaus.storage.sql.words import Words
from twinhaus.storage.store import IdPage, Page
from twinhaus.storage.turns import Turn

Statement: TypeAlias = tuple[str, Mapping[str, Any]]  # The name of a fixed one, and its parameters.
PropertyRow: TypeAlias = tuple[int, str, int]  # Path, value, twin.


class NotBrief(Exception):
    """The job was not done, since it would hold up its caller."""


class ReadConnection(Protocol):
    """What a reader needs of an engine.

    A parameter that is a tuple stands for an array.
    """

    @property
    def dialect(self) -> "Dialect": ...
    def state(self, name: str) -> Any:
        """A value of the whole store, as it was when the transaction began, or is now."""
        ...

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Run a statement."""
        ...

    def each_row(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Run a statement whose rows are too many to hold; they come as they are asked for."""
        ...


class Connection(ReadConnection, Protocol):
    """What a transaction needs beside that."""

    def write_properties(self, gone: Sequence[PropertyRow], new: Sequence[PropertyRow]) -> None:
        """Remove rows of `property`, and add others."""
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


class Search(Protocol):
    """How an engine answers a query. What each method promises stands in `storage/store.py`."""

    def list_twins(
        self, connection: Any, query: Query, include: Include, *, after: int, limit: int, turns: list[Turn]
    ) -> Page:
        """`turns` are told how it went."""
        ...

    def list_ids(self, connection: Any, query: Query, *, after: int, limit: int) -> IdPage: ...
    def count_twins(self, connection: Any, query: Query) -> int: ...


@dataclass(frozen=True, slots=True)
class Dialect:
    """What an engine says its own way: its words, its fixed statements by name, and how it searches."""

    words: Words
    queries: Mapping[str, str]
    search: Search
