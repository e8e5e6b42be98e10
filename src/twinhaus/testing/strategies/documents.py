"""Documents of DTDL, legal by construction: every kind of element and schema, in each version and many spellings."""

from typing import Literal, TypeVar

from hypothesis import strategies as st

from twinhaus.dtdl import metamodel
from twinhaus.strictjson import Json, JsonObject

T = TypeVar("T")
Version = Literal[2, 3, 4]

INTERFACES_MAX = 4
CONTENTS_MAX = 4
SCHEMA_DEPTH = 3  # Below what each version allows.

_EXTENSIONS = {
    3: ("dtmi:dtdl:extension:quantitativeTypes;1", "dtmi:dtdl:extension:historization;1"),
    4: ("dtmi:dtdl:extension:quantitativeTypes;2", "dtmi:dtdl:extension:historization;2"),
}
_QUANTITIES = (("Length", "metre"), ("Temperature", "degreeCelsius"), ("Power", "kilowatt"))
_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@st.composite
def documents(draw: st.DrawFn) -> list[JsonObject]:
    """Some Interfaces of one version, each extending or holding some of those before it."""
    version: Version = draw(st.sampled_from((2, 3, 4)))
    drawn: list[JsonObject] = []
    plain: list[
        str
    ] = []  # Ids of those that are no component's end: without components of their own or inherited.
    for number in range(draw(st.integers(1, INTERFACES_MAX))):
        writer = _Writer(draw, version, number)
        interface = writer.interface([one["@id"] for one in drawn], plain)
        drawn.append(interface)
        parents = interface.get("extends", [])
        parents = [parents] if isinstance(parents, str) else parents
        if not writer.has_component and set(parents) <= set(plain):
            plain.append(interface["@id"])
    return drawn


class _Writer:
    """Writes one Interface. Names carry its number, so that no two of a hierarchy are the same."""

    def __init__(self, draw: st.DrawFn, version: Version, number: int) -> None:
        self._draw = draw
        self._version = version
        self._number = number
        self._names = 0
        self._shared: list[str] = []
        self.has_component = False

    def interface(self, earlier: list[str], plain: list[str]) -> JsonObject:
        """The whole of it."""
        extends = self._draw(st.lists(st.sampled_from(earlier), unique=True, max_size=2)) if earlier else []
        context = [f"dtmi:dtdl:context;{self._version}", *_EXTENSIONS.get(self._version, ())]
        schemas = [self._shared_schema() for _ in range(self._draw(st.integers(0, 2)))]
        contents = [self._content(earlier, plain) for _ in range(self._draw(st.integers(0, CONTENTS_MAX)))]
        return {
            "@context": context if len(context) > 1 else self._one_of(context, context[0]),
            "@id": f"dtmi:drawn:Interface{self._number};1",
            "@type": self._one_of("Interface", ["Interface"], f"dtmi:dtdl:class:Interface;{self._version}"),
            **self._notes(),
            **({"extends": extends[0] if len(extends) == 1 else extends} if extends else {}),
            **({"schemas": schemas} if schemas else {}),
            **({"contents": contents[0] if len(contents) == 1 else contents} if contents else {}),
        }

    def _one_of(self, *spellings: T) -> T:
        return self._draw(st.sampled_from(spellings))

    def _notes(self) -> JsonObject:
        text = self._draw(_texts)
        return self._one_of(
            {},
            {"displayName": text},
            {"displayName": {"en": text, "de-CH": text}, "comment": "as drawn"},
            {"description": [text, {"@value": text, "@language": "fr"}]},
        )

    def _name(self) -> JsonObject:
        self._names += 1
        name = f"n{self._number}_{self._names}"
        wrapped = {"@value": name, "@type": "xsd:string"}
        spelled = f"dtmi:dtdl:property:name;{self._version}"
        return self._one_of(
            {"name": name},
            {"name": name},
            {"name": name, "@id": f"dtmi:drawn:{name};1"},
            {
                "name": wrapped,
                "@id": f"dtmi:drawn:{name};1",
            },
            {spelled: name, "@id": f"dtmi:drawn:{name};1"},
        )

    def _content(self, earlier: list[str], plain: list[str]) -> JsonObject:
        kinds = ["Property", "Telemetry", "Command", "Relationship"] + (["Component"] if plain else [])
        kind = self._one_of(*kinds)
        common = {**self._name(), **self._notes()}
        match kind:
            case "Property" | "Telemetry":
                writable = self._one_of({}, {"writable": True}) if kind == "Property" else {}
                return {**common, **self._valued(kind), **writable}
            case "Command":
                payloads = {
                    part: self._payload() for part in ("request", "response") if self._one_of(True, False)
                }
                return {"@type": kind, **common, **payloads}
            case "Relationship":
                target = {"target": self._one_of(*earlier, "dtmi:drawn:Elsewhere;1")}
                properties = [
                    {**self._name(), **self._valued("Property")} for _ in range(self._one_of(0, 1, 2))
                ]
                limits = self._one_of({}, {"maxMultiplicity": 3}, {"minMultiplicity": 0})
                return {
                    "@type": kind,
                    **common,
                    **self._one_of({}, target),
                    "properties": properties,
                    **limits,
                }
            case _:
                self.has_component = True
                return {"@type": kind, **common, "schema": self._one_of(*plain)}

    def _valued(self, kind: str) -> JsonObject:
        """The types of a Property or Telemetry and its schema, perhaps with a unit."""
        if self._one_of(True, False):
            quantity, unit = self._one_of(*_QUANTITIES)
            return {"@type": [kind, quantity], "schema": self._one_of("double", "long"), "unit": unit}
        historized = ["Historized"] if self._version in _EXTENSIONS and self._one_of(True, False) else []
        has_arrays = not (kind == "Property" and self._version == metamodel.V2)
        return {"@type": [kind, *historized], "schema": self._schema(SCHEMA_DEPTH, has_arrays=has_arrays)}

    def _payload(self) -> JsonObject:
        return {**self._name(), "schema": self._schema(SCHEMA_DEPTH)}

    def _shared_schema(self) -> JsonObject:
        self._names += 1
        id = f"dtmi:drawn:schema{self._number}_{self._names};1"
        schema = self._complex(SCHEMA_DEPTH - 1, has_arrays=False)
        self._shared.append(id)
        return {"@id": id, **schema}

    def _schema(self, depth: int, *, has_arrays: bool = True) -> Json:
        names = metamodel.primitives_of(self._version) + (metamodel.GEOSPATIAL if has_arrays else ())
        primitive = self._one_of(*names)
        if depth == 0 or self._one_of(True, False):
            is_spelled = primitive not in metamodel.GEOSPATIAL and self._one_of(True, False)
            return f"dtmi:dtdl:instance:Schema:{primitive};{self._version}" if is_spelled else primitive
        if self._shared and depth == SCHEMA_DEPTH and self._one_of(True, False):
            return self._one_of(*self._shared)
        return self._complex(depth - 1, has_arrays=has_arrays)

    def _complex(self, depth: int, *, has_arrays: bool) -> JsonObject:
        match self._one_of(*(["Array"] if has_arrays else []), "Enum", "Map", "Object"):
            case "Array":
                return {"@type": "Array", "elementSchema": self._schema(depth)}
            case "Enum":
                return self._enum()
            case "Map":
                key = {**self._name(), "schema": "string"}
                value = {**self._name(), "schema": self._schema(depth, has_arrays=has_arrays)}
                return {"@type": "Map", "mapKey": key, "mapValue": value}
            case _:
                fields = [
                    {**self._name(), "schema": self._schema(depth, has_arrays=has_arrays)}
                    for _ in range(self._one_of(1, 2))
                ]
                return {"@type": "Object", "fields": fields}

    def _enum(self) -> JsonObject:
        kind = self._one_of("integer", "string")
        values = range(1, 1 + self._one_of(1, 2, 3))
        return {
            "@type": "Enum",
            "valueSchema": kind,
            "enumValues": [
                {**self._name(), "enumValue": value if kind == "integer" else f"v{value}"} for value in values
            ],
        }
