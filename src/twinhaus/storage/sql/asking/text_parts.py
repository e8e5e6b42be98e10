"""SQLite's index of parts of texts, as a source. Pure. What it has read, `unread.py` says."""

from twinhaus.storage.sql.asking.membership import Test
from twinhaus.storage.sql.asking.sources import Arm

# Of a row's number: the path's is above them. More paths than then have a place share theirs, which only makes them
# yield each other's twins.
TWIN_BITS = 44
OF_IDS = "0"  # In place of the number of a path.
_TWIN = f"(text_part.rowid & {(1 << TWIN_BITS) - 1})"


def arm_of_parts(path: str, trigrams: str, test: Test) -> Arm:
    """The twins whose texts at a path may have some trigrams, in order; what was read of each may have changed."""
    first = f"(coalesce({path}, -1) << {TWIN_BITS})"
    return Arm(
        f"""text_part WHERE text_part MATCH {trigrams}
            AND text_part.rowid > {first} + :after AND text_part.rowid < {first} + {1 << TWIN_BITS}""",
        _TWIN,
        test(_TWIN),
        "text_part.rowid AS row, ",
        "row",
    )


def unread_arm(test: Test) -> Arm:
    """The twins whose texts were not read yet, each of which has to be looked at."""
    return Arm("unread WHERE unread.twin > :after", "unread.twin", test("unread.twin"))


def new_arm(test: Test) -> Arm:
    """The twins whose ids were not read yet: those that came after the last whose was. An id never changes."""
    rows = """twin
        WHERE twin.number > max(:after, (SELECT state.value FROM state WHERE state.name = 'ids_read'))"""
    return Arm(rows, "twin.number", test("twin.number"))
