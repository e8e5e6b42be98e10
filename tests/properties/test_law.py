"""The law: `query/evaluate.py` says what a list answers, and every store is held to it."""

import json
from collections import Counter
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from tests.properties.disks import Disk
from tests.properties.examples import EXAMPLES, PARTS, hold
from tests.properties.stores import Stores, stores
from tests.properties.stories import Reading, Story, stories

from twinhaus.query.cursor import Traversal, read_token, write_token
from twinhaus.query.plan import Query
from twinhaus.storage.store import Page

PAGES_MAX = 100
KEY = bytes(range(32))


def check_page(both: Stores, traversal: Traversal, begun_after: int) -> Page:
    """A page is the same from both stores, and holds just the twins for which the query holds, in order, as they are;
    the ledger has its own numbers, so it is told after which of its twins the page begins.
    """
    page = both.page(traversal)
    expected = both.ledger.matching(traversal.query, after=begun_after)
    limit = traversal.page_size
    assert json.loads(b"[" + page.body + b"]") == [
        both.ledger.text(twin_id, traversal.include, traversal.query.within) for twin_id in expected[:limit]
    ]
    assert page.count == min(limit, len(expected))
    assert page.more == (len(expected) > limit)
    assert page.last >= traversal.after
    return page


def ids_of(page: Page) -> list[str]:
    """The ids of a page's twins."""
    return [twin["id"] for twin in json.loads(b"[" + page.body + b"]")]


def read(
    both: Stores, reading: Reading, listed: Callable[[list[str]], None], changed: Callable[[], None]
) -> None:
    """Read a list to its end, each page by the token of the one before; between them things happen."""
    traversal = Traversal(reading.query, reading.include)
    begun_after = 0
    for number in range(PAGES_MAX):
        size = reading.page_sizes[number % len(reading.page_sizes)]
        traversal = msgspec.structs.replace(traversal, page_size=size)
        page = check_page(both, traversal, begun_after)
        ids = ids_of(page)
        listed(ids)
        if not page.more:
            return
        begun_after = both.ledger.births[ids[-1]]
        following = msgspec.structs.replace(traversal, after=page.last)
        traversal = read_token(write_token(following, KEY), KEY)
        assert repr(traversal) == repr(following)
        for jump, write in reading.between[number] if number < len(reading.between) else ():
            both.write(jump, write)
            changed()
    pytest.fail(f"a list of {len(both.ledger.twins)} twins has more than {PAGES_MAX} pages")


@pytest.mark.parametrize("part", range(PARTS))
def test_every_store_answers_as_the_law_says(disk: Disk, part: int) -> None:
    """For any models, graph, writes, query and page sizes, and writes between the pages, the memory store and the
    engine answer the same pages to the byte, whichever way it takes, and each holds exactly the twins for which
    `query/evaluate.py` says that the query holds, in the order of their creation.
    """

    @given(stories())
    def law(story: Story) -> None:
        with stores(story, disk) as both:
            for reading in story.readings:
                both.check_count(reading.query)
                read(both, reading, lambda ids: None, lambda: None)
                both.check_count(reading.query)

    hold(law, part, EXAMPLES * disk.examples)


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_around_twins_is_as_the_law_says(disk: Disk, part: int) -> None:
    """For any graph, and seen from within any places, the texts of given twins, what their relationships lead to, and
    which of them are located where, are the same from both stores, and as `query/evaluate.py` says.
    """

    @given(stories())
    def law(story: Story) -> None:
        with stores(story, disk) as both:
            for reading in story.readings:
                both.check_around(reading)

    hold(law, part, EXAMPLES * disk.examples / 4)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_list_is_exactly_once(disk: Disk, part: int) -> None:
    """Whatever is written between the pages, a twin that matches throughout is listed exactly once, by both stores; one
    that never matches is not listed; none is listed twice that was not deleted and created again meanwhile.
    """

    @given(stories(readings_max=1, gaps_max=8, events_max=4))
    def law(story: Story) -> None:
        with stores(story, disk) as both:
            for reading in story.readings:
                check_exactly_once(both, reading)

    hold(law, part, EXAMPLES * disk.examples / 4)


def check_exactly_once(both: Stores, reading: Reading) -> None:
    """Read a list and compare what came with what matched at each moment. A twin is known by its birth."""
    listed: Counter[tuple[str, int]] = Counter()

    def births(ids: list[str]) -> set[tuple[str, int]]:
        return {(id_, both.ledger.births[id_]) for id_ in ids}

    def matching() -> set[tuple[str, int]]:
        return births(both.ledger.matching(reading.query))

    throughout, ever = matching(), matching()

    def changed() -> None:
        nonlocal throughout
        throughout &= matching()
        ever.update(matching())

    read(both, reading, lambda ids: listed.update(births(ids)), changed)
    assert set(listed.values()) <= {1}
    assert throughout <= listed.keys() <= ever


def test_an_empty_store_lists_nothing(disk: Disk) -> None:
    """Before the first write there is one page, and it is empty."""

    @settings(max_examples=1)
    @given(stories())
    def law(story: Story) -> None:
        with stores(Story(story.models, story.loaded, (), ()), disk) as both:
            assert both.page(Traversal(Query())) == Page(b"", 0, 0, more=False)

    law()
