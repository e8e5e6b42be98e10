"""Contents and properties for the machine's twins and relationships, and what their models forbid."""

from typing import Any

from hypothesis import strategies as st
from tests.machine.chance import mostly
from tests.machine.ontology import TWIN_MODELS, contents_of

from twinhaus.strictjson import JsonObject

# Casings that fold in ways of their own (sharp s, long s, the Kelvin sign), times, and code points beyond UTF-16.
TEXTS = (
    "", "a", "A", "straße", "STRASSE", "STRAẞE", "\u017f", "S", "\u212a", "k", "é", "\uff5e", "😀",
    "2020-01-01",
)  # fmt: skip
TIMES = (
    "2020-01-01T00:00:00z",
    "2020-01-01t01:00:00+01:00",
    "2020-01-01T00:00:00.0000001Z",
    "2019-12-31T23:59:59.9999999-00:30",
)
REALS = (0, 1, 1.0, -0.0, -1, 2.5, 1e300, 2**53 + 1, float(2**53))
INTEGERS = (0, 1, -1, 2, 2**31 - 1)
COLOURS = ("red", "dark blue")
KEYS = ("a", "b", "a.b", "c/d", "")

# Each is wrong in one place at least, for a model that has the property; for others its name is wrong.
_WRONG: tuple[JsonObject, ...] = (
    {"nonsense": 1},
    {"name": None},
    {"name": 3},
    {"size": "big"},
    {"count": 2.5},
    {"count": 2**31},
    {"flag": 1},
    {"made": "soon"},
    {"colour": "green"},
    {"tags": ["a", 1]},
    {"tags": "a"},
    {"parts": [{"code": "a"}, {"weight": "1"}]},
    {"parts": [{"nonsense": 1}], "size": True},
    {"labels": {"a": 1, "a.b": None}},
    {"area": 1},
    {"area": {"nonsense": 1, "grossArea": "2"}},
    {"area": {"$metadata": 3}},
    {"isPartOf": "A"},
)


_PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.sampled_from(TEXTS),
    "boolean": st.booleans(),
    "integer": st.sampled_from(INTEGERS),
    "double": st.sampled_from(REALS),
    "dateTime": st.sampled_from(TIMES),
}


def values(schema: Any) -> st.SearchStrategy[Any]:
    """Values of a schema."""
    match schema:
        case str():
            return _PRIMITIVES[schema]
        case {"@type": "Enum"}:
            return st.sampled_from(COLOURS)
        case {"@type": "Array"}:
            return st.lists(values(schema["elementSchema"]), max_size=3)
        case {"@type": "Map"}:
            return st.dictionaries(st.sampled_from(KEYS), values(schema["mapValue"]["schema"]), max_size=3)
        case _:
            return _members({field["name"]: field["schema"] for field in schema["fields"]})


def _members(schemas: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: values(schema) for name, schema in schemas.items()})


def legal_contents(model_id: str) -> st.SearchStrategy[dict[str, Any]]:
    """What a twin of the model may have; metadata of components may be sent, and are not looked at."""
    properties = contents_of(model_id, "Property")
    parts: dict[str, st.SearchStrategy[Any]] = {
        name: values(one["schema"]) for name, one in sorted(properties.items())
    }
    for name, one in contents_of(model_id, "Component").items():
        metadata = st.fixed_dictionaries(
            {}, optional={"$metadata": st.just({"$lastUpdateTime": "2020-01-01"})}
        )
        component = st.tuples(metadata, legal_contents(one["schema"]))
        parts[name] = component.map(lambda both: both[0] | both[1])
    return st.fixed_dictionaries({}, optional=parts)


LEGAL = {model_id: legal_contents(model_id) for model_id in (*TWIN_MODELS,)}


def contents(model_id: str) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly legal."""
    legal = LEGAL[model_id]
    wrong = st.tuples(legal, st.sampled_from(_WRONG)).map(lambda both: both[0] | both[1])
    return mostly(legal, wrong)


def relationship_properties(declared: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Mostly legal, and mostly few, so that the same ones come again."""
    schemas = {one["name"]: one["schema"] for one in declared["properties"]}
    few = {
        name: st.sampled_from(("x", "y") if schema == "string" else (1, 1.0, 2.5))
        for name, schema in schemas.items()
    }
    legal = st.fixed_dictionaries({}, optional=few)
    wrong: tuple[dict[str, Any], ...] = ({"nonsense": 1}, {"note": 1}, {"weight": "1", "note": None})
    return mostly(legal, st.sampled_from(wrong))
