"""How PostgreSQL answers a query: each filter that can drive makes a stride in turn, from where the best one came to.

A stride looks at a bounded number of candidates. What it leaves behind is decided, by whichever filter drove; so a
narrow filter soon carries the wide ones along, and nobody has to guess which that is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from twinhaus.query.evaluate import satisfies
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Condition, Include, Query
from twinhaus.storage.documents import DocumentView
from twinhaus.storage.sql.chunks import CompiledQuery, Statements, compile_chunks
from twinhaus.storage.sql.connection import Connection
from twinhaus.storage.store import IdPage, Page

FIRST_STRIDE = 1_000  # Candidates; enough for most pages.
STRIDE_MAX = 64_000
SUBJECTS_BYTES = 8 * 1024 * 1024  # Of the twins that are held at a time to be asked a condition.
_SUBJECTS_STRIDE_MAX = 8_000
_ALL = 2**62  # More than there are.

Row = tuple[Any, ...]


class TimedConnection(Connection, Protocol):
    """A connection that knows how long a job may take."""

    def check_time(self) -> None:
        """Raises QueryTimeout."""
        ...


class Strides:
    """The Search of PostgreSQL."""

    def list_twins(
        self, connection: TimedConnection, query: Query, include: Include, *, after: int, limit: int
    ) -> Page:
        compiled = compile_chunks(query, include)
        walk = _Walk(connection, compiled, after, limit)
        if query.condition is None:
            return _page(walk)
        found, more = _satisfying(walk, query.condition)
        numbers = tuple(number for number, _ in found)
        if include == WITHOUT_RELATIONSHIPS:
            body = ",".join(document for _, document in found).encode()
        else:
            ((body,),) = connection.rows(compiled.texts, {**compiled.parameters, "twins": numbers})
        return Page(body=body or b"", count=len(found), last=numbers[-1] if numbers else after, more=more)

    def list_ids(self, connection: TimedConnection, query: Query, *, after: int, limit: int) -> IdPage:
        walk = _Walk(connection, compile_chunks(query, WITHOUT_RELATIONSHIPS), after, limit)
        if query.condition is None:
            return _id_page(walk)
        found, _ = _satisfying(walk, query.condition)
        ids = tuple(DocumentView(0, document).id for _, document in found)
        return IdPage(ids, found[-1][0] if found else after)

    def count_twins(self, connection: TimedConnection, query: Query) -> int:
        walk = _Walk(connection, compile_chunks(query, WITHOUT_RELATIONSHIPS), 0, _ALL)
        if query.condition is None:
            return sum(count for count, *_ in walk.rows(lambda one: one.count))
        return sum(
            satisfies(query.condition, DocumentView(updated, document))
            for _, updated, document in walk.subjects()
        )


@dataclass(slots=True)
class _Walk:
    """What has been looked at so far, and how many twins are still wanted."""

    connection: TimedConnection
    compiled: CompiledQuery
    after: int
    limit: int

    def rows(self, statement: Callable[[Statements], str], stride_max: int = STRIDE_MAX) -> Iterator[Row]:
        """A row for each stride, as long as there is more to look at."""
        stride = FIRST_STRIDE
        while True:
            for statements in self.compiled.statements:
                bound = {"after": self.after, "chunk": stride, "limit": self.limit, "bytes": SUBJECTS_BYTES}
                (row,) = self.connection.rows(statement(statements), {**self.compiled.parameters, **bound})
                yield row
                _, looked, reached, *_ = row
                if looked is None or looked < stride:
                    return
                self.after = reached
            stride = min(4 * stride, stride_max)

    def subjects(self) -> Iterator[tuple[int, int, str]]:
        """All twins that a condition is to be asked of: number, last update, and text."""
        self.limit = _ALL
        for _, _, _, numbers, updated, documents in self.rows(lambda one: one.subjects, _SUBJECTS_STRIDE_MAX):
            for subject in zip(numbers, updated, documents, strict=True):
                self.connection.check_time()
                if subject[0] is not None:
                    yield subject


def _page(walk: _Walk) -> Page:
    bodies: list[bytes] = []
    count, last = 0, walk.after
    for matched, _, _, here, body in walk.rows(lambda one: one.page):
        if matched and walk.limit:
            bodies.append(body)
            count += min(matched, walk.limit)
            last = here
        if matched > walk.limit:
            return Page(b",".join(bodies), count, last, more=True)
        walk.limit -= matched
    return Page(b",".join(bodies), count, last, more=False)


def _id_page(walk: _Walk) -> IdPage:
    found: list[str] = []
    last = walk.after
    for matched, _, _, here, ids in walk.rows(lambda one: one.ids):
        if matched:
            found += ids
            last = here
        walk.limit -= min(matched, walk.limit)
        if not walk.limit:
            break
    return IdPage(tuple(found), last)


def _satisfying(walk: _Walk, condition: Condition) -> tuple[list[tuple[int, str]], bool]:
    """The next twins that satisfy a condition, number and text, as many as are wanted; and whether more do."""
    wanted = walk.limit
    found: list[tuple[int, str]] = []
    for number, updated, document in walk.subjects():
        if satisfies(condition, DocumentView(updated, document)):
            if len(found) == wanted:
                return found, True
            found.append((number, document))
    return found, False
