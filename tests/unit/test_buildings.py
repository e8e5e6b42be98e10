"""Generated portfolios are exact in size, the same every time, whole, realistic, and valid."""

import hashlib
import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from twinhaus import ontology
from twinhaus.dtdl import Registry, load_models
from twinhaus.dtdl.validate import check_contents, check_relationship
from twinhaus.strictjson import JsonObject, write
from twinhaus.testing.buildings import iter_relationships, iter_twins, write_ndjson

DEMO_SIZE = 2_000
SEED_EXAMPLES = {"TW-DD-II-L01", "Room-L01-100", "AHU-1", "Chiller-1"}


@pytest.fixture(scope="module")
def twins() -> list[JsonObject]:
    """The demo's twins."""
    return list(iter_twins(DEMO_SIZE))


@pytest.fixture(scope="module")
def relationships() -> list[JsonObject]:
    """The demo's relationships."""
    return list(iter_relationships(DEMO_SIZE))


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The starter ontology."""
    return load_models(ontology.documents())


@pytest.mark.parametrize("size", [0, 1, 14, 999, DEMO_SIZE, 20_000])
def test_as_many_twins_as_asked_for(size: int) -> None:
    """The number of twins is exactly the number asked for, and no two share an id."""
    assert len({twin["id"] for twin in iter_twins(size)}) == size
    assert sum(1 for _ in iter_twins(size)) == size


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    """Two portfolios of one size and seed are the same to the byte on any machine, so benchmarks compare."""
    digests = []
    for folder in ("first", "second"):
        paths = write_ndjson(tmp_path / folder, twins=DEMO_SIZE)
        digests.append([hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths])
    assert digests[0] == digests[1] == ["634a10abf13cb59a", "1dc7b355f6991405"]


def test_another_seed_is_another_portfolio(twins: list[JsonObject]) -> None:
    """The seed changes the twins, not their number."""
    others = list(iter_twins(DEMO_SIZE, seed=2))
    assert len(others) == DEMO_SIZE
    assert others != twins


def test_a_small_portfolio_begins_every_larger_one(
    twins: list[JsonObject], relationships: list[JsonObject]
) -> None:
    """Growing a portfolio adds to it and changes nothing."""
    assert list(islice(iter_twins(DEMO_SIZE * 3), DEMO_SIZE)) == twins
    assert list(islice(iter_relationships(DEMO_SIZE * 3), len(relationships))) == relationships


def test_a_portfolio_is_never_held_in_memory() -> None:
    """A billion twins cost nothing until they are read."""
    assert next(iter_twins(1_000_000_000))["id"] == "COMPANY-1"


@pytest.mark.parametrize("size", [1, 13, 14, 100, 777, DEMO_SIZE])
def test_no_relationship_leaves_the_portfolio(size: int) -> None:
    """Wherever the stream is cut, both ends of every relationship are there."""
    ids = {twin["id"] for twin in iter_twins(size)}
    assert all({link["sourceId"], link["targetId"]} <= ids for link in iter_relationships(size))


def test_no_relationship_comes_twice(relationships: list[JsonObject]) -> None:
    """Each relationship is a different one, so that as many are stored as were sent."""
    assert len({write(link) for link in relationships}) == len(relationships)


def test_there_are_about_two_and_a_half_relationships_a_twin(relationships: list[JsonObject]) -> None:
    """As in the measured portfolio of the design: 2.5 M relationships for 1 M twins, of all twenty names."""
    assert 2.3 <= len(relationships) / DEMO_SIZE <= 2.8
    assert len({link["name"] for link in relationships}) == 20


def test_contents_are_of_a_realistic_size(twins: list[JsonObject]) -> None:
    """Contents are 300 to 900 bytes of JSON."""
    sizes = [len(write(twin["contents"])) for twin in twins]
    assert 300 <= min(sizes) <= max(sizes) <= 900


def test_the_first_building_leaves_room_for_the_seeds_examples(twins: list[JsonObject]) -> None:
    """BLDG-1 is there to relate the seed's level to; the ids of the seed's own twins are free."""
    ids = {twin["id"] for twin in twins}
    assert "BLDG-1" in ids
    assert not ids & SEED_EXAMPLES


def test_the_demo_portfolio_is_one_building_of_the_usual_things(twins: list[JsonObject]) -> None:
    """2,000 twins are one building with levels, rooms, air handlers, VAV boxes and sensors."""
    models = Counter(twin["modelId"].removeprefix("dtmi:com:willowinc:").removesuffix(";1") for twin in twins)
    assert models["Building"] == 1
    assert models["Level"] == 9  # Eight, and the basement with the plant.
    assert models["AirHandlingUnit"] == 8
    assert models["VAVBox"] > 100
    assert models["ZoneAirTemperatureSensor"] > 100


def test_files_hold_what_the_iterators_yield(
    tmp_path: Path, twins: list[JsonObject], relationships: list[JsonObject]
) -> None:
    """One object a line, UTF-8, in the order of the stream."""
    twins_path, relationships_path = write_ndjson(tmp_path, twins=DEMO_SIZE)
    assert [json.loads(line) for line in twins_path.read_text("utf-8").splitlines()] == twins
    assert [json.loads(line) for line in relationships_path.read_text("utf-8").splitlines()] == relationships


def test_every_twin_is_valid(registry: Registry, twins: list[JsonObject]) -> None:
    """The starter ontology finds no fault with any generated twin."""
    faults = {twin["id"]: check_contents(registry, twin["modelId"], twin["contents"]) for twin in twins}
    assert {twin_id: found for twin_id, found in faults.items() if found} == {}


def test_every_relationship_is_valid(
    registry: Registry, twins: list[JsonObject], relationships: list[JsonObject]
) -> None:
    """Every generated relationship is declared by its source's model and may lead to its target's."""
    models = {twin["id"]: twin["modelId"] for twin in twins}
    faults = [
        check_relationship(
            registry,
            source_model=models[link["sourceId"]],
            name=link["name"],
            target_model=models[link["targetId"]],
            properties=link.get("properties", {}),
        )
        for link in relationships
    ]
    assert [found for found in faults if found] == []
