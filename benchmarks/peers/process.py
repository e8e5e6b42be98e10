"""A peer in a process of its own: whatever takes too long or too much memory ends with the process, and not the run."""

import gc
import multiprocessing
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from benchmarks.peers.answers import body_of
from benchmarks.peers.files import Files
from benchmarks.peers.question import Answer, Peer, Question

# A peer by its name in reports: its module and class. Modules need what only the group `bench` installs.
PEERS = {
    "SQLite": ("benchmarks.peers.sqlite", "Sqlite"),
    "DuckDB": ("benchmarks.peers.duckdb", "DuckDB"),
    "Ladybug": ("benchmarks.peers.ladybug", "Ladybug"),
    "Oxigraph": ("benchmarks.peers.oxigraph", "Oxigraph"),
    "RDFLib": ("benchmarks.peers.rdflib", "RDFLib"),
}
Found = TypeVar("Found")
MEMORY_BYTES_MAX = 8 << 30
_GRACE_SECONDS = 1.0  # What is written in Python stops by itself; the rest is killed then.
_LOOK_SECONDS = 0.2
_STATUS = "/proc/{}/status"


class OverLimit(Exception):
    """The peer took too long, or too much memory. The text says which."""


class PeerFailed(Exception):
    """The peer raised an error. The text is what it said."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How long it took, and what lies on disk then; 0 bytes where it lives in memory, and what it takes there."""

    seconds: float
    disk_bytes: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class About:
    """What is to be said of a peer."""

    name: str
    version: str
    setup: str


def new_peer(name: str) -> Peer:
    """The peer, before it has anything. Raises ImportError where its package is not installed."""
    module, kind = PEERS[name]
    peer: Peer = getattr(import_module(module), kind)()
    return peer


class PeerProcess:
    """The process, seen from outside."""

    def __init__(self, name: str, files: Files, folder: Path) -> None:
        self.name = name
        self._files = files
        self._folder = folder
        self._start()

    def about(self) -> About:
        about: About = self._call("about", seconds=60)
        return about

    def load(self, *, seconds: float) -> Loaded:
        """Fill and open it. Raises OverLimit, PeerFailed."""
        loaded: Loaded = self._call("load", seconds=seconds)
        return loaded

    def wording(self, question: Question) -> str:
        """Raises PeerFailed where it has no words for this."""
        text: str = self._call("wording", question, seconds=60)
        return text

    def answer(self, question: Question, *, seconds: float) -> tuple[Answer, float]:
        """Its answer, and the milliseconds it took this first time. Raises OverLimit, PeerFailed."""
        found: tuple[Answer, float] = self._call("answer", question, seconds, seconds=seconds)
        return found

    def time(self, *, share: float, seconds: float) -> list[float]:
        """Ask the last question again for this share of a second, at least once: each time in milliseconds."""
        times: list[float] = self._call("time", share, seconds, seconds=share + seconds)
        return times

    def close(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.join()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        arguments = (self.name, self._files, self._folder, theirs)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def _call(self, what: str, *arguments: object, seconds: float) -> Any:
        self._connection.send((what, *arguments))
        until = time.monotonic() + seconds + _GRACE_SECONDS
        try:
            while not self._connection.poll(_LOOK_SECONDS):
                if time.monotonic() > until:
                    raise OverLimit(f"over {seconds:g} s")
                if self._memory_bytes() > MEMORY_BYTES_MAX:
                    raise OverLimit(f"over {MEMORY_BYTES_MAX >> 30} GB")
            is_well, found = self._connection.recv()
        except OverLimit:
            self._restart()
            raise
        except EOFError:
            self._restart()
            raise PeerFailed("the process died") from None
        if isinstance(found, _TooLong):
            raise OverLimit(f"over {seconds:g} s")
        if not is_well:
            raise PeerFailed(found)
        return found

    def _restart(self) -> None:
        """It opens what it has loaded when it is asked next."""
        self.close()
        self._start()

    def _memory_bytes(self) -> int:
        return _memory_of(self._process.pid or 0)


class _TooLong(Exception):
    """The alarm went off."""


class _Server:
    """The same within the process."""

    def __init__(self, name: str, files: Files, folder: Path) -> None:
        self._peer = new_peer(name)
        self._files = files
        self._folder = folder
        self._is_open = False
        self._ask: Callable[[], object] | None = None

    def about(self) -> About:
        return About(self._peer.name, self._peer.version(), self._peer.setup)

    def load(self) -> Loaded:
        self._peer.convert(self._files, self._folder)
        started = time.perf_counter()
        self._peer.load(self._files, self._folder)
        took = time.perf_counter() - started
        self._open()
        files = [file for file in self._folder.rglob("*") if file.is_file()]
        return Loaded(took, sum(file.stat().st_size for file in files), _memory_of("self"))

    def wording(self, question: Question) -> str:
        self._open()
        return self._peer.wording(question)

    def answer(self, question: Question, seconds: float) -> tuple[Answer, float]:
        self._open()
        ask = self._peer.prepare(question)
        self._ask = lambda: body_of(question, ask())
        started = time.perf_counter()
        rows = _within(seconds, ask)
        took = (time.perf_counter() - started) * 1e3
        return self._peer.answer(question, rows), took

    def time(self, share: float, seconds: float) -> list[float]:
        assert self._ask is not None
        times: list[float] = []
        until = time.perf_counter() + share
        gc.collect()
        gc.disable()
        while not times or time.perf_counter() < until:
            started = time.perf_counter_ns()
            _within(seconds, self._ask)
            times.append((time.perf_counter_ns() - started) / 1e6)
        gc.enable()
        return times

    def _open(self) -> None:
        if not self._is_open:
            self._peer.open(self._files, self._folder)
            self._is_open = True


def _serve(name: str, files: Files, folder: Path, connection: Connection) -> None:
    """Answer what is asked until nobody asks any more."""
    signal.signal(signal.SIGALRM, _on_alarm)
    server = None
    while True:
        try:
            what, *arguments = connection.recv()
        except EOFError:
            return
        try:
            server = server or _Server(name, files, folder)
            connection.send((True, getattr(server, what)(*arguments)))
        except _TooLong as error:
            connection.send((False, error))
        except Exception as error:
            # Whatever a peer raises is what there is to report of it.
            connection.send((False, f"{type(error).__name__}: {error}"))


def _within(seconds: float, ask: Callable[[], Found]) -> Found:
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return ask()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _on_alarm(number: int, frame: FrameType | None) -> None:
    raise _TooLong


def _memory_of(process: int | str) -> int:
    """0 where Linux does not tell."""
    status = Path(_STATUS.format(process))
    if not status.exists():
        return 0
    lines = status.read_text("utf-8").splitlines()
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("VmRSS:")), 0)
