"""A client that is restricted to locations is answered as if nothing else were stored."""

import asyncio
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.permissions.requests import Sent, requests
from tests.permissions.sides import Sides, sides
from tests.properties.disks import Disk
from tests.properties.examples import EXAMPLES, PARTS, hold
from tests.properties.stories import Story, stories

from twinhaus.testing.strategies import TWIN_IDS

_places = st.sampled_from((*combinations(TWIN_IDS, 1), *combinations(TWIN_IDS[:5], 2), ("nowhere",)))
REQUESTS_MAX = 12
PAGES_MAX = 10


@st.composite
def conversations(draw: st.DrawFn) -> tuple[Story, tuple[str, ...], list[Sent]]:
    """A graph, the places a client is restricted to, and what it asks."""
    story = draw(stories(readings_max=1, gaps_max=0))
    asked = st.lists(requests(story.models.registry), min_size=1, max_size=REQUESTS_MAX)
    return story, draw(_places), draw(asked)


async def compare(both: Sides, asked: list[Sent]) -> None:
    """Ask both the same, lists to their end; stop where something hidden stood in a write's way."""
    for sent in asked:
        whole, part = await both.ask(sent)
        if whole != part and whole.hides_the_reason:
            return
        assert whole == part, sent
        for _ in range(PAGES_MAX):
            if whole.token is None or part.token is None:
                break
            (whole, _), (_, part) = (
                await both.ask(sent.continued(whole.token)),
                await both.ask(sent.continued(part.token)),
            )
            assert whole == part, sent


@pytest.mark.parametrize("part", range(PARTS))
def test_a_restricted_client_is_answered_as_if_nothing_else_were_stored(disk: Disk, part: int) -> None:
    """For any graph and any requests, to read and to write, the status, the headers and every byte are those of a
    second store that holds only what the client may see.
    """

    @given(conversations())
    def law(conversation: tuple[Story, tuple[str, ...], list[Sent]]) -> None:
        story, places, asked = conversation

        async def converse() -> None:
            async with sides(story, places, disk) as both:
                await compare(both, asked)

        asyncio.run(converse())

    hold(law, part, EXAMPLES * disk.examples / 4)
