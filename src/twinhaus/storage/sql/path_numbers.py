"""The numbers that paths have in a store."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any

from twinhaus.storage.properties import Entry
from twinhaus.storage.sql.connection import PropertyRow


class PathNumbers:
    """As one transaction knows them: a path that has no number yet is given one."""

    def __init__(self, ask: Callable[..., Iterator[tuple[Any, ...]]]) -> None:
        """`ask` runs a fixed statement, by its name."""
        self._ask = ask
        self._numbers: dict[str, int] = {}

    def forget(self) -> None:
        """Some may have been given in an attempt that was undone."""
        self._numbers.clear()

    def rows(self, entries: Iterable[tuple[int, Iterable[Entry]]]) -> list[PropertyRow]:
        """The rows of twins' entries; of however many, their paths are looked up at once."""
        entries = list(entries)
        numbers = self._numbers
        unknown = {path for path, _ in chain.from_iterable(told for _, told in entries)} - numbers.keys()
        for query in ("path_numbers", "add_paths"):
            if unknown:
                numbers.update(self._ask(query, keys=tuple(sorted(unknown))))
                unknown -= numbers.keys()
        return [(numbers[path], value, twin) for twin, told in entries for path, value in told]
