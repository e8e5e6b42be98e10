"""SQLite's index of parts of texts, as a source. Pure. What it has read, `unread.py` says."""

from collections.abc import Iterable
from dataclasses import replace

from twinhaus.storage.sql.sources import Arm, Source

# Of a row's number: the path's is above them. More paths than then have a place share theirs, which only makes them
# yield each other's twins.
TWIN_BITS = 44
_TWIN_MASK = (1 << TWIN_BITS) - 1
TWIN_OF_ROW = f"row & {_TWIN_MASK}"


def source_of_parts(path: str, trigrams: str, others: Iterable[Arm]) -> Source:
    """The twins whose texts at a path may have some trigrams: those that the index yields, in order, and those that it
    has not read yet, each of which has to be looked at. And the twins of the others.
    """
    first = f"(coalesce({path}, -1) << {TWIN_BITS})"
    found = Arm(
        f"""text_part WHERE text_part MATCH {trigrams}
            AND text_part.rowid > {first} + :after AND text_part.rowid < {first} + {1 << TWIN_BITS}""",
        f"(text_part.rowid & {_TWIN_MASK})",
        columns="text_part.rowid AS row",
    )
    unread = Arm("unread WHERE unread.twin > :after", "unread.twin")
    put_in_order = (replace(arm, columns=f"{first} + {arm.key} AS row") for arm in (unread, *others))
    return Source("trigram", (found, *put_in_order), "row", is_gathered=True, yields_others=True)
