"""Pages of lists: over HTTP beside the constant endpoint, and in this process beside the bare engine.

HTTP is measured twice: as a program sees it, beside both floors, and by bare sockets, where the client's own time hides
nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal, get_args

import msgspec

from benchmarks.comparison import Comparison, Summary, compare, summarise
from benchmarks.connection import Client, Connection, make_request
from benchmarks.inside import read_inside
from benchmarks.lists import ListCase
from benchmarks.sides import Sides
from benchmarks.timing import take_turns
from twinhaus import strictjson
from twinhaus.api.messages import read_list_request
from twinhaus.query.cursor import Traversal, write_token
from twinhaus.storage.store import Page, Reader

PAGE_SIZES = (100, 1_000)
PATH = "/twins"
Position = Literal["first", "middle"]
POSITIONS: tuple[Position, ...] = get_args(Position)


@dataclass(frozen=True, slots=True)
class PageMeasured:
    """One page of one list, after the twin of some number. `twins` counts the whole list, `answered` is the size of the
    page's answer in bytes.
    """

    case: ListCase
    page_size: int
    position: Position
    after: int
    twins: int
    answered: int
    http: Comparison
    statement: Summary  # In turns with HTTP.
    sockets: Comparison
    engine: Comparison

    @property
    def times_both(self) -> float:
        """How many times as long as the statement and the constant endpoint together it took over HTTP."""
        return self.http.measured.p50 / (self.http.floor.p50 + self.statement.p50)


class _Answer(msgspec.Struct, rename="camel"):
    content: list[msgspec.Raw]
    continuation_token: str | None


class PageBench:
    """Measures pages, on a server and on a store that it has open, too."""

    def __init__(self, sides: Sides, *, twins: int, seconds: float) -> None:
        """Of a store of so many twins."""
        self._sides = sides
        self._twins = twins
        self._key = sides.store.read(lambda reader: reader.secret("continuation")).result()
        self._seconds = seconds

    def measure(self, cases: Sequence[ListCase]) -> Iterator[PageMeasured]:
        """Each case, by each size of page, its first page and one in its middle."""
        for case in cases:
            twins, middle = self._count(case), self._middle(case)
            for page_size in PAGE_SIZES:
                yield self._measure(case, page_size, "first", twins, case.request)
                if middle is not None:
                    yield self._measure(case, page_size, "middle", twins, {"continuationToken": middle})

    def _measure(
        self, case: ListCase, page_size: int, position: Position, twins: int, body: dict[str, Any]
    ) -> PageMeasured:
        paged = body | {"pageSize": page_size}
        text = strictjson.write(paged)
        traversal = read_list_request(text, self._key)
        self._sides.statements.keep(
            lambda reader: reader.list_twins(
                traversal.query, traversal.include, after=traversal.after, limit=traversal.page_size
            )
        )
        answered, http, statement = self._measure_http(text)
        sockets = self._measure_sockets(make_request("POST", PATH, text, token=self._sides.token))
        engine = self._measure_engine(traversal)
        return PageMeasured(
            case, page_size, position, traversal.after, twins, answered, http, statement, sockets, engine
        )

    def _measure_http(self, body: bytes) -> tuple[int, Comparison, Summary]:
        """How long the answer is, how long it takes, and how long its SQL does.

        Connections are new: servers close those that are idle.
        """
        with (
            closing(Client(self._sides.url, self._sides.token)) as served,
            closing(Client(self._sides.constant.url, self._sides.token)) as floor,
        ):
            answer = served.post(PATH, body)
            self._sides.constant.give(answer)
            timed, floor_timed, statement_timed = take_turns(
                lambda: served.post(PATH, body),
                lambda: floor.post(PATH, body),
                self._sides.statements.run,
                seconds=self._seconds,
            )
        return len(answer), compare(timed, floor_timed), summarise(statement_timed)

    def _measure_sockets(self, request: bytes) -> Comparison:
        """The same request by bare sockets; the constant endpoint still has the answer."""
        with (
            closing(Connection(self._sides.url)) as served,
            closing(Connection(self._sides.constant.url)) as floor,
        ):
            timed = take_turns(
                lambda: served.ask(request), lambda: floor.ask(request), seconds=self._seconds / 2
            )
        return compare(*timed)

    def _measure_engine(self, traversal: Traversal) -> Comparison:
        def job(reader: Reader) -> Page:
            return reader.list_twins(
                traversal.query, traversal.include, after=traversal.after, limit=traversal.page_size
            )

        def read() -> object:
            # Small pages are read as the server reads them.
            is_small = traversal.page_size <= PAGE_SIZES[0]
            return read_inside(self._sides.store, job) if is_small else self._sides.store.read(job).result()

        return compare(*take_turns(read, self._sides.statements.run, seconds=self._seconds / 2))

    def _count(self, case: ListCase) -> int:
        with closing(Client(self._sides.url, self._sides.token)) as client:
            return int(client.post(f"{PATH}/count", strictjson.write(case.request)))

    def _middle(self, case: ListCase) -> str | None:
        """The token of a page in the middle of all twins, or of the list where it lies before that; None where its
        first page is its last.
        """
        traversal = read_list_request(strictjson.write(case.request), self._key)
        token = write_token(msgspec.structs.replace(traversal, after=self._twins // 2), self._key)
        if self._ask({"continuationToken": token}).content:
            return token
        tokens: list[str] = []
        page = self._ask(case.request | {"pageSize": PAGE_SIZES[-1]})
        while page.continuation_token is not None:
            tokens.append(page.continuation_token)
            page = self._ask({"continuationToken": page.continuation_token})
        return tokens[len(tokens) // 2] if tokens else None

    def _ask(self, body: dict[str, Any]) -> _Answer:
        with closing(Client(self._sides.url, self._sides.token)) as client:
            return msgspec.json.decode(client.post(PATH, strictjson.write(body)), type=_Answer)
