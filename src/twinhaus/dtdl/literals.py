"""Strings, numbers, booleans and localizable strings as models write them (DTDL, "Representational values").

Any of them may be wrapped in a value object `{"@value": …, "@type": …}`, and a single value in a one-element array.
"""

import re
from functools import lru_cache

from twinhaus.dtdl.metamodel import V2, Member, Sort
from twinhaus.dtdl.types import Texts
from twinhaus.dtdl.values import PRIMITIVES
from twinhaus.dtdl.words import listed
from twinhaus.strictjson import Json, describe

DEFAULT_LANGUAGE = "en"
_LANGUAGE_CODE = re.compile(r"[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_XSD = "http://www.w3.org/2001/XMLSchema#"
_KINDS = {
    Sort.STRING: ("string", (str,), "a string"),
    Sort.BOOLEAN: ("boolean", (bool,), "true or false"),
    Sort.INTEGER: ("integer", (int,), "an integer"),
    Sort.NUMERIC: ("numeric", (int, float), "a number"),
    Sort.DURATION: ("duration", (str,), "an ISO 8601 duration such as PT5M"),
    Sort.LITERAL: ("literal", (str, int, bool), "a string, an integer or a boolean"),
}
_JSON_TYPES = {"duration": "String"}  # Where a rule is named after the JSON type.
_LITERAL_TYPES: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "boolean": (bool,)}
_DATATYPES = {"numeric": "decimal"}  # Where the datatype is not called as the sort.
_FOREIGN_KEYWORDS = {"@context", "@graph", "@id"}
_KEYWORD_RULES = {
    "@context": "Context",
    "@graph": "Graph",
    "@id": "Id",
    "@language": "Language",
    "@type": "Type",
}


class Wrong(Exception):
    """A value breaks `rule`; the message says what would be right."""

    def __init__(self, rule: str, message: str) -> None:
        self.rule = rule
        self.message = message
        super().__init__(message)


def read_literal(value: Json, member: Member, language: int) -> str | int | bool:
    """The plain value of a member that is a string, boolean, integer or any of these. Raises Wrong."""
    sort, types, expected = _KINDS[member.sort]
    if type(value) not in types:
        value = _unwrapped(value, sort, member)
        if isinstance(value, dict):
            value = _value_of(value, sort, member, types, language)
        elif type(value) not in types:
            rule = (
                "literalNotValid"
                if sort == "literal"
                else f"{sort}Not{_JSON_TYPES.get(sort, sort.capitalize())}"
            )
            raise Wrong(rule, f"{member.name} expects {expected}; got {describe(value)}.")
    if type(value) is str:
        _check_text(value, member)
        if member.sort is Sort.DURATION and not PRIMITIVES["duration"].accepts(value):
            raise Wrong("durationInvalid", f'{member.name} "{value}" is no ISO 8601 duration such as PT5M.')
    elif type(value) is int:
        _check_range(value, member)
    return value  # type: ignore[no-any-return]  # Its type was checked above.


def read_localizable(value: Json, member: Member, language: int) -> Texts:
    """The texts by language code. Raises Wrong."""
    if type(value) is str:
        texts: Texts = {DEFAULT_LANGUAGE: value}
    elif isinstance(value, dict):
        texts = _language_map(value, member)
    elif isinstance(value, list):
        texts = _tagged_texts(value, member, language)
    else:
        raise Wrong(
            "langStringElementNotStringOrObject",
            f"{member.name} expects a string, or an object from language codes to strings.",
        )
    for text in texts.values():
        if member.length_max is not None and len(text) > member.length_max:
            raise Wrong(
                "langStringValueTooLong", f"{member.name} is longer than {member.length_max} characters."
            )
    return texts


def _unwrapped(value: Json, sort: str, member: Member) -> Json:
    if not isinstance(value, list):
        return value
    if len(value) > 1:
        raise Wrong(
            f"{sort}MultipleValues", f"{member.name} has {len(value)} values, but only one is allowed."
        )
    if not value:
        raise Wrong(f"{sort}CountBelowMin", f"{member.name} has no value.")
    return value[0]


def _value_of(
    wrapped: dict[str, Json], sort: str, member: Member, types: tuple[type, ...], language: int
) -> Json:
    for key in _superfluous(wrapped, "@type", language):
        rule = (
            "valueObjectInvalidProp"
            if not key.startswith("@")
            else f"valueObject{_KEYWORD_RULES.get(key, 'Keyword')}"
        )
        raise Wrong(rule, f"{member.name} is a value object, in which {key} is not allowed.")
    if "@value" not in wrapped:
        raise Wrong(f"{sort}ObjectNoValue", f"{member.name} is an object without @value.")
    value = wrapped["@value"]
    datatype = _datatype(wrapped, sort, member)
    if sort == "literal" and datatype:
        sort, types = datatype, _LITERAL_TYPES[datatype]
    if type(value) not in types:
        rule = (
            "literalNotValid"
            if sort == "literal"
            else f"{sort}ValueNot{_JSON_TYPES.get(sort, sort.capitalize())}"
        )
        raise Wrong(rule, f"{member.name} has an @value that is not {_KINDS[member.sort][2]}.")
    return value


def _superfluous(wrapped: dict[str, Json], beside: str, language: int) -> set[str]:
    """The members a value object must not have; DTDL v2 overlooks some keywords."""
    overlooked = (
        {key for key in wrapped if key.startswith("@")} - _FOREIGN_KEYWORDS if language == V2 else set()
    )
    return wrapped.keys() - {"@value", beside} - overlooked


def _datatype(wrapped: dict[str, Json], sort: str, member: Member) -> str:
    """What `@type` says the value is; nothing where it is silent."""
    if "@type" not in wrapped:
        return ""
    named = wrapped["@type"]
    named = named[0] if isinstance(named, list) and len(named) == 1 else named
    if not isinstance(named, str):
        raise Wrong("literalTypeNotSingular", f"{member.name} has an @type that does not name one type.")
    legal = _LITERAL_TYPES if sort == "literal" else (_DATATYPES.get(sort, sort),)
    found = next((name for name in legal if named in (f"xsd:{name}", _XSD + name)), None)
    if found is None:
        rule = "literalNotValid" if sort == "literal" else f"{sort}TypeNot{sort.capitalize()}"
        raise Wrong(
            rule, f"{member.name} has an @type that is not {listed(f'xsd:{name}' for name in legal)}."
        )
    return found


def _check_text(text: str, member: Member) -> None:
    if member.length_max is not None and len(text) > member.length_max:
        raise Wrong("stringTooLong", f"{member.name} is longer than {member.length_max} characters.")
    if member.pattern is not None and not member.pattern.fullmatch(text):
        words = member.pattern_words or "letters, digits and inner underscores, the first one a letter"
        raise Wrong("stringInvalid", f'{member.name} "{text}" must consist of {words}.')


def _check_range(number: int, member: Member) -> None:
    if member.minimum is not None and member.minimum == member.maximum != number:
        raise Wrong("valueNotExact", f"{member.name} must be {member.minimum}; got {number}.")
    limit = "Range" if member.minimum is not None and member.maximum is not None else ""
    if member.minimum is not None and number < member.minimum:
        raise Wrong(
            f"valueBelow{limit or 'Min'}", f"{member.name} must be at least {member.minimum}; got {number}."
        )
    if member.maximum is not None and number > member.maximum:
        raise Wrong(
            f"valueAbove{limit or 'Max'}", f"{member.name} must be at most {member.maximum}; got {number}."
        )


@lru_cache(maxsize=1024)
def _is_language_code(code: str) -> bool:
    return _LANGUAGE_CODE.fullmatch(code) is not None


def _language_map(texts: dict[str, Json], member: Member) -> Texts:
    if texts.keys() == {"@value", "@language"}:
        message = f"{member.name} is one text with its language; write it as an object from language codes to texts."
        raise Wrong("langTagValueInLangMap", message)
    for code, text in texts.items():
        if code.startswith("@"):
            raise Wrong(
                "langMapObjKeyword",
                f"{member.name} is an object from language codes to texts, in which {code} is not allowed.",
            )
        if not _is_language_code(code):
            raise Wrong(
                "langStringInvalidCode",
                f'{member.name} has "{code}" where a language code such as en or de-CH belongs.',
            )
        if type(text) is not str:
            raise Wrong(
                "langStringValueNotString",
                f"{member.name} expects a string for {code}; got {describe(text)}.",
            )
    return texts


def _tagged_texts(values: list[Json], member: Member, language: int) -> Texts:
    texts: dict[str, str] = {}
    for value in values:
        code, text = _tagged_text(value, member, language)
        if code in texts:
            raise Wrong("langStringElementCodeNotUnique", f"{member.name} has two texts for {code}.")
        texts[code] = text
    return texts


def _tagged_text(value: Json, member: Member, language: int) -> tuple[str, str]:
    if type(value) is str:
        return DEFAULT_LANGUAGE, value
    if not isinstance(value, dict):
        raise Wrong(
            "langStringElementNotStringOrObject",
            f"{member.name} may hold strings and objects; got {describe(value)}.",
        )
    for key in _superfluous(value, "@language", language):
        rule = "InvalidProp" if not key.startswith("@") else _KEYWORD_RULES.get(key, "Keyword")
        raise Wrong(
            f"langStringElement{rule}", f"{member.name} holds an object in which {key} is not allowed."
        )
    if "@value" not in value:
        raise Wrong("langStringElementNoValue", f"{member.name} holds an object without @value.")
    text, code = value["@value"], value.get("@language", DEFAULT_LANGUAGE)
    if type(text) is not str:
        raise Wrong("langStringElementValueNotString", f"{member.name} has an @value that is not a string.")
    if type(code) is not str:
        raise Wrong("langStringElementCodeNotString", f"{member.name} has an @language that is not a string.")
    if not _is_language_code(code):
        raise Wrong(
            "langStringElementInvalidCode",
            f'{member.name} has "{code}" where a language code such as en or de-CH belongs.',
        )
    return code, text
