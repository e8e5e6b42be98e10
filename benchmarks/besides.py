"""Peers during a run: they are asked what twinhaus has just been asked, and what both took is kept together."""

from collections.abc import Collection, Iterator
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
from twinhaus.storage.store import Store


class PeersBeside:
    """Collects the rows of a report."""

    def __init__(self, portfolio: Portfolio, bench: PeerBench, large: Reference, small: Reference) -> None:
        self._portfolio = portfolio
        self._bench = bench
        self._large = large
        self._small = small
        self._operations: list[Operation] = []
        self._slow: frozenset[str] = frozenset()  # At the first page of the list that was asked for last.

    def measure_page(self, page: PageMeasured) -> None:
        """Peers are asked for the same page, if it is one of those that are compared; for one in the middle only those
        that were not slow at the first.
        """
        if page.page_size != PAGE_SIZE:
            return
        case, is_first = page.case, page.position == "first"
        large = self._large.page(case.kind, case.name, page.after)
        # Most lists of the small portfolio have no middle.
        small = self._small.page(case.kind, case.name, 0) if is_first else None
        measured = self._bench.measure(large, small, but=() if is_first else self._slow)
        if is_first:
            self._slow = frozenset(one.peer for one in measured if one.is_slow)
        self._operations.append(operation_of_page(page, measured))

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
    names: Collection[str],
    engine: Engine,
    portfolio: Portfolio,
    store: Store,
    console: Console,
    *,
    small_twins: int,
    seconds: float,
) -> Iterator[PeersBeside]:
    """Those of these peers that are installed, with the portfolio, which a store has, or a small one in them, for the
    length of a block.
    """
    with (
        prepared(engine, small_twins, console) as little,
        engine.copied(little.store) as small_store,
        opened(small_store) as small_opened,
    ):
        large = Reference(store, portfolio.twins, list_cases(portfolio.moments))
        small = Reference(small_opened, little.twins, list_cases(little.moments))
        with running_peers(names, large, small, WORK / "peers", console, seconds=seconds) as bench:
            yield PeersBeside(portfolio, bench, large, small)
