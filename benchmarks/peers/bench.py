"""Peers beside twinhaus: everyone is asked the same, answers are compared first, and only right ones are timed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console

from benchmarks.comparison import Summary, summarise
from benchmarks.peers.files import Files, write_files
from benchmarks.peers.process import About, Loaded, OverLimit, PeerFailed, PeerProcess, new_peer
from benchmarks.peers.question import Answer
from benchmarks.peers.reference import Asked, Reference
from benchmarks.timing import Timings
from benchmarks.work import empty_folder

LIMIT_SECONDS = 2  # For one answer: thousands of times as long as twinhaus takes for most.
_LOAD_SECONDS = 1_800
_SLOW_MILLISECONDS = 300  # What takes so long is not asked again: caches hardly matter to it.
SMALL = "RDFLib"  # It has a small portfolio: with the large one it would answer nothing within the limit.
Outcome = Literal["timed", "over the limit", "wrong", "inexpressible", "failed"]


@dataclass(frozen=True, slots=True)
class PeerMeasured:
    """What one peer made of one question. `note` says more where it was not timed."""

    peer: str
    outcome: Outcome
    took: Summary | None = None
    note: str = ""
    wording: str = ""

    @property
    def is_slow(self) -> bool:
        """Whether it took so long that to ask it more would tell nothing."""
        return self.outcome == "over the limit" or (
            self.took is not None and self.took.p50 >= _SLOW_MILLISECONDS
        )


@dataclass(frozen=True, slots=True)
class PeerLoaded:
    """A peer with so many twins in it; or the note says why it has none."""

    about: About
    twins: int
    loaded: Loaded | None
    note: str = ""


class PeerBench:
    """All peers that are there, each with its portfolio."""

    def __init__(
        self, processes: Mapping[str, PeerProcess], loaded: Sequence[PeerLoaded], *, seconds: float
    ) -> None:
        self._processes = processes
        self.loaded = tuple(loaded)
        self._seconds = seconds

    def measure(
        self, large: Asked, small: Asked | None, *, but: Collection[str] = ()
    ) -> tuple[PeerMeasured, ...]:
        """One question of every peer but some: that of its own portfolio."""
        return tuple(
            _measured(process, asked, self._seconds)
            for name, process in self._processes.items()
            if name not in but and (asked := small if name == SMALL else large) is not None
        )


@contextmanager
def running_peers(
    names: Collection[str],
    large: Reference,
    small: Reference,
    folder: Path,
    console: Console,
    *,
    seconds: float,
) -> Iterator[PeerBench]:
    """Fill those of these peers whose packages are installed, one after the other, for the length of a block."""
    processes: dict[str, PeerProcess] = {}
    loaded: list[PeerLoaded] = []
    with empty_folder(folder):
        portfolios = [
            (reference, write_files(reference.store, folder / f"files-{size}"))
            for size, reference in (("large", large), ("small", small))
        ]
        try:
            for name in names:
                reference, files = portfolios[name == SMALL]
                if (process := _started(name, files, folder, console)) is None:
                    continue
                processes[name] = process
                loaded.append(_loaded(process, reference.twins, console))
            ready = {
                name: one for (name, one), how in zip(processes.items(), loaded, strict=True) if how.loaded
            }
            yield PeerBench(ready, loaded, seconds=seconds)
        finally:
            for process in processes.values():
                process.close()


def _started(name: str, files: Files, folder: Path, console: Console) -> PeerProcess | None:
    try:
        new_peer(name)
    except ImportError:
        console.print(f"{name} is not installed, and so not measured: `make bench` installs it.")
        return None
    own = folder / name.lower()
    own.mkdir()
    return PeerProcess(name, files, own)


def _loaded(process: PeerProcess, twins: int, console: Console) -> PeerLoaded:
    about = process.about()
    console.print(f"Loading {about.name} {about.version} …")
    try:
        return PeerLoaded(about, twins, process.load(seconds=_LOAD_SECONDS))
    except (OverLimit, PeerFailed) as error:
        return PeerLoaded(about, twins, None, str(error))


def _measured(process: PeerProcess, asked: Asked, seconds: float) -> PeerMeasured:
    name, question = process.name, asked.question
    try:
        wording = process.wording(question)
    except PeerFailed as error:
        return PeerMeasured(name, "inexpressible", note=str(error))
    try:
        answer, first = process.answer(question, seconds=LIMIT_SECONDS)
        if answer != asked.answer:
            return PeerMeasured(name, "wrong", note=difference(answer, asked.answer), wording=wording)
        # What was asked once has warmed the caches, so the first time counts only where there is hardly another.
        times = process.time(share=seconds, seconds=LIMIT_SECONDS) if first < _SLOW_MILLISECONDS else [first]
    except OverLimit as error:
        return PeerMeasured(name, "over the limit", note=str(error), wording=wording)
    except PeerFailed as error:
        return PeerMeasured(name, "failed", note=str(error), wording=wording)
    return PeerMeasured(name, "timed", summarise(Timings(tuple(times))), wording=wording)


def difference(found: Answer, expected: Answer) -> str:
    """In words, of two answers that are not the same."""
    if found.count != expected.count:
        return f"{found.count:,} instead of {expected.count:,}"
    if found.ids != expected.ids:
        pairs = zip((*found.ids, None), (*expected.ids, None), strict=False)
        at, pair = next((at, pair) for at, pair in enumerate(pairs) if pair[0] != pair[1])
        return f"{pair[0]} instead of {pair[1]} at place {at}"
    return "other relationships"
