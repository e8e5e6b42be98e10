"""JSON objects into elements: every member read by the tables of the language, every fault noted."""

from collections.abc import Callable
from dataclasses import replace

import msgspec

from twinhaus.dtdl import types, units
from twinhaus.dtdl.contexts import Problem, read_context, vocabulary
from twinhaus.dtdl.dtmi import child, is_dtmi, is_reserved
from twinhaus.dtdl.literals import Wrong, read_literal, read_localizable
from twinhaus.dtdl.metamodel import INTERFACE_ID_LENGTH_MAX, V2, Member, Sort
from twinhaus.dtdl.reading import Partition, Place, Reading, Use
from twinhaus.dtdl.shapes import Shape, shape_of
from twinhaus.dtdl.types import Element, Interface, Primitive, Reference
from twinhaus.dtdl.words import did_you_mean, listed
from twinhaus.strictjson import Json, describe

_CLASSES: dict[str, Callable[..., Element]] = {
    "Array": types.Array, "Command": types.Command, "CommandPayload": types.CommandPayload,
    "CommandRequest": types.CommandPayload, "CommandResponse": types.CommandPayload, "Component": types.Component,
    "Enum": types.Enum, "EnumValue": types.EnumValue, "Field": types.Field, "Interface": types.Interface,
    "Map": types.Map, "MapKey": types.MapKey, "MapValue": types.MapValue, "Object": types.Object,
    "Property": types.Property, "Relationship": types.Relationship, "Telemetry": types.Telemetry,
}  # fmt: skip
ROOT = Member("", Sort.ELEMENT, kinds=frozenset({"Interface"}), id_required=True)
_IOT_CENTRAL = "dtmi:iotcentral:context;2"
_TERM_NAMESPACES = ("dtmi:dtdl:instance:", "dtmi:standard:unit:", "dtmi:dtdl:extension:quantitativeTypes:")


class ElementReader:
    """Reads the elements standing at one place."""

    def __init__(self, reading: Reading, place: Place) -> None:
        self.reading = reading
        self.place = place

    def read(self, json: dict[str, Json], member: Member) -> Element | Reference | None:
        """The element, with everything in it; a nested Interface becomes a Reference; None if it cannot be told."""
        if json.keys() == {"@id"}:
            problem = ("idReference", f"Write {member.name} as the plain string of the id.")
            return self.reading.note(self.place, problem, about=self.place.owner_id)
        self._enter_context(json, member)
        id = self._id(json, member)
        shape = self._shape(json, member)
        if shape.kind not in member.kinds or id is None:
            return None
        self._enter_element(json, id, is_interface=shape.kind == "Interface")
        fields, extras, complete = self._members(json, shape)
        if not complete and shape.kind != "Interface":
            return None
        return self._made(shape, fields, extras, json, given="@id" in json)

    def _refuse(self, rule: str, message: str, key: str = "") -> None:
        self.reading.note(self.place, (rule, message), key, about=self.place.id or None)

    def _enter_context(self, json: dict[str, Json], member: Member) -> None:
        outer = self.place.context
        if "@context" not in json or member is ROOT:
            return
        context, problems = read_context(json["@context"], outer, self.reading.options)
        for problem in problems:
            self.reading.note(self.place, problem, "@context", about=None)
        if context is None or context is outer:
            return
        if context.language > outer.language or (context.language < outer.language and not member.older_allowed):
            message = f"{member.name} of a DTDL v{outer.language} element cannot be a v{context.language} element."
            self._refuse_to_owner("disallowedVersionDefinition", message)
        self.place = replace(self.place, context=context)

    def _refuse_to_owner(self, rule: str, message: str, key: str = "") -> None:
        self.reading.note(self.place, (rule, message), key, about=self.place.owner_id)

    def _shape(self, json: dict[str, Json], member: Member) -> Shape:
        given = json.get("@type", [])
        named = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list) else (None,)
        if not all(isinstance(text, str) and text for text in named) or ("@type" in json and not named):
            self._refuse_to_owner("badType", "@type must be a string or an array of strings.", "@type")
            named = ()
        shape = shape_of(named, member.kinds, self.place.context)
        for rule, message in shape.problems:
            if rule == "badType":
                self._refuse_to_owner("typeNotRootable" if member is ROOT else rule, message, "@type")
            else:
                self._refuse(rule, message, "@type")
        return shape

    def _id(self, json: dict[str, Json], member: Member) -> str | None:
        if "@id" not in json:
            if member.id_required:
                rule = "missingTopLevelId" if member is ROOT else "missingRequiredId"
                self._refuse_to_owner(rule, f"{listed(sorted(member.kinds))} must have an @id here.")
                return None
            return self.place.id
        given = json["@id"]
        if not isinstance(given, str) or not given:
            return self.reading.note(self.place, ("idNotString", "@id must be a string."), "@id", about=None)
        if problem := self._id_problem(given, member):
            self.reading.note(self.place, problem, "@id", about=None)
        elif given in self.reading.defined:
            self.reading.note(self.place, ("duplicateDefinition", f"{given} is defined twice."), "@id", about=given)
        self.reading.defined.add(given)
        self.place = replace(self.place, id=given)
        return given

    def _id_problem(self, given: str, member: Member) -> Problem | None:
        context = self.place.context
        if is_reserved(given) or (_IOT_CENTRAL in context.extensions and given.startswith("dtmi:iotcentral:")):
            return "reservedId", f"{given} begins with a prefix reserved for the language."
        if not is_dtmi(given, language=context.language):
            return "invalidId", f'"{given}" is not a well-formed DTMI such as dtmi:com:example:Room;1.'
        if "Interface" in member.kinds and len(given) > INTERFACE_ID_LENGTH_MAX:
            return "idTooLongForType", f"The id of an Interface has at most {INTERFACE_ID_LENGTH_MAX} characters."
        return None

    def _enter_element(self, json: dict[str, Json], id: str, *, is_interface: bool) -> None:
        place = self.place
        partition = place.partition
        if is_interface:
            own = json.get("@context", [])
            own = own if isinstance(own, list) else [own]
            partition = Partition(id, own if str(own[:1]).find("dtmi:dtdl:context") >= 0 else [*partition.context, *own])
        self.place = Place(place.document, place.path, partition, place.context, id, place.owner_id)

    def _members(self, json: dict[str, Json], shape: Shape) -> tuple[dict[str, object], dict[str, Json], bool]:
        fields: dict[str, object] = {}
        extras: dict[str, Json] = {}
        met: set[str] = set()
        for key, value in json.items():
            member = shape.members.get(key)
            if member is None:
                self._unknown(key, shape)
                continue
            if member.name in met:
                self._refuse("duplicatePropertyName", f"{member.name} stands twice, as a term and as a DTMI.", key)
            met.add(member.name)
            read = self._value(json, key, member)
            if read is not None:
                name = shape.fields.get(member.name)
                target, name = (extras, member.name) if name is None else (fields, name)
                target[name] = read
        for member in shape.required:
            if member.name not in met:
                self._missing(member, shape)
        complete = all(shape.fields.get(m.name, m.name) in fields or m.name in extras for m in shape.required)
        return fields, extras, complete

    def _missing(self, member: Member, shape: Shape) -> None:
        what = "Object" if member.sort is Sort.ELEMENT or (member.sort is Sort.TERM) else "Literal"
        supplemental = "" if member.name in shape.fields else "Supplemental"
        because = "" if member.name in shape.fields else f" as {listed(shape.types, joined_by='and')}"
        self._refuse(f"missing{supplemental}{what}Property", f"{shape.kind} must have {member.name}{because}.")

    def _unknown(self, key: str, shape: Shape) -> None:
        context = self.place.context
        if key.startswith("@"):
            if key == "@graph":
                self._refuse("graphDisallowed", "@graph is not allowed.", key)
            elif key not in ("@context", "@id", "@type") and context.language > V2:
                self._refuse("keywordDisallowed" if self.place.owner_id else "topLevelKeywordDisallowed", f"{key} is not allowed; @context, @id and @type are.", key)
            return
        if shape.is_open and (context.language == V2 or (context.has_unknown and _is_term_or_dtmi(key))):
            return
        self._refuse(*self._unknown_problem(key, shape), key)

    def _unknown_problem(self, key: str, shape: Shape) -> Problem:
        legal = [name for name in shape.members if ":" not in name]
        hint = did_you_mean(key, legal) or f" Legal are {listed(sorted(legal), joined_by='and')}."
        message = f'{shape.kind} has no member "{key}".{hint}'
        language = self.place.context.language
        if language == V2:
            return "noTypeThatAllows", message
        if key.startswith("dtmi:"):
            return ("propertyIrrelevantDtmiOrTerm" if is_dtmi(key) else "propertyInvalidDtmi"), message
        if ":" in key:
            return "propertyNotDtmiNorTerm", message
        known = key in vocabulary(self.place.context).words
        return ("propertyIrrelevantDtmiOrTerm" if known else "propertyUndefinedTerm"), message

    def _value(self, json: dict[str, Json], key: str, member: Member) -> object:
        value = json[key]
        if value is None:
            return self._refuse("propertyValueNull", f"{member.name} must not be null; leave it out.", key)
        if value == [] and not member.required:
            return () if member.plural else None
        try:
            if member.sort is Sort.LOCALIZABLE:
                return read_localizable(value, member, self.place.context.language)
            if member.sort is Sort.ELEMENT:
                return self._elements(json, key, member)
            if member.sort in (Sort.TERM, Sort.ID):
                return self._word(value, member)
            return read_literal(value, member, self.place.context.language)
        except Wrong as wrong:
            return self._refuse(wrong.rule, wrong.message, key)

    def _word(self, value: Json, member: Member) -> object:
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
        if not isinstance(value, str):
            raise Wrong("refNotStringOrObject", f"{member.name} expects one string; got {describe(value)}.")
        if member.sort is Sort.ID:
            if not is_dtmi(value, language=self.place.context.language):
                raise Wrong("identifierNotDtmi", f'{member.name} "{value}" is not a well-formed DTMI.')
            return value
        term = value.rpartition(":")[2].partition(";")[0] if value.startswith(_TERM_NAMESPACES) else value
        if term not in member.terms:
            message = f'{member.name} must be {listed(member.terms)}; got "{value}".'
            raise Wrong(self._word_rule(member, term), message + did_you_mean(value, member.terms))
        return Primitive(term) if member.name in ("schema", "valueSchema") else term

    def _word_rule(self, member: Member, term: str) -> str:
        if member.name == "unit":
            return "wrongParent" if any(term in names for names in units.unit_enums(3).values()) else "badDtmiOrTerm"
        known = term in vocabulary(self.place.context).schemas
        return "incorrectPropertyValue" if known else "badDtmiOrTerm"

    def _elements(self, json: dict[str, Json], key: str, member: Member) -> object:
        """The element or elements of a member. A nested Interface is replaced by its id, in the document too."""
        value = json[key]
        if not isinstance(value, list):
            element = self._element(value, member, key)
            if isinstance(value, dict) and isinstance(element, Reference):
                json[key] = element.id
            return (element,) if member.plural and element is not None else element
        if not member.plural and len(value) != 1:
            raise Wrong("objectMultipleValues" if value else "objectCountBelowMin", f"{member.name} must have exactly one value.")
        if member.count_max is not None and len(value) > member.count_max:
            self._refuse("objectCountAboveMax", f"{member.name} has {len(value)} values; at most {member.count_max} are allowed.", key)
        if member.required and not value:
            raise Wrong("objectCountBelowMin", f"{member.name} must have at least one value.")
        elements = []
        for index, item in enumerate(value):
            element = self._element(item, member, f"{key}[{index}]")
            if isinstance(item, dict) and isinstance(element, Reference):
                value[index] = element.id
            if element is not None:
                elements.append(element)
        return tuple(elements) if member.plural else next(iter(elements), None)

    def _element(self, value: Json, member: Member, key: str) -> object:
        place = self.place
        place.partition.element_count += 1
        if isinstance(value, str):
            return self._named(value, member, key)
        if not isinstance(value, dict):
            raise Wrong("refNotStringOrObject", f"{member.name} expects an element or the id of one; got {describe(value)}.")
        suffix = f"_{member.name}" + (f":__{value.get('name')}" if member.plural else "")
        inner = Place(place.document, place.path_of(key), place.partition, place.context, child(place.id, suffix), place.id)
        return ElementReader(self.reading, inner).read(value, member)

    def _named(self, text: str, member: Member, key: str) -> object:
        """A schema by its term, or an element by its id."""
        place = self.place
        terms = vocabulary(place.context).schemas if member.schemas else {}
        if text in terms:
            return terms[text]
        if is_dtmi(text, language=place.context.language):
            if is_reserved(text):
                raise Wrong("undefinedReservedId", f"{text} is not defined by the language.")
            self.reading.uses.append(Use(member, text, place.path_of(key), place))
            return Reference(text)
        hint = did_you_mean(text, [term for term in terms if ":" not in term])
        what = "neither a term of the language nor a well-formed DTMI" if member.schemas else "not a well-formed DTMI"
        raise Wrong("badDtmiOrTerm", f'{member.name} "{text}" is {what}.{hint}')

    def _made(
        self, shape: Shape, fields: dict[str, object], extras: dict[str, Json], json: dict[str, Json], *, given: bool
    ) -> Element | Reference:
        place = self.place
        if shape.kind == "Interface":
            fields["extends"] = tuple(reference.id for reference in fields.get("extends", ()))  # type: ignore[attr-defined]
            fields["element_count"] = place.partition.element_count
        element = _CLASSES[shape.kind](
            id=place.id, interface_id=place.partition.id, language=place.context.language, path=place.path,
            document=place.document, types=shape.types, extras=extras, **fields,
        )  # fmt: skip
        if isinstance(element, Interface):
            self.reading.interfaces[place.id] = element
            self.reading.texts[place.id] = self._text(json)
            return Reference(place.id)
        if given:
            self.reading.elements[place.id] = element
        return element

    def _text(self, json: dict[str, Json]) -> str:
        """The Interface as it could stand on its own: with the context it was nested in."""
        own = json.get("@context")
        context = self.place.partition.context
        document = json if own is not None and context in (own, [own]) else {"@context": context, **json, "@context": context}
        return msgspec.json.encode(document).decode()


def _is_term_or_dtmi(key: str) -> bool:
    return is_dtmi(key) if key.startswith("dtmi:") else ":" not in key
