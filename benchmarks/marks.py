"""What the plot shows, before anything is drawn: a row for each operation, a mark for each engine."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.operations import Operation
from benchmarks.peers.bench import LIMIT_SECONDS

OWN, IN_PROCESS = "twinhaus over HTTP", "twinhaus in process"
LIMIT_MILLISECONDS = LIMIT_SECONDS * 1e3


@dataclass(frozen=True, slots=True)
class Mark:
    """One engine at one operation. `is_over`: it took longer than this."""

    engine: str
    milliseconds: float
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class PlotRow:
    """An operation, with everything that is shown of it."""

    title: str
    floor: float
    marks: tuple[Mark, ...]


def rows_of(operations: Sequence[Operation]) -> Sequence[PlotRow]:
    """What is shown: of lists their first pages, which say as much as those in the middle."""
    return [
        PlotRow(f"{one.kind}: {one.name}", one.floor, tuple(_marks(one)))
        for one in operations
        if one.position != "middle"
    ]


def _marks(operation: Operation) -> Sequence[Mark]:
    peers = [
        Mark(peer.peer, LIMIT_MILLISECONDS if peer.took is None else peer.took.p50, peer.took is None)
        for peer in operation.peers
        if peer.outcome in ("timed", "over the limit")
    ]
    return [*peers, Mark(IN_PROCESS, operation.inside.p50), Mark(OWN, operation.http.p50)]
