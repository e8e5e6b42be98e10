"""JSON objects into elements: every member read by the tables of the language, every fault noted."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from twinhaus.dtdl import types
from twinhaus.dtdl.contexts import read_context
from twinhaus.dtdl.dtmi import child
from twinhaus.dtdl.literals import Wrong, read_literal, read_localizable
from twinhaus.dtdl.metamodel import V2, Member, Sort
from twinhaus.dtdl.reading import Partition, Place, Reading, Use
from twinhaus.dtdl.shapes import Shape, shape_of, unknown_member
from twinhaus.dtdl.terms import id_problem, read_reference, read_word
from twinhaus.dtdl.types import Element, Interface, Reference
from twinhaus.dtdl.words import listed
from twinhaus.strictjson import Json, describe

_CLASSES: dict[str, Callable[..., Element]] = {
    "Array": types.Array, "Command": types.Command, "CommandPayload": types.CommandPayload,
    "CommandRequest": types.CommandPayload, "CommandResponse": types.CommandPayload, "Component": types.Component,
    "Enum": types.Enum, "EnumValue": types.EnumValue, "Field": types.Field, "Interface": types.Interface,
    "Map": types.Map, "MapKey": types.MapKey, "MapValue": types.MapValue, "Object": types.Object,
    "Property": types.Property, "Relationship": types.Relationship, "Telemetry": types.Telemetry,
}  # fmt: skip
ROOT = Member("", Sort.ELEMENT, kinds=frozenset({"Interface"}), id_required=True)


class ElementReader:
    """Reads the elements standing at one place."""

    def __init__(self, reading: Reading, place: Place) -> None:
        self.reading = reading
        self.place = place

    def read(self, json: dict[str, Json], member: Member) -> Element | Reference | None:
        """The element, with everything in it; a nested Interface becomes a Reference; None if it cannot be told."""
        if json.keys() == {"@id"}:
            problem = ("idReference", f"Write {member.name} as the plain string of the id.")
            self.reading.note(self.place, problem, about=self.place.owner_id)
            return None
        if not self._enter_context(json, member):
            return None
        id = self._id(json, member)
        if id is None:
            return None
        shape = self._shape(json, member)
        if shape.kind not in member.kinds:
            return None
        self._enter_element(json, id, is_interface=shape.kind == "Interface")
        fields, extras, complete = self._members(json, shape)
        if not complete and shape.kind != "Interface":
            return None
        return self._made(shape, fields, extras, json, given="@id" in json)

    def _refuse(self, rule: str, message: str, key: str = "") -> None:
        self.reading.note(self.place, (rule, message), key, about=self.place.id or None)

    def _enter_context(self, json: dict[str, Json], member: Member) -> bool:
        """False where the context is wrong, for then nothing can be said of what stands in it."""
        outer = self.place.context
        if "@context" not in json or member is ROOT:
            return True
        context, problems = read_context(json["@context"], outer, self.reading.options)
        for problem in problems:
            self.reading.note(self.place, problem, "@context", about=None)
        if context is None or problems:
            return False
        if context.language > outer.language or (
            context.language < outer.language and not member.older_allowed
        ):
            message = (
                f"{member.name} of a DTDL v{outer.language} element cannot be a v{context.language} element."
            )
            self._refuse_to_owner("disallowedVersionDefinition", message)
        self.place = replace(self.place, context=context)
        return True

    def _refuse_to_owner(self, rule: str, message: str, key: str = "") -> None:
        self.reading.note(self.place, (rule, message), key, about=self.place.owner_id)

    def _shape(self, json: dict[str, Json], member: Member) -> Shape:
        given = json.get("@type", [])
        named = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list) else (None,)
        if not all(isinstance(text, str) and text for text in named) or ("@type" in json and not named):
            self._refuse_to_owner("badType", "@type must be a string or an array of strings.", "@type")
            named = ()
        shape = shape_of(named, member.kinds, self.place.context)
        if member is ROOT and "Interface" not in (shape.kind, *named):
            self._refuse_to_owner(
                "typeNotRootable", "A document holds Interfaces; @type must be Interface.", "@type"
            )
            return shape
        for rule, message in shape.problems:
            if rule == "badType":
                self._refuse_to_owner(rule, message, "@type")
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
            self.reading.note(self.place, ("idNotString", "@id must be a string."), "@id", about=None)
            return None
        if problem := id_problem(given, member, self.place.context):
            self.reading.note(self.place, problem, "@id", about=None)
            return None
        if given in self.reading.defined:
            self.reading.note(
                self.place, ("duplicateDefinition", f"{given} is defined twice."), "@id", about=given
            )
        self.reading.defined.add(given)
        self.place = replace(self.place, id=given)
        return given

    def _enter_element(self, json: dict[str, Json], id: str, *, is_interface: bool) -> None:
        place = self.place
        partition = place.partition
        if is_interface:
            own = json.get("@context", [])
            own = own if isinstance(own, list) else [own]
            is_whole = bool(own) and str(own[0]).startswith("dtmi:dtdl:context")
            partition = Partition(id, own if is_whole else [*partition.context, *own])
        self.place = Place(place.document, place.path, partition, place.context, id, place.owner_id)

    def _members(
        self, json: dict[str, Json], shape: Shape
    ) -> tuple[dict[str, object], dict[str, Json], bool]:
        fields: dict[str, object] = {}
        extras: dict[str, Json] = {}
        met: set[str] = set()
        for key in json:
            member = shape.members.get(key)
            if member is None:
                self._unknown(key, shape)
                continue
            if member.name in met:
                self._refuse(
                    "duplicatePropertyName", f"{member.name} stands twice, as a term and as a DTMI.", key
                )
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
        self._refuse(
            f"missing{supplemental}{what}Property", f"{shape.kind} must have {member.name}{because}."
        )

    def _unknown(self, key: str, shape: Shape) -> None:
        context = self.place.context
        if not key.startswith("@"):
            if problem := unknown_member(key, shape, context):
                self._refuse(*problem, key)
        elif key == "@graph":
            self._refuse_to_owner("graphDisallowed", "@graph is not allowed.", key)
        elif key not in ("@context", "@id", "@type") and context.language > V2:
            rule = "keywordDisallowed" if self.place.owner_id else "topLevelKeywordDisallowed"
            self._refuse_to_owner(rule, f"{key} is not allowed; @context, @id and @type are.", key)

    def _value(self, json: dict[str, Json], key: str, member: Member) -> object:
        value = json[key]
        if value is None:
            self._refuse("propertyValueNull", f"{member.name} must not be null; leave it out.", key)
        elif value == [] and not member.required:
            return () if member.plural else None
        else:
            try:
                return self._read(json, key, member)
            except Wrong as wrong:
                self._refuse(wrong.rule, wrong.message, key)
        return None

    def _read(self, json: dict[str, Json], key: str, member: Member) -> object:
        context = self.place.context
        match member.sort:
            case Sort.LOCALIZABLE:
                return read_localizable(json[key], member, context.language)
            case Sort.ELEMENT:
                return self._elements(json, key, member)
            case Sort.TERM | Sort.ID:
                return read_word(json[key], member, context)
            case Sort.ANY:
                return json[key]
            case _:
                return read_literal(json[key], member, context.language)

    def _elements(self, json: dict[str, Json], key: str, member: Member) -> object:
        """The element or elements of a member. A nested Interface is replaced by its id, in the document too."""
        value = json[key]
        path = self.place.path_of(key)
        if isinstance(value, list):
            elements = [
                self._element_in(value, index, f"{path}[{index}]", member) for index in range(len(value))
            ]
            self._check_count(value, key, member)
        else:
            elements = [self._element_in(json, key, path, member)]
        found = [element for element in elements if element is not None]
        return tuple(found) if member.plural else next(iter(found), None)

    def _check_count(self, values: list[Json], key: str, member: Member) -> None:
        if not values or (len(values) > 1 and not member.plural):
            rule = "objectMultipleValues" if values else "objectCountBelowMin"
            raise Wrong(
                rule, f"{member.name} must have {'at least' if member.plural else 'exactly'} one value."
            )
        if member.count_max is not None and len(values) > member.count_max:
            message = f"{member.name} has {len(values)} values; at most {member.count_max} are allowed."
            self._refuse("objectCountAboveMax", message, key)

    def _element_in(self, holder: Json, index: str | int, path: str, member: Member) -> object:
        element = self._element(holder[index], member, path)
        if isinstance(holder[index], dict) and isinstance(element, Reference):
            holder[index] = element.id
        return element

    def _element(self, value: Json, member: Member, path: str) -> object:
        place = self.place
        place.partition.element_count += 1
        if isinstance(value, str):
            found = read_reference(value, member, place.context)
            if isinstance(found, Reference):
                self.reading.uses.append(Use(member, value, path, place))
            return found
        if not isinstance(value, dict):
            message = f"{member.name} expects an element or the id of one; got {describe(value)}."
            raise Wrong("refNotStringOrObject", message)
        if member.plural and "@id" not in value and not member.id_required:
            self._check_name(value, member)
        id = child(place.id, f"_{member.name}" + (f":__{value.get('name')}" if member.plural else ""))
        inner = Place(place.document, path, place.partition, place.context, id, place.id)
        return ElementReader(self.reading, inner).read(value, member)

    def _check_name(self, value: dict[str, Json], member: Member) -> None:
        """An element without an id gets one that ends in its name, if it stands among others."""
        spellings = ("name", f"dtmi:dtdl:property:name;{self.place.context.language}")
        names = [value[spelling] for spelling in spellings if spelling in value]
        if not names:
            raise Wrong("missingDtmiSegPropertyValue", f"Each of {member.name} must have a name.")
        if isinstance(names[0], bool):
            raise Wrong(
                "dtmiSegPropertyNotStringOrNumber", f"The name of each of {member.name} must be a string."
            )

    def _made(
        self,
        shape: Shape,
        fields: dict[str, object],
        extras: dict[str, Json],
        json: dict[str, Json],
        *,
        given: bool,
    ) -> Element | Reference:
        place = self.place
        if shape.kind == "Interface":
            fields["extends"] = tuple(reference.id for reference in fields.get("extends", ()))  # type: ignore[attr-defined]
            fields["element_count"] = place.partition.element_count
        element = _CLASSES[shape.kind](
            id=place.id, interface_id=place.partition.id, language=place.context.language, limits=place.context.limits,
            path=place.path, document=place.document, types=shape.types, cotypes=shape.cotypes, extras=extras,
            **fields,
        )  # fmt: skip
        if isinstance(element, Interface):
            self.reading.interfaces[place.id] = element
            self.reading.texts[place.id] = _standalone(json, place.partition.context)
            return Reference(place.id)
        if given:
            self.reading.elements[place.id] = element
        return element


def _standalone(json: dict[str, Json], context: list[Json]) -> str:
    """The text of an Interface as it could stand on its own: with the context it was nested in."""
    own = json.get("@context")
    if own is None or context not in (own, [own]):
        json = {"@context": context} | {key: value for key, value in json.items() if key != "@context"}
    return msgspec.json.encode(json).decode()
