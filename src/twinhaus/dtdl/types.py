"""The elements of a model as frozen values (DTDL, "Interface", "Property", … and "Schemas").

An element knows where it came from (`document`, `path`) and which Interface it belongs to; an element that stands
elsewhere is a `Reference` to its id, which the registry resolves.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct, field

from twinhaus.dtdl.cotypes import Cotype
from twinhaus.strictjson import Json

Texts: TypeAlias = Mapping[str, str]  # Language code -> text.

_NOTHING: Mapping[str, Json] = MappingProxyType({})


def _nothing() -> Mapping[str, Json]:
    return _NOTHING


class Reference(Struct, frozen=True):
    """An element named by its id."""

    id: str


class Primitive(Struct, frozen=True):
    """A primitive or geospatial schema, named by its term: `double`, `dateTime`, `point`."""

    name: str


class Element(Struct, frozen=True, kw_only=True):
    """What every element has. `types` are its co-types, `extras` the members these add, such as `unit`.

    `cotypes` are those of the types that some extension defines. `limits` names the limit extension it was written
    under, if any.
    """

    id: str
    interface_id: str
    language: int
    limits: str = ""
    path: str = ""
    document: int = 0
    types: tuple[str, ...] = ()
    cotypes: tuple[Cotype, ...] = ()
    extras: Mapping[str, Json] = field(default_factory=_nothing)
    display_name: Texts = field(default_factory=_nothing)
    description: Texts = field(default_factory=_nothing)
    comment: str = ""


class Array(Element, frozen=True, kw_only=True):
    """A list of values of one schema."""

    element_schema: "Schema"


class EnumValue(Element, frozen=True, kw_only=True):
    """One value an Enum has."""

    name: str
    enum_value: str | int | bool


class Enum(Element, frozen=True, kw_only=True):
    """A closed list of integers or strings."""

    value_schema: Primitive
    enum_values: tuple[EnumValue | Reference, ...] = ()


class MapKey(Element, frozen=True, kw_only=True):
    """The keys of a Map, which are strings."""

    name: str
    schema: Primitive


class MapValue(Element, frozen=True, kw_only=True):
    """The values of a Map."""

    name: str
    schema: "Schema"


class Map(Element, frozen=True, kw_only=True):
    """Any keys, each with a value of one schema."""

    map_key: MapKey | Reference
    map_value: MapValue | Reference


class Field(Element, frozen=True, kw_only=True):
    """A named part of an Object."""

    name: str
    schema: "Schema"


class Object(Element, frozen=True, kw_only=True):
    """Named fields, each with its schema."""

    fields: tuple[Field | Reference, ...] = ()


Schema: TypeAlias = Primitive | Array | Enum | Map | Object | Reference


class CommandPayload(Element, frozen=True, kw_only=True):
    """What a Command takes or gives back."""

    name: str
    schema: Schema
    nullable: bool = False


class Property(Element, frozen=True, kw_only=True):
    """State a twin has."""

    name: str
    schema: Schema
    writable: bool = False


class Telemetry(Element, frozen=True, kw_only=True):
    """Values a twin emits; never part of its contents."""

    name: str
    schema: Schema


class Command(Element, frozen=True, kw_only=True):
    """Something a twin can do; never part of its contents."""

    name: str
    request: CommandPayload | Reference | None = None
    response: CommandPayload | Reference | None = None
    command_type: str = ""


class Relationship(Element, frozen=True, kw_only=True):
    """A link from a twin to another. `target` is the id of the Interface the other must be a kind of, if any."""

    name: str
    target: str | None = None
    properties: tuple[Property | Reference, ...] = ()
    min_multiplicity: int = 0
    max_multiplicity: int | None = None
    writable: bool = False


class Component(Element, frozen=True, kw_only=True):
    """A part of a twin, described by another Interface."""

    name: str
    schema: Reference


Content: TypeAlias = Property | Telemetry | Command | Relationship | Component
CONTENT_TYPES = (Property, Telemetry, Command, Relationship, Component)


class Interface(Element, frozen=True, kw_only=True):
    """A model. `contents` are its own; what it inherits the registry knows."""

    extends: tuple[str, ...] = ()
    contents: tuple[Content | Reference, ...] = ()
    schemas: tuple[Schema, ...] = ()
    element_count: int = 0
