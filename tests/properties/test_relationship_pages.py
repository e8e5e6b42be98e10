"""A twin's relationships in pages: the same from every store, and each exactly once."""

import json
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.properties.disks import Disk
from tests.properties.examples import EXAMPLES, PARTS, hold
from tests.properties.stores import Stores, stores
from tests.properties.stories import Reading, Story, stories

from twinhaus.graph import Direction
from twinhaus.query.cursor import (
    RelationshipPage,
    RelationshipTraversal,
    read_relationship_token,
    write_token,
)
from twinhaus.query.evaluate import is_visible
from twinhaus.testing.strategies import TWIN_IDS

PAGES_MAX = 100
KEY = bytes(range(32))

_directions = st.sampled_from((Direction.OUTGOING, Direction.INCOMING))


def page_of(both: Stores, traversal: RelationshipTraversal, within: tuple[str, ...]) -> RelationshipPage:
    """The page that both stores answer; their numbers may differ."""
    memory, disk = (
        store.read(lambda reader: reader.list_relationships(traversal, within=within)).result()
        for store in (both.memory, both.disk)
    )
    assert (disk.documents, disk.more) == (memory.documents, memory.more)
    return disk


def expected(both: Stores, twin_id: str, direction: Direction, within: tuple[str, ...]) -> list[str]:
    """The ids of a twin's relationships whose other end is seen, in their order: by name, then as the other twins were
    born, then as they were created themselves.
    """
    ledger = both.ledger
    ranks: dict[str, tuple[str, int]] = {}
    for one in ledger.relationships.values():
        end, other = one.source_id, one.target_id
        if direction is Direction.INCOMING:
            end, other = other, end
        if end == twin_id and is_visible(within, other, ledger):
            ranks[one.id] = (one.name, ledger.births[other])
    return sorted(ranks, key=ranks.__getitem__)


def walk(
    both: Stores, begun: RelationshipTraversal, reading: Reading, within: tuple[str, ...]
) -> Iterator[RelationshipPage]:
    """Each page by the token of the one before; between them things happen."""
    traversal = begun
    for number in range(PAGES_MAX):
        size = reading.page_sizes[number % len(reading.page_sizes)]
        page = page_of(both, msgspec.structs.replace(traversal, page_size=size), within)
        assert len(page.documents) <= size
        yield page
        if not page.more:
            return
        assert len(page.documents) == size
        following = msgspec.structs.replace(traversal, after=page.last)
        traversal = read_relationship_token(write_token(following, KEY), KEY)
        assert traversal == following
    pytest.fail(f"there are more than {PAGES_MAX} pages")


def ids_of(page: RelationshipPage) -> list[str]:
    """The ids of a page's relationships."""
    return [json.loads(document)["id"] for document in page.documents]


@pytest.mark.parametrize("part", range(PARTS))
def test_pages_hold_what_the_law_says(disk: Disk, part: int) -> None:
    """For any graph, twin, direction and page sizes, and seen from within any places, the pages one after another are
    the relationships whose other end `query/evaluate.py` says is visible, in their order, from both stores.
    """

    @given(stories(gaps_max=0), st.sampled_from(TWIN_IDS), _directions)
    def law(story: Story, twin_id: str, direction: Direction) -> None:
        with stores(story, disk) as both:
            for reading in story.readings:
                within = reading.query.within
                begun = RelationshipTraversal(twin_id, direction)
                found = [id_ for page in walk(both, begun, reading, within) for id_ in ids_of(page)]
                assert found == expected(both, twin_id, direction, within)

    hold(law, part, EXAMPLES * disk.examples / 4)


@pytest.mark.parametrize("part", range(PARTS))
def test_pages_hold_everything_once(disk: Disk, part: int) -> None:
    """Whatever is written between the pages, a relationship that is there and visible throughout comes exactly once,
    and one that never was does not come.
    """

    @given(stories(readings_max=1, gaps_max=8, events_max=4), st.sampled_from(TWIN_IDS), _directions)
    def law(story: Story, twin_id: str, direction: Direction) -> None:
        (reading,) = story.readings
        within = reading.query.within
        with stores(story, disk) as both:
            throughout = set(expected(both, twin_id, direction, within))
            ever, listed = set(throughout), Counter[str]()
            begun = RelationshipTraversal(twin_id, direction)
            for number, page in enumerate(walk(both, begun, reading, within)):
                listed.update(ids_of(page))
                for jump, write in reading.between[number] if number < len(reading.between) else ():
                    both.write(jump, write)
                    now = set(expected(both, twin_id, direction, within))
                    throughout &= now
                    ever |= now
            assert all(listed[id_] == 1 for id_ in throughout)
            assert set(listed) <= ever

    hold(law, part, EXAMPLES * disk.examples / 4)
