"""A search of SQLite under way: each filter that can drive races the others.

Which filter yields the fewest twins from here on is known for sure only by trying: each driver in turn may work for a
while on all that is left, which is enough for most pages. What takes longer is found in stretches of twins' numbers:
over a short one the drivers race, each for four times as long with each turn, and whoever wins goes on, over a longer
one each time, as long as it keeps its pace. What a stretch came to is kept.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from time import perf_counter, thread_time
from typing import Any, Literal, Protocol, TypeAlias

from msgspec import Struct

from twinhaus.query.plan import Condition
from twinhaus.storage.sql.asking.facts import Facts
from twinhaus.storage.sql.sqlite.compile import Statements
from twinhaus.storage.sql.words import BLOCK_BITS
from twinhaus.storage.turns import Turn

CLOCK_STEPS = 5_000  # Steps of SQLite's machine between looks at the clock: some tenths of a millisecond.
FIRST_PATIENCE = 0.0015  # Seconds of the processor for a hundred twins; enough for most pages.
LONGER_AT_ONCE = 3  # So many times as long may take who finds nothing until all is found.
HUNDRED = 100
HUNDREDS_MAX = 10  # Of twins, for which so many times as long is waited.
ARMS_OF_A_TURN = 4  # A driver of so many more may work for as long once more: each has to be begun.
BLOCK = 1 << BLOCK_BITS  # Twins of the first stretch. Each ends where one of properties does.
GROWTH = 8  # How many times as long each is as the one before.
SLACK = 2  # How many times as long as its pace says a winner may take before all race again.
SECONDS_MIN = FIRST_PATIENCE / 2  # What takes less than that tells nothing of a pace.
NEWEST = "SELECT coalesce(max(number), 0) FROM twin"

Row: TypeAlias = tuple[Any, ...]


class Racetrack(Protocol):
    """A connection that can give up a statement halfway."""

    def facts(self, condition: Condition) -> Facts:
        """What has to be known before the condition is read as SQL."""
        ...

    def first_row(
        self, text: str, parameters: dict[str, Any], condition: Condition | None, patience: float | None
    ) -> Row | None:
        """The first row of a statement that has at least one; None where it takes more seconds of this thread's
        processor than that.

        A condition becomes its parameter `:condition`, handed to `satisfies` as it is.
        """
        ...


class Asked(Struct, frozen=True):
    """A question, and at most how many twins from where on it is about."""

    wanted: Literal["page", "more", "ids", "count"]
    after: int
    limit: int = 0

    @property
    def hundreds(self) -> int:
        """For how many times as long one waits."""
        return min(max(self.limit // HUNDRED, 1), HUNDREDS_MAX)


class Walk:
    """One search under way, step by step."""

    def __init__(
        self,
        connection: Racetrack,
        ways: Sequence[Statements],
        parameters: dict[str, Any],
        condition: Condition | None,
        turns: list[Turn] | None = None,
    ) -> None:
        """`ways` are the likeliest first; `turns` gets what is asked for a page."""
        self._connection = connection
        self._ways = list(ways)
        self._parameters = parameters
        self._condition = condition
        self._turns = turns
        self._length = 0  # Of the next stretch, in twins; 0: all that is left.
        self._newest = 0  # The last twin there is.
        self._winner: Statements | None = None  # Of the last stretch.
        self._pace = 0.0  # The seconds that the next one should take it.

    def step(self, asked: Asked) -> tuple[Row, int | None]:
        """An answer, and up to which twin it holds; None: for all there are. One that ends sooner, since as many were
        found as are wanted, holds up to the last of these.
        """
        if not self._length:
            row = self._at_once(asked)
            if row is not None:
                return row, None
            self._length, self._winner = BLOCK, None
            (self._newest,) = self._connection.first_row(NEWEST, {}, None, None) or (0,)
        end = (asked.after + self._length - 1) | (BLOCK - 1)
        for entry in self._entries(asked, end):
            started = thread_time()
            row = self._try(entry, asked)
            if row is not None:
                return row, self._go_on_with(entry, thread_time() - started, asked)
        raise AssertionError("there is always another turn")

    def _at_once(self, asked: Asked) -> Row | None:
        """None where nobody comes to the end of all that is left."""
        for way in self._ways:
            patience = _patience(way, asked) if len(self._ways) > 1 else None
            row = self._try(_Entry(way, patience), asked)
            if row is not None:
                self._prefer(way)
                return row
        return None

    def _entries(self, asked: Asked, end: int) -> Iterator["_Entry"]:
        """First the winner of the last stretch, after those that only find all that is left, for some of the time; then
        everyone in turn.
        """
        if self._winner is not None:
            for way in self._ways:
                if way.stretch is None:
                    yield _Entry(way, self._pace / 2 / len(self._ways))
            yield _Entry(self._winner, SLACK * self._pace, end)
        # All that is left was asked of everyone before, for as long as in a first turn.
        first = 1 if end >= self._newest else 0
        for turn in count(first):
            for way in self._ways:
                patience = _patience(way, asked) * 4**turn
                if way.stretch is not None:
                    yield _Entry(way.stretch, patience, end)
                else:
                    yield _Entry(way, patience if first else 4 * patience)
                if way.narrowed is not None and turn:
                    yield _Entry(way.narrowed, patience, end)

    def _go_on_with(self, entry: "_Entry", seconds: float, asked: Asked) -> int | None:
        """Up to where all is decided."""
        if entry.until is None:
            self._length = 0
            self._prefer(entry.statements)
            return None
        is_last = entry.until >= self._newest
        if entry.statements is not self._winner and seconds > SECONDS_MIN and not is_last:
            entry, seconds = self._fastest(entry, seconds, asked)
        self._winner = entry.statements
        self._pace = GROWTH * max(seconds, SECONDS_MIN)
        self._length *= GROWTH
        return None if is_last else entry.until

    def _fastest(self, first: "_Entry", seconds: float, asked: Asked) -> tuple["_Entry", float]:
        """Whoever came first over a stretch was asked before others, which may take half as long."""
        fastest = first
        for way in self._ways:
            for other in (way.stretch, way.narrowed):
                if other is not None and other is not first.statements:
                    entry = _Entry(other, seconds / 2, first.until)
                    started = thread_time()
                    if self._try(entry, asked, is_new=False) is not None:
                        fastest, seconds = entry, thread_time() - started
        return fastest, seconds

    def _prefer(self, way: Statements) -> None:
        """What came to this part first will likely come to the next."""
        self._ways.sort(key=lambda one: one is not way)

    def _try(self, entry: "_Entry", asked: Asked, *, is_new: bool = True) -> Row | None:
        """What somebody comes to; whether that is new, or was found by another before."""
        started = perf_counter()
        statement: str = getattr(entry.statements, asked.wanted)
        bound = {**self._parameters, "after": asked.after, "limit": asked.limit, "until": entry.until}
        row = self._connection.first_row(statement, bound, self._condition, entry.patience)
        if self._turns is not None and asked.wanted in {"page", "more"}:
            seconds = perf_counter() - started
            allowed = None if entry.patience is None else round(entry.patience * 1_000, 2)
            found = None if row is None else int(row[0]) * is_new
            self._turns.append(
                Turn(entry.statements.driver, asked.wanted, statement, allowed, "ms", found, seconds)
            )
        return row


class _Entry(Struct, frozen=True):
    """Who is asked, for how many seconds, and up to which twin; None: without a limit."""

    statements: Statements
    patience: float | None = None
    until: int | None = None


def _patience(way: Statements, asked: Asked) -> float:
    """In seconds, in the first turn."""
    longer = LONGER_AT_ONCE if way.stretch is None else 1
    return longer * FIRST_PATIENCE * (1 + way.arms // ARMS_OF_A_TURN) * asked.hundreds
