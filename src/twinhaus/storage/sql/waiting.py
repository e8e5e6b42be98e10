"""What a transaction was told to put and has not yet written, in the order of the telling."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from twinhaus.audit import Entry
from twinhaus.graph import Direction, Relationship, Twin

_CHARACTERS_OF_ONE = 4_096  # Of texts that are no longer, so many may wait as may wait at all.

Item: TypeAlias = Twin | Relationship | Entry


class Waiting:
    """Twins, relationships and entries; the newest of each id can be found."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self.items: list[Item] = []
        self.twins: dict[str, Twin] = {}
        self.relationships: dict[str, Relationship] = {}
        self.outgoing: Counter[tuple[str, str]] = Counter()  # By source and name.
        self._characters = 0
        for item in items:
            self.add(item)

    def add(self, item: Item) -> None:
        self.items.append(item)
        if isinstance(item, Twin):
            self.twins[item.id] = item
            self._characters += len(item.document)
        elif isinstance(item, Relationship):
            self.relationships[item.id] = item
            self.outgoing[item.source_id, item.name] += 1
            self._characters += len(item.document)

    def is_more_than(self, many: int) -> bool:
        """Whether they are more than so many, or their texts are more than those of so many."""
        return len(self.items) > many or self._characters > many * _CHARACTERS_OF_ONE

    def around(self, twin_id: str, direction: Direction) -> Iterator[Relationship]:
        """The relationships that lead from or to a twin."""
        for one in self.relationships.values():
            is_source = one.source_id == twin_id and direction is not Direction.INCOMING
            is_target = one.target_id == twin_id and direction is not Direction.OUTGOING
            if is_source or is_target:
                yield one
