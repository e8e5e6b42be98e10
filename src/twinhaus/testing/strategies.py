"""Hypothesis strategies: models, graphs, writes and queries, small enough that filters often hit."""

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.graph import Direction
from twinhaus.query.plan import (
    Attribute,
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
from twinhaus.strictjson import JsonObject

EPOCH = 17_000_000_000_000_000  # The stores' clock stands here, so that instants count up from it by one.
TWIN_IDS = ("A", "B", "C", "D/1", "é", "a_b", "T7")
RELATIONSHIP_NAMES = ("isPartOf", "locatedIn", "feeds", "serves")
MODELS_MAX = 6
_TEXTS = (
    "",
    "L01",
    "l01",
    "Straße",
    "STRASSE",
    "café",
    "2024-08-30T03:49:30Z",
    "2024-08-30",
    "x\u10ffff",
    "\uffff",
)
_NUMBERS = (0, 1, -1, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), 0.0, 1.0, 1.5, -0.5, float(2**53), 1e300)
_INTEGERS = (0, 1, -1, 7, 2**31 - 1)


@dataclass(frozen=True, slots=True)
class PutTwin:
    """A twin to create or replace."""

    draft: TwinDraft


@dataclass(frozen=True, slots=True)
class DeleteTwin:
    """A twin to remove, with its relationships."""

    twin_id: str


@dataclass(frozen=True, slots=True)
class Relate:
    """A relationship to create."""

    draft: RelationshipDraft


@dataclass(frozen=True, slots=True)
class Unrelate:
    """A relationship to remove, by its own twins and name; it may not be there."""

    source_id: str
    relationship_id: str


Write = PutTwin | DeleteTwin | Relate | Unrelate


def model_id(number: int) -> str:
    """The id of a lattice's model."""
    return f"dtmi:law:M{number};1"


@st.composite
def lattices(draw: st.DrawFn) -> tuple[str, ...]:
    """Documents of 2 to 6 models. The first declares every content; each other extends one or two before it."""
    count = draw(st.integers(2, MODELS_MAX))
    documents = [_root()]
    for number in range(1, count):
        parents = draw(st.lists(st.integers(0, number - 1), min_size=1, max_size=2, unique=True))
        documents.append(
            {
                "@context": "dtmi:dtdl:context;3",
                "@id": model_id(number),
                "@type": "Interface",
                "extends": [model_id(parent) for parent in parents],
            }
        )
    return (json.dumps([_area(), *documents]),)


def contents() -> st.SearchStrategy[JsonObject]:
    """Contents that are legal for every model of a lattice."""
    texts = st.sampled_from(_TEXTS)
    item = st.fixed_dictionaries({}, optional={"value": texts, "n": st.sampled_from(_INTEGERS)})
    return st.fixed_dictionaries(
        {},
        optional={
            "name": texts,
            "code": texts,
            "level": st.sampled_from(_NUMBERS),
            "flag": st.booleans(),
            "count": st.sampled_from(_INTEGERS),
            "tags": st.lists(texts, max_size=3),
            "labels": st.dictionaries(st.sampled_from(("a", "a.b", "Ä")), texts, max_size=2),
            "items": st.lists(item, max_size=3),
            "area": st.fixed_dictionaries({}, optional={"gross": st.sampled_from(_NUMBERS)}),
        },
    )


def writes() -> st.SearchStrategy[Write]:
    """One write. Models beyond the lattice, unknown twins and repeats are among them, and are refused alike."""
    ids = st.sampled_from(TWIN_IDS)
    names = st.sampled_from(RELATIONSHIP_NAMES)
    properties = st.sampled_from(({}, {}, {"substance": "Air"}))
    relate = st.builds(
        lambda source, target, name, more: (source, target, name, more), ids, ids, names, properties
    )
    put = st.builds(
        lambda id_, model, held: PutTwin(TwinDraft(id_, model_id(model), held)),
        ids,
        st.integers(0, MODELS_MAX - 1),
        contents(),
    )
    return st.one_of(
        put,
        put,
        relate.map(lambda four: Relate(RelationshipDraft(*four))),
        relate.map(lambda four: Relate(RelationshipDraft(*four))),
        relate.map(lambda four: Unrelate(four[0], f"{four[0]}_{four[2]}_{four[1]}")),
        ids.map(DeleteTwin),
    )


def queries() -> st.SearchStrategy[Query]:
    """Every filter, alone and with others."""
    models = st.builds(
        ModelFilter,
        st.lists(st.integers(0, MODELS_MAX).map(model_id), min_size=1, max_size=3, unique=True).map(tuple),
        st.booleans(),
    )
    relationships = st.builds(
        RelationshipFilter,
        st.sampled_from(Direction),
        st.lists(st.sampled_from((*RELATIONSHIP_NAMES, "unheardOf")), max_size=2, unique=True).map(tuple),
        st.none() | models,
    )
    instants = st.none() | st.integers(EPOCH - 1, EPOCH + 25)
    return st.builds(
        Query,
        model=st.none() | models,
        relationship=st.none() | relationships,
        location_id=st.none() | st.sampled_from((*TWIN_IDS, "nowhere")),
        date=st.none() | st.builds(DateFilter, instants, instants),
        condition=st.none() | conditions(),
    )


def includes() -> st.SearchStrategy[Include]:
    """Which relationships to carry."""
    return st.builds(Include, st.booleans(), st.booleans())


def conditions() -> st.SearchStrategy[Condition]:
    """Trees of comparisons."""

    def grouped(children: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        return st.builds(Group, st.lists(children, min_size=1, max_size=3).map(tuple), st.booleans())

    return st.recursive(_leaves(), grouped, max_leaves=4)


@st.composite
def _leaves(draw: st.DrawFn) -> Leaf:
    comparison = draw(st.sampled_from(Comparison))
    field: Any = draw(st.sampled_from((*_PATHS, *_PATHS, Attribute.ID, Attribute.MODEL_ID)))
    value = draw(_values(comparison))
    negated = draw(st.booleans())
    if draw(st.booleans()) and comparison in _ON_UPDATE:
        return Leaf(Attribute.LAST_UPDATE_TIME, comparison, draw(st.integers(EPOCH, EPOCH + 25)), negated)
    return Leaf(field, comparison, value, negated)


_PATHS = (
    ("name",),
    ("code",),
    ("level",),
    ("flag",),
    ("count",),
    ("tags",),
    ("labels", "a.b"),
    ("items", "value"),
    ("items", "n"),
    ("items",),
    ("area",),
    ("area", "gross"),
    ("missing", "path"),
)
_ON_UPDATE = (
    Comparison.EQUALS,
    Comparison.GREATER,
    Comparison.GREATER_OR_EQUAL,
    Comparison.LESS,
    Comparison.LESS_OR_EQUAL,
)
_ON_TIMES = (Comparison.AFTER, Comparison.ON_OR_AFTER, Comparison.BEFORE, Comparison.ON_OR_BEFORE)


def _values(comparison: Comparison) -> st.SearchStrategy[Any]:
    texts = st.sampled_from((*_TEXTS, "l0", "0", "SS", "É"))
    scalars = texts | st.sampled_from(_NUMBERS) | st.booleans() | st.sampled_from(TWIN_IDS)
    match comparison:
        case Comparison.IN:
            return st.lists(scalars, max_size=3).map(tuple)
        case Comparison.STARTS_WITH | Comparison.ENDS_WITH:
            return texts
        case Comparison.IS_PRESENT | Comparison.IS_FILLED:
            return st.none()
        case _ if comparison in _ON_TIMES:
            return st.sampled_from((17_249_897_700_000_000, 17_249_760_000_000_000))
        case Comparison.EQUALS | Comparison.CONTAINS:
            return scalars
        case _:
            return texts | st.sampled_from(_NUMBERS)


def _area() -> JsonObject:
    gross = {"@type": "Property", "name": "gross", "schema": "double"}
    return {
        "@context": "dtmi:dtdl:context;3",
        "@id": "dtmi:law:Area;1",
        "@type": "Interface",
        "contents": [gross],
    }


def _root() -> JsonObject:
    item = {
        "@type": "Object",
        "fields": [{"name": "value", "schema": "string"}, {"name": "n", "schema": "integer"}],
    }
    labels = {
        "@type": "Map",
        "mapKey": {"name": "key", "schema": "string"},
        "mapValue": {"name": "value", "schema": "string"},
    }
    schemas: JsonObject = {
        "name": "string",
        "code": "string",
        "level": "double",
        "flag": "boolean",
        "count": "integer",
        "tags": {"@type": "Array", "elementSchema": "string"},
        "labels": labels,
        "items": {"@type": "Array", "elementSchema": item},
    }
    substance = {"@type": "Property", "name": "substance", "schema": "string"}
    return {
        "@context": "dtmi:dtdl:context;3",
        "@id": model_id(0),
        "@type": "Interface",
        "contents": [
            *({"@type": "Property", "name": name, "schema": schema} for name, schema in schemas.items()),
            {"@type": "Component", "name": "area", "schema": "dtmi:law:Area;1"},
            *(
                {"@type": "Relationship", "name": name, "properties": [substance]}
                for name in RELATIONSHIP_NAMES
            ),
        ],
    }
