"""The models of a store as a registry, kept in memory and followed from change to change."""

import hashlib
from collections.abc import Callable, Iterator
from functools import reduce
from threading import Lock
from typing import TypeAlias
from weakref import WeakValueDictionary

from msgspec import Struct

from twinhaus.dtdl import Registry

ModelsAfter: TypeAlias = Callable[[int], Iterator[tuple[str, str]]]
_NO_MODELS = bytes(hashlib.blake2b().digest_size)


class _SharedRegistries:
    """The registries that stores of this process use, by the models in them: to read 3,700 takes most of a second and
    many megabytes, and the instances of one deployment mostly have the same. One that none uses any more is let go.
    """

    def __init__(self) -> None:
        self._known: WeakValueDictionary[bytes, Registry] = WeakValueDictionary()
        self._lock = Lock()

    def get(self, digest: bytes, make: Callable[[], Registry]) -> Registry:
        """The registry of this digest, made where there is none. Who wants the same meanwhile waits for it."""
        with self._lock:
            registry = self._known.get(digest)
            if registry is None:
                registry = self._known[digest] = make()
            return registry


_SHARED = _SharedRegistries()


class _Snapshot(Struct, frozen=True):
    change: int
    registry: Registry
    digest: bytes  # Of the models' texts, in the order of the registry.


_NOTHING = _Snapshot(0, Registry.empty(), _NO_MODELS)


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
        outdated = {id_ for id_, _ in rows if id_ in base.registry}
        texts = [document for _, document in rows if document]
        digest = reduce(_digest, texts, _digest_without(base, outdated))

        def make() -> Registry:
            registry = base.registry.without(outdated) if outdated else base.registry
            return registry.extended(texts, trusted=True) if texts else registry

        caught_up = _Snapshot(change, _SHARED.get(digest, make), digest)
        if cached.change < change:
            self._snapshot = caught_up
        return caught_up


def _digest_without(base: _Snapshot, outdated: set[str]) -> bytes:
    if not outdated:
        return base.digest
    kept = (base.registry.document(id_) for id_ in base.registry.ids if id_ not in outdated)
    return reduce(_digest, kept, _NO_MODELS)


def _digest(before: bytes, text: str) -> bytes:
    """Of the texts that `before` is of, and one more."""
    return hashlib.blake2b(before + text.encode()).digest()
