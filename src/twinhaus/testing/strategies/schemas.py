"""Models of DTDL v2, v3 and v4 with schemas of every kind, nested, named, shared, and in v4 within themselves."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from twinhaus.dtdl import Registry, load_models
from twinhaus.dtdl.metamodel import GEOSPATIAL, LANGUAGES, V2, V4, primitives_of
from twinhaus.strictjson import Json, JsonObject

MODEL, PARENT, PART = (f"dtmi:instance:{name};1" for name in ("Model", "Parent", "Part"))
NESTED_MAX = 3  # Schemas within each other, where nothing is named.
_MEMBERS_MAX = 4
_NAMED = tuple(f"dtmi:instance:named{number};1" for number in range(2))
_REQUIREMENT = "dtmi:dtdl:extension:requirement;2"
_QUANTITIES = {3: "dtmi:dtdl:extension:quantitativeTypes;1", 4: "dtmi:dtdl:extension:quantitativeTypes;3"}
_ENUM_TEXTS = ("Office", "Lab", "plant room", "Ä")
_ENUM_NUMBERS = (-1, 0, 1, 2**31 - 1)

_may_be_required = st.sampled_from((False, False, True))


@dataclass(frozen=True, slots=True)
class TypedModel:
    """A model with a parent, a component and a relationship, and the registry that holds them."""

    document: str
    registry: Registry

    def __repr__(self) -> str:
        return f"TypedModel({self.document})"


@st.composite
def typed_models(draw: st.DrawFn) -> TypedModel:
    """`MODEL`, whose properties have schemas of every kind that its version of the language has."""
    language = draw(st.sampled_from(LANGUAGES))
    named = _named(draw, language)
    schemas = _Schemas(draw, language, tuple(one["@id"] for one in named))
    relationship = {"@type": "Relationship", "name": "feeds", "properties": schemas.properties("flow")}
    documents = [
        _interface(language, PART, _Schemas(draw, language, ()).properties("own")),
        _interface(language, PARENT, _Schemas(draw, language, ()).properties("handedDown")),
        _interface(
            language,
            MODEL,
            [
                *schemas.properties("held"),
                {"@type": "Component", "name": "part", "schema": PART},
                {"@type": "Telemetry", "name": "noise", "schema": "double"},
                {"@type": "Command", "name": "clean"},
                relationship,
            ],
            extends=[PARENT],
            schemas=named,
        ),
    ]
    text = json.dumps(documents)
    return TypedModel(text, load_models([text]))


def _interface(language: int, id: str, contents: list[JsonObject], **members: Json) -> JsonObject:
    extensions = [] if language == V2 else [_REQUIREMENT, _QUANTITIES[language]]
    context = [f"dtmi:dtdl:context;{language}", *extensions]
    return {"@context": context, "@id": id, "@type": "Interface", "contents": contents, **members}


def _named(draw: st.DrawFn, language: int) -> list[JsonObject]:
    """Schemas with ids. In DTDL v4 they may hold themselves and each other, though never so that a value must."""
    known = _NAMED if language >= V4 else ()
    schemas = _Schemas(draw, language, known)
    found = []
    for id in _NAMED:
        schema = draw(st.sampled_from((schemas.array, schemas.map, schemas.object)))
        if language == V2 and schema == schemas.array:
            schema = schemas.map
        found.append({"@id": id, **schema(NESTED_MAX - 2)})
    return found


@dataclass(frozen=True, slots=True)
class _Schemas:
    draw: st.DrawFn
    language: int
    named: tuple[str, ...]

    def properties(self, stem: str) -> list[JsonObject]:
        count = self.draw(st.integers(1, _MEMBERS_MAX))
        return [
            {"@type": self._types("Property"), "name": f"{stem}{number}", "schema": self.any(NESTED_MAX)}
            for number in range(count)
        ]

    def any(self, depth: int) -> Json:
        kinds: list[Callable[[int], Json]] = [self.primitive] * 3
        if depth:
            kinds += [self.map, self.object, self.enum]
            kinds += [self.array] if self.language > V2 else []
            kinds += [self.reference] if self.named else []
        kind = self.draw(st.sampled_from(kinds))
        return kind(depth - 1)

    def primitive(self, _: int) -> Json:
        terms = primitives_of(self.language)
        if self.language > V2:
            terms += (*GEOSPATIAL, "LengthUnit")
        if self.language >= V4:
            terms += ("scaledDecimal",)
        return self.draw(st.sampled_from(terms))

    def array(self, depth: int) -> JsonObject:
        return {"@type": "Array", "elementSchema": self.any(depth)}

    def map(self, depth: int) -> JsonObject:
        value = {"name": "value", "schema": self.any(depth)}
        return {"@type": "Map", "mapKey": {"name": "key", "schema": "string"}, "mapValue": value}

    def object(self, depth: int) -> JsonObject:
        count = self.draw(st.integers(1, _MEMBERS_MAX))
        fields = []
        for number in range(count):
            schema = self.any(depth)
            # What a value must have must not lead to a value of its own kind again.
            leads_back = any(id in json.dumps(schema) for id in _NAMED)
            types = ["Field"] if leads_back else self._types("Field")
            fields.append({"@type": types, "name": f"field{number}", "schema": schema})
        return {"@type": "Object", "fields": fields}

    def enum(self, _: int) -> JsonObject:
        of, pool = self.draw(st.sampled_from((("string", _ENUM_TEXTS), ("integer", _ENUM_NUMBERS))))
        values = self.draw(st.lists(st.sampled_from(pool), min_size=1, unique=True))
        members = [{"name": f"v{number}", "enumValue": value} for number, value in enumerate(values)]
        return {"@type": "Enum", "valueSchema": of, "enumValues": members}

    def reference(self, _: int) -> str:
        return self.draw(st.sampled_from(self.named))

    def _types(self, kind: str) -> list[str]:
        is_required = self.language > V2 and self.draw(_may_be_required)
        return [kind, "Required"] if is_required else [kind]
