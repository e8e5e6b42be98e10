"""A value of a triple as a value of contents, and back: read again, what was written is what it was."""

import math
import re
from collections.abc import Iterable

from twinhaus.dtdl.values import Check
from twinhaus.strictjson import INTEGER_MAX, INTEGER_MIN, Json, is_storable
from twinhaus.transfer.translation.paths import Property
from twinhaus.transfer.translation.triples import XSD, Literal, Term

_INTEGER = re.compile(r"[+-]?[0-9]{1,20}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_BOOLEAN, _WHOLE, _DOUBLE = f"{XSD}boolean", f"{XSD}integer", f"{XSD}double"


def preferred(terms: Iterable[Term]) -> list[Term]:
    """Terms for one place, the best first: without a language, then in English, then in the order of their texts."""
    return sorted(set(terms), key=_rank)


def _rank(term: Term) -> tuple[int, str, str]:
    if isinstance(term, str):
        return 0, term, ""
    return (0 if not term.language else 1 if term.language.startswith("en") else 2), term.text, term.datatype


def read_value(term: Term, property_: Property, check: Check) -> Json | None:
    """The value that a term means at a place; None where the model takes none of what it may mean."""
    text = term if isinstance(term, str) else term.text
    if text in property_.values:
        value = property_.values[text]
        return value if check.accepts(value) else None
    if not is_storable(text):
        return None
    if check.accepts(text):
        return text
    return next((value for value in _meanings(text) if check.accepts(value)), None)


def _meanings(text: str) -> Iterable[Json]:
    """What a text is, other than itself; a model takes at most one of them."""
    text = text.strip()
    if _INTEGER.fullmatch(text) and INTEGER_MIN <= int(text) <= INTEGER_MAX:
        yield int(text)
    if _DECIMAL.fullmatch(text) and math.isfinite(float(text)):
        yield float(text)
        if float(text).is_integer() and abs(float(text)) < 2**53:
            yield int(float(text))
    if text in _TRUTHS:
        yield _TRUTHS[text]


def write_value(value: Json, property_: Property) -> Term | None:
    """The term that means a value; None where there is none, as for an object."""
    for text, meaning in property_.values.items():
        if type(meaning) is type(value) and meaning == value:
            return text if ":" in text else Literal(text)
    match value:
        case str():
            return Literal(value)
        case bool():
            return Literal("true" if value else "false", _BOOLEAN)
        case int():
            return Literal(str(value), _WHOLE)
        case float():
            return Literal(repr(value), _DOUBLE)
        case _:
            return None


def describe(term: Term) -> str:
    """A term in an example's words."""
    text = term if isinstance(term, str) else f'"{term.text}"'
    return text if len(text) <= 60 else f"{text[:59]}…"
