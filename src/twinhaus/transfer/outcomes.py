"""What became of each line, and the report that tells of it."""

from collections import Counter
from collections.abc import Callable, Iterable

from msgspec import Struct

from twinhaus import strictjson
from twinhaus.errors import Fault, Invalid, TwinhausError, Unavailable, by_path
from twinhaus.graph import Change
from twinhaus.strictjson import JsonObject

REJECTED = "rejected"


class Outcome(Struct, frozen=True):
    """One line: the id it is about, where it can be read, and what it changed, or why it was rejected."""

    line: int
    id: str
    change: Change | None
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """The report's word for it."""
        return REJECTED if self.change is None else self.change.value

    def report(self) -> bytes:
        """The line of a report that tells of it."""
        told: JsonObject = {"line": self.line}
        if self.id:
            told["id"] = self.id
        told["outcome"] = self.name
        if self.change is None:
            told["errors"] = by_path(self.faults)
        return strictjson.write(told) + b"\n"


def outcome_of(line: int, id_: str, put: Callable[[], Change]) -> Outcome:
    """Put what a line holds; what is refused becomes an outcome, too. Raises Unavailable."""
    try:
        return Outcome(line, id_, put())
    except Unavailable:
        raise
    except Invalid as error:
        return Outcome(line, id_, None, error.faults)
    except TwinhausError as error:
        return Outcome(line, id_, None, (Fault("$", error.detail),))


class Tally:
    """How many lines came to each outcome."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, outcomes: Iterable[Outcome]) -> None:
        self._counts.update(outcome.name for outcome in outcomes)

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    @property
    def taken(self) -> int:
        """Lines that were not rejected."""
        return self._counts.total() - self.rejected

    @property
    def rejected(self) -> int:
        return self._counts[REJECTED]

    def counts(self) -> dict[str, int]:
        """The summary's numbers, those that are 0 included."""
        return {name: self._counts[name] for name in (*Change, REJECTED)}
