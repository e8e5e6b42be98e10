"""Whatever a store holds, a copy of it answers the same, and goes on as the store itself would."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.copies import copy_tables
from tests.properties.disks import Disk, SqliteDisk, new_file
from tests.properties.examples import EXAMPLES
from tests.properties.stores import Stores, stores
from tests.properties.stories import Story, stories
from tests.properties.test_law import read

from twinhaus.query.audit import AuditQuery
from twinhaus.storage.sql.sqlite.tables import filling_file, reading_file
from twinhaus.storage.tables import NUMBERS_LEFT_OUT, TABLES, Row, TableReader
from twinhaus.transfer import copying

ENTRIES_MAX = 1_000


class Interrupted(Exception):
    """The command was ended."""


def rows_of(reader: TableReader) -> dict[str, list[Row]]:
    """All that a store consists of."""
    return {table.name: list(reader.rows(table)) for table in TABLES}


def go_on(both: Stores, story: Story) -> None:
    """Read the lists of a story, and write what happens meanwhile; all of it is written down alike."""
    for reading in story.readings:
        both.check_count(reading.query)
        both.check_around(reading)
        read(both, reading, lambda ids: None, lambda: None)
    both.trail(AuditQuery(), limit=ENTRIES_MAX)


def test_a_copy_goes_on_as_the_store_would(disk: Disk) -> None:
    """By way of a file, and back to the engine: row by row it is the same; so are pages, counts, what is around twins,
    the trail, and all of that after every further write, whatever came before.
    """

    @settings(max_examples=max(1, int(EXAMPLES * disk.examples / 4)))
    @given(stories(gaps_max=6, events_max=3))
    def law(story: Story) -> None:
        files = SqliteDisk()
        with (
            stores(story, disk) as both,
            files.copied(disk.reading(both.kept.place), both.clock) as file,
            disk.copied(files.reading(file.place), both.clock) as again,
        ):
            with disk.reading(both.kept.place) as source, disk.reading(again.place) as target:
                assert rows_of(target) == rows_of(source)
            # Its pages end at such numbers, too.
            both.memory._state.last_number += 2 * NUMBERS_LEFT_OUT
            go_on(replace(both, kept=again), story)

    law()


@settings(max_examples=EXAMPLES // 8)
@given(stories(readings_max=1, gaps_max=0), st.lists(st.integers(0, 12), max_size=4), st.integers(1, 5))
def test_wherever_it_is_interrupted(story: Story, interruptions: list[int], size: int) -> None:
    """However often a copy is ended, after however many batches of whatever size, it comes to the same."""
    with stores(story, SqliteDisk()) as both, new_file() as path, ExitStack() as stack:
        for name in ("ROWS_AT_ONCE", "_PIECE_ROWS"):
            stack.enter_context(patch.object(copying, name, size))
        source = SqliteDisk().reading
        for batches in interruptions:
            left = iter(range(batches))

            def advance(count: int, left: Iterator[int] = left) -> None:
                if next(left, None) is None:
                    raise Interrupted

            try:
                copy_tables(source(both.kept.place), filling_file(path), advance)
            except Interrupted:
                continue
            path.unlink()  # It was done before it came to that.
        _, found = copy_tables(source(both.kept.place), filling_file(path))
        assert all(one.is_same for one in found)
        with source(both.kept.place) as first, reading_file(path) as second:
            assert rows_of(second) == rows_of(first)
