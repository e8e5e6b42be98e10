"""What FTS5 is asked for, so that it finds soon which texts have all trigrams of a part, or that none has.

FTS5 moves all that AND joins on to each row that any of it comes to, and looks for its first match in all rows there
are, whichever are asked for. So where each trigram is frequent and no text has all of them, it would go through the
most frequent ones, and through all paths for each path anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from twinhaus.storage.sql.asking.text_parts import TWIN_BITS
from twinhaus.storage.sql.queries import QUERIES

NOTHING = '""'  # Matches no row.


class Asked(Protocol):
    """What is asked which trigrams are where."""

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        """Run a statement."""
        ...


class Together:
    """The function `together` of a connection's statements."""

    def __init__(self, connection: Asked) -> None:
        self._connection = connection
        self._trigrams = ""  # Those that were asked for last; and quoted, in their order.
        self._ranked: tuple[str, ...] = ()

    def expression(self, *arguments: Any) -> str:
        """For the rows of a path, of twins after one, that have all of some trigrams: a JSON array of these, the path,
        and the twin, by their numbers. Who is in no such row is asked of each first, the rarest before others.
        """
        trigrams, path, after = arguments
        if path is None:
            return NOTHING
        ranked = self._rarest_first(trigrams)
        first, end = (path << TWIN_BITS) + after, (path + 1) << TWIN_BITS
        among = ({"trigram": trigram, "first": first, "end": end} for trigram in ranked)
        is_among = QUERIES["sqlite"]["is_trigram_among"]
        return joined(ranked) if all(any(self._connection.rows(is_among, one)) for one in among) else NOTHING

    def _rarest_first(self, trigrams: str) -> tuple[str, ...]:
        """Looked up for the first of the paths that a statement asks of. As they were then: where that is no longer so,
        it takes longer, and finds the same.
        """
        if trigrams != self._trigrams:
            rows = self._connection.rows(QUERIES["sqlite"]["rarest_trigrams"], {"trigrams": trigrams})
            self._trigrams, self._ranked = trigrams, tuple(quoted(trigram) for (trigram,) in rows)
        return self._ranked


def quoted(trigram: str) -> str:
    """As FTS5 reads it."""
    escaped = trigram.replace('"', '""')
    return f'"{escaped}"'


def joined(trigrams: Sequence[str]) -> str:
    """`(("abc" AND "cde") NOT "")`: NOT takes nothing away, but what it is said of is looked for by itself. So each is
    looked for only in rows where all before it are.
    """
    first, *others = trigrams
    return "((" * len(others) + first + "".join(f' AND {one}) NOT "")' for one in others)
