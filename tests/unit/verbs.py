"""The verbs of `changes.py`, each as a write of its own, on a store with a few models."""

import json
from typing import Any

import pytest

from twinhaus import changes
from twinhaus.errors import Invalid
from twinhaus.graph import Direction, Twin
from twinhaus.storage.store import Neighbour
from twinhaus.strictjson import JsonObject
from twinhaus.testing.store_contract.graph import Graph, model_id


def model(name: str, *contents: JsonObject, extends: str | None = None) -> str:
    """The text of a model."""
    parents = [model_id(extends)] if extends else []
    whole = {"@context": "dtmi:dtdl:context;3", "@id": model_id(name), "@type": "Interface"}
    return json.dumps({**whole, "extends": parents, "contents": list(contents)})


def prop(name: str, schema: str = "string") -> JsonObject:
    """A property."""
    return {"@type": "Property", "name": name, "schema": schema}


def relationship(name: str, *properties: JsonObject, **more: Any) -> JsonObject:
    """A relationship."""
    return {"@type": "Relationship", "name": name, "properties": list(properties), **more}


MODELS = (
    model("Area", prop("gross", "double"), prop("unit")),
    model("Thing", prop("code"), relationship("isPartOf"), relationship("serves", target=model_id("Room"))),
    model("Room", {"@type": "Component", "name": "area", "schema": model_id("Area")}, extends="Thing"),
    model(
        "Fan",
        relationship("isFedBy", prop("substance"), prop("flow", "double"), prop("main", "boolean")),
        relationship("drives", maxMultiplicity=2),
        extends="Thing",
    ),
    model("SmallFan", extends="Fan"),
    model("Pump", relationship("drives"), extends="Thing"),
)


class Verbs(Graph):
    """The verbs, each as a write of its own."""

    def delete(self, twin_id: str, *, cascade: bool = False) -> None:
        self.store.write(
            lambda transaction: changes.delete_twin(transaction, twin_id, cascade=cascade)
        ).result()

    def delete_relationship(self, twin_id: str, relationship_id: str) -> None:
        self.store.write(
            lambda transaction: changes.delete_relationship(transaction, twin_id, relationship_id)
        ).result()

    def models(self) -> set[str]:
        registry = self.store.read(lambda reader: reader.registry).result()
        return {id_.removeprefix("dtmi:test:").removesuffix(";1") for id_ in registry.ids}

    def decommission(self, name: str, *, decommissioned: bool = True) -> None:
        self.store.write(
            lambda transaction: changes.decommission_model(
                transaction, model_id(name), decommissioned=decommissioned
            )
        ).result()

    def neighbours(self, twin_id: str) -> list[Neighbour]:
        return self.store.read(lambda reader: reader.neighbours(twin_id, Direction.EITHER)).result()


def faults_of(refused: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    """Path to message."""
    return {fault.path: fault.message for fault in refused.value.faults}


def contents_of(twin: Twin) -> JsonObject:
    """The contents a twin's text carries."""
    contents: JsonObject = json.loads(twin.document)["contents"]
    return contents
