"""The kinds of element DTDL has, and the members each may and must have (the tables of the language's specification).

`members_of("Property", 3)` is what a Property of DTDL v3 looks like. What extensions add is in `extensions/`.
"""

import re
from collections.abc import Mapping
from enum import Enum, auto
from functools import cache

from msgspec import Struct

LANGUAGES = (2, 3, 4)
V2, V3, V4 = LANGUAGES

NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?")

CONTENTS = frozenset({"Command", "Component", "Property", "Relationship", "Telemetry"})
COMPLEX_SCHEMAS = frozenset({"Array", "Enum", "Map", "Object"})
# Kinds with no other kind beside them where they stand, so that `@type` may be left out.
IMPLIED_KINDS = frozenset(
    {"CommandPayload", "CommandRequest", "CommandResponse", "EnumValue", "Field", "MapKey", "MapValue"}
)

GEOSPATIAL = ("point", "multiPoint", "lineString", "multiLineString", "polygon", "multiPolygon")
_V2_PRIMITIVES = (
    "boolean",
    "date",
    "dateTime",
    "double",
    "duration",
    "float",
    "integer",
    "long",
    "string",
    "time",
)
_V4_PRIMITIVES = (
    "byte",
    "bytes",
    "decimal",
    "short",
    "unsignedByte",
    "unsignedInteger",
    "unsignedLong",
    "unsignedShort",
    "uuid",
)
_V2_NUMERIC = frozenset({"double", "float", "integer", "long"})
_V4_NUMERIC = _V2_NUMERIC | (frozenset(_V4_PRIMITIVES) - {"bytes", "uuid"})

# Classes of the language that no element of a document is.
_ABSTRACT = frozenset({
    "CommandType", "ComplexSchema", "Content", "Entity", "NamedEntity", "NumericSchema", "PrimitiveSchema", "Schema",
    "TemporalSchema", "Unit", "UnitAttribute",
})  # fmt: skip
_V3_ABSTRACT = frozenset({"LatentType", "NamedLatentType"})
# Words of the language that are neither a kind one can write nor a member of one.
_WORDS = _ABSTRACT | {
    "SchemaField", "SemanticType", "SemanticUnit", "asynchronous", "exponent", "languageMajorVersion", "symbol",
    "synchronous",
}  # fmt: skip
_V2_WORDS = frozenset({"baseUnit", "bottomUnit", "prefix", "topUnit"})
_V3_WORDS = _V3_ABSTRACT | {"AdjunctType", "Alias", "DtdlExtension", "aliasFor", "metamodel", "model"}

SCHEMA_DEPTH_MAX = {V2: 5, V3: 5, V4: 8}
SCHEMA_DEPTH_MAX_BY_LIMITS = {"onvif": 24, "aio": 12}
EXTENDS_DEPTH_MAX = {V2: 10, V3: 10, V4: 12}
EXTENDS_COUNT_MAX = {V2: 1_000_000, V3: 1_024, V4: 1_024}
CONTENTS_COUNT_MAX = {V2: 300, V3: 100_000, V4: 100_000}
ELEMENTS_COUNT_MAX = 100_000
INTERFACE_BYTES_MAX = 1_048_576
DESCRIPTION_LENGTH_MAX_BY_LIMITS = {"onvif": 4096, "aio": 2048}


class Sort(Enum):
    """What the value of a member is."""

    STRING = auto()
    LOCALIZABLE = auto()
    BOOLEAN = auto()
    INTEGER = auto()
    NUMERIC = auto()  # Any JSON number.
    DURATION = auto()  # ISO 8601, as text.
    LITERAL = auto()  # A string, integer or boolean: `enumValue`.
    TERM = auto()  # One of a few words of the language.
    ID = auto()  # The id of an element that need not exist: `target`.
    ELEMENT = auto()  # An element, in place or by id.
    ANY = auto()  # Not looked at: something else is wrong with it already.


class Member(Struct, frozen=True):
    """A member of an element: its value's sort and limits. Counts are of a plural member's values.

    `pattern_words` says what the pattern asks for. One that `is_of_schema` must be a value of the element's schema.
    """

    name: str
    sort: Sort
    required: bool = False
    plural: bool = False
    kinds: frozenset[str] = frozenset()
    schemas: bool = False
    id_required: bool = False
    older_allowed: bool = False
    count_max: int | None = None
    length_max: int | None = None
    pattern: re.Pattern[str] | None = None
    minimum: int | None = None
    maximum: int | None = None
    terms: tuple[str, ...] = ()
    field: str = ""
    pattern_words: str = ""
    is_of_schema: bool = False


def kinds_of(language: int) -> frozenset[str]:
    """The kinds of element that may stand in a document of this language version."""
    payloads = {"CommandPayload"} if language == V2 else {"CommandRequest", "CommandResponse"}
    return CONTENTS | COMPLEX_SCHEMAS | payloads | {"Interface", "Field", "EnumValue", "MapKey", "MapValue"}


def standard_classes_of(language: int) -> frozenset[str]:
    """The classes of the language that elements are not of: abstract ones, and those of its own values (`Boolean`)."""
    primitives = frozenset(name[0].upper() + name[1:] for name in primitives_of(language))
    return _ABSTRACT | primitives | (_V3_ABSTRACT if language > V2 else frozenset())


def abstract_cotypes_of(language: int) -> frozenset[str]:
    """The co-types of the language that only group others."""
    return frozenset({"SemanticType", "SemanticUnit"} | ({"AdjunctType"} if language > V2 else set()))


def id_length_max(limits: str) -> int:
    """How long the id of any element may be, under the limit extension that is active, if any."""
    return 512 if limits else 2_048


def interface_id_length_max(limits: str) -> int:
    """How long the id of an Interface may be, under the limit extension that is active, if any."""
    return 256 if limits else 128


def reserved_words_of(language: int) -> frozenset[str]:
    """The words an extension may not give a meaning of its own."""
    return _WORDS | (_V2_WORDS if language == V2 else _V3_WORDS)


def primitives_of(language: int) -> tuple[str, ...]:
    """The terms of the primitive schemas."""
    return _V2_PRIMITIVES + (_V4_PRIMITIVES if language >= V4 else ())


def numeric_of(language: int) -> frozenset[str]:
    """The primitive schemas that are numbers."""
    return _V4_NUMERIC if language >= V4 else _V2_NUMERIC


@cache
def members_of(kind: str, language: int, limits: str = "") -> Mapping[str, Member]:
    """The members an element of this kind may have, by name; `limits` names the limit extension that is active."""
    members = [
        *_common(language, limits),
        *(_named(language) if kind not in _UNNAMED else ()),
        *_own(kind, language),
    ]
    return {member.name: member for member in members}


_UNNAMED = COMPLEX_SCHEMAS | {"Interface"}


def _common(language: int, limits: str) -> list[Member]:
    description_max = DESCRIPTION_LENGTH_MAX_BY_LIMITS.get(limits, 512)
    return [
        Member("comment", Sort.STRING, length_max=512),
        Member("description", Sort.LOCALIZABLE, length_max=description_max),
        Member(
            "displayName", Sort.LOCALIZABLE, length_max=64 if language == V2 else 512, field="display_name"
        ),
    ]


def _named(language: int) -> list[Member]:
    length_max = 64 if language == V2 else 512
    return [Member("name", Sort.STRING, required=True, length_max=length_max, pattern=NAME)]


def _own(kind: str, language: int) -> list[Member]:  # noqa: PLR0911  One closed table.
    match kind:
        case "Interface":
            return _interface(language)
        case "Property":
            return [_schema(), Member("writable", Sort.BOOLEAN)]
        case "Telemetry" | "Field" | "MapValue":
            return [_schema()]
        case "CommandPayload" | "CommandRequest" | "CommandResponse":
            return [_schema(), *([Member("nullable", Sort.BOOLEAN)] if language >= V4 else ())]
        case "Command":
            return _command(language)
        case "Relationship":
            return _relationship(language)
        case "Component":
            interface = frozenset({"Interface"})
            return [_element("schema", interface, required=True, id_required=True, older_allowed=True)]
        case _:
            return _complex_schema(kind, language)


def _complex_schema(kind: str, language: int) -> list[Member]:
    match kind:
        case "Array":
            return [_schema("elementSchema", "element_schema")]
        case "Object":
            return [
                _element(
                    "fields",
                    frozenset({"Field"}),
                    plural=True,
                    required=language == V2,
                    count_max=30 if language == V2 else None,
                )
            ]
        case "Map":
            key = _element("mapKey", frozenset({"MapKey"}), required=True, field="map_key")
            return [key, _element("mapValue", frozenset({"MapValue"}), required=True, field="map_value")]
        case "MapKey":
            return [Member("schema", Sort.TERM, required=True, terms=("string",))]
        case "EnumValue":
            return [Member("enumValue", Sort.LITERAL, required=True, field="enum_value")]
        case _:
            return _enum(language)


def _enum(language: int) -> list[Member]:
    values = _element(
        "enumValues", frozenset({"EnumValue"}), plural=True, required=language == V2,
        count_max=100 if language == V2 else None, field="enum_values",
    )  # fmt: skip
    return [
        values,
        Member("valueSchema", Sort.TERM, required=True, terms=("integer", "string"), field="value_schema"),
    ]


def _interface(language: int) -> list[Member]:
    extends_max = 2 if language == V2 else None
    return [
        _element("contents", CONTENTS, plural=True, older_allowed=True),
        _element(
            "extends",
            frozenset({"Interface"}),
            plural=True,
            id_required=True,
            older_allowed=True,
            count_max=extends_max,
        ),
        _element("schemas", COMPLEX_SCHEMAS, plural=True, id_required=True),
    ]


def _command(language: int) -> list[Member]:
    request, response = ("CommandPayload",) * 2 if language == V2 else ("CommandRequest", "CommandResponse")
    return [
        _element("request", frozenset({request})),
        _element("response", frozenset({response})),
        Member("commandType", Sort.TERM, terms=("asynchronous", "synchronous"), field="command_type"),
    ]


def _relationship(language: int) -> list[Member]:
    in_v2 = language == V2
    multiplicity_max = 500 if in_v2 else None
    return [
        Member("target", Sort.ID),
        _element(
            "properties",
            frozenset({"Property"}),
            plural=True,
            older_allowed=True,
            count_max=300 if in_v2 else None,
        ),
        Member("minMultiplicity", Sort.INTEGER, minimum=0, maximum=0, field="min_multiplicity"),
        Member(
            "maxMultiplicity", Sort.INTEGER, minimum=1, maximum=multiplicity_max, field="max_multiplicity"
        ),
        Member("writable", Sort.BOOLEAN),
    ]


def _schema(name: str = "schema", field: str = "") -> Member:
    return Member(
        name,
        Sort.ELEMENT,
        required=True,
        kinds=COMPLEX_SCHEMAS,
        schemas=True,
        older_allowed=True,
        field=field,
    )


def _element(
    name: str,
    kinds: frozenset[str],
    *,
    required: bool = False,
    plural: bool = False,
    id_required: bool = False,
    older_allowed: bool = False,
    count_max: int | None = None,
    field: str = "",
) -> Member:
    return Member(
        name, Sort.ELEMENT, required, plural, kinds, id_required=id_required, older_allowed=older_allowed,
        count_max=count_max, field=field,
    )  # fmt: skip
