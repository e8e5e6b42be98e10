"""Catching up: what SQLite's index of parts of texts has not read yet, it reads piece by piece."""

from itertools import accumulate, takewhile
from typing import Any

from twinhaus.storage.sql.connection import Connection, ReadConnection

# Read at a time, and so how long others wait: some hundredths of a second.
TWINS_AT_ONCE = 500
TEXTS_AT_ONCE = 10_000
# While others write, so many times as long is rested as was read; else only as long.
RESTS_BESIDE_WRITES = 9
LOOK_SECONDS = 1.0  # Until it is looked again whether anything is unread.


def clock_where_behind(connection: ReadConnection) -> int | None:
    """The last instant handed out, by which one sees whether anybody writes; None where all texts are read."""
    ((is_behind,),) = connection.rows(connection.dialect.queries["is_any_unread"], {})
    return int(connection.state("clock")) if is_behind else None


def catch_up(connection: Connection) -> None:
    """Read the texts of some twins, inside a transaction that does nothing else: what waits to be written is missed."""
    queries = connection.dialect.queries
    unread = list(connection.rows(queries["some_unread"], {"most": TWINS_AT_ONCE}))
    until = {"last": _last_of_some(unread)}
    for query in ("read_texts", "forget_unread"):
        list(connection.rows(queries[query], until))


def _last_of_some(unread: list[tuple[Any, ...]]) -> int:
    """The last twin up to which there are not too many texts; one is read, however many it has."""
    counts = accumulate(texts for _, texts in unread)
    few = sum(1 for _ in takewhile(lambda count: count <= TEXTS_AT_ONCE, counts))
    return int(unread[max(few, 1) - 1][0]) if unread else 0
