"""Every operation beside its floor and beside peers: the rows of the table and of the plot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.comparison import Summary
from benchmarks.pages import PageMeasured
from benchmarks.peers.bench import SMALL, PeerMeasured
from benchmarks.reads import ReadMeasured


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: twinhaus over HTTP and in this process, its floor, and each peer in its own process.

    `floor` is the constant endpoint and the bare statement together, in milliseconds by the median.
    """

    kind: str
    name: str
    position: str  # Of a page; empty where there are none.
    http: Summary
    inside: Summary
    floor: float
    peers: tuple[PeerMeasured, ...]

    @property
    def title(self) -> str:
        """As reports name it."""
        place = f", {self.position}" if self.position else ""
        return f"{self.kind}: {self.name}{place}"

    @property
    def is_list(self) -> bool:
        return bool(self.position)

    @property
    def best(self) -> PeerMeasured | None:
        """The fastest peer that has the same twins and answered rightly."""
        timed = [peer for peer in self.peers if peer.took is not None and peer.peer != SMALL]
        return min(timed, key=_median_of, default=None)

    def times(self, own: Summary) -> float | None:
        """How many times as long as this the fastest peer takes; above 1 twinhaus is faster."""
        return None if self.best is None else _median_of(self.best) / own.p50


def operation_of_page(page: PageMeasured, peers: Sequence[PeerMeasured]) -> Operation:
    """A page of a list."""
    floor = page.http.floor.p50 + page.statement.p50
    case = page.case
    return Operation(
        case.kind, case.name, page.position, page.http.measured, page.engine.measured, floor, tuple(peers)
    )


def operation_of_read(read: ReadMeasured, peers: Sequence[PeerMeasured]) -> Operation:
    """What is no list."""
    floor = read.http.floor.p50 + read.statement.p50
    return Operation(read.kind, read.name, "", read.http.measured, read.engine.measured, floor, tuple(peers))


@dataclass(frozen=True, slots=True)
class Standing:
    """How lists compare with the fastest peer of each: how many are faster, and how many times by the median."""

    faster: int
    lists: int
    median_times: float
    slower: tuple[tuple[str, str, float], ...]  # A list, the peer that is faster, and how many times.


def standing(operations: Iterable[Operation], *, in_process: bool) -> Standing:
    """Of twinhaus over HTTP, or in its process as the peers are in theirs."""
    lists = [one for one in operations if one.is_list and one.best is not None]
    found = [(one, one.times(one.inside if in_process else one.http) or 0.0) for one in lists]
    slower = [
        (one.title, one.best.peer, 1 / times) for one, times in found if times < 1 and one.best is not None
    ]
    faster = len(found) - len(slower)
    return Standing(faster, len(found), median([times for _, times in found] or [0.0]), tuple(slower))


def median_times(operations: Iterable[Operation], peer: str, *, in_process: bool) -> tuple[float, int, int]:
    """Of one peer: how many times as long it takes by the median of the lists it answered; on how many twinhaus
    is faster, and of how many. What went over the limit counts as slower, and is no part of the median.
    """
    times: list[float] = []
    over = 0
    for one in operations:
        own = one.inside.p50 if in_process else one.http.p50
        for measured in one.peers:
            if measured.peer == peer and one.is_list:
                over += measured.outcome == "over the limit"
                if measured.took is not None:
                    times.append(measured.took.p50 / own)
    return median(times or [0.0]), sum(one > 1 for one in times) + over, len(times) + over


def _median_of(peer: PeerMeasured) -> float:
    return float("inf") if peer.took is None else peer.took.p50
