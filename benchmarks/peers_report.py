"""twinhaus beside its peers, as tables, and in plain words where it is not the fastest."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.operations import Operation, Standing, median_times, standing
from benchmarks.peers.bench import LIMIT_SECONDS, SMALL, PeerLoaded, PeerMeasured
from benchmarks.tables import milliseconds, new_table, times


@dataclass(frozen=True, slots=True)
class OwnLoaded:
    """How long twinhaus took to import the portfolio over, and what lies on disk then."""

    seconds: float
    disk_bytes: int


@dataclass(frozen=True, slots=True)
class Beside:
    """Every operation of a portfolio of so many twins and relationships, and what it took to load that."""

    twins: int
    relationships: int
    own: OwnLoaded
    loads: tuple[PeerLoaded, ...]
    operations: tuple[Operation, ...]

    @property
    def peers(self) -> tuple[str, ...]:
        """Those that were measured."""
        return tuple(one.about.name for one in self.loads if one.loaded is not None)

    @property
    def small(self) -> str:
        """Which peer has fewer twins, in a sentence; nothing where there is none."""
        has = [f"{one.about.name} has {one.twins:,} twins." for one in self.loads if one.about.name == SMALL]
        return "".join(has)


def print_beside(console: Console, beside: Beside) -> None:
    """The tables, and what they come to."""
    console.print(
        f"\nEvery operation beside peers: {beside.twins:,} twins, {beside.relationships:,} relationships, pages of 100;"
        f" times in milliseconds, p50. {beside.small}\n"
    )
    console.print(operations_table(beside))
    console.print("\nThe fastest peer of each list, and how many times as long it takes\n")
    console.print(_best_table(beside.operations))
    console.print()
    for line in verdict(beside):
        console.print(line)
    console.print("\nLoading\n")
    console.print(_loads_table(beside))
    console.print("\nHow peers are set up\n")
    for one in beside.loads:
        console.print(f"- {one.about.name} {one.about.version}: {one.about.setup}.", soft_wrap=True)


def operations_table(beside: Beside) -> Table:
    """A row for each operation, a column for each engine."""
    table = new_table("operation", "twinhaus, HTTP", "floor", "twinhaus, in process", *beside.peers)
    for one in beside.operations:
        own = (milliseconds(time) for time in (one.http.p50, one.floor, one.inside.p50))
        found = {peer.peer: cell(peer) for peer in one.peers}
        table.add_row(one.title, *own, *(found.get(peer, "—") for peer in beside.peers))
    return table


def cell(peer: PeerMeasured) -> str:
    """A peer's time, or why it has none."""
    if peer.took is not None:
        return milliseconds(peer.took.p50)
    return peer.note if peer.outcome == "over the limit" else peer.outcome


def verdict(beside: Beside) -> Sequence[str]:
    """What the rows come to, in sentences."""
    lines: list[str] = []
    for where, in_process in (("over HTTP", False), ("in process, as peers are,", True)):
        found = standing(beside.operations, in_process=in_process)
        lines += _sentences(where, found)
        for peer in beside.peers:
            by, faster, of = median_times(beside.operations, peer, in_process=in_process)
            lines.append(
                f"- {peer}: {times(by)} times as long by the median; twinhaus is faster on {faster} of {of}."
            )
        lines += [
            f"- Not faster: {what}; {peer} is {times(by)} times as fast." for what, peer, by in found.slower
        ]
    return lines


def _sentences(where: str, found: Standing) -> Sequence[str]:
    return (
        f"twinhaus {where} is faster than every peer on {found.faster} of {found.lists} pages of lists; the fastest "
        f"peer takes {times(found.median_times)} times as long by the median.",
    )


def _best_table(operations: Sequence[Operation]) -> Table:
    table = new_table("operation", "fastest peer", "ms", "times HTTP", "times in process")
    for one in operations:
        best = one.best
        if best is None or best.took is None:
            table.add_row(one.title, f"none within {LIMIT_SECONDS} s", "", "", "")
        else:
            ratios = (times(one.times(own)) for own in (one.http, one.inside))
            table.add_row(one.title, best.peer, milliseconds(best.took.p50), *ratios)
    return table


def _loads_table(beside: Beside) -> Table:
    table = new_table("engine", "twins", "seconds", "twins/s", "MB on disk", "MB of memory")
    own = beside.own
    table.add_row(
        "twinhaus", f"{beside.twins:,}", *_load_cells(beside.twins, own.seconds, own.disk_bytes), ""
    )
    for one in beside.loads:
        if one.loaded is None:
            table.add_row(one.about.name, f"{one.twins:,}", one.note, "", "", "")
            continue
        loaded = one.loaded
        memory = f"{loaded.memory_bytes / 1e6:,.0f}" if loaded.disk_bytes == 0 else ""
        cells = _load_cells(one.twins, loaded.seconds, loaded.disk_bytes)
        table.add_row(one.about.name, f"{one.twins:,}", *cells, memory)
    return table


def _load_cells(twins: int, seconds: float, disk_bytes: int) -> tuple[str, str, str]:
    rate = f"{twins / seconds:,.0f}" if seconds else ""
    return f"{seconds:,.1f}", rate, f"{disk_bytes / 1e6:,.0f}" if disk_bytes else ""
