"""The audit trail tells of every write, and of nothing else."""

from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.properties.disks import Disk
from tests.properties.examples import EXAMPLES, PARTS, hold
from tests.properties.stores import CLIENTS, Stores, stores
from tests.properties.stories import Story, stories

from twinhaus.audit import Action, Entry, Kind
from twinhaus.query.audit import AuditQuery, selects
from twinhaus.query.cursor import AuditTraversal, read_audit_token, write_token
from twinhaus.testing.strategies import EPOCH, TWIN_IDS

KEY = bytes(range(32))
ENTRIES_MAX = 10_000


def replayed(entries: Iterable[Entry]) -> dict[Kind, set[str]]:
    """What there is after these changes, oldest first, done to nothing."""
    there: dict[Kind, set[str]] = {kind: set() for kind in Kind}
    for entry in entries:
        match entry.action:
            case Action.CREATED:
                assert entry.id not in there[entry.kind]
                there[entry.kind].add(entry.id)
            case Action.DELETED:
                there[entry.kind].remove(entry.id)
            case _:
                assert entry.id in there[entry.kind]
    return there


def whole_trail(both: Stores) -> list[Entry]:
    """Both stores' trail, oldest first."""
    return both.trail(AuditQuery(), limit=ENTRIES_MAX)[::-1]


@pytest.mark.parametrize("part", range(PARTS))
def test_the_trail_replayed_is_the_graph(disk: Disk, part: int) -> None:
    """After any writes, refused ones among them, what the trail says was created and not deleted is exactly what is
    there; each entry has the author of a write that was done, and its instant is later than the one before.
    """

    @given(stories())
    def law(story: Story) -> None:
        with stores(story, disk) as both:
            for jump, write in (event for one in story.readings for gap in one.between for event in gap):
                both.write(jump, write)
            entries = whole_trail(both)
            there = replayed(entries)
            assert there[Kind.TWIN] == both.ledger.twins.keys()
            assert there[Kind.RELATIONSHIP] == both.ledger.relationships.keys()
            assert there[Kind.MODEL] == both.ledger.stored_models
            assert {entry.author for entry in entries} <= set(both.authors)
            instants = [entry.instant for entry in entries]
            assert instants == sorted(set(instants))

    hold(law, part, EXAMPLES * disk.examples / 4)


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    """Mostly nothing: each filter more leaves less."""
    return st.none() | st.none() | strategy


instants = st.none() | st.integers(EPOCH - 1, EPOCH + 40)
audit_queries = st.builds(
    AuditQuery,
    after=instants,
    before=instants,
    client_id=maybe(st.integers(0, CLIENTS).map("client-{}".format)),
    request_id=maybe(st.integers(0, 20).map("request-{}".format)),
    action=st.none() | st.sampled_from(Action),
    kind=st.none() | st.sampled_from(Kind),
    id=maybe(st.sampled_from(TWIN_IDS)),
)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_trail_is_read_back_exactly_once(disk: Disk, part: int) -> None:
    """Page by page, each by the token of the one before, both stores answer every entry that `selects` names and that
    was there at the beginning, newest first and once, whatever is written between the pages.
    """

    @given(stories(readings_max=1, gaps_max=8), audit_queries, st.integers(1, 5))
    def law(story: Story, query: AuditQuery, size: int) -> None:
        with stores(story, disk) as both:
            expected = [entry for entry in whole_trail(both)[::-1] if selects(query, entry)]
            gaps = iter(story.readings[0].between)
            found: list[Entry] = []
            traversal = AuditTraversal(query, size)
            while page := both.trail(traversal.rest, limit=size):
                found += page
                following = msgspec.structs.replace(traversal, before=page[-1].instant)
                traversal = read_audit_token(write_token(following, KEY), KEY)
                assert traversal == following
                for jump, write in next(gaps, ()):
                    both.write(jump, write)
            assert found == expected

    hold(law, part, EXAMPLES * disk.examples / 4)
