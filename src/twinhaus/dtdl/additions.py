"""What adding models to others would come to. By far the longest part of storing many, and pure."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from twinhaus.dtdl.registry import Registry
from twinhaus.dtdl.words import first_of
from twinhaus.errors import Conflict
from twinhaus.strictjson import canonical


class Addition(Struct, frozen=True):
    """Models that may be added to those there were: the ids of all that were given, and of the new ones among them."""

    documents: tuple[str, ...]
    before: Registry
    after: Registry
    given: tuple[str, ...]
    added: tuple[str, ...]


def check_addition(registry: Registry, documents: Iterable[str]) -> Addition:
    """A model that is there already, as the same JSON value, is passed over.

    Raises InvalidModels or UnresolvedReferences, their places being those in the documents, and Conflict where a model
    that is there comes with another value.
    """
    texts = tuple(documents)
    reading = registry.read(texts)
    given = tuple(reading.texts)
    differing = [
        id for id in given if id in registry and not _is_same(registry.document(id), reading.texts[id])
    ]
    if differing and not reading.errors:
        message = f"Stored already, and different: {first_of(differing)}. Models do not change: raise their version."
        raise Conflict(message)
    # Also those that could not be read; an element's id that is a stored model's stays, for it is an error.
    known = frozenset(id for id in reading.defined if id in registry and id not in reading.elements)
    after = registry.extended_by(reading.without(known))
    return Addition(texts, registry, after, given, tuple(id for id in given if id not in registry))


def _is_same(one: str, other: str) -> bool:
    """Whether two texts are the same JSON value, their keys in whatever order."""
    return one == other or canonical(msgspec.json.decode(one)) == canonical(msgspec.json.decode(other))
