"""What peers are asked, as a value that knows no language, and what they answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from benchmarks.peers.files import Files
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Comparison, Include, Query

Operation = Literal["list", "count", "read"]
# An id and the twin's text; where they are asked for, relationships that lead out and in. Or a count alone.
Row = Sequence[Any]
Link = tuple[str, str, str]  # Source, name, target.
_EVERY_TWIN = Query()
# As SQL, Cypher and SPARQL have them alike; other comparisons each of them says its own way, if at all.
OPERATORS = {
    Comparison.EQUALS: "=",
    Comparison.GREATER: ">",
    Comparison.GREATER_OR_EQUAL: ">=",
    Comparison.LESS: "<",
    Comparison.LESS_OR_EQUAL: "<=",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A page of a list after the twin of some number; how many twins a list has; or the twin of some id."""

    operation: Operation
    query: Query = _EVERY_TWIN
    include: Include = WITHOUT_RELATIONSHIPS
    after: int = 0
    limit: int = 0
    twin_id: str = ""

    @property
    def has_relationships(self) -> bool:
        """Whether relationships are asked for. The questions ask for none, or for those of both directions."""
        return self.include != WITHOUT_RELATIONSHIPS


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer comes to, whoever gave it: a count, or twins in their order with the relationships of each."""

    count: int = 0
    ids: tuple[str, ...] = ()
    outgoing: tuple[frozenset[Link], ...] = ()
    incoming: tuple[frozenset[Link], ...] = ()


class Inexpressible(Exception):
    """The peer's language has no words for this."""


class Peer(Protocol):
    """An engine with the portfolio in it."""

    @property
    def name(self) -> str: ...
    @property
    def setup(self) -> str:
        """How it is set up, in a sentence."""
        ...

    def version(self) -> str: ...

    def convert(self, files: Files, folder: Path) -> None:
        """Write the portfolio into the folder in a format that it loads fast. This is not timed."""
        ...

    def load(self, files: Files, folder: Path) -> None:
        """Fill a new database in the folder, with its indexes. It is closed then, and what was converted is gone."""
        ...

    def open(self, files: Files, folder: Path) -> None:
        """Open what was loaded. What lives in memory is loaded anew."""
        ...

    def wording(self, question: Question) -> str:
        """The question in its language. Raises Inexpressible."""
        ...

    def prepare(self, question: Question) -> Callable[[], Sequence[Row]]:
        """What asks, as often as it is called, and reads the answer to its end."""
        ...

    def answer(self, question: Question, rows: Sequence[Row]) -> Answer:
        """What the rows come to."""
        ...
