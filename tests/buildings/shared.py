"""Real buildings and real model sets, which lie beside the repository and are not ours to ship."""

import json
from collections import defaultdict
from functools import cached_property
from pathlib import Path

import pytest

from twinhaus.graph import CONTAINMENT_RELATIONSHIPS
from twinhaus.strictjson import JsonObject

SHARED = Path(__file__).parents[3] / "shared"
BUILDINGS = ("ebu3b", "ghc", "soda", "rice", "mediumOffice")
skip_without_shared = pytest.mark.skipif(
    not (SHARED / "buildings").is_dir(),
    reason=f"real buildings and model sets are not at {SHARED.name}/ beside the repository",
)


def read_models(model_set: str) -> list[JsonObject]:
    """The interfaces of a model set."""
    interfaces: list[JsonObject] = json.loads(
        (SHARED / "ontologies" / model_set / "models.json").read_bytes()
    )
    return interfaces


def twins_file(building: str) -> Path:
    """A building's twins, one a line."""
    return SHARED / "buildings" / f"{building}.twins.ndjson"


def relationships_file(building: str) -> Path:
    """A building's relationships, one a line."""
    return SHARED / "buildings" / f"{building}.relationships.ndjson"


class Portfolio:
    """All five buildings as their files tell of them, and what follows from that in plain Python."""

    @cached_property
    def twins(self) -> dict[str, JsonObject]:
        """By id."""
        return {one["id"]: one for building in BUILDINGS for one in _read(twins_file(building))}

    @cached_property
    def relationships(self) -> list[JsonObject]:
        """As their lines say."""
        return [one for building in BUILDINGS for one in _read(relationships_file(building))]

    @cached_property
    def parents(self) -> dict[str, list[str]]:
        """Each model's `extends`, which is one id or a list of them."""
        found = {one["@id"]: one.get("extends", []) for one in read_models("willow-building")}
        return {id_: [extends] if isinstance(extends, str) else extends for id_, extends in found.items()}

    def of_models(self, *model_ids: str) -> set[str]:
        """The twins of these models and of all that extend them."""
        models = {one["modelId"] for one in self.twins.values()}
        wanted = {one for one in models if {one, *_reached(one, self.parents)} & {*model_ids}}
        return {id_ for id_, one in self.twins.items() if one["modelId"] in wanted}

    def located_in(self, place: str) -> set[str]:
        """The place, and everything that leads to it from part to whole."""
        return {place, *_reached(place, self.parts)}

    @cached_property
    def parts(self) -> dict[str, list[str]]:
        """What each place, machine or whole holds directly."""
        found = defaultdict(list)
        for one in self.relationships:
            if one["name"] in CONTAINMENT_RELATIONSHIPS:
                found[one["targetId"]].append(one["sourceId"])
        return dict(found)

    def of_buildings(self, *buildings: str) -> list[str]:
        """The twins of these buildings, in the order of their files."""
        return [one["id"] for building in buildings for one in _read(twins_file(building))]


def _read(path: Path) -> list[JsonObject]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _reached(start: str, edges: dict[str, list[str]]) -> set[str]:
    """Everything reached from there along the edges; from a start that is reached again, itself too."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        further = set(edges.get(waiting.pop(), ())) - found
        found |= further
        waiting += further
    return found
