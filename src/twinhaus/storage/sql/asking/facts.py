"""What has to be looked up in a snapshot before a condition is read as SQL."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from msgspec import Struct

from twinhaus.query.plan import Comparison, Condition, Group, Leaf
from twinhaus.storage.paths import EVERY_PATH, IndexedPaths, paths_noted

ONWARD_MAX = 20  # Paths that go on from one, and are gone through; each takes a look into the index.


class Facts(Struct, frozen=True):
    """`paths` are those that the index follows. `are_untold`: there are twins of whose contents it tells nothing.
    `onward` are pairs: a path asked for, and one that goes on from it in whichever twin, of each at most
    ONWARD_MAX + 1.
    """

    paths: IndexedPaths = EVERY_PATH
    are_untold: bool = False
    onward: tuple[tuple[str, str], ...] = ()

    def onward_from(self, keys: str) -> list[str]:
        """The paths that go on from this one."""
        return [there for here, there in self.onward if here == keys]


NO_FACTS = Facts()


class Asked(Protocol):
    """What is asked for them."""

    def state(self, name: str) -> Any:
        """A value of the whole store."""
        ...

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Run a statement."""
        ...


def find_facts(connection: Asked, queries: Mapping[str, str], condition: Condition | None) -> Facts:
    """The facts that a condition needs."""
    if condition is None:
        return NO_FACTS
    paths = paths_noted(connection.state("indexed"))
    asked = tuple(sorted(set(asked_paths(condition, paths))))
    found = list(connection.rows(queries["facts"], {"keys": asked, "most": ONWARD_MAX + 1}))
    onward = sorted((here, there) for here, there in found if here is not None)
    return Facts(paths, len(onward) < len(found), tuple(onward))


def asked_paths(condition: Condition, paths: IndexedPaths) -> Iterator[str]:
    """The paths of which it has to be known what goes on from them."""
    match condition:
        case Leaf(field=tuple() as path, comparison=Comparison.IS_PRESENT | Comparison.IS_FILLED):
            text = paths.text_of(path)
            if text is not None:
                yield text
        case Group(members=members):
            for member in members:
                yield from asked_paths(member, paths)
        case _:
            pass
