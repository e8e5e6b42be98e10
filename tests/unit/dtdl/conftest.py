"""Models to check twins against, and the public ontologies where they are at hand."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from twinhaus.dtdl import InvalidModels, Registry, load_models

SHARED = Path(__file__).resolve().parents[4] / "shared"


def interface(name: str, *contents: dict[str, Any], version: int = 3, **members: Any) -> str:
    """The text of `dtmi:test:<name>;1` with these contents."""
    extensions = members.pop("extensions", [])
    document = {
        "@context": [f"dtmi:dtdl:context;{version}", *extensions],
        "@id": f"dtmi:test:{name};1",
        "@type": "Interface",
        **members.pop("more", {}),
        **members,
    }
    return json.dumps(document | ({"contents": list(contents)} if contents else {}))


def prop(name: str, schema: Any, *types: str, **members: Any) -> dict[str, Any]:
    """A Property, with any co-types."""
    return {"@type": ["Property", *types], "name": name, "schema": schema, **members}


def array_of(depth: int) -> Any:
    """Arrays within arrays."""
    return "string" if depth == 0 else {"@type": "Array", "elementSchema": array_of(depth - 1)}


def rules(*documents: str, **options: Any) -> list[str]:
    """The rules the documents break, by their bare names."""
    try:
        load_models(documents, **options)
    except InvalidModels as invalid:
        return [error.validation_id.rpartition(":")[2] for error in invalid.errors]
    return []


@cache
def ontology_text(name: str) -> str:
    """The models of a public ontology, as one JSON array; skips the test where they are not at hand."""
    file = SHARED / "ontologies" / name / "models.json"
    if not file.exists():
        pytest.skip(f"needs the ontology {name} in {file.parent}")
    return file.read_text(encoding="utf-8-sig")


@cache
def ontology(name: str) -> Registry:
    """A public ontology, loaded once."""
    return load_models([ontology_text(name)])


@pytest.fixture(scope="session")
def building() -> Registry:
    """A small ontology with one of everything a twin may hold."""
    return load_models([SPACE, LEVEL, AREA, PERSON])


AREA = interface(
    "Area",
    prop("grossArea", "double"),
    prop("unit", "AreaUnit"),
    extensions=["dtmi:dtdl:extension:quantitativeTypes;1"],
)
PERSON = interface("Person", prop("name", "string"))
SPACE = interface(
    "Space",
    prop("name", "string"),
    prop("code", "string"),
    prop(
        "customTags",
        {
            "@type": "Map",
            "mapKey": {"name": "k", "schema": "string"},
            "mapValue": {"name": "v", "schema": "boolean"},
        },
    ),
    prop(
        "mappedIds",
        {
            "@type": "Array",
            "elementSchema": {
                "@type": "Object",
                "fields": [{"name": "scope", "schema": "string"}, {"name": "value", "schema": "string"}],
            },
        },
    ),
    {"@type": "Component", "name": "area", "schema": "dtmi:test:Area;1"},
    {"@type": "Telemetry", "name": "noise", "schema": "double"},
    {"@type": "Command", "name": "clean"},
    {
        "@type": "Relationship", "name": "isPartOf", "target": "dtmi:test:Space;1", "maxMultiplicity": 2,
        "properties": [prop("since", "date")],
    },
    {"@type": "Relationship", "name": "seenWith"},
)  # fmt: skip
LEVEL = interface(
    "Level",
    prop("levelNumber", "integer"),
    prop(
        "usage",
        {
            "@type": "Enum",
            "valueSchema": "string",
            "enumValues": [
                {"name": "office", "enumValue": "Office"},
                {"name": "plant", "enumValue": "Plant"},
            ],
        },
    ),
    prop(
        "rank", {"@type": "Enum", "valueSchema": "integer", "enumValues": [{"name": "one", "enumValue": 1}]}
    ),
    extends="dtmi:test:Space;1",
)
