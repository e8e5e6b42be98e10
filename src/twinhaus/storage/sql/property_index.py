"""Keeping the index of properties in step with the texts of twins, inside one transaction."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, TypeAlias

from twinhaus.storage.properties import Entry, entries_changed
from twinhaus.storage.sql.connection import PropertyRow, Statement
from twinhaus.storage.sql.put_statements import property_statements

TextChange: TypeAlias = tuple[int, str | None, str | None]
"""A twin's number, what its text was, and what it is now; None where there is none."""

_TWINS_AT_ONCE = 500  # Of which the rows are held.


class PropertyIndex:
    """The tables `path` and `property`: a twin's rows are what `entries_of` says of its text."""

    def __init__(self, ask: Callable[..., Iterator[tuple[Any, ...]]], block_bits: int | None) -> None:
        """`ask` runs a fixed statement, by its name; `block_bits` says which twins have a block in common, if any."""
        self._ask = ask
        self._block_bits = block_bits
        self._numbers: dict[str, int] = {}  # Of paths. One that has none yet is given one.

    def forget(self) -> None:
        """Something was undone: the number of a path, perhaps."""
        self._numbers.clear()

    def statements(self, changes: Iterable[TextChange]) -> Iterator[Statement]:
        """What brings the tables up to these changes, each twin's once. Contents that stay as they are cost no more
        than to compare the texts.
        """
        waiting = iter(changes)
        while some := list(islice(waiting, _TWINS_AT_ONCE)):
            changed = [(twin, *entries_changed(before, after)) for twin, before, after in some]
            yield from property_statements(
                self._rows((twin, gone) for twin, gone, _ in changed),
                self._rows((twin, new) for twin, _, new in changed),
                block_bits=self._block_bits,
            )

    def _rows(self, entries: Iterable[tuple[int, Iterable[Entry]]]) -> list[PropertyRow]:
        """The rows of twins' entries; of however many, their paths are looked up at once."""
        entries = list(entries)
        numbers = self._numbers
        unknown = {path for path, _ in chain.from_iterable(told for _, told in entries)} - numbers.keys()
        for query in ("path_numbers", "add_paths"):
            if unknown:
                numbers.update(self._ask(query, keys=tuple(sorted(unknown))))
                unknown -= numbers.keys()
        return [(numbers[path], value, twin) for twin, told in entries for path, value in told]
