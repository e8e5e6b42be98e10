"""How PostgreSQL answers a query: each filter that can drive makes a stride in turn, from where the best one came to.

A stride looks at a bounded number of candidates. What it leaves behind is decided, by whichever filter drove; so a
narrow filter soon carries the wide ones along, and nobody has to guess which that is. Once strides are as long as they
may be, whoever was fastest goes on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from time import perf_counter
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from twinhaus.query.evaluate import satisfies
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Include, Query
from twinhaus.storage.documents import DocumentView
from twinhaus.storage.sql.asking.facts import find_facts
from twinhaus.storage.sql.asking.sources import Driver, Source
from twinhaus.storage.sql.connection import ReadConnection, Statement
from twinhaus.storage.sql.postgres.chunks import Statements, compile_chunks
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.store import IdPage, Page
from twinhaus.storage.turns import Turn

FIRST_STRIDE = 1_000  # Candidates; enough for most pages.
STRIDE_MAX = 64_000
SUBJECTS_BYTES = 8 * 1024 * 1024  # Of the twins that are held at a time to be asked a condition.
_SUBJECTS_STRIDE_MAX = 8_000
_ALL = 2**62  # More than there are.

Subject = tuple[int, str]  # A twin's number and text.
Rows: TypeAlias = list[tuple[Any, ...]]


class TimedConnection(ReadConnection, Protocol):
    """A connection that knows how long a job may take, and takes in advance what has no rows."""

    def send(self, statements: Iterable[Statement]) -> None:
        """Of the fixed ones."""
        ...

    def check_time(self) -> None:
        """Raises QueryTimeout."""
        ...


class Stride(Struct, frozen=True):
    """How many twins were found, at most one more than are wanted; up to where everything is decided, None: no more are
    wanted, or there; and of those that are wanted the last one's number, and what is told of them.
    """

    matched: int
    reached: int | None
    last: int | None = None
    told: Any = None


class Strides:
    """The Search of PostgreSQL."""

    def list_twins(
        self,
        connection: TimedConnection,
        query: Query,
        include: Include,
        *,
        after: int,
        limit: int,
        turns: list[Turn],
    ) -> Page:
        walk = _Walk(connection, query, include, after, limit, turns)
        bodies: list[bytes] = []
        count, last = 0, after
        for stride in walk.strides(_PAGE, walk.bodies):
            if stride.last is not None:
                bodies += stride.told
                count += min(stride.matched, walk.limit)
                last = stride.last
            if stride.matched > walk.limit:
                return Page(b",".join(bodies), count, last, more=True)
            walk.limit -= stride.matched
        return Page(b",".join(bodies), count, last, more=False)

    def list_ids(self, connection: TimedConnection, query: Query, *, after: int, limit: int) -> IdPage:
        walk = _Walk(connection, query, WITHOUT_RELATIONSHIPS, after, limit, [])
        found: list[str] = []
        last = after
        for stride in walk.strides(_IDS, _ids):
            if stride.last is not None:
                found += stride.told
                last = stride.last
            walk.limit -= min(stride.matched, walk.limit)
            if not walk.limit:
                break
        return IdPage(tuple(found), last)

    def count_twins(self, connection: TimedConnection, query: Query) -> int:
        walk = _Walk(connection, query, WITHOUT_RELATIONSHIPS, 0, _ALL, [])
        return sum(stride.matched for stride in walk.strides(_COUNT, len))


class _Walk:
    """What has been looked at so far, and how many twins are still wanted."""

    def __init__(
        self,
        connection: TimedConnection,
        query: Query,
        include: Include,
        after: int,
        limit: int,
        turns: list[Turn],
    ) -> None:
        self._connection = connection
        self._condition = query.condition
        self._is_plain = include == WITHOUT_RELATIONSHIPS
        facts = find_facts(connection, query.condition)
        self._compiled = compile_chunks(query, include, facts)
        self._after = after
        self.limit = limit
        self._turns = turns

    def strides(self, asked: "_Asked", tell: Callable[[list[Subject]], Any]) -> Iterator[Stride]:
        """One after the other, as long as there is more to look at. What the statement tells, `tell` says of twins that
        the condition had to be asked of.
        """
        length, is_longer = FIRST_STRIDE, True
        paces: dict[int, float] = {}  # Of each driver: the twins a second that its last stride left behind.
        while True:
            for number in self._next(length, paces, is_longer=is_longer):
                statements = self._compiled.statements[number]
                driver = statements.source.driver
                started = perf_counter()
                text, allowed = asked.statement(statements), _allowed(driver, length)
                stride = self._stride(statements, asked, allowed) or self._judged(statements, allowed, tell)
                found, seconds = min(stride.matched, self.limit), perf_counter() - started
                self._turns.append(Turn(driver, "page", text, allowed, "twins", found, seconds))
                yield stride
                if stride.reached is None:
                    return
                paces[number] = (stride.reached - self._after) / seconds
                self._after = stride.reached
            longer = min(4 * length, STRIDE_MAX)
            length, is_longer = longer, longer > length

    def _next(self, length: int, paces: Mapping[int, float], *, is_longer: bool) -> Iterable[int]:
        """Who makes strides of this length, in turn."""
        serving = (
            number
            for number, one in enumerate(self._compiled.statements)
            if self._serves(one.source, length, is_longer=is_longer)
        )
        return serving if is_longer else (max(serving, key=lambda number: paces[number]),)

    def _serves(self, source: Source, length: int, *, is_longer: bool) -> bool:
        """What was too much to gather still is, unless more may be gathered now. Trigrams take a while, however few the
        twins; so they come in only where looking at a first thousand was not enough, and then before all others.
        """
        if source.driver == "trigram":
            return FIRST_STRIDE < length < STRIDE_MAX and self._has_trigrams
        return is_longer or not source.is_gathered

    def _stride(self, statements: Statements, asked: "_Asked", length: int) -> Stride | None:
        """None where the condition has to be asked."""
        if self._compiled.tells_nothing:
            return None
        rows = self._run(statements, asked.statement(statements), length, self.limit)
        return asked.read(rows, length, self.limit)

    def _judged(self, statements: Statements, length: int, tell: Callable[[list[Subject]], Any]) -> Stride:
        """The same, the condition asked of each twin."""
        assert self._condition is not None, "else nothing is in doubt"
        if not statements.source.is_gathered:
            length = min(length, _SUBJECTS_STRIDE_MAX)
        ((looked, reached, *subjects),) = self._run(statements, statements.subjects, length, _ALL)
        found: list[Subject] = []
        for number, updated, document in zip(*subjects, strict=True):
            self._connection.check_time()
            if number is not None and satisfies(self._condition, DocumentView(updated, document)):
                found.append((number, document))
                if len(found) > self.limit:
                    break
        wanted = found[: self.limit]
        is_over = len(found) > self.limit or looked < length
        return Stride(
            len(found), None if is_over else reached, wanted[-1][0] if wanted else None, tell(wanted)
        )

    def _run(self, statements: Statements, text: str, length: int, limit: int) -> Rows:
        parameters = {
            **self._compiled.parameters,
            "after": self._after,
            "chunk": length,
            "limit": limit,
            "bytes": SUBJECTS_BYTES,
        }
        if statements.source.driver != "trigram":
            return list(self._connection.rows(text, parameters))
        with self._with_bitmaps():
            return list(self._connection.rows(text, parameters))

    @contextmanager
    def _with_bitmaps(self) -> Iterator[None]:
        """An index of trigrams is read in no other way; else they are ruled out."""
        self._connection.send([("allow_bitmaps", {}), ("widen_bitmaps", {})])
        yield
        self._connection.send([("rule_out_bitmaps", {})])

    def bodies(self, subjects: list[Subject]) -> list[bytes]:
        """The texts of an answer."""
        if self._is_plain:
            return [document.encode() for _, document in subjects]
        twins = tuple(number for number, _ in subjects)
        bound = {**self._compiled.parameters, "twins": twins}
        return [body for (body,) in self._connection.rows(self._compiled.texts, bound)]

    @cached_property
    def _has_trigrams(self) -> bool:
        ((has_trigrams,),) = self._connection.rows(QUERIES["postgres"]["has_trigrams"], {})
        return bool(has_trigrams)


class _Asked(Struct, frozen=True):
    """One of a source's statements; and what its rows come to, when it could look at so many candidates and so many
    twins were wanted. None where the condition has to be asked.
    """

    statement: Callable[[Statements], str]
    read: Callable[[Rows, int, int], Stride | None]


def _read_page(rows: Rows, length: int, limit: int) -> Stride | None:
    reached = None
    if rows and len(rows[0]) > len(("number", "text")):  # Else all match, and there is nothing behind them.
        if False in {is_sure for _, _, is_sure, _ in rows}:
            return None
        last, _, is_sure, is_last_candidate = rows[-1]
        reached = last if is_last_candidate else None
        if is_sure is None:
            rows.pop()  # It says only how far one came.
    page = rows[:limit]
    return Stride(len(rows), reached, page[-1][0] if page else None, [row[1] for row in page])


def _read_total(rows: Rows, length: int, limit: int) -> Stride | None:
    ((matched, looked, reached, doubtful, *found),) = rows
    if doubtful:
        return None
    return Stride(matched, reached if looked is not None and looked >= length else None, *found)


_PAGE = _Asked(lambda one: one.page, _read_page)
_IDS = _Asked(lambda one: one.ids, _read_total)
_COUNT = _Asked(lambda one: one.count, _read_total)


def _allowed(driver: Driver, length: int) -> int:
    """Trigrams take a while, however few the twins; so more are gathered at once."""
    return min(4 * length, STRIDE_MAX) if driver == "trigram" else length


def _ids(subjects: list[Subject]) -> list[str]:
    return [DocumentView(0, document).id for _, document in subjects]
