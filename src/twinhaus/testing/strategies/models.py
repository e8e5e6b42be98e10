"""Sets of models: lattices of a few interfaces, with several parents, and contents of many kinds."""

import json
from dataclasses import dataclass

from hypothesis import strategies as st

from twinhaus.dtdl import Registry, load_models
from twinhaus.strictjson import Json, JsonObject
from twinhaus.testing.strategies.values import RELATIONSHIP_NAMES

INTERFACES_MIN, INTERFACES_MAX = 3, 8
PARENTS_MAX = 3
OWN_MAX = 4  # Properties and components that one interface declares itself.

_CONTEXT = "dtmi:dtdl:context;4"
_COMPONENT_ID = "dtmi:law:Area;1"


def _array(of: Json) -> JsonObject:
    return {"@type": "Array", "elementSchema": of}


def _object(**fields: Json) -> JsonObject:
    return {
        "@type": "Object",
        "fields": [{"name": name, "schema": schema} for name, schema in fields.items()],
    }


def _map(of: Json) -> JsonObject:
    return {
        "@type": "Map",
        "mapKey": {"name": "key", "schema": "string"},
        "mapValue": {"name": "value", "schema": of},
    }


def _enum(of: str, *values: Json) -> JsonObject:
    members = [{"name": f"v{number}", "enumValue": value} for number, value in enumerate(values)]
    return {"@type": "Enum", "valueSchema": of, "enumValues": members}


_ITEM = _object(value="string", n="integer", deep=_array(_object(n="double")))

# The same name may be of one schema in one branch of a lattice and of another in the next.
_SCHEMAS: dict[str, tuple[Json, ...]] = {
    "code": ("string", "integer"),
    "level": ("integer", "double", "string"),
    "gross": ("double", "float"),
    "ident": ("long", "uuid", "decimal"),
    "flag": ("boolean",),
    "since": ("dateTime", "date", "string"),
    "usage": (_enum("string", "Office", "Lab"), _enum("integer", 0, 1)),
    "tags": (_array("string"), _array("double"), _array("boolean"), "string"),
    "labels": (_map("string"), _map("long"), _map(_object(value="string"))),
    "items": (_array(_ITEM), _array(_array("long")), _ITEM),
    "shape": (_object(gross="double", inner=_object(code="string")),),
}
_PROPERTIES = tuple((name, schema) for name, schemas in _SCHEMAS.items() for schema in schemas)


@dataclass(frozen=True, slots=True)
class ModelSet:
    """Models, as texts in an order in which each comes after those it refers to, and as the registry they make."""

    documents: tuple[str, ...]
    registry: Registry

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all models."""
        return self.registry.ids

    def __repr__(self) -> str:
        return f"ModelSet({list(self.documents)})"


def model_id(number: int) -> str:
    """The id of a set's interface."""
    return f"dtmi:law:M{number};1"


@st.composite
def model_sets(draw: st.DrawFn) -> ModelSet:
    """A lattice whose first interface declares every relationship, and a model for its components."""
    count = draw(st.integers(INTERFACES_MIN, INTERFACES_MAX))
    known: list[dict[str, int]] = []  # For each interface so far: who declares each of its contents.
    documents = [_component()]
    for number in range(count):
        parents, inherited = _compatible(draw(_parents(number)), known)
        own = {name: schema for name, schema in draw(_own) if name not in inherited}
        links = [] if "feeds" in inherited else _relationships(draw, number)
        known.append(inherited | dict.fromkeys((*own, *(link["name"] for link in links)), number))
        documents.append(_interface(number, parents, own, links))
    texts = tuple(map(json.dumps, documents))
    return ModelSet(texts, load_models(texts))


_own = st.lists(
    st.sampled_from((*_PROPERTIES, ("area", None))),
    max_size=OWN_MAX,
    unique_by=lambda one: one[0],
)  # fmt: skip


def _parents(number: int) -> st.SearchStrategy[list[int]]:
    if number == 0:
        return st.just([])
    return st.lists(st.integers(0, number - 1), max_size=PARENTS_MAX, unique=True)


def _compatible(wanted: list[int], known: list[dict[str, int]]) -> tuple[list[int], dict[str, int]]:
    """Those parents that may stand together: a name must come to all of them from one declaration."""
    parents, inherited = [], dict[str, int]()
    for parent in wanted:
        if all(inherited.get(name, declarer) == declarer for name, declarer in known[parent].items()):
            parents.append(parent)
            inherited |= known[parent]
    return parents, inherited


def _relationships(draw: st.DrawFn, number: int) -> list[JsonObject]:
    """All of them where nothing stands in their way; an interface that begins a lattice of its own may narrow some."""
    properties = [
        {"@type": "Property", "name": "substance", "schema": "string"},
        {"@type": "Property", "name": "flow", "schema": "double"},
    ]
    links: list[JsonObject] = [
        {"@type": "Relationship", "name": name, "properties": properties} for name in RELATIONSHIP_NAMES
    ]
    if number > 0 and draw(st.booleans()):
        links[-1]["target"] = model_id(draw(st.integers(0, number)))
        links[-2]["maxMultiplicity"] = draw(st.integers(1, 2))
    return links


def _interface(
    number: int, parents: list[int], own: dict[str, Json], relationships: list[JsonObject]
) -> JsonObject:
    contents = [
        {"@type": "Property", "name": name, "schema": schema}
        if schema is not None
        else {"@type": "Component", "name": name, "schema": _COMPONENT_ID}
        for name, schema in own.items()
    ]
    return {
        "@context": _CONTEXT,
        "@id": model_id(number),
        "@type": "Interface",
        "extends": [model_id(parent) for parent in parents],
        "contents": [*contents, *relationships],
    }


def _component() -> JsonObject:
    return {
        "@context": _CONTEXT,
        "@id": _COMPONENT_ID,
        "@type": "Interface",
        "contents": [
            {"@type": "Property", "name": "gross", "schema": "double"},
            {"@type": "Property", "name": "unit", "schema": "string"},
        ],
    }
