"""Twins against their model, beside the floor: the standard library decoding the same texts, and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.timing import take_turns
from twinhaus import strictjson
from twinhaus.dtdl import Registry, check_contents, load_models
from twinhaus.strictjson import Json, JsonObject

_TWINS = 100  # Each measurement goes through so many, all different.
_ROOM, _AREA = "dtmi:benchmark:Room;1", "dtmi:benchmark:Area;1"


@dataclass(frozen=True, slots=True)
class ValidationMeasured:
    """A kind of twin: the length of its text in bytes, and the microseconds of one twin, each by the median."""

    what: str
    length: int
    read: float
    check: float
    both: float
    floor: float

    @property
    def ratio(self) -> float:
        """How many times as long as its floor it took."""
        return self.both / self.floor

    @property
    def per_second(self) -> float:
        """Twins read and checked in a second."""
        return 1e6 / self.both


def measure_validation(*, seconds: float) -> Iterator[ValidationMeasured]:
    """A typical twin (ten properties, a nested object, a map, an array of objects, a component), right and wrong."""
    registry = load_models([json.dumps(document) for document in (_area(), _room())])
    yield _measure("typical twin", registry, [_twin(number) for number in range(_TWINS)], seconds)
    wrong = [_twin(number, levelNumber="3", usge="Office") for number in range(_TWINS)]
    yield _measure("typical twin, two faults", registry, wrong, seconds)


def _measure(what: str, registry: Registry, twins: list[JsonObject], seconds: float) -> ValidationMeasured:
    texts = [strictjson.write(twin) for twin in twins]

    def read() -> None:
        for text in texts:
            strictjson.read(text)

    def check() -> None:
        for twin in twins:
            check_contents(registry, twin["modelId"], twin["contents"])

    def both() -> None:
        for text in texts:
            twin = strictjson.read(text)
            check_contents(registry, twin["modelId"], twin["contents"])

    def decode() -> None:
        for text in texts:
            json.loads(text)

    timings = take_turns(read, check, both, decode, seconds=seconds)
    micros = [timing.median * 1e3 / len(twins) for timing in timings]
    return ValidationMeasured(what, sum(map(len, texts)) // len(texts), *micros)


def _twin(number: int, **more: Json) -> JsonObject:
    contents: JsonObject = {
        "name": f"Room {number}",
        "code": f"L03-{number:03}",
        "levelNumber": number % 12,
        "capacity": number,
        "height": 2.5 + number / 100,
        "isLettable": number % 2 == 0,
        "usage": ("Office", "Laboratory", "Plant")[number % 3],
        "installed": f"2019-05-{number % 28 + 1:02}",
        "inspected": f"2024-08-30T03:49:{number % 60:02}Z",
        "serial": f"SN-{number * 7919}",
        "address": {"street": f"{number} Main Street", "city": "Springfield", "zip": f"{12_000 + number}"},
        "customTags": {"corner": number % 4 == 0, "quiet": True},
        "mappedIds": [{"scope": "ORG", "value": f"r-{number}"}, {"scope": "CAD", "value": f"{number * 31}"}],
        "area": {"grossArea": 20 + number / 4, "netArea": 18 + number, "unit": "squareMetre"},
    }
    return {"id": f"room-{number}", "modelId": _ROOM, "contents": contents | more}


def _room() -> JsonObject:
    enum = [{"name": name.lower(), "enumValue": name} for name in ("Office", "Laboratory", "Plant")]
    tags = {
        "@type": "Map",
        "mapKey": {"name": "tag", "schema": "string"},
        "mapValue": {"name": "set", "schema": "boolean"},
    }
    schemas: dict[str, Json] = {
        "name": "string", "code": "string", "levelNumber": "integer", "capacity": "integer", "height": "double",
        "isLettable": "boolean", "usage": {"@type": "Enum", "valueSchema": "string", "enumValues": enum},
        "installed": "date", "inspected": "dateTime", "serial": "string",
        "address": _object(street="string", city="string", zip="string"), "customTags": tags,
        "mappedIds": {"@type": "Array", "elementSchema": _object(scope="string", value="string")},
    }  # fmt: skip
    component = {"@type": "Component", "name": "area", "schema": _AREA}
    return _interface(_ROOM, [*_properties(schemas), component])


def _area() -> JsonObject:
    return _interface(_AREA, _properties({"grossArea": "double", "netArea": "double", "unit": "AreaUnit"}))


def _interface(id_: str, contents: list[JsonObject]) -> JsonObject:
    context = ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:quantitativeTypes;1"]
    return {"@context": context, "@id": id_, "@type": "Interface", "contents": contents}


def _properties(schemas: dict[str, Json]) -> list[JsonObject]:
    return [{"@type": "Property", "name": name, "schema": schema} for name, schema in schemas.items()]


def _object(**fields: str) -> JsonObject:
    return {
        "@type": "Object",
        "fields": [{"name": name, "schema": schema} for name, schema in fields.items()],
    }
