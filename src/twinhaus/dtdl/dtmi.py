"""Digital twin model identifiers: `dtmi:com:example:Room;1` (DTDL, "Digital Twin Model Identifier")."""

import re

from msgspec import Struct

_SEGMENT = r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?"
_PATH = rf"dtmi:{_SEGMENT}(?::{_SEGMENT})*"
_VERSIONED = re.compile(rf"{_PATH};[1-9][0-9]{{0,8}}")
_OPTIONALLY_VERSIONED = re.compile(rf"{_PATH}(?:;[1-9][0-9]{{0,8}}(?:\.[1-9][0-9]{{0,5}})?)?")

_ANY_LABEL = r"_*[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?"
_ANY = re.compile(
    rf"dtmi:(?P<path>{_ANY_LABEL}(?::{_ANY_LABEL})*)"
    r"(?:;(?P<major>[1-9][0-9]{0,8})(?:\.(?P<minor>[1-9][0-9]{0,5}))?)?"
    rf"(?P<fragment>#(?:{_ANY_LABEL})?)?"
)

ANY_LENGTH_MAX = 4096  # System segments make assigned ids longer than those that are given.
_RESERVED = ("dtmi:dtdl:", "dtmi:standard:")


def is_dtmi(text: str, *, language: int = 4) -> bool:
    """Whether a DTDL document of this language version may define or name an element by this text.

    Version 2 wants a version of one number; versions 3 and 4 allow `;major`, `;major.minor` or none at all. How long it
    may be depends on the limits that are active, see `metamodel.id_length_max`.
    """
    grammar = _VERSIONED if language < 3 else _OPTIONALLY_VERSIONED
    return grammar.fullmatch(text) is not None


class Dtmi(Struct, frozen=True):
    """Any DTMI, taken apart: also those that documents may not define, with system segments or a fragment."""

    labels: tuple[str, ...]
    major: int = 0
    minor: int = 0
    fragment: str = ""

    @property
    def is_reserved(self) -> bool:
        """Whether a label or the fragment is a system's own: it begins with an underscore."""
        return any(label.startswith("_") for label in (*self.labels, self.fragment.removeprefix("#")))

    @property
    def versionless(self) -> str:
        """The id without its version; the fragment stays."""
        return f"dtmi:{':'.join(self.labels)}{self.fragment}"

    @property
    def complete_version(self) -> float:
        """Major and minor version as one number that orders them: 1.34 is 1.000034."""
        return self.major + self.minor / 1_000_000


def parse_dtmi(text: str) -> Dtmi | None:
    """A DTMI of the general grammar, or None where the text is none."""
    found = _ANY.fullmatch(text) if len(text) <= ANY_LENGTH_MAX else None
    if found is None:
        return None
    return Dtmi(
        tuple(found["path"].split(":")),
        int(found["major"] or 0),
        int(found["minor"] or 0),
        found["fragment"] or "",
    )


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
