"""Every rule a model can break, by its name: what it is, how to mend it, and where in DTDL it comes from.

The names are those the language's authors give their rules, the words are ours.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct

from twinhaus.dtdl.catalogue_texts import ELEMENTS
from twinhaus.dtdl.catalogue_values import VALUES

_KINDS_OF_VALUE = {
    "string": "a string",
    "boolean": "`true` or `false`",
    "integer": "an integer",
    "numeric": "a number",
    "duration": "a duration such as `PT5M`",
    "literal": "a string, an integer or a boolean",
}
_DATATYPES = {"numeric": "decimal"}  # Where the datatype of XML Schema has another name.


class Rule(Struct, frozen=True):
    """A rule: its name as `ModelError.validation_id` ends in it, what it says and how to mend what breaks it."""

    name: str
    text: str


class Chapter(Struct, frozen=True):
    """Rules about one thing, and the section of DTDL they come from."""

    title: str
    source: str
    rules: tuple[Rule, ...]


@cache
def chapters() -> tuple[Chapter, ...]:
    """All rules there are, those that belong together under one title."""
    single = Chapter("Single values", '"Conformance with JSON and JSON-LD"', tuple(_rules_of_single_values()))
    return (*_chapters(ELEMENTS), single, *_chapters(VALUES))


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by their names."""
    return {rule.name: rule for chapter in chapters() for rule in chapter.rules}


def _chapters(text: str) -> Iterator[Chapter]:
    """A `# title | source` begins a chapter, a name alone on its line a rule; its text is indented below."""
    for part in text.strip().split("\n# "):
        heading, _, body = part.removeprefix("# ").partition("\n")
        title, _, source = heading.partition(" | ")
        yield Chapter(title, source, tuple(_rules(body)))


def _rules(text: str) -> Iterator[Rule]:
    name, words = "", list[str]()
    for line in [*text.splitlines(), "end"]:
        if line.startswith(" "):
            words.append(line.strip())
        elif line:
            if name:
                yield Rule(name, " ".join(words))
            name, words = line, []


def _rules_of_single_values() -> Iterator[Rule]:
    for sort, expected in _KINDS_OF_VALUE.items():
        own = _DATATYPES.get(sort, sort)
        json_type = "String" if sort == "duration" else sort.capitalize()
        is_any = sort == "literal"
        yield Rule(f"{sort}CountBelowMin", f"An array stands for {expected} and is empty. Give one value.")
        yield Rule(
            f"{sort}MultipleValues",
            f"An array stands for {expected} and has several values. Keep one.",
        )
        yield Rule(
            "literalNotValid" if is_any else f"{sort}Not{json_type}",
            f"A value of another type stands where {expected} is expected. Write {expected}.",
        )
        yield Rule(
            f"{sort}ObjectNoValue",
            f"An object without `@value` stands for {expected}. Put the value itself, or add `@value`.",
        )
        if is_any:
            yield Rule(
                "literalTypeNotSingular",
                "The `@type` of a value object does not name one type. Name one, or leave `@type` out.",
            )
            continue
        yield Rule(
            f"{sort}TypeNot{sort.capitalize()}",
            f"The `@type` of a value object is not `xsd:{own}`. Write that, or leave `@type` out.",
        )
        yield Rule(
            f"{sort}ValueNot{json_type}",
            f"The `@value` of a value object is of another type. Write {expected}.",
        )
