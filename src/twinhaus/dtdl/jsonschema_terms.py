"""What the schemas that DTDL names by a term are in JSON Schema: primitives, and geometries with their shared parts.

Patterns are those of ECMA 262, as JSON Schema asks, without look-around, which several validators lack. They say all
there is to say; `format` stands beside one, for forms and generated code, where it means no less than DTDL does. RFC
3339 knows fewer durations than DTDL, so theirs is left out.
"""

from collections.abc import Mapping
from types import MappingProxyType

from twinhaus.dtdl.geojson import LATITUDE_MAX, LONGITUDE_MAX
from twinhaus.dtdl.values import FLOAT_MAX
from twinhaus.strictjson import Json, JsonObject

_YEAR = "(?:[0-9]{3}[1-9]|[0-9]{2}[1-9][0-9]|[0-9][1-9][0-9]{2}|[1-9][0-9]{3})"  # There is no year 0.
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DATE = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|"
    f"02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP_YEAR}-02-29)"
)
_HOUR = "(?:[01][0-9]|2[0-3])"
_CLOCK = rf"{_HOUR}:[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:[Zz]|[+-]{_HOUR}:[0-5][0-9])"
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_DURATION_PARTS = (
    rf"^P(?:(?:{_NUMBER}Y)?(?:{_NUMBER}M)?|(?:{_NUMBER}W)?)(?:{_NUMBER}D)?"
    rf"(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?$"
)
_DURATION_ENDS_IN_A_PART = "[0-9][YMWDHS]$"
_ONLY_THE_LAST_PART_HAS_A_FRACTION = r"^[^.]*(?:\.[0-9]+[YMWDHS])?$"


def _text(pattern: str, **more: Json) -> JsonObject:
    return {"type": "string", **more, "pattern": f"^{pattern}$"}


def _whole(*, bits: int, signed: bool) -> JsonObject:
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return {"type": "integer", "minimum": low, "maximum": high}


PRIMITIVES: Mapping[str, JsonObject] = MappingProxyType({
    "boolean": {"type": "boolean"},
    "byte": _whole(bits=8, signed=True),
    "bytes": _text(
        "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", contentEncoding="base64"
    ),
    "date": _text(_DATE, format="date"),
    "dateTime": _text(f"{_DATE}[Tt]{_CLOCK}", format="date-time"),
    "decimal": _text(r"[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?"),
    "double": {"type": "number"},  # Every number that JSON can carry to us is one.
    "duration": {
        "type": "string",
        "pattern": _DURATION_PARTS,
        "allOf": [{"pattern": _DURATION_ENDS_IN_A_PART}, {"pattern": _ONLY_THE_LAST_PART_HAS_A_FRACTION}],
    },
    "float": {"type": "number", "minimum": -FLOAT_MAX, "maximum": FLOAT_MAX},
    "integer": _whole(bits=32, signed=True),
    "long": _whole(bits=64, signed=True),
    "short": _whole(bits=16, signed=True),
    "string": {"type": "string"},
    "time": _text(_CLOCK, format="time"),
    "unsignedByte": _whole(bits=8, signed=False),
    "unsignedInteger": _whole(bits=32, signed=False),
    "unsignedLong": _whole(bits=64, signed=False),
    "unsignedShort": _whole(bits=16, signed=False),
    "uuid": _text("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", format="uuid"),
})  # fmt: skip


def reference(name: str) -> JsonObject:
    """A reference to a definition of the same document; its name needs no escaping."""
    return {"$ref": f"#/$defs/{name}"}


def _array_of(name: str, least: int = 0) -> JsonObject:
    return {"type": "array", "items": reference(name), **({"minItems": least} if least else {})}


# What geometries are made of (RFC 7946, section 3.1.1 and 5), by the names of their definitions.
COORDINATES: Mapping[str, JsonObject] = MappingProxyType({
    "position": {
        "description": "Longitude, latitude, perhaps altitude.",
        "type": "array",
        "prefixItems": [
            {"type": "number", "minimum": -LONGITUDE_MAX, "maximum": LONGITUDE_MAX},
            {"type": "number", "minimum": -LATITUDE_MAX, "maximum": LATITUDE_MAX},
            {"type": "number"},
        ],
        "minItems": 2,
        "maxItems": 3,
    },
    "line": _array_of("position", 2),
    "ring": {"description": "Its last position equals its first.", **_array_of("position", 4)},
    "rings": _array_of("ring"),
    "bbox": {
        "type": "array",
        "items": {"type": "number"},
        "anyOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    },
})  # fmt: skip

_GEOMETRIES: Mapping[str, tuple[JsonObject, tuple[str, ...]]] = MappingProxyType({
    "point": (reference("position"), ("position",)),
    "multiPoint": (_array_of("position"), ("position",)),
    "lineString": (reference("line"), ("line", "position")),
    "multiLineString": (_array_of("line"), ("line", "position")),
    "polygon": (reference("rings"), ("rings", "ring", "position")),
    "multiPolygon": (_array_of("rings"), ("rings", "ring", "position")),
})  # fmt: skip


_OF_FEATURES = ("geometry", "properties", "features")  # RFC 7946, section 7.1; other members are free.


def geometry_definitions(name: str) -> dict[str, JsonObject]:
    """The definition of a geospatial schema, by its term, and those it refers to."""
    coordinates, parts = _GEOMETRIES[name]
    geometry: JsonObject = {
        "title": f"GeoJSON {name[0].upper()}{name[1:]}",
        "type": "object",
        "properties": {
            "type": {"const": name[0].upper() + name[1:]},
            "coordinates": coordinates,
            "bbox": reference("bbox"),
            **dict.fromkeys(_OF_FEATURES, False),
        },
        "required": ["type", "coordinates"],
    }
    return {name: geometry, **{part: COORDINATES[part] for part in (*parts, "bbox")}}
