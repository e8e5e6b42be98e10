"""Keeping the index of properties in step with the texts of twins, inside one transaction."""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, islice, repeat
from typing import Any, TypeAlias

from twinhaus.storage.paths import IndexedPaths, paths_noted
from twinhaus.storage.properties import Entry, entries_changed, entries_of, wording
from twinhaus.storage.sql.connection import Connection, Statement
from twinhaus.storage.sql.writing.put_statements import (
    PropertyRows,
    property_statements,
    wording_statements,
)

TextChange: TypeAlias = tuple[int, str | None, str | None]
"""A twin's number, what its text was, and what it is now; None where there is none."""

Change: TypeAlias = tuple[int, AbstractSet[Entry], AbstractSet[Entry]]
"""A twin's number, its entries that go and those that come."""

_TWINS_AT_ONCE = 500  # Of which the rows are held.


class PropertyIndex:
    """The tables `path` and `property`: a twin's rows are what `entries_of` says of its text."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._numbers: dict[str, int] = {}  # Of paths. One that has none yet is given one.
        self._followed: IndexedPaths | None = None

    def forget(self) -> None:
        """Something was undone: the number of a path, perhaps."""
        self._numbers.clear()

    def statements(self, changes: Iterable[TextChange]) -> Iterator[Statement]:
        """What brings the tables up to these changes, each twin's once. Contents that stay as they are cost no more
        than to compare the texts.
        """
        waiting = iter(changes)
        while some := list(islice(waiting, _TWINS_AT_ONCE)):
            paths = self._paths()
            changed = [(twin, *entries_changed(before, after, paths)) for twin, before, after in some]
            yield from self._exchange(changed)
            if self._connection.dialect.words.has_wordings:
                yield from wording_statements(_wordings(some, changed, paths))

    def _paths(self) -> IndexedPaths:
        """Read once in each transaction: another process may have changed it since the last."""
        if self._followed is None:
            self._followed = paths_noted(self._connection.state("indexed"))
        return self._followed

    def follow(self, paths: IndexedPaths | None) -> bool:
        """Let the index follow these paths, from now on and for every process on this store; None: it goes on as it
        does. Returns whether it has anything that it had not.
        """
        before = self._paths()
        if paths is None or paths == before:
            return False
        self._followed = paths
        twins = [number for (number,) in self._ask("all_twin_numbers")]
        is_more = False
        for start in range(0, len(twins), _TWINS_AT_ONCE):
            texts = list(self._ask("documents_of", twins=tuple(twins[start : start + _TWINS_AT_ONCE])))
            both = ((twin, entries_of(text, before), entries_of(text, paths)) for twin, text in texts)
            told = [(twin, old, new) for twin, old, new in both if old != new]
            is_more = is_more or any(new - old for _, old, new in told)
            self._connection.send(self._exchange([(twin, old - new, new - old) for twin, old, new in told]))
            if self._connection.dialect.words.has_wordings:
                self._connection.send(wording_statements([(twin, wording(new)) for twin, _, new in told]))
        list(self._ask("set_state", name="indexed", value=paths.text))
        return is_more

    def _exchange(self, changed: Sequence[Change]) -> Iterator[Statement]:
        """What takes some entries of twins, and then puts others."""
        yield from property_statements(
            self._rows([(twin, gone) for twin, gone, _ in changed]),
            self._rows([(twin, new) for twin, _, new in changed]),
            block_bits=self._connection.dialect.words.block_bits,
        )

    def _rows(self, entries: Sequence[tuple[int, AbstractSet[Entry]]]) -> PropertyRows:
        """The rows of twins' entries; of however many, their paths are looked up at once."""
        told = list(chain.from_iterable(some for _, some in entries))
        paths = [path for path, _ in told]
        numbers = self._numbers
        unknown = set(paths) - numbers.keys()
        for query in ("path_numbers", "add_paths"):
            if unknown:
                numbers.update(self._ask(query, keys=tuple(sorted(unknown))))
                unknown -= numbers.keys()
        return PropertyRows(
            tuple([numbers[path] for path in paths]),
            tuple([value for _, value in told]),
            tuple(chain.from_iterable(repeat(twin, len(some)) for twin, some in entries)),
        )

    def _ask(self, query: str, /, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        return self._connection.rows(self._connection.dialect.queries[query], parameters)


def _wordings(
    texts: Iterable[TextChange], changes: Iterable[Change], paths: IndexedPaths
) -> list[tuple[int, str | None]]:
    """What twins say now whose entries change; None of those that go."""
    told: list[tuple[int, str | None]] = []
    for (twin, before, after), (_, gone, new) in zip(texts, changes, strict=True):
        if after is None:
            told.append((twin, None))
        elif before is None:
            told.append((twin, wording(new)))
        elif gone or new:
            told.append((twin, wording(entries_of(after, paths))))
    return told
