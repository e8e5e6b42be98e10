"""The public language extensions: which co-types each adds, to which kinds of element, with which members.

Sources: DTDL.Extensions.md and one page per extension. The core of DTDL v2 counts here as an extension of its own,
since its semantic types and units behave as those of quantitativeTypes.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from twinhaus.dtdl import metamodel
from twinhaus.dtdl.cotypes import LATER, NUMERIC, STATE, VALUES, Cotype
from twinhaus.dtdl.dtmi import without_version
from twinhaus.dtdl.extensions import iot, mqtt, units
from twinhaus.dtdl.metamodel import Member, Sort
from twinhaus.dtdl.types import Enum, EnumValue, Field, Object, Primitive, Schema


class Extension(Struct, frozen=True):
    """What one context brings in."""

    cotypes: Mapping[str, Cotype]
    schemas: Mapping[str, Schema]


@lru_cache(maxsize=4096)
def extension(specifier: str) -> Extension | None:
    """The extension a context specifier such as `dtmi:dtdl:extension:annotation;1` names; None for one nobody knows."""
    cotypes = _cotypes(specifier)
    if cotypes is None:
        return None
    return Extension({cotype.name: cotype for cotype in cotypes}, _schemas(specifier))


def is_known_at_some_version(specifier: str) -> bool:
    """Whether it names a known extension, be it in a version that is not."""
    return without_version(specifier) in _KNOWN_PATHS


_NUMBERS = frozenset({NUMERIC})
_QUANTITATIVE = "dtmi:dtdl:extension:quantitativeTypes"
_KNOWN_PATHS = frozenset({
    _QUANTITATIVE, mqtt.PATH, "dtmi:dtdl:extension:annotation", "dtmi:dtdl:extension:overriding",
    "dtmi:dtdl:extension:historization", "dtmi:dtdl:extension:requirement", "dtmi:iotcentral:context",
    "dtmi:iotoperations:context",
    "dtmi:dtdl:context", "dtmi:dtdl:limits:onvif", "dtmi:dtdl:limits:aio",
})  # fmt: skip


def _cotypes(specifier: str) -> Iterable[Cotype] | None:  # noqa: PLR0911  One closed table.
    match specifier:
        case "dtmi:dtdl:context;2":
            return _quantities("dtmi:standard:class", units.CORE, STATE, frozenset({2}))
        case "dtmi:dtdl:extension:quantitativeTypes;1":
            return _quantities(f"{_QUANTITATIVE}:v1:class", 1, VALUES, frozenset({3}))
        case "dtmi:dtdl:extension:quantitativeTypes;2" | "dtmi:dtdl:extension:quantitativeTypes;3":
            version = int(specifier[-1])
            return _quantities(f"{_QUANTITATIVE}:v{version}:class", version, VALUES, frozenset({4}))
        case "dtmi:dtdl:extension:annotation;1" | "dtmi:dtdl:extension:annotation;2":
            return [_simple(specifier, "ValueAnnotation", STATE, _required("annotates"))]
        case "dtmi:dtdl:extension:overriding;1" | "dtmi:dtdl:extension:overriding;2":
            override = _simple(specifier, "Override", frozenset({"Property"}), _required("overrides"))
            return [replace(override, requires="ValueAnnotation")]
        case "dtmi:dtdl:extension:historization;1" | "dtmi:dtdl:extension:historization;2":
            return [_simple(specifier, "Historized", STATE)]
        case "dtmi:dtdl:extension:requirement;1":
            return [_at_later(specifier, "Required", frozenset({"Field"}))]
        case "dtmi:dtdl:extension:requirement;2":
            return [_at_later(specifier, "Required", frozenset({"Field", "Property"}))]
        case iot.IOT_CENTRAL:
            return iot.iot_central_cotypes()
        case iot.IOT_OPERATIONS:
            return iot.iot_operations_cotypes()
        case _:
            return _mqtt(specifier)


def _quantities(
    namespace: str, version: int, kinds: frozenset[str], languages: frozenset[int]
) -> Iterable[Cotype]:
    suffix = ";2" if version == units.CORE else ""
    for name, unit_enum in units.quantities(version).items():
        unit = Member("unit", Sort.TERM, required=True, terms=units.unit_enums(version)[unit_enum])
        id = f"{namespace}:{name}{suffix}"
        yield Cotype(
            name, id, kinds, languages, (unit,), unit_enum=unit_enum, is_semantic=True, schema_kinds=_NUMBERS
        )


def _simple(specifier: str, name: str, kinds: frozenset[str], *members: Member) -> Cotype:
    """A co-type of an extension whose first version is for DTDL v3 and later ones for v4 too."""
    path, _, version = specifier.partition(";")
    languages = frozenset({3}) if version == "1" else LATER
    return Cotype(name, f"{path}:v{version}:{name}", kinds, languages, members)


def _at_later(specifier: str, name: str, kinds: frozenset[str], *members: Member) -> Cotype:
    return replace(_simple(specifier, name, kinds, *members), languages=LATER)


def _required(name: str) -> Member:
    return Member(name, Sort.STRING, required=True)


def _mqtt(specifier: str) -> Iterable[Cotype] | None:
    path, _, version = specifier.partition(";")
    if path != mqtt.PATH or version not in map(str, mqtt.VERSIONS):
        return None
    return mqtt.mqtt_cotypes(int(version))


def _schemas(specifier: str) -> Mapping[str, Schema]:
    path, _, version = specifier.partition(";")
    if path == _QUANTITATIVE:
        enums = {
            name: _unit_enum(name, names, version) for name, names in units.unit_enums(int(version)).items()
        }
        aliases = {alias: enums[name] for alias, name in units.UNIT_ENUM_ALIASES.items()}
        return enums | aliases | {enum.id: enum for enum in enums.values()}
    if specifier == iot.IOT_CENTRAL:
        return {
            "geopoint": _object(
                "dtmi:iotcentral:schema:geopoint;2", 2, lon="double", lat="double", alt="double"
            ),
            "vector": _object("dtmi:iotcentral:schema:vector;2", 2, x="double", y="double", z="double"),
        }
    return {}


def _unit_enum(name: str, names: tuple[str, ...], version: str) -> Enum:
    language = metamodel.V3 if version == "1" else metamodel.V4
    id = f"{_QUANTITATIVE}:v{version}:enum:{name}"
    values = tuple(
        EnumValue(
            id=f"{_QUANTITATIVE}:v{version}:unit:{unit}",
            interface_id=id,
            language=language,
            name=unit,
            enum_value=unit,
        )
        for unit in names
    )
    return Enum(
        id=id, interface_id=id, language=language, value_schema=Primitive("string"), enum_values=values
    )


def _object(id: str, language: int, **fields: str) -> Object:
    made = tuple(
        Field(id=id, interface_id=id, language=language, name=name, schema=Primitive(schema))
        for name, schema in fields.items()
    )
    return Object(id=id, interface_id=id, language=language, fields=made)


SCALED_DECIMAL = _object("dtmi:standard:schema:scaledDecimal;4", 4, value="decimal", scale="short")
