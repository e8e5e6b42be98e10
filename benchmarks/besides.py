"""Peers during a run: they are asked what twinhaus has just been asked, and what both took is kept together."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from benchmarks.engine import Engine
from benchmarks.lists import list_cases
from benchmarks.operations import Operation, operation_of_page, operation_of_read
from benchmarks.pages import PageMeasured
from benchmarks.peers.bench import PeerBench, running_peers
from benchmarks.peers.reference import PAGE_SIZE, Reference
from benchmarks.peers_report import Beside, OwnLoaded
from benchmarks.portfolio import Portfolio, opened, prepared
from benchmarks.reads import ReadMeasured
from benchmarks.work import WORK


class PeersBeside:
    """Collects the rows of a report."""

    def __init__(self, portfolio: Portfolio, bench: PeerBench, large: Reference, small: Reference) -> None:
        self._portfolio = portfolio
        self._bench = bench
        self._large = large
        self._small = small
        self._operations: list[Operation] = []

    def measure_page(self, page: PageMeasured) -> None:
        """Peers are asked for the same page, if it is one of those that are compared."""
        if page.page_size != PAGE_SIZE:
            return
        case = page.case
        large = self._large.page(case.kind, case.name, page.after)
        # Most lists of the small portfolio have no middle.
        small = self._small.page(case.kind, case.name, 0) if page.position == "first" else None
        self._operations.append(operation_of_page(page, self._bench.measure(large, small)))

    def measure_read(self, read: ReadMeasured) -> None:
        """Peers are asked for the same twin, or the same count."""
        is_count = read.kind == "count"
        asked = (
            one.count("model", read.name) if is_count else one.read() for one in (self._large, self._small)
        )
        self._operations.append(operation_of_read(read, self._bench.measure(*asked)))

    def beside(self) -> Beside:
        """All of it."""
        with self._portfolio.relationships_file.open("rb") as lines:
            relationships = sum(1 for _ in lines)
        own = OwnLoaded(self._portfolio.moments.import_seconds, Path(self._portfolio.store).stat().st_size)
        return Beside(self._portfolio.twins, relationships, own, self._bench.loaded, tuple(self._operations))


@contextmanager
def besides(
    engine: Engine, portfolio: Portfolio, console: Console, *, small_twins: int, seconds: float
) -> Iterator[PeersBeside]:
    """All peers that are installed, with the portfolio or a small one in them, for the length of a block."""
    with (
        prepared(engine, small_twins, console) as little,
        engine.copied(portfolio.store) as large_store,
        engine.copied(little.store) as small_store,
        opened(large_store) as large_opened,
        opened(small_store) as small_opened,
    ):
        large = Reference(large_opened, portfolio.twins, list_cases(portfolio.moments))
        small = Reference(small_opened, little.twins, list_cases(little.moments))
        with running_peers(large, small, WORK / "peers", console, seconds=seconds) as bench:
            yield PeersBeside(portfolio, bench, large, small)
