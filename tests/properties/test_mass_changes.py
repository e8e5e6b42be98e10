"""A patch of many twins is the same patch of each, and does in one store what it does in the other."""

import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.disks import Disk
from tests.properties.examples import EXAMPLES
from tests.properties.stores import stores
from tests.properties.stories import Story, stories

from twinhaus import changes, mass_changes
from twinhaus.errors import TwinhausError
from twinhaus.mass_changes import Patched
from twinhaus.patches import Kind, Operation, Patch
from twinhaus.query.plan import Include, Query
from twinhaus.storage.store import Reader, Store, Transaction
from twinhaus.strictjson import JsonObject
from twinhaus.testing.strategies import contents

ALL = 1_000  # More twins than any story has.
Twins = list[JsonObject]


@st.composite
def patches(draw: st.DrawFn, story: Story) -> Patch:
    """Contents of some model, put over those of twins of any."""
    registry = story.models.registry
    model_id = draw(st.sampled_from(registry.ids[1:]))
    new = draw(contents(registry, model_id))
    operations = [Operation("[0]", Kind.ADD, ("contents", name), value=one) for name, one in new.items()]
    if draw(st.booleans()):
        operations.append(Operation("[0]", Kind.REPLACE, ("modelId",), value=model_id))
    return Patch(tuple(operations))


def twins_of(reader: Reader) -> Twins:
    """Every twin, without the times, which are the server's."""
    page = reader.list_twins(Query(), Include(), after=0, limit=ALL)
    twins: Twins = json.loads(b"[" + page.body + b"]")
    for twin in twins:
        del twin["lastUpdateTime"]
        for component in twin["contents"].values():
            if isinstance(component, dict):
                component.pop("$metadata", None)
    return twins


class Undone(Exception):
    """What was done is to be forgotten."""


def one_by_one(store: Store, query: Query, patch: Patch) -> tuple[Patched, Twins] | None:
    """What comes of patching each twin alone, if none refuses. Nothing of it stays."""
    outcomes: list[tuple[Patched, Twins]] = []

    def job(transaction: Transaction) -> None:
        ids = transaction.list_ids(query, after=0, limit=ALL).ids
        before = [transaction.find_twin(twin_id) for twin_id in ids]
        after = [changes.patch_twin(transaction, twin_id, patch) for twin_id in ids]
        changed = sum(one != other for one, other in zip(before, after, strict=True))
        outcomes.append((Patched(len(ids), changed), twins_of(transaction)))
        raise Undone

    with suppress(Undone, TwinhausError):
        store.write(job).result()
    return outcomes[0] if outcomes else None


def at_once(store: Store, query: Query, patch: Patch) -> Patched | str:
    """What a store answers, or the words of its refusal."""
    try:
        return store.write(
            lambda transaction: mass_changes.patch_twins(transaction, query, patch, dry_run=False)
        ).result()
    except TwinhausError as error:
        return str(error)


def test_a_patch_of_many_is_a_patch_of_each(disk: Disk) -> None:
    """Where no twin refuses it alone, all at once come to the same, in both stores. What one store refuses the other
    does too, in the same words, and then nothing has changed.
    """

    @settings(max_examples=max(1, int(EXAMPLES * disk.examples / 4)))
    @given(stories(readings_max=1, gaps_max=0), st.data())
    def law(story: Story, data: st.DataObject) -> None:
        patch, query = data.draw(patches(story)), story.readings[0].query
        with stores(story, disk) as both:
            before = both.memory.read(twins_of).result()
            alone = one_by_one(both.memory, query, patch)
            outcome = at_once(both.memory, query, patch)
            assert at_once(both.disk, query, patch) == outcome
            after = both.memory.read(twins_of).result()
            assert both.disk.read(twins_of).result() == after
            if alone is not None:
                assert (outcome, after) == alone
            elif isinstance(outcome, str):
                assert after == before

    law()
