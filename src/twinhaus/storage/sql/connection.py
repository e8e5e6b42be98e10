"""What the SQL of every engine runs on."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from twinhaus.query.plan import Include, Query
from twinhaus.storage.sql.words import Words
from twinhaus.storage.store import IdPage, Page
from twinhaus.storage.turns import Turn

Statement: TypeAlias = tuple[str, Mapping[str, Any]]  # The name of a fixed one, and its parameters.


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

    def send(self, statements: Iterable[Statement]) -> None:
        """Run fixed statements whose rows nobody needs. Where they are only sent off, whoever asks for anything next
        waits for them, and what went wrong is raised there.
        """
        ...

    @property
    def is_at_work(self) -> bool:
        """Whether it has not yet come to the end of what it was sent, and would make others wait."""
        ...

    def push(self) -> None:
        """Send on what was sent off and not yet taken, if it is taken now."""
        ...

    def execute(self, text: str) -> None:
        """Run a statement of ours that has neither parameters nor rows."""
        ...

    def searching(self, seconds: float) -> AbstractContextManager[None]:
        """What is read inside is given up after so long, and nothing else with it. Raises QueryTimeout."""
        ...

    def begin_attempt(self) -> None:
        """What is written from now on can be undone, and only that."""
        ...

    def keep_attempt(self) -> None:
        """What was written since the last attempt began stays, and is part of the one before."""
        ...

    def undo_attempt(self) -> None:
        """What was written since the last attempt began is undone, unless all of the transaction is already."""
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


class Dialect(Struct, frozen=True):
    """What an engine says its own way: its words, its fixed statements by name, and how it searches."""

    words: Words
    queries: Mapping[str, str]
    search: Search
