"""PUT /twins beside its floors: the constant endpoint, a bare durable upsert of the same document, and of new twins all
rows that the store got.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import Any

from benchmarks.comparison import Summary, summarise
from benchmarks.connection import Connection, ask_at_once, make_request
from benchmarks.constant import ConstantServer
from benchmarks.engine import BareTable, CreationsFloor, Row
from benchmarks.portfolio import Portfolio
from benchmarks.timing import Timings, no_garbage_collection, take_turns_over
from twinhaus import instants, strictjson

CLIENTS = 64
_BATCH = 1_000
_ROWS_MAX = 100_000  # Of the floor, whose upserts take the same with more.
_CHOSEN = 5_000  # Twins that are written again, or copied.
_TURN = 20  # PUTs of one client before its floors have their turn.
_TURN_TOGETHER = 320
_WARM_UPS = 20


@dataclass(frozen=True, slots=True)
class Load:
    """What so many clients got done: how long each request took, and how many were answered in a second."""

    each: Summary
    per_second: float


@dataclass(frozen=True, slots=True)
class PutMeasured:
    """PUTs of one sort by so many clients at once; the bare upserts, too, where the engine takes several at once. The
    same `rows`, of new twins, are written with those of as many in one transaction.
    """

    what: str
    clients: int
    put: Load
    constant: Load
    upsert: Load
    rows: Load | None = None

    def times_rows(self, rows: Load) -> float:
        """How many times as long it takes to create so many twins as to write these rows."""
        return rows.per_second / self.put.per_second


@dataclass(frozen=True, slots=True)
class _Put:
    """One PUT: the row it comes to, and its request."""

    row: Row
    request: bytes


_Way = Callable[[Sequence[_Put]], Iterable[float]]  # Does some PUTs, and tells how long each took.


class PutBench:
    """Measures PUTs on a server, whose store they change."""

    def __init__(
        self,
        url: str,
        token: str,
        constant: ConstantServer,
        portfolio: Portfolio,
        table: BareTable,
        creations: CreationsFloor | None,
        *,
        puts: int,
    ) -> None:
        """`table` is an empty one for CLIENTS."""
        self._url = url
        self._token = token
        self._constant = constant
        self._puts = puts
        # Scattered over all of them.
        chosen = set(Random(0).sample(range(portfolio.twins), min(_CHOSEN, portfolio.twins)))
        self._twins: list[dict[str, Any]] = []
        self._table = table
        self._creations = creations
        step = max(1, portfolio.twins // _ROWS_MAX)
        with portfolio.twins_file.open("rb") as lines:
            some = ((at in chosen, line) for at, line in enumerate(lines) if at in chosen or at % step == 0)
            while batch := list(islice(some, _BATCH)):
                twins = [strictjson.read_object(line) for _, line in batch]
                self._twins += [twin for twin, (is_chosen, _) in zip(twins, batch, strict=True) if is_chosen]
                self._table.insert(
                    [(twin["id"], line.decode()) for twin, (_, line) in zip(twins, batch, strict=True)]
                )

    def measure(self) -> Iterator[PutMeasured]:
        """Replacing twins and creating them, by one client and by several."""
        for clients, measure in ((1, self._measure_one), (CLIENTS, self._measure_together)):
            yield measure(f"replace, {_clients(clients)}", self._replacements(clients))
            created = measure(f"create, {_clients(clients)}", self._new(clients))
            yield created if self._creations is None else replace(created, rows=self._rows(clients))

    def _replacements(self, seed: int) -> list[_Put]:
        chosen = Random(seed).choices(self._twins, k=self._puts)
        return [self._put(twin, twin["id"], f"renamed {seed}/{index}") for index, twin in enumerate(chosen)]

    def _rows(self, clients: int) -> Load:
        assert self._creations is not None, "there is a floor"
        with no_garbage_collection():
            timings = Timings(tuple(self._creations.again(at_once=clients)))
        return _load(timings, timings.total_seconds, of_each=clients)

    def _new(self, seed: int) -> list[_Put]:
        chosen = Random(seed).choices(self._twins, k=self._puts)
        return [self._put(twin, f"NEW-{seed}-{index}", f"new {index}") for index, twin in enumerate(chosen)]

    def _put(self, twin: dict[str, Any], id_: str, name: str) -> _Put:
        document = {
            "id": id_,
            "modelId": twin["modelId"],
            "lastUpdateTime": instants.format_instant(instants.now()),
            "contents": twin["contents"] | {"name": name},
        }
        body = strictjson.write(document)
        return _Put((id_, body.decode()), make_request("PUT", "/twins", body, token=self._token))

    def _measure_one(self, what: str, puts: Sequence[_Put]) -> PutMeasured:
        with closing(Connection(self._url)) as served, closing(Connection(self._constant.url)) as floor:
            self._constant.give(puts[0].row[1].encode())
            for put in puts[:_WARM_UPS]:
                served.ask(put.request)
            timed = take_turns_over(
                puts[_WARM_UPS:],
                lambda put: served.ask(put.request),
                lambda put: floor.ask(put.request),
                lambda put: self._table.upsert(put.row),
                turn=_TURN,
            )
        return PutMeasured(what, 1, *(_load(one, one.total_seconds) for one in timed))

    def _measure_together(self, what: str, puts: Sequence[_Put]) -> PutMeasured:
        self._constant.give(puts[0].row[1].encode())
        with ExitStack() as stack:
            served, floor = (
                [stack.enter_context(closing(Connection(url))) for _ in range(CLIENTS)]
                for url in (self._url, self._constant.url)
            )
            turns = _Turns(puts)
            timed = turns.take(
                lambda some: ask_at_once(served, (put.request for put in some)),
                lambda some: ask_at_once(floor, (put.request for put in some)),
                lambda some: self._table.upsert_at_once([put.row for put in some]),
            )
        return PutMeasured(what, CLIENTS, *timed)


class _Turns:
    """Many PUTs at a turn, each way of doing them having its own."""

    def __init__(self, puts: Sequence[_Put]) -> None:
        self._parts = [puts[start : start + _TURN_TOGETHER] for start in range(0, len(puts), _TURN_TOGETHER)]

    def take(self, *ways: _Way) -> list[Load]:
        """What each way came to."""
        each: list[list[float]] = [[] for _ in ways]
        seconds = [0.0 for _ in ways]
        with no_garbage_collection():
            for part in self._parts:
                for index, way in enumerate(ways):
                    started = time.perf_counter()
                    each[index].extend(way(part))
                    seconds[index] += time.perf_counter() - started
        return [_load(Timings(tuple(one)), took) for one, took in zip(each, seconds, strict=True)]


def _load(timings: Timings, seconds: float, *, of_each: int = 1) -> Load:
    return Load(summarise(timings), of_each * len(timings.milliseconds) / seconds)


def _clients(count: int) -> str:
    return "1 client" if count == 1 else f"{count} clients"
