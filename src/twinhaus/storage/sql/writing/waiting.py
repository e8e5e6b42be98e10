"""What a transaction was told to put and has not yet written, in the order of the telling."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from twinhaus.audit import Entry
from twinhaus.graph import Direction, Relationship, Twin

# Of twins, relationships and entries of the audit trail; then they are written. A part of a batch of lines: while
# the engine writes it, the next is checked.
WAITING_MAX = 500
# So many times as many, while the engine has not done what it was told before: many at once take less.
WHILE_AT_WORK = 4
CHARACTERS_MAX = 2 * 1024 * 1024  # Of their texts.

Item: TypeAlias = Twin | Relationship | Entry


class Waiting:
    """Twins, relationships and entries; the newest of each id can be found."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self.items: list[Item] = []
        self.twins: dict[str, Twin] = {}
        self.relationships: dict[str, Relationship] = {}
        self._outgoing: dict[tuple[str, str], int] = defaultdict(int)  # By source and name.
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
            self._outgoing[item.source_id, item.name] += 1
            self._characters += len(item.document)

    @property
    def is_enough(self) -> bool:
        """Whether they should wait for nothing but the engine."""
        return len(self.items) > WAITING_MAX or self._characters > CHARACTERS_MAX

    @property
    def is_too_much(self) -> bool:
        """Whether they should not wait for that either."""
        return len(self.items) > WHILE_AT_WORK * WAITING_MAX or self._characters > CHARACTERS_MAX

    def count_outgoing(self, twin_id: str, name: str) -> int:
        """How many relationships of a name lead from a twin."""
        return self._outgoing.get((twin_id, name), 0)

    def around(self, twin_id: str, direction: Direction) -> Iterator[Relationship]:
        """The relationships that lead from or to a twin."""
        for one in self.relationships.values():
            is_source = one.source_id == twin_id and direction is not Direction.INCOMING
            is_target = one.target_id == twin_id and direction is not Direction.OUTGOING
            if is_source or is_target:
                yield one
