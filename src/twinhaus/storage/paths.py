"""The paths in contents as the property index has them, and which of them it follows. Pure.

A path is a text: its keys as a JSON array, without the brackets. So one that goes on from another begins with that and
a comma. Of what the index does not follow it tells nothing, and the law is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

import msgspec

from twinhaus.graph import METADATA
from twinhaus.strictjson import is_storable

BYTES_MAX = 1_000
_REMEMBERED_MAX = 10_000

# From a path and a key to the path that goes on by it; None where that is not followed.
Onward: TypeAlias = Callable[[str, str], str | None]


@dataclass(frozen=True)
class IndexedPaths:
    """What an index follows: these paths, what goes on from them and what leads to them; where none is named, all. But
    not those that are left out, nor what goes on from them.
    """

    only: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """As a store notes it."""
        return "" if self == EVERY_PATH else msgspec.json.encode((self.only, self.left_out)).decode()

    def text_of(self, keys: tuple[str, ...]) -> str | None:
        """The path of these keys; None where it is not followed."""
        text: str | None = ""
        for key in keys:
            text = None if text is None else self.onward(text, key)
        return text or None

    @cached_property
    def onward(self) -> Onward:
        """Of what is followed."""
        return lru_cache(_REMEMBERED_MAX)(self._onward)

    def _onward(self, path: str, key: str) -> str | None:
        if key == METADATA or not is_storable(key):
            return None
        quoted = msgspec.json.encode(key).decode()
        onward = f"{path},{quoted}" if path else quoted
        return onward if len(onward.encode()) <= BYTES_MAX and self.follows(onward) else None

    def follows(self, path: str) -> bool:
        """Whether it tells of a path."""
        if any(_is_within(path, one) for one in self.left_out):
            return False
        return not self.only or any(_is_within(path, one) or _is_within(one, path) for one in self.only)


EVERY_PATH = IndexedPaths()


@lru_cache
def paths_noted(text: str) -> IndexedPaths:
    """What a store has noted that its index follows."""
    if not text:
        return EVERY_PATH
    only, left_out = msgspec.json.decode(text, type=tuple[tuple[str, ...], tuple[str, ...]])
    return IndexedPaths(only, left_out)


def _is_within(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other},")
