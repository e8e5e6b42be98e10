"""Lists: lazy, page by page, resumed, and as tables."""

import asyncio
from typing import Any

import pytest
from tests.client.asking import Ask, Kind, asking
from tests.client.stage import Answer, stage
from tests.serving import Served

from twinhaus_client import AsyncTwinhausClient, ClientCredentials, Page, Twin, TwinhausClient, model
from twinhaus_client.errors import Invalid

LEVEL = "dtmi:com:willowinc:Level;1"


def page(*ids: str, token: str | None = None) -> Answer:
    """A page of a list."""
    return Answer(
        200, {"content": [{"id": id_, "modelId": LEVEL} for id_ in ids], "continuationToken": token}
    )


def test_a_list_is_followed_to_its_end(ask: Ask) -> None:
    """Every twin comes once, however small the pages are."""
    whole = ask(lambda api: api.twins.list())
    assert len({twin.id for twin in whole}) == len(whole) > 30
    assert ask(lambda api: api.twins.list(page_size=7)) == whole


def test_pages_have_the_size_that_was_asked_for(ask: Ask) -> None:
    """Pages can be had whole, and all but the last are full."""
    pages = ask(lambda api: api.twins.list(page_size=7).pages())
    assert {len(one) for one in pages[:-1]} == {7}
    assert [one.continuation_token is None for one in pages] == [*([False] * (len(pages) - 1)), True]


def test_a_list_goes_on_from_a_token(ask: Ask) -> None:
    """The token of a page continues after it, with the filters or without."""
    where = model("Space")
    first, *rest = ask(lambda api: api.twins.list(where, page_size=2, include_outgoing=True).pages())
    token = first.continuation_token
    remaining = [twin for one in rest for twin in one]
    assert ask(lambda api: api.twins.list(continuation_token=token)) == remaining
    again = ask(
        lambda api: api.twins.list(where, include_outgoing=True, page_size=50, continuation_token=token)
    )
    assert again == remaining
    assert all(twin.outgoing_relationships is not None for twin in remaining)


def test_relationships_come_in_pages(ask: Ask) -> None:
    """Page by page they are those that come at once, each page but the last full; a token leads on after its page."""
    whole = ask(lambda api: api.relationships.incoming("BLDG-1"))
    first, *rest = ask(lambda api: api.relationships.list("BLDG-1", "Incoming", page_size=1).pages())
    token = first.continuation_token
    remaining = ask(lambda api: api.relationships.list("BLDG-1", "Incoming", continuation_token=token))
    assert remaining == [one for page in rest for one in page]
    assert [len(first), *map(len, rest)] == [1] * len(whole)
    assert {one.id for one in (*first, *remaining)} == {one.id for one in whole}
    assert len(whole) > 1


def test_a_list_is_lazy(kind: Kind) -> None:
    """Nothing is asked before the first twin is wanted, and no page before the one before it is used up."""
    with stage(page("A", "B", token="t"), page("C")) as played:
        if kind == "blocking":
            with TwinhausClient(played.url) as client:
                twins = iter(client.twins.list())
                assert played.asked == []
                assert [next(twins).id, next(twins).id] == ["A", "B"]
                assert len(played.asked) == 1
                assert [twin.id for twin in twins] == ["C"]
        else:
            asyncio.run(_list_lazily(played.url, played.asked))


async def _list_lazily(url: str, asked: list[Any]) -> None:
    async with AsyncTwinhausClient(url) as client:
        twins = aiter(client.twins.list())
        assert asked == []
        assert [(await anext(twins)).id, (await anext(twins)).id] == ["A", "B"]
        assert len(asked) == 1
        assert [twin.id async for twin in twins] == ["C"]


def test_a_list_can_be_read_twice(kind: Kind) -> None:
    """Each time it is iterated, a list begins anew."""
    with stage(page("A")) as played, TwinhausClient(played.url) as client:
        twins = client.twins.list()
        assert list(twins) == list(twins) == [Twin("A", LEVEL)]
        assert len(played.asked) == 2


def test_what_was_asked_is_sent_along_with_the_token(kind: Kind) -> None:
    """Each further page is asked for with the same filters, which some servers want."""
    with stage(page("A", token="t1"), page("B", token="t2"), page("C")) as played:
        with asking(kind, played.url) as ask:
            ask(lambda api: api.twins.list(model("Level"), page_size=1))
        bodies = [asked.body.decode() for asked in played.asked]
        first = (
            '{"modelFilter":{"modelIds":["dtmi:com:willowinc:Level;1"],"exactModelMatch":false},"pageSize":1'
        )
        assert bodies == [
            f"{first}{rest}}}" for rest in ("", *(f',"continuationToken":"t{n}"' for n in (1, 2)))
        ]


def test_a_page_is_a_sequence_of_its_items() -> None:
    """A page can be iterated and measured."""
    assert [*Page((1, 2))] == [1, 2]
    assert len(Page((1, 2))) == 2


def test_types_say_what_comes(served: Served, auth: ClientCredentials) -> None:
    """What a type checker is told of each client is what it gets."""
    with TwinhausClient(served.url, auth=auth) as client:
        twin: Twin = client.twins.get("BLDG-1")
        number: int = client.twins.count()
    assert (twin.id, number > 1) == ("BLDG-1", True)

    async def ask() -> tuple[Twin, int]:
        async with AsyncTwinhausClient(served.url, auth=auth) as client:
            twin: Twin = await client.twins.get("BLDG-1")
            return twin, await client.twins.count()

    assert asyncio.run(ask())[0] == twin


@pytest.mark.parametrize("size", [0, 1_001])
def test_a_page_size_beyond_the_contract_is_refused(size: int, ask: Ask) -> None:
    """The server says what sizes there are."""
    with pytest.raises(Invalid, match="pageSize"):
        ask(lambda api: api.twins.list(page_size=size))
