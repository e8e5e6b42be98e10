"""Models keep their meaning: however they are written down again, and in whatever order they come."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from twinhaus.dtdl import Registry, load_models
from twinhaus.strictjson import JsonObject
from twinhaus.testing.strategies.documents import documents

_WHERE = ("path", "document")  # Where an element stood in its source is no part of what it means.


def meaning(registry: Registry) -> dict[str, Any]:
    """Everything each model says, by its id."""
    return {id: _meaning(registry.get_interface(id)) for id in registry.ids}


def _meaning(value: Any) -> Any:
    if isinstance(value, Struct):
        parts = {name: getattr(value, name) for name in value.__struct_fields__ if name not in _WHERE}
        return type(value).__name__, {name: _meaning(part) for name, part in parts.items()}
    return [_meaning(one) for one in value] if isinstance(value, tuple) else value


@settings(max_examples=300)
@given(documents())
def test_a_model_is_accepted_as_it_is_kept(drawn: list[JsonObject]) -> None:
    """Every legal model loads; the texts the registry keeps load again, to the same meaning and the same texts."""
    first = load_models([json.dumps(drawn)])
    assert len(first) == len(drawn)
    again = load_models([first.document(id) for id in first.ids])
    assert meaning(again) == meaning(first)
    assert again == first


@settings(max_examples=150)
@given(documents(), st.randoms(use_true_random=False))
def test_neither_order_nor_grouping_matters(drawn: list[JsonObject], random: Any) -> None:
    """Whole at once, one by one in any order, or added to what is there already: the same models."""
    whole = load_models([json.dumps(drawn)])
    shuffled = random.sample(drawn, len(drawn))
    assert meaning(load_models(map(json.dumps, shuffled))) == meaning(whole)
    grown = Registry.empty()
    for one in drawn:
        grown = grown.extended([json.dumps(one)])
    assert meaning(grown) == meaning(whole)
    for id in whole.ids:
        assert grown.contents(id).keys() == whole.contents(id).keys()
        assert set(grown.ancestors(id)) == set(whole.ancestors(id))
        assert grown.descendants(id) == whole.descendants(id)
