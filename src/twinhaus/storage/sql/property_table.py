"""Keeping the index of properties in step with the texts of twins, inside one transaction.

Changes are noted, and written where no attempt is under way: within one an engine keeps what it takes to undo each
page, and a twin's entries lie on as many pages as there are entries.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from twinhaus.storage.properties import entries_changed, has_same_contents
from twinhaus.storage.sql.connection import Connection
from twinhaus.storage.sql.path_numbers import PathNumbers

_NOTED_MAX = 2_000  # Changes that are held at a time,
_NOTED_CHARACTERS_MAX = 8_000_000  # and the length of their texts.
_BETWEEN_ATTEMPTS = 256  # As many as are worth a statement of their own.
_TEXTS_AT_ONCE = 500  # That are read.
_TWINS_AT_ONCE = 64  # Of which the rows are held.


@dataclass(frozen=True, slots=True)
class _Change:
    """What a twin's text was, and what it is now; None where there is none."""

    twin: int
    before: str | None
    after: str | None


class PropertyTable:
    """The tables `path` and `property`: a twin's rows are what `entries_of` says of its text."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._noted: list[_Change] = []
        self._noted_characters = 0
        # Of those that are noted, so many stand in the tables, unless an attempt is undone.
        self._written = 0
        self._attempts: list[int] = []  # How many were noted when each attempt that is under way began.
        self._paths = PathNumbers(self._ask)

    def note(self, twin: int, before: str | None, after: str | None) -> None:
        """A twin's text has changed. Contents that stay as they are cost no more than to compare the texts."""
        if before is not None and after is not None and has_same_contents(before, after):
            return
        self._noted.append(_Change(twin, before, after))
        self._noted_characters += len(before or "") + len(after or "")
        if len(self._noted) - self._written > _NOTED_MAX or self._noted_characters > _NOTED_CHARACTERS_MAX:
            self.write()

    def note_removal(self, twins: Sequence[int]) -> None:
        """These are about to go, and their texts with them."""
        for start in range(0, len(twins), _TEXTS_AT_ONCE):
            some = tuple(twins[start : start + _TEXTS_AT_ONCE])
            for twin, document in self._ask("documents_of", twins=some):
                self.note(twin, document, None)

    def write(self) -> None:
        """Bring the tables up to what is noted."""
        self._write(self._noted[self._written :])
        # What was noted before an attempt that is under way has to be written again if that is undone.
        self._written = self._attempts[-1] if self._attempts else 0
        del self._noted[self._written :]
        self._noted_characters = 0

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """If anything is raised, what was written and noted inside is undone, and only that."""
        if not self._attempts and len(self._noted) > _BETWEEN_ATTEMPTS:
            self.write()
        written = self._written
        self._attempts.append(len(self._noted))
        try:
            yield
        except BaseException:
            del self._noted[self._attempts[-1] :]
            self._written = written
            self._paths.forget()
            raise
        finally:
            self._attempts.pop()

    def _write(self, changes: list[_Change]) -> None:
        """A twin that was changed several times is written once."""
        first = {change.twin: change.before for change in reversed(changes)}
        last = {change.twin: change.after for change in changes}
        waiting = iter(last)
        while twins := list(islice(waiting, _TWINS_AT_ONCE)):
            changed = [(twin, *entries_changed(first[twin], last[twin])) for twin in twins]
            self._connection.write_properties(
                self._paths.rows((twin, gone) for twin, gone, _ in changed),
                self._paths.rows((twin, new) for twin, _, new in changed),
            )
        bits = self._connection.dialect.words.block_bits
        for block in {twin >> bits for twin in last} if bits is not None else ():
            self._ask("add_block", block=block)

    def _ask(self, query: str, /, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        return self._connection.rows(self._connection.dialect.queries[query], parameters)
