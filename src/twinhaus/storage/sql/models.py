"""The models of a store as a registry, kept in memory and followed by version."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock

from twinhaus.dtdl import Registry


@dataclass(frozen=True, slots=True)
class _Snapshot:
    version: int
    newest: int
    registry: Registry


class ModelCache:
    """One registry for all threads of a process. Another process's models are seen by the version row they bump."""

    def __init__(self) -> None:
        self._snapshot = _Snapshot(version=0, newest=0, registry=Registry.empty())
        self._lock = Lock()

    def at(self, version: int, models_after: Callable[[int], Iterator[tuple[int, str]]]) -> Registry:
        """The registry at a version; what is new since the last look is read with `models_after(number)`."""
        snapshot = self._snapshot
        if snapshot.version == version:
            return snapshot.registry
        with self._lock:
            return self._catch_up(version, models_after).registry

    def _catch_up(self, version: int, models_after: Callable[[int], Iterator[tuple[int, str]]]) -> _Snapshot:
        """A snapshot older than the cached one (a reader begun before a load) is read for itself, and not cached."""
        cached = self._snapshot
        base = cached if cached.version <= version else _Snapshot(0, 0, Registry.empty())
        rows = list(models_after(base.newest))
        if not rows:
            caught_up = _Snapshot(version, base.newest, base.registry)
        else:
            registry = base.registry.extended([document for _, document in rows], trusted=True)
            caught_up = _Snapshot(version, rows[-1][0], registry)
        if cached.version < version:
            self._snapshot = caught_up
        return caught_up
