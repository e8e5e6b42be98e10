"""Pages of lists: over HTTP beside the constant endpoint, and in this process beside the bare engine.

HTTP is measured twice: as a program sees it, and by bare sockets, where the client's own time hides nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from benchmarks.comparison import Comparison, compare
from benchmarks.connection import Client, Connection, make_request
from benchmarks.constant import ConstantServer
from benchmarks.lists import ListCase
from benchmarks.statement import PageStatement
from benchmarks.timing import take_turns
from twinhaus import strictjson
from twinhaus.api.messages import read_list_request
from twinhaus.query.cursor import Traversal
from twinhaus.storage.store import Store

PAGE_SIZES = (100, 1_000)
PATH = "/twins"
Position = Literal["first", "middle"]


@dataclass(frozen=True, slots=True)
class PageMeasured:
    """One page of one list. `twins` counts the whole list, `answered` is the size of the page's answer in bytes."""

    case: ListCase
    page_size: int
    position: Position
    twins: int
    answered: int
    http: Comparison
    sockets: Comparison
    engine: Comparison

    @property
    def has_goal(self) -> bool:
        """Whether it has to come within twice the time of the constant endpoint."""
        return self.case.has_goal and self.page_size == PAGE_SIZES[0]


class _Answer(msgspec.Struct, rename="camel"):
    content: list[msgspec.Raw]
    continuation_token: str | None


@dataclass(frozen=True, slots=True)
class _Walk:
    """A list from its first page to its last: how many twins, and the token that leads to its middle."""

    twins: int
    middle: str | None


class PageBench:
    """Measures pages, on a server and on a store over the same file."""

    def __init__(
        self, url: str, token: str, constant: ConstantServer, store: Store, path: Path, *, seconds: float
    ) -> None:
        self._token = token
        self._constant = constant
        self._store = store
        self._statement = PageStatement(path)
        self._key = store.read(lambda reader: reader.secret("continuation")).result()
        self._seconds = seconds
        self._url = url

    def measure(self, cases: Sequence[ListCase]) -> Iterator[PageMeasured]:
        """Each case, by each size of page, its first page and one in its middle."""
        for case in cases:
            walk = self._walk(case)
            for page_size in PAGE_SIZES:
                yield self._measure(case, page_size, "first", walk.twins, case.request)
                if walk.middle is not None:
                    rest = {"continuationToken": walk.middle}
                    yield self._measure(case, page_size, "middle", walk.twins, rest)

    def _measure(
        self, case: ListCase, page_size: int, position: Position, twins: int, body: dict[str, Any]
    ) -> PageMeasured:
        paged = body | {"pageSize": page_size}
        text = strictjson.write(paged)
        answered, http = self._measure_http(text)
        sockets = self._measure_sockets(make_request("POST", PATH, text, token=self._token))
        engine = self._measure_engine(read_list_request(text, self._key))
        return PageMeasured(case, page_size, position, twins, answered, http, sockets, engine)

    def _measure_http(self, body: bytes) -> tuple[int, Comparison]:
        """How long the answer is, and how long it takes. Connections are new: servers close those that are idle."""
        with (
            closing(Client(self._url, self._token)) as served,
            closing(Client(self._constant.url, self._token)) as floor,
        ):
            answer = served.post(PATH, body)
            self._constant.give(answer)
            timed = take_turns(
                lambda: served.post(PATH, body), lambda: floor.post(PATH, body), seconds=self._seconds
            )
        return len(answer), compare(*timed)

    def _measure_sockets(self, request: bytes) -> Comparison:
        """The same request by bare sockets; the constant endpoint still has the answer."""
        with closing(Connection(self._url)) as served, closing(Connection(self._constant.url)) as floor:
            timed = take_turns(
                lambda: served.ask(request), lambda: floor.ask(request), seconds=self._seconds / 2
            )
        return compare(*timed)

    def _measure_engine(self, traversal: Traversal) -> Comparison:
        self._statement.find(traversal)

        def read() -> object:
            return self._store.read(
                lambda reader: reader.list_twins(
                    traversal.query, traversal.include, after=traversal.after, limit=traversal.page_size
                )
            ).result()

        return compare(*take_turns(read, self._statement.run, seconds=self._seconds / 2))

    def _walk(self, case: ListCase) -> _Walk:
        tokens: list[str] = []
        twins, body = 0, case.request
        with closing(Connection(self._url)) as connection:
            while True:
                answer = connection.ask(self._request(body | {"pageSize": PAGE_SIZES[-1]}))
                page = msgspec.json.decode(answer, type=_Answer)
                twins += len(page.content)
                if page.continuation_token is None:
                    return _Walk(twins, tokens[len(tokens) // 2] if tokens else None)
                tokens.append(page.continuation_token)
                body = {"continuationToken": page.continuation_token}

    def _request(self, body: dict[str, Any]) -> bytes:
        return make_request("POST", PATH, strictjson.write(body), token=self._token)

    def close(self) -> None:
        self._statement.close()
