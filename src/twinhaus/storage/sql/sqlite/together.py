"""What FTS5 is asked for, so that it finds soon which texts have all trigrams of a part, or that none has.

FTS5 moves all that AND joins on to each row that any of it comes to, and looks for its first match in all rows there
are, whichever are asked for. So where each trigram is frequent and no text has all of them, it would go through the
most frequent ones, and through all paths for each path anew.
"""

import json
from collections.abc import Sequence
from typing import Any

from twinhaus.storage.sql.asking.text_parts import TWIN_BITS, of_models
from twinhaus.storage.sql.connection import ReadConnection
from twinhaus.storage.sql.queries import QUERIES

NOTHING = '""'  # Matches no row.
_NONE = "[]"
# Models of which so many times as many rows are as have the rarest trigram are not asked for. FTS5 goes through each of
# these in 0.02 us, a twin that is found takes 2 to 5.
_MODELS_TIMES = 64


class Together:
    """The function `together` of a connection's statements."""

    def __init__(self, connection: ReadConnection) -> None:
        self._connection = connection
        self._asked: tuple[str, str | None] | None = None  # Last; and what it came to.
        self._ranked: tuple[str, ...] = ()

    def expression(self, *arguments: Any) -> str:
        """For the rows of a path, of twins after one, that have all of some trigrams and are of one of some models: a
        JSON array of trigrams, the path and the twin, by their numbers, and a JSON array of those of models (None: of
        any). Whether any row has it is asked of each first, the rarest before others.
        """
        trigrams, path, after, models = arguments
        if path is None or models == _NONE:
            return NOTHING
        ranked = self._rarest_first(trigrams, models)
        first, end = (path << TWIN_BITS) + after, (path + 1) << TWIN_BITS
        among = ({"trigram": trigram, "first": first, "end": end} for trigram in ranked)
        is_among = QUERIES["sqlite"]["is_trigram_among"]
        return joined(ranked) if all(any(self._connection.rows(is_among, one)) for one in among) else NOTHING

    def _rarest_first(self, trigrams: str, models: str | None) -> tuple[str, ...]:
        """Looked up for the first of the paths that a statement asks of. As they were then: where that is no longer so,
        it takes longer, and finds the same.
        """
        if (trigrams, models) != self._asked:
            rarest, *others = self._with_pages(json.loads(trigrams))
            signs = self._with_pages(of_models(json.loads(models or _NONE)))
            is_worth_it = sum(pages for _, pages in signs) <= _MODELS_TIMES * (1 + rarest[1])
            any_model = [f"({' OR '.join(sign for sign, _ in signs)})"] if signs and is_worth_it else ()
            self._asked, self._ranked = (
                (trigrams, models),
                (rarest[0], *any_model, *(one for one, _ in others)),
            )
        return self._ranked

    def _with_pages(self, trigrams: Sequence[str]) -> list[tuple[str, int]]:
        """Each quoted, and how many pages it fills, the fewest first."""
        rows = self._connection.rows(QUERIES["sqlite"]["rarest_trigrams"], {"trigrams": json.dumps(trigrams)})
        return [(quoted(trigram), pages or 0) for trigram, pages in rows]


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
