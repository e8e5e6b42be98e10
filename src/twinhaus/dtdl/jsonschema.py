"""A model as a JSON Schema (draft 2020-12) of its twins: what the body of `PUT /twins` may be for one of them.

The schema allows what `check_contents` allows. Where JSON Schema has no words for a rule, the schema is the wider one:

- `1.0` is an integer to JSON Schema, and not to DTDL.
- Geometries: that the last position of a ring equals its first, and that a `bbox` has twice as many numbers as a
  position.
- What the server reads before the model has a say: keys of the twin itself in any casing (here the schema is the
  narrower one), JSON of at most 64 levels and whole numbers of at most 64 bits, no key twice, no NUL or lone surrogate
  in a text, and times it can read as `lastUpdateTime`.
- What the store knows: whether the model is decommissioned, and which relationships a twin has.

Patterns are those of ECMA 262. Where a validator reads them as Python does, `$` lets one line break pass.
"""

from collections.abc import Callable, Iterable

from twinhaus.dtdl.checks import is_required
from twinhaus.dtdl.dtmi import is_reserved
from twinhaus.dtdl.jsonschema_terms import PRIMITIVES, geometry_definitions, reference
from twinhaus.dtdl.registry import Registry
from twinhaus.dtdl.types import (
    Array,
    Component,
    Element,
    Enum,
    Map,
    Object,
    Primitive,
    Property,
    Reference,
    Schema,
    Texts,
)
from twinhaus.dtdl.validate import must_be_told
from twinhaus.graph import METADATA, TWIN_ID_LENGTH_MAX
from twinhaus.strictjson import Json, JsonObject

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MEDIA_TYPE = "application/schema+json"
_TWIN_ID: JsonObject = {
    "description": "The unique id of the twin. Any characters but control characters; casing matters.",
    "type": "string",
    "minLength": 1,
    "maxLength": TWIN_ID_LENGTH_MAX,
    "pattern": r"^[^\x00-\x1f\x7f-\x9f]*$",
}
_LAST_UPDATE_TIME: JsonObject = {
    "description": "When the twin was last updated. Accepted and ignored: the server sets its own.",
    "type": ["string", "null"],
    "readOnly": True,
}
_METADATA: JsonObject = {
    "description": "Accepted and ignored: the server sets its own.",
    "type": "object",
    "readOnly": True,
}


def json_schema(registry: Registry, model_id: str) -> JsonObject:
    """The schema of a twin of this model, inherited contents included; the same for the same models.

    Whatever has an id of its own, and each component's model, stands once in `$defs`. Units are annotations, `x-unit`.
    Raises UnknownModel.
    """
    interface = registry.get_interface(model_id)
    writer = _Writer(registry)
    contents = writer.contents(model_id)
    is_needed = "required" in contents
    if not is_needed:
        contents["type"] = ["object", "null"]  # Null is as good as left out.
    twin: JsonObject = {
        "$schema": DIALECT,
        "$id": f"urn:twinhaus:schema:{model_id}",
        **_annotated({}, interface),
        "type": "object",
        "properties": {
            "id": _TWIN_ID,
            "modelId": {"const": model_id},
            "lastUpdateTime": _LAST_UPDATE_TIME,
            "contents": contents,
        },
        "required": ["id", "modelId", *(["contents"] if is_needed else [])],
        "additionalProperties": False,
    }
    definitions = writer.definitions()
    return {**twin, "$defs": definitions} if definitions else twin


class _Writer:
    """Writes the parts of one schema. What is shared is referred to, and waits to be written once.

    A queue instead of recursion: shared parts may contain themselves, and may lead on to any number of others.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._definitions: dict[str, JsonObject] = {}
        self._waiting: dict[str, Callable[[], JsonObject]] = {}

    def definitions(self) -> dict[str, JsonObject]:
        """All that was referred to, and what that refers to."""
        while self._waiting:
            name = next(iter(self._waiting))
            self._definitions[name] = self._waiting.pop(name)()
        return self._definitions

    def contents(self, model_id: str) -> JsonObject:
        """The object that holds the properties and components of a model."""
        state = {
            name: content
            for name, content in self._registry.contents(model_id).items()
            if isinstance(content, Property | Component)
        }
        parts = {name: self._content(content) for name, content in state.items()}
        return _table(parts, (name for name in state if must_be_told(self._registry, state[name])))

    def _content(self, content: Property | Component) -> JsonObject:
        if isinstance(content, Property):
            return _annotated(self._schema(content.schema), content)
        model_id = content.schema.id
        return _annotated(self._shared(model_id, lambda: self._component(model_id)), content)

    def _component(self, model_id: str) -> JsonObject:
        contents = self.contents(model_id)
        contents["properties"][METADATA] = _METADATA
        return _annotated(contents, self._registry.get_interface(model_id))

    def _shared(self, name: str, write: Callable[[], JsonObject]) -> JsonObject:
        if name not in self._definitions:
            self._waiting.setdefault(name, write)
        return reference(name)

    def _schema(self, schema: Schema) -> JsonObject:
        if isinstance(schema, Primitive):
            return self._primitive(schema.name)
        if isinstance(schema, Reference):
            found = self._registry.find_element(schema.id)
            if not isinstance(found, Array | Enum | Map | Object):
                return {}
            schema = found
        is_shared = self._registry.find_element(schema.id) is schema or is_reserved(schema.id)
        if is_shared:
            named = schema
            return self._shared(named.id, lambda: self._complex(named))
        return self._complex(schema)

    def _primitive(self, name: str) -> JsonObject:
        if name in PRIMITIVES:
            schema = PRIMITIVES[name]
            return self._shared(name, lambda: dict(schema)) if "pattern" in schema else dict(schema)
        self._definitions.update(geometry_definitions(name))
        return reference(name)

    def _complex(self, schema: Array | Enum | Map | Object) -> JsonObject:
        return _annotated(self._without_notes(schema), schema)

    def _without_notes(self, schema: Array | Enum | Map | Object) -> JsonObject:
        match schema:
            case Array():
                return {"type": "array", "items": self._schema(schema.element_schema)}
            case Map():
                return self._map(schema)
            case Object():
                return self._object(schema)
            case Enum():
                return self._enum(schema)

    def _map(self, schema: Map) -> JsonObject:
        value = self._registry.resolved(schema.map_value)
        if value is None:
            return {}
        return {"type": "object", "additionalProperties": _annotated(self._schema(value.schema), value)}

    def _object(self, schema: Object) -> JsonObject:
        fields = self._registry.all_resolved(schema.fields)
        parts = {field.name: _annotated(self._schema(field.schema), field) for field in fields}
        return _table(parts, (field.name for field in fields if is_required(field)))

    def _enum(self, schema: Enum) -> JsonObject:
        values = self._registry.all_resolved(schema.enum_values)
        if not values:
            return {"not": {}}  # Some validators refuse an empty `enum`.
        written: JsonObject = {"type": "integer" if schema.value_schema.name == "integer" else "string"}
        if any(value.display_name or value.description for value in values):
            written["oneOf"] = [_annotated({"const": value.enum_value}, value) for value in values]
        else:
            written["enum"] = [value.enum_value for value in values]
        return written


def _table(parts: dict[str, JsonObject], required: Iterable[str]) -> JsonObject:
    names = sorted(required)
    return {
        "type": "object",
        "properties": parts,
        **({"required": names} if names else {}),
        "additionalProperties": False,
    }


def _annotated(schema: JsonObject, element: Element) -> JsonObject:
    """The schema under the element's own title, description and unit, which hide those of the schema itself."""
    notes: dict[str, Json] = {
        "title": _text(element.display_name),
        "description": _text(element.description),
        "x-unit": element.extras.get("unit"),
    }
    own = {name: note for name, note in notes.items() if note}
    return {**own, **{name: part for name, part in schema.items() if name not in own}}


def _text(texts: Texts) -> str | None:
    """In English where there is an English one, else as it was written first."""
    return texts.get("en") or next(iter(texts.values()), None)
