"""Models of the tests' own: every schema there is, limits, two parents, and one to be taken out of service."""

import json
from typing import Any

WILLOW = "dtmi:com:willowinc:"
SAMPLER = "dtmi:com:example:Sampler;1"
SAMPLER_KIND = "dtmi:com:example:SamplerKind;1"
NARROW = "dtmi:com:example:Narrow;1"
BARE = "dtmi:com:example:Bare;1"
LEFT, RIGHT, BOTH = (f"dtmi:com:example:{name};1" for name in ("Left", "Right", "Both"))
RETIRED = "dtmi:com:example:Retired;1"

PRIMITIVES = (
    "boolean", "byte", "bytes", "date", "dateTime", "decimal", "double", "duration", "float", "integer", "long",
    "short", "string", "time", "unsignedByte", "unsignedInteger", "unsignedLong", "unsignedShort", "uuid", "point",
)  # fmt: skip


def willow(name: str) -> str:
    """The id of a starter model."""
    return f"{WILLOW}{name};1"


def _interface(id_: str, *contents: dict[str, Any], extends: tuple[str, ...] = ()) -> dict[str, Any]:
    more = {"extends": list(extends)} if extends else {}
    return {
        "@context": "dtmi:dtdl:context;4",
        "@id": id_,
        "@type": "Interface",
        **more,
        "contents": list(contents),
    }


def _property(name: str, schema: Any) -> dict[str, Any]:
    return {"@type": "Property", "name": name, "schema": schema}


def _array(schema: Any) -> dict[str, Any]:
    return {"@type": "Array", "elementSchema": schema}


def _object(**fields: Any) -> dict[str, Any]:
    return {
        "@type": "Object",
        "fields": [{"name": name, "schema": schema} for name, schema in fields.items()],
    }


def _map(schema: Any) -> dict[str, Any]:
    return {
        "@type": "Map",
        "mapKey": {"name": "key", "schema": "string"},
        "mapValue": {"name": "value", "schema": schema},
    }


def _enum(kind: str, **values: Any) -> dict[str, Any]:
    return {
        "@type": "Enum",
        "valueSchema": kind,
        "enumValues": [{"name": name, "enumValue": value} for name, value in values.items()],
    }


def _links(most: int) -> dict[str, Any]:
    properties = [_property("weight", "double"), _property("note", "string"), _property("firm", "boolean")]
    return {"@type": "Relationship", "name": "linksTo", "maxMultiplicity": most, "properties": properties}


_SAMPLER = _interface(
    SAMPLER,
    *(_property(name, name) for name in PRIMITIVES),
    _property("text", "string"),
    _property("number", "double"),
    _property("count", "long"),
    _property("flag", "boolean"),
    _property("when", "dateTime"),
    _property("note", "string"),
    _property("tags", _array("string")),
    _property("sizes", _array("double")),
    _property("parts", _array(_object(code="string", size="double", marks=_array("string")))),
    _property("nested", _object(inner=_object(leaf="string"))),
    _property("labels", _map("string")),
    _property("counts", _map("integer")),
    _property("colour", _enum("string", Red="red", DarkBlue="dark blue")),
    _property("grade", _enum("integer", Good=1, Bad=2)),
    {"@type": "Telemetry", "name": "reading", "schema": "double"},
    {"@type": "Command", "name": "reset"},
    {"@type": "Component", "name": "area", "schema": willow("SpaceArea")},
    {"@type": "Component", "name": "address", "schema": willow("Address")},
    {"@type": "Relationship", "name": "feeds", "target": SAMPLER},
    _links(2),
)

DOCUMENTS = (
    json.dumps(
        [
            _SAMPLER,
            _interface(SAMPLER_KIND, extends=(SAMPLER,)),
            _interface(NARROW, _links(1)),
            _interface(BARE),
            _interface(LEFT),
            _interface(RIGHT),
            _interface(BOTH, extends=(LEFT, RIGHT)),
            _interface(RETIRED),
        ]
    ),
)
