"""A crowd: many twins of few values, all in one store. Here each comparison holds for some twins, and one that is
joined with it for others, which in a graph of a few twins of any values hardly ever happens.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.disks import Disk
from tests.properties.examples import EXAMPLES
from tests.properties.ledger import Ledger
from tests.properties.stores import Clock, Stores

from twinhaus import changes
from twinhaus.drafts import RelationshipDraft
from twinhaus.graph import Direction, Twin
from twinhaus.query.cursor import Traversal
from twinhaus.query.plan import (
    Comparison,
    Condition,
    DateFilter,
    Group,
    Include,
    Leaf,
    ModelFilter,
    Query,
    RelationshipFilter,
)
from twinhaus.storage.documents import relationship_of
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.store import Transaction
from twinhaus.strictjson import Json, JsonObject
from twinhaus.testing.store_contract.graph import EPOCH, MODELS, model_id

CROWD = 60
TEXTS = ("alpha", "alphabet", "Beta", "")
NUMBERS = (0, 1, 2.5, 3)
VALUES = (*TEXTS, *NUMBERS, True, False)
FIELDS = (("text",), ("number",), ("flag",), ("list",), ("inner", "text"), ("inner", "number"), ("missing",))
MODEL_NAMES = ("Thing", "Room", "Unit", "Plantroom")
NAMES = ("isPartOf", "isFedBy")

_ordered = st.sampled_from((*TEXTS, *NUMBERS))
_parts = st.sampled_from(("a", "ALPHA", "bet", "beta"))
_negations = st.sampled_from((False, False, False, True))


def _leaves_by(values: st.SearchStrategy[Any], *comparisons: Comparison) -> st.SearchStrategy[Condition]:
    return st.builds(Leaf, st.sampled_from(FIELDS), st.sampled_from(comparisons), values, _negations)


_leaves = (
    _leaves_by(st.none(), Comparison.IS_PRESENT, Comparison.IS_FILLED)
    | _leaves_by(st.sampled_from(VALUES), Comparison.EQUALS)
    | _leaves_by(st.lists(st.sampled_from(VALUES), max_size=3).map(tuple), Comparison.IN)
    | _leaves_by(_ordered, Comparison.GREATER, Comparison.GREATER_OR_EQUAL)
    | _leaves_by(_ordered, Comparison.LESS, Comparison.LESS_OR_EQUAL)
    | _leaves_by(_parts, Comparison.CONTAINS, Comparison.STARTS_WITH, Comparison.ENDS_WITH)
)


def _groups(
    members: st.SearchStrategy[Condition], any_suffices: st.SearchStrategy[bool], *, least: int
) -> st.SearchStrategy[Condition]:
    return st.builds(Group, st.lists(members, min_size=least, max_size=3).map(tuple), any_suffices)


_conditions = _groups(
    _leaves | _groups(_leaves, st.just(value=False), least=2), st.just(value=True), least=2
) | st.recursive(_leaves, lambda inner: _groups(inner, st.booleans(), least=0), max_leaves=6)
_model_ids = st.sampled_from([model_id(name) for name in MODEL_NAMES])
_models = st.builds(
    ModelFilter, st.lists(_model_ids, min_size=1, max_size=2, unique=True).map(tuple), st.booleans()
)
_relationships = st.builds(
    RelationshipFilter,
    st.sampled_from(Direction),
    st.sampled_from(((), *((name,) for name in NAMES))),
    st.none() | _models,
)
_dates = st.builds(DateFilter, st.integers(EPOCH, EPOCH + CROWD), st.none())
_queries = st.builds(Query, condition=_conditions) | st.builds(
    Query,
    model=st.none() | _models,
    relationship=st.none() | _relationships,
    location_id=st.none() | st.sampled_from(("twin-0", "twin-1", "twin-7")),
    date=st.none() | _dates,
    condition=st.none() | _conditions,
)


def _contents(chance: Random) -> JsonObject:
    def some(held: dict[str, Json]) -> JsonObject:
        return {name: value for name, value in held.items() if chance.random() < 0.6}

    inner = {"text": chance.choice(TEXTS), "number": chance.choice(NUMBERS)}
    return some(
        {
            "text": chance.choice(TEXTS),
            "number": chance.choice(NUMBERS),
            "flag": chance.random() < 0.5,
            "list": chance.choices(VALUES, k=chance.randrange(3)),
            "inner": some(inner),
        }
    )


def _gather(transaction: Transaction) -> None:
    """The same crowd each time, related to each other in all ways."""
    changes.add_models(transaction, MODELS)
    chance = Random(0)
    for number in range(CROWD):
        id_, model = f"twin-{number}", model_id(chance.choice(MODEL_NAMES))
        whole = {"id": id_, "modelId": model, "contents": _contents(chance)}
        transaction.put_twin(Twin(id_, model, EPOCH + number, json.dumps(whole, separators=(",", ":"))))
    for number in range(1, CROWD):
        for name in NAMES[: chance.randrange(3)]:
            draft = RelationshipDraft(f"twin-{number}", f"twin-{chance.randrange(number)}", name, {})
            transaction.add_relationship(relationship_of(draft))


@pytest.fixture(scope="module")
def crowd(disk: Disk) -> Iterator[Stores]:
    """In memory and on disk."""
    clock = Clock()
    with disk.new(clock) as kept:
        memory = MemoryStore(clock=clock)
        for store in (memory, kept.store):
            store.write(_gather).result()
        registry = memory.read(lambda reader: reader.registry).result()
        yield Stores(memory, kept, clock, Ledger(registry))


def test_each_list_is_as_the_law_says(crowd: Stores) -> None:
    """Whatever is asked of a crowd, its page is to the byte that of the store in memory, which asks the law of each
    twin, whichever way the engine takes.
    """

    @settings(max_examples=4 * EXAMPLES)
    @given(_queries, st.integers(1, 9), st.integers(0, CROWD))
    def law(query: Query, page_size: int, after: int) -> None:
        crowd.page(Traversal(query, Include(), after=after, page_size=page_size))

    law()
