"""What is no list: one twin by its id, and how many twins a list has; beside the same floors as pages."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from benchmarks.comparison import Comparison, Summary, compare, summarise
from benchmarks.connection import Client
from benchmarks.constant import PATH
from benchmarks.inside import read_inside
from benchmarks.lists import ListCase
from benchmarks.sides import Sides
from benchmarks.timing import take_turns
from twinhaus import strictjson
from twinhaus.api.messages import read_count_request
from twinhaus.storage.store import Reader

_Ask = Callable[[Client], bytes]


@dataclass(frozen=True, slots=True)
class ReadMeasured:
    """A read: over HTTP beside the constant endpoint, its SQL, and in this process beside the bare engine."""

    kind: str
    name: str
    http: Comparison
    statement: Summary  # In turns with HTTP.
    engine: Comparison


class ReadBench:
    """Measures reads, on a server and on a store that it has open, too."""

    def __init__(self, sides: Sides, *, seconds: float) -> None:
        self._sides = sides
        self._seconds = seconds

    def measure(self, twin_id: str, case: ListCase) -> Iterator[ReadMeasured]:
        """The twin, and the count of the list."""
        path = f"{PATH}/{twin_id}"
        yield self._measure(
            "read", "a twin by its id", lambda client: client.get(path), lambda r: r.find_twin(twin_id)
        )
        body = strictjson.write(case.request)
        query = read_count_request(body, b"")
        yield self._measure(
            "count",
            case.name,
            lambda client: client.post(f"{PATH}/count", body),
            lambda reader: reader.count_twins(query),
            is_post=True,
        )

    def _measure(
        self, kind: str, name: str, ask: _Ask, job: Callable[[Reader], object], *, is_post: bool = False
    ) -> ReadMeasured:
        self._sides.statements.keep(job)
        with (
            closing(Client(self._sides.url, self._sides.token)) as served,
            closing(Client(self._sides.constant.url, self._sides.token)) as floor,
        ):
            self._sides.constant.give(ask(served))
            timed, floor_timed, statement = take_turns(
                lambda: ask(served),
                lambda: floor.post(PATH, b"{}") if is_post else floor.get(PATH),
                self._sides.statements.run,
                seconds=self._seconds,
            )
        inside = take_turns(
            lambda: read_inside(self._sides.store, job), self._sides.statements.run, seconds=self._seconds / 2
        )
        return ReadMeasured(kind, name, compare(timed, floor_timed), summarise(statement), compare(*inside))
