"""Digital twin model identifiers: `dtmi:com:example:Room;1` (DTDL, "Digital Twin Model Identifier")."""

import re

_SEGMENT = r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?"
_PATH = rf"dtmi:{_SEGMENT}(?::{_SEGMENT})*"
_VERSIONED = re.compile(rf"{_PATH};[1-9][0-9]{{0,8}}")
_OPTIONALLY_VERSIONED = re.compile(rf"{_PATH}(?:;[1-9][0-9]{{0,8}}(?:\.[1-9][0-9]{{0,5}})?)?")

LENGTH_MAX = 2048
_RESERVED = ("dtmi:dtdl:", "dtmi:standard:")


def is_dtmi(text: str, *, language: int = 4) -> bool:
    """Whether a DTDL document of this language version may define or name an element by this text.

    Version 2 wants a version of one number; versions 3 and 4 allow `;major`, `;major.minor` or none at all.
    """
    grammar = _VERSIONED if language < 3 else _OPTIONALLY_VERSIONED
    return len(text) <= LENGTH_MAX and grammar.fullmatch(text) is not None


def is_reserved(text: str) -> bool:
    """Whether the id lies where only the language and its extensions define elements."""
    return text.startswith(_RESERVED)


def version_of(text: str) -> str:
    """What stands after the semicolon: `1`, `1.2`, or nothing."""
    return text.partition(";")[2]


def without_version(text: str) -> str:
    """`dtmi:com:example:Room` of `dtmi:com:example:Room;1`."""
    return text.partition(";")[0]


def child(parent: str, suffix: str) -> str:
    """The id the language assigns to a nested element that its author gave none: `…:Room:_contents:__area;1`."""
    path, semicolon, version = parent.partition(";")
    return f"{path}:{suffix}{semicolon}{version}"
