"""Real buildings, in Brick's words as they were published, are imported whole, and come back."""

import json
from collections.abc import Iterator

import pytest
from tests.buildings.shared import BUILDINGS, relationships_file, skip_without_shared, twins_file
from tests.unit.translation.bringing import (
    bring,
    changes_of,
    relationships_of,
    starter_store,
    take_out,
    twins_of,
)

from twinhaus.graph import Change

pytestmark = skip_without_shared

# The published models say each half of the time one, half of the time the other.
_PREDICATES = {
    "isPartOf": ("isPartOf", "hasPart"),
    "locatedIn": ("hasLocation", "isLocationOf"),
    "isCapabilityOf": ("isPointOf", "hasPoint"),
    "isFedBy": ("isFedBy", "feeds"),
    "servedBy": ("isFedBy", "feeds"),
    "hostedBy": ("isHostedBy", "hosts"),
}


def in_brick(building: str) -> Iterator[str]:
    """A building as lines of Turtle."""
    yield "@prefix brick: <https://brickschema.org/schema/Brick#> ."
    yield "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
    iris = {}
    for line in twins_file(building).read_bytes().splitlines():
        twin = json.loads(line)
        contents = twin["contents"]
        iri = iris[twin["id"]] = contents["externalID"]
        code = contents["alternateClassification"]["brickSchema"]["code"]
        class_ = code.rpartition(":")[2].partition(";")[0]
        yield f"<{iri}> a brick:{class_} ; rdfs:label {json.dumps(contents['name'])} ."
    for number, line in enumerate(relationships_file(building).read_bytes().splitlines()):
        told = json.loads(line)
        source, target = iris[told["sourceId"]], iris[told["targetId"]]
        there, back = _PREDICATES[told["name"]]
        yield (
            f"<{source}> brick:{there} <{target}> ."
            if number % 2
            else f"<{target}> brick:{back} <{source}> ."
        )


@pytest.mark.parametrize("building", BUILDINGS)
def test_a_real_building_comes_whole_and_goes_back(building: str) -> None:
    """Every thing is a twin, every statement a relationship; exported and imported again, nothing changes."""
    store = starter_store()
    gaps, outcomes = bring(store, "\n".join(in_brick(building)).encode())
    assert gaps.count == 0
    assert changes_of(outcomes) == {Change.CREATED}
    assert len(twins_of(store)) == len(twins_file(building).read_bytes().splitlines())
    assert len(relationships_of(store)) == len(relationships_file(building).read_bytes().splitlines())
    text, _ = take_out(store)
    _, outcomes = bring(store, text)
    assert changes_of(outcomes) == {Change.UNCHANGED}
