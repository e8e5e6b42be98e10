"""Catching up: what SQLite's index of parts of texts and ids has not read yet, it reads piece by piece, and what it has
read it puts together.
"""

from itertools import accumulate, takewhile
from typing import Any

from twinhaus.query.folding import fold
from twinhaus.storage.properties import FOLDED, TEXT
from twinhaus.storage.sql.asking.patterns import END
from twinhaus.storage.sql.connection import Connection, ReadConnection

# Read at a time, and so how long others wait: some hundredths of a second.
TWINS_AT_ONCE = 500
TEXTS_AT_ONCE = 10_000
PAGES_AT_ONCE = 64  # Of the index.
# While others write, so many times as long is rested as was read; else only as long.
RESTS_BESIDE_WRITES = 9
LOOK_SECONDS = 1.0  # Until it is looked again whether anything is unread.


def look(connection: ReadConnection) -> tuple[bool, int]:
    """Whether anything is unread; and the last instant handed out, by which one sees whether anybody writes."""
    ((is_behind,),) = connection.rows(connection.dialect.queries["is_any_unread"], {})
    return bool(is_behind), int(connection.state("clock"))


def catch_up(connection: Connection) -> None:
    """Read the texts of some twins and the ids of some, inside a transaction that does nothing else: what waits to be
    written is missed.
    """
    _read_texts(connection)
    _read_ids(connection)


def _read_texts(connection: Connection) -> None:
    queries = connection.dialect.queries
    unread = list(connection.rows(queries["some_unread"], {"most": TWINS_AT_ONCE}))
    until = {"last": _last_of_some(unread)}
    for query in ("read_texts", "forget_unread"):
        list(connection.rows(queries[query], until))


def _read_ids(connection: Connection) -> None:
    queries = connection.dialect.queries
    new = list(connection.rows(queries["some_new_ids"], {"most": TWINS_AT_ONCE}))
    if new:
        texts = tuple((twin, _id_text(twin_id)) for twin, twin_id in new)
        list(connection.rows(queries["read_ids"], {"texts": texts}))
        list(connection.rows(queries["set_state"], {"name": "ids_read", "value": new[-1][0]}))


def merge(connection: Connection) -> bool:
    """Put some of the pieces together that the index has grown by, inside a transaction; whether there were any. Each
    trigram is looked up in each piece. Those of twice the size are put together half as often, so this costs little.
    """
    before = _changes(connection)
    list(connection.rows(connection.dialect.queries["merge_parts"], {"pages": PAGES_AT_ONCE}))
    return _changes(connection) - before > 1  # To ask for it counts as one.


def _changes(connection: Connection) -> int:
    ((changes,),) = connection.rows(connection.dialect.queries["changes"], {})
    return int(changes)


def _id_text(twin_id: str) -> str:
    """An id as other texts are read: with a sign before it and one after it, and so without casing, too."""
    folded = "" if twin_id.isascii() else f"{FOLDED}{fold(twin_id)}{END}"
    return f"{TEXT}{twin_id}{END}{folded}"


def _last_of_some(unread: list[tuple[Any, ...]]) -> int:
    """The last twin up to which there are not too many texts; one is read, however many it has."""
    counts = accumulate(texts for _, texts in unread)
    few = sum(1 for _ in takewhile(lambda count: count <= TEXTS_AT_ONCE, counts))
    return int(unread[max(few, 1) - 1][0]) if unread else 0
