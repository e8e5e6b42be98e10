"""Public ontologies and real buildings: no false alarm anywhere."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from tests.unit.dtdl.conftest import SHARED, ontology, ontology_text

from twinhaus.dtdl import Registry, check_contents, check_relationship, load_models

BUILDINGS = ("ebu3b", "ghc", "mediumOffice", "rice", "soda")


def lines(building: str, kind: str) -> Iterator[dict[str, Any]]:
    """The twins or relationships of a real building; skips the test where they are not at hand."""
    file = SHARED / "buildings" / f"{building}.{kind}.ndjson"
    if not file.exists():
        pytest.skip(f"needs {file}")
    with file.open(encoding="utf-8") as open_file:
        yield from map(json.loads, open_file)


@pytest.mark.parametrize(
    ("name", "count"), [("willow-building", 3700), ("azure-building", 768), ("rec4", 1364)]
)
def test_an_ontology_loads_in_any_order(name: str, count: int) -> None:
    """Every model of the ontology is legal, and its documents load to an equal registry in another order."""
    registry = ontology(name)
    assert len(registry) == count
    documents = [registry.document(id) for id in registry.ids]
    random.Random(7).shuffle(documents)
    assert load_models(documents) == registry


def test_an_ontology_can_be_extended_by_another() -> None:
    """The airport ontology's models that the building ontology lacks can be added to it."""
    registry = ontology("willow-building")
    models = json.loads(ontology_text("willow-airport"))
    missing = [json.dumps(model) for model in models if model["@id"] not in registry]
    assert missing
    assert len(registry.extended(missing)) == len(registry) + len(missing)


def test_every_descendant_has_the_model_as_an_ancestor() -> None:
    """Ancestors and descendants agree over a whole ontology, to depth 10."""
    registry = ontology("willow-building")
    capabilities = registry.descendants("dtmi:com:willowinc:Capability;1")
    assert len(capabilities) > 2000
    assert all("dtmi:com:willowinc:Capability;1" in registry.ancestors(id) for id in capabilities)


def test_models_read_back_are_the_models_that_were_checked() -> None:
    """What is trusted because it was stored makes the same registry as what was checked."""
    registry = load_models([ontology_text("willow-building")])
    assert Registry.empty().extended([registry.document(id) for id in registry.ids], trusted=True) == registry


@pytest.mark.parametrize("building", BUILDINGS)
def test_a_real_building_is_legal(building: str) -> None:
    """Every twin and every relationship of the building keeps to its model."""
    registry = ontology("willow-building")
    models = {}
    for twin in lines(building, "twins"):
        models[twin["id"]] = twin["modelId"]
        assert check_contents(registry, twin["modelId"], twin["contents"]) == ()
    for relationship in lines(building, "relationships"):
        faults = check_relationship(
            registry,
            source_model=models[relationship["sourceId"]],
            name=relationship["name"],
            target_model=models[relationship["targetId"]],
            properties=relationship.get("properties") or {},
        )
        assert faults == ()
