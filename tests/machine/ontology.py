"""The models of the machine's twins, as DTDL and as the mirror reads them: by their documents alone.

A lattice (a station is a place and a machine), a component, relationships with a target, properties and limits, and
a property of every kind of schema.
"""

import re
from typing import Any

from twinhaus.strictjson import Json, JsonObject


def _id(name: str) -> str:
    return f"dtmi:com:example:machine:{name};1"


THING, PLACE, ROOM, MACHINE, STATION, LONER = map(
    _id, ("Thing", "Place", "Room", "Machine", "Station", "Loner")
)
AREA, UNKNOWN = _id("Area"), _id("Unknown")


def _interface(id_: str, *contents: JsonObject, extends: tuple[str, ...] = ()) -> JsonObject:
    more: JsonObject = {"extends": [*extends]} if extends else {}
    return {
        "@context": "dtmi:dtdl:context;4",
        "@id": id_,
        "@type": "Interface",
        "contents": [*contents],
        **more,
    }


def _property(name: str, schema: Json) -> JsonObject:
    return {"@type": "Property", "name": name, "schema": schema}


def _relationship(name: str, *properties: JsonObject, **limits: Json) -> JsonObject:
    return {"@type": "Relationship", "name": name, "properties": [*properties], **limits}


_COLOUR: JsonObject = {
    "@type": "Enum",
    "valueSchema": "string",
    "enumValues": [{"name": "red", "enumValue": "red"}, {"name": "blue", "enumValue": "dark blue"}],
}
_PART: JsonObject = {
    "@type": "Object",
    "fields": [{"name": "code", "schema": "string"}, {"name": "weight", "schema": "double"}],
}
_LABELS: JsonObject = {
    "@type": "Map",
    "mapKey": {"name": "key", "schema": "string"},
    "mapValue": {"name": "value", "schema": "string"},
}

DOCUMENTS: dict[str, JsonObject] = {
    str(document["@id"]): document
    for document in (
        _interface(
            THING,
            _property("name", "string"),
            _property("size", "double"),
            _property("count", "integer"),
            _property("flag", "boolean"),
            _property("made", "dateTime"),
            _property("colour", _COLOUR),
            _property("tags", {"@type": "Array", "elementSchema": "string"}),
            _property("parts", {"@type": "Array", "elementSchema": _PART}),
            _property("labels", _LABELS),
            _relationship("isPartOf", target=THING),
        ),
        _interface(AREA, _property("grossArea", "double"), _property("note", "string")),
        _interface(PLACE, {"@type": "Component", "name": "area", "schema": AREA}, extends=(THING,)),
        _interface(ROOM, extends=(PLACE,)),
        _interface(
            MACHINE,
            _relationship(
                "feeds",
                _property("note", "string"),
                _property("weight", "double"),
                target=MACHINE,
                maxMultiplicity=2,
            ),
            _relationship("locatedIn", target=PLACE, maxMultiplicity=1),
            extends=(THING,),
        ),
        _interface(STATION, extends=(PLACE, MACHINE)),
        _interface(
            LONER,
            _property("name", "string"),
            _relationship("knows"),
            _relationship(
                "feeds", _property("note", "string")
            ),  # As machines have it, but without their limits.
        ),
    )
}
TWIN_MODELS = (THING, PLACE, ROOM, MACHINE, STATION, LONER)
RELATIONSHIP_NAMES = ("isPartOf", "locatedIn", "feeds", "knows")
CONTAINMENT = ("isPartOf", "locatedIn")

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_PLAIN_KEY = re.compile(r'[^.\[\]"\s]+')


def kinds_of(model_id: str) -> set[str]:
    """The model and all that it extends."""
    parents: Any = DOCUMENTS[model_id].get("extends", [])
    return {model_id}.union(*map(kinds_of, parents))


def contents_of(model_id: str, kind: str) -> dict[str, Any]:
    """What a twin of the model may have of a kind: Property, Component, Relationship; each declaration by its name."""
    declared: list[Any] = [one for kind_id in kinds_of(model_id) for one in _contents(kind_id)]
    return {one["name"]: one for one in declared if one["@type"] == kind}


def _contents(model_id: str) -> list[Any]:
    contents: Any = DOCUMENTS[model_id]["contents"]
    return [*contents]


def faults_of_contents(model_id: str, contents: JsonObject, path: str = "contents") -> set[str]:
    """The paths of all that the model forbids."""
    properties, components = contents_of(model_id, "Property"), contents_of(model_id, "Component")
    found: set[str] = set()
    for name, value in contents.items():
        place = path_to(path, name)
        if name in components and isinstance(value, dict):
            values = {key: inner for key, inner in value.items() if key != "$metadata"}
            found |= faults_of_contents(components[name]["schema"], values, place)
            if not isinstance(value.get("$metadata", {}), dict):
                found.add(f"{place}.$metadata")
        else:
            found |= (
                faults_of_value(value, properties[name]["schema"], place) if name in properties else {place}
            )
    return found


def faults_of_value(value: Any, schema: Any, path: str) -> set[str]:
    """The paths within a value at which it is not what its schema says."""
    whole = type(value) is int
    match schema:
        case "string":
            fits = isinstance(value, str)
        case "boolean":
            fits = isinstance(value, bool)
        case "integer":
            fits = whole and -(2**31) <= value < 2**31
        case "double":
            fits = whole or isinstance(value, float)
        case "dateTime":
            fits = isinstance(value, str) and _DATE_TIME.fullmatch(value) is not None
        case {"@type": "Enum"}:
            fits = value in [one["enumValue"] for one in schema["enumValues"]]
        case {"@type": "Array"} if isinstance(value, list):
            inner = schema["elementSchema"]
            return set[str]().union(
                *(faults_of_value(one, inner, path_to(path, at)) for at, one in enumerate(value))
            )
        case {"@type": "Map"} if isinstance(value, dict):
            inner = schema["mapValue"]["schema"]
            return set[str]().union(
                *(faults_of_value(one, inner, path_to(path, key)) for key, one in value.items())
            )
        case {"@type": "Object"} if isinstance(value, dict):
            return faults_of_fields(value, schema["fields"], path)
        case _:
            fits = False
    return set() if fits else {path}


def faults_of_fields(value: JsonObject, fields: list[Any], path: str) -> set[str]:
    """The same of an object with declared fields: those of an Object, the properties of a relationship."""
    schemas = {one["name"]: one["schema"] for one in fields}
    found: set[str] = set()
    for name, inner in value.items():
        place = path_to(path, name)
        found |= faults_of_value(inner, schemas[name], place) if name in schemas else {place}
    return found


def path_to(parent: str, key: str | int) -> str:
    """As problem documents write paths: `parts[0].weight`, `labels["a.b"]`."""
    if isinstance(key, int):
        return f"{parent}[{key}]"
    return f"{parent}.{key}" if _PLAIN_KEY.fullmatch(key) else f'{parent}["{key}"]'
