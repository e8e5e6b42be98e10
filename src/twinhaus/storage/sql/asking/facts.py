"""What has to be looked up in a snapshot before a condition is read as SQL."""

from collections.abc import Iterator

from msgspec import Struct

from twinhaus.query.plan import Comparison, Condition, Group, Leaf
from twinhaus.storage.paths import EVERY_PATH, IndexedPaths, paths_noted
from twinhaus.storage.sql.connection import ReadConnection

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


def find_facts(connection: ReadConnection, condition: Condition | None) -> Facts:
    """The facts that a condition needs."""
    if condition is None:
        return NO_FACTS
    paths = paths_noted(connection.state("indexed"))
    asked = tuple(sorted(set(asked_paths(condition, paths))))
    query = connection.dialect.queries["facts"]
    found = list(connection.rows(query, {"keys": asked, "most": ONWARD_MAX + 1}))
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
