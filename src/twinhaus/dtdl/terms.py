"""Words of the language and ids as the values of members: `"schema": "double"`, `"unit": "metre"`."""

from twinhaus.dtdl import metamodel
from twinhaus.dtdl.contexts import Context, Problem, vocabulary
from twinhaus.dtdl.dtmi import is_dtmi, is_reserved, parse_dtmi
from twinhaus.dtdl.extensions import units
from twinhaus.dtdl.extensions.iot import IOT_CENTRAL, IOT_OPERATIONS
from twinhaus.dtdl.literals import Wrong
from twinhaus.dtdl.metamodel import Member, Sort
from twinhaus.dtdl.types import Primitive, Reference, Schema
from twinhaus.dtdl.words import did_you_mean, listed
from twinhaus.strictjson import Json, describe

# Prefixes within which only a product's extension defines elements.
_PRODUCTS_BY_PREFIX = {"dtmi:iotcentral:": IOT_CENTRAL, "dtmi:iotoperations:": IOT_OPERATIONS}
_PRODUCTS = tuple(_PRODUCTS_BY_PREFIX)
_ANY_UNITS = frozenset(name for names in units.unit_enums(3).values() for name in names)


def read_word(value: Json, member: Member, context: Context) -> str | Primitive:
    """One of the few words a member allows, or the id it names. Raises Wrong."""
    value = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(value, str):
        raise Wrong(_shape_rule(value, member), f"{member.name} expects one string; got {describe(value)}.")
    if member.sort is Sort.ID:
        return _read_id(value, member, context)
    term = _term(value, context)
    if term not in member.terms:
        message = f'{member.name} must be {listed(member.terms)}; got "{value}".'
        raise Wrong(_word_rule(member, term, context), message + did_you_mean(value, member.terms))
    return Primitive(term) if member.name in ("schema", "valueSchema") else term


def _read_id(text: str, member: Member, context: Context) -> str:
    """The id of an element that need not exist."""
    if parse_dtmi(text) is None:
        raise Wrong("identifierNotDtmi", f'{member.name} "{text}" is not a well-formed DTMI.')
    length_max = metamodel.id_length_max(context.limits)
    if len(text) > length_max:
        raise Wrong("identifierTooLong", f"{member.name} is longer than {length_max} characters.")
    if not is_dtmi(text, language=context.language):
        message = f'{member.name} "{text}" is not the id of an element in DTDL v{context.language}.'
        raise Wrong("identifierInvalid", message)
    return text


def _term(text: str, context: Context) -> str:
    """The term that a DTMI of the language stands for; any other text as it is."""
    schema = vocabulary(context).schemas.get(text)
    if isinstance(schema, Primitive):
        return schema.name
    path, _, last = text.rpartition(":")
    name, _, version = last.partition(";")
    versions = range(metamodel.V2, context.language + 1)
    if path == "dtmi:dtdl:instance:CommandType" and version in map(str, versions):
        return name
    if path == "dtmi:standard:unit" and version == "2" and context.language == metamodel.V2:
        return name
    for extension in context.extensions:
        if path == f"{extension.replace(';', ':v')}:unit" and not version:
            return name
    return text


def read_reference(text: str, member: Member, context: Context) -> Schema:
    """The schema a term names, or a reference to the element of an id. Raises Wrong."""
    terms = vocabulary(context).schemas if member.schemas else {}
    if text in terms:
        return terms[text]
    if is_dtmi(text, language=context.language) and len(text) <= metamodel.id_length_max(context.limits):
        if is_reserved(text) or text.startswith(_PRODUCTS):
            raise Wrong("undefinedReservedId", f"{text} is not defined by the language.")
        return Reference(text)
    hint = did_you_mean(text, [term for term in terms if ":" not in term])
    what = "neither a term of the language nor" if member.schemas else "not"
    raise Wrong("badDtmiOrTerm", f'{member.name} "{text}" is {what} a well-formed DTMI.{hint}')


def id_problem(given: str, member: Member, context: Context) -> Problem | None:
    """What is wrong with an `@id` where this member stands."""
    active = tuple(
        prefix for prefix, context_id in _PRODUCTS_BY_PREFIX.items() if context_id in context.extensions
    )
    if is_reserved(given) or given.startswith(active):
        return "reservedId", f"{given} begins with a prefix reserved for the language."
    if not is_dtmi(given, language=context.language):
        return "invalidId", f'"{given}" is not a well-formed DTMI such as dtmi:com:example:Room;1.'
    if len(given) > (length_max := metamodel.id_length_max(context.limits)):
        return "idTooLong", f"An id has at most {length_max} characters."
    length_max = metamodel.interface_id_length_max(context.limits)
    if "Interface" in member.kinds and len(given) > length_max:
        return "idTooLongForType", f"The id of an Interface has at most {length_max} characters."
    return None


def _word_rule(member: Member, term: str, context: Context) -> str:
    is_known = term in vocabulary(context).schemas
    if member.name == "unit":
        return "wrongParent" if is_known or term in _ANY_UNITS else "badDtmiOrTerm"
    if not is_known:
        return "badDtmiOrTerm"
    return "badType" if member.name == "schema" else "incorrectPropertyValue"


def _shape_rule(value: Json, member: Member) -> str:
    """The rule broken by a value that is not one string."""
    if member.sort is Sort.ID:
        return (
            "identifierMultipleValues"
            if isinstance(value, list) and len(value) > 1
            else "identifierNotString"
        )
    if isinstance(value, list):
        return "objectMultipleValues" if value else "objectCountBelowMin"
    if isinstance(value, dict):
        return "refObjectNotAllowed" if member.name == "unit" else "badType"
    return "refNotStringOrObject"
