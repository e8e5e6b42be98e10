"""What the language recommends and does not demand (its SHOULDs): models that go against it are valid all the same.

Read from the JSON alone, so that a document can be advised on before, or without, being checked.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from twinhaus.dtdl.dtmi import without_version
from twinhaus.dtdl.words import shown
from twinhaus.errors import path_to
from twinhaus.strictjson import Json, JsonObject

_LANGUAGE = re.compile(r"dtmi:dtdl:context;([234])(?:#(?:limitless|limits))?")
_TERM_OF_THE_LANGUAGE = re.compile(
    r"dtmi:(?:dtdl:(?:class|property|instance:\w+|extension:\w+:v\d+:(?:class|unit|property)|extension:\w+:v\d+)"
    r"|standard:(?:class|unit|schema:geospatial|schema)|iotcentral:(?:class|schema)|iotoperations:(?:class|property))"
    r":(?P<term>\w+)(?::\w+)?(?:;\d+)?"
)
_LOCALIZABLE = frozenset({"displayName", "description"})
_KEYWORDS = frozenset({"@context", "@id", "@type"})
_DEPRECATED = {"commandType": 3}  # Members, and the version of the language that deprecates them.


class Recommendation(Struct, frozen=True):
    """A piece of advice: where it applies (a path as an error's), and what is better."""

    path: str
    message: str


def recommendations(document: Json) -> Iterator[Recommendation]:
    """Advice on one document, an Interface or an array of them, as JSON values; what is no model gets none."""
    roots = document if isinstance(document, list) else [document]
    for index, root in enumerate(roots):
        if isinstance(root, dict):
            yield from _element(root, f"[{index}]" if isinstance(document, list) else "", 0)


def _element(element: JsonObject, path: str, language: int) -> Iterator[Recommendation]:
    language = _language_of(element.get("@context"), language)
    yield from _context(element.get("@context"), path_to(path, "@context"))
    yield from _types(element.get("@type"), path_to(path, "@type"))
    for key, value in element.items():
        where = path_to(path, key)
        name = _term(key) or key
        if key.startswith("@"):
            if key not in _KEYWORDS:
                yield Recommendation(where, f"{key} means nothing in DTDL; leave it out.")
            continue
        if name != key:
            yield Recommendation(where, f"Write the term {name} instead of its DTMI.")
        if language >= _DEPRECATED.get(name, 99):
            yield Recommendation(where, f"{name} is deprecated in DTDL v{language}; leave it out.")
        yield from _localizable(value, where) if name in _LOCALIZABLE else _values(value, where, language)


def _values(value: Json, path: str, language: int) -> Iterator[Recommendation]:
    match value:
        case list():
            for index, one in enumerate(value):
                yield from _values(one, path_to(path, index), language)
        case {"@value": _}:
            yield from _value_object(value, path, "@type", "its datatype, such as xsd:string")
        case dict():
            yield from _element(value, path, language)
        case str() if term := _term(value):
            yield Recommendation(path, f"Write the term {term} instead of its DTMI.")


def _localizable(value: Json, path: str) -> Iterator[Recommendation]:
    for index, text in enumerate(value if isinstance(value, list) else ()):
        where = path_to(path, index)
        if isinstance(text, dict):
            yield from _value_object(text, where, "@language", "its language, such as en")
        else:
            yield Recommendation(where, 'Say in which language the text is, as in {"en": …}.')


def _value_object(value: JsonObject, path: str, companion: str, what: str) -> Iterator[Recommendation]:
    if companion not in value:
        yield Recommendation(path, f"Say with {companion} {what}.")
    for key in value.keys() - {"@value", companion}:
        yield Recommendation(path_to(path, key), f"{key} means nothing beside @value; leave it out.")


def _types(given: Json, path: str) -> Iterator[Recommendation]:
    texts = [text for text in (given if isinstance(given, list) else [given]) if isinstance(text, str)]
    met: set[str] = set()
    for text in texts:
        term = _term(text)
        if term:
            yield Recommendation(path, f"Write the term {term} instead of its DTMI.")
        if (term or text) in met:
            yield Recommendation(path, f"{shown(term or text)} stands twice; once is enough.")
        met.add(term or text)


def _context(given: Json, path: str) -> Iterator[Recommendation]:
    specifiers = [one for one in (given if isinstance(given, list) else [given]) if isinstance(one, str)]
    languages = [one for one in specifiers if _LANGUAGE.fullmatch(one) and not one.endswith("#limits")]
    if len(languages) > 1:
        yield Recommendation(path, "Name one version of DTDL only; the last one holds.")
    bare = [
        without_version(one) for one in specifiers if one not in languages and not one.endswith("#limits")
    ]
    for one in sorted({one for one in bare if bare.count(one) > 1}):
        yield Recommendation(path, f"{one} is named more than once; the last one holds.")


def _language_of(given: Json, inherited: int) -> int:
    specifiers = given if isinstance(given, list) else [given]
    found = [match for one in specifiers if isinstance(one, str) and (match := _LANGUAGE.fullmatch(one))]
    return int(found[-1][1]) if found else inherited


def _term(text: str) -> str:
    """The term a DTMI of the language stands for; nothing for any other text."""
    found = _TERM_OF_THE_LANGUAGE.fullmatch(text) if text.startswith("dtmi:") else None
    return text.partition(";")[0].rpartition(":")[2] if found else ""
