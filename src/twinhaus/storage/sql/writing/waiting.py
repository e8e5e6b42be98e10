"""What a transaction was told to put and has not yet written, in the order of the telling."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from twinhaus.audit import Entry
from twinhaus.graph import Direction, Relationship, Twin

# Of twins, relationships and entries of the audit trail, and of their texts; then they are written. A part of a batch
# of lines: while the engine writes it, the next is checked. Each statement is waited for once more before the next one
# begins, so relationships, whose texts are short, go by more.
WAITING_MAX = 2_000
CHARACTERS_MAX = 300_000
# So many times as much, while the engine has not done what it was told before: much at once takes less.
WHILE_AT_WORK = 4

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
        return self._is_more_than(1)

    @property
    def is_too_much(self) -> bool:
        """Whether they should not wait for that either."""
        return self._is_more_than(WHILE_AT_WORK)

    def _is_more_than(self, times: int) -> bool:
        return len(self.items) > times * WAITING_MAX or self._characters > times * CHARACTERS_MAX

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
