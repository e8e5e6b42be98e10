"""The models of a store as a registry, kept in memory and followed from change to change."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import TypeAlias

from twinhaus.dtdl import Registry

ModelsAfter: TypeAlias = Callable[[int], Iterator[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class _Snapshot:
    change: int
    registry: Registry


_NOTHING = _Snapshot(0, Registry.empty())


class ModelCache:
    """One registry for all threads of a process. What another process adds or removes is seen by the number of the
    last change, which it raises.
    """

    def __init__(self) -> None:
        self._snapshot = _NOTHING
        self._lock = Lock()

    def at(self, change: int, models_after: ModelsAfter) -> Registry:
        """The registry after a change. `models_after(earlier)` reads what has changed since an earlier one: each
        model's id and text, in order, the text empty where the model was removed.
        """
        snapshot = self._snapshot
        if snapshot.change == change:
            return snapshot.registry
        with self._lock:
            return self._catch_up(change, models_after).registry

    def _catch_up(self, change: int, models_after: ModelsAfter) -> _Snapshot:
        """A snapshot older than the cached one (a reader begun before a load) is read for itself, and not cached."""
        cached = self._snapshot
        base = cached if cached.change <= change else _NOTHING
        rows = list(models_after(base.change))
        # One that was removed and added again meanwhile may be another now.
        outdated = [id_ for id_, _ in rows if id_ in base.registry]
        registry = base.registry.without(outdated) if outdated else base.registry
        texts = [document for _, document in rows if document]
        caught_up = _Snapshot(change, registry.extended(texts, trusted=True) if texts else registry)
        if cached.change < change:
            self._snapshot = caught_up
        return caught_up
