"""What a twin's contents hold, as entries of the property index. Pure; what a condition means stays in
`query/evaluate.py`.

An entry is a path and a value, both as texts. The order of the texts is the order of the values, and the first
character says what kind of value it is:

    "    a text, or the first TEXT_MAX + 1 characters of it
    !    the same without casing, where that takes more than the casing of ASCII
    #    a number
    @    the instant that a text tells of
    t f  true, false
    [    an element of an array, and then one of these
    ~    beside a text that is longer than TEXT_MAX

Whatever a path reaches in a twin is told by an entry of that path, or of one that goes on from it: an object or an
array in which nothing else is told has one of its own, `{}` or `[]` where it is empty, else `{` or `[`. Only null is
told by nothing.
"""

import math
import struct
from collections.abc import Set as AbstractSet
from collections.abc import Sized
from functools import lru_cache
from typing import TypeAlias

import msgspec

from twinhaus.graph import METADATA
from twinhaus.instants import parse_instant
from twinhaus.query.folding import fold
from twinhaus.query.plan import Scalar
from twinhaus.storage.documents import contents_of
from twinhaus.storage.paths import EVERY_PATH, IndexedPaths, Onward
from twinhaus.strictjson import Json, JsonObject, is_storable

Entry: TypeAlias = tuple[str, str]

TEXT_MAX = 127  # Characters, of up to 4 bytes each: an index of PostgreSQL takes no entry of 2,700 bytes.
# Of one twin, and parts of one object or array; where there are more, nothing else is told.
ENTRIES_MAX = 1_000
_CHARACTERS_OF_ENTRY_MIN = 2  # An element of an array, and its comma.
UNTOLD: Entry = ("", "")
NO_ENTRIES: AbstractSet[Entry] = frozenset()

FOLDED, TEXT, NUMBER, INSTANT, ELEMENT, LONG = "!", '"', "#", "@", "[", "~"
_OF_TEXTS = (TEXT, FOLDED)
EMPTY = (TEXT, "[]", "{}")  # Entries of what is there, and yet not filled.

# Where they begin in a document: within a string of JSON no quotation mark stands bare.
_CONTENTS = ',"contents":'
_NUMBERS_REMEMBERED_MAX = 4_096
_SIGN, _ALL_BITS = 1 << 63, (1 << 64) - 1


class _Members(msgspec.Struct):
    contents: dict[str, msgspec.Raw]


class _TooMany(Exception):
    """More than the index takes."""


_decode_members = msgspec.json.Decoder(_Members).decode


def entries_of(document: str, paths: IndexedPaths = EVERY_PATH) -> AbstractSet[Entry]:
    """The entries of the twin that a document tells of, on paths that are followed."""
    told: set[Entry] = set()
    try:
        _tell_members(contents_of(document), "", told, paths.onward)
    except _TooMany:
        return {UNTOLD}
    return told


def wording(entries: AbstractSet[Entry]) -> str:
    """All texts among some entries without casing, each once on a line of its own."""
    texts = {_lowered(value[1:]) for _, value in entries if value[:1] in _OF_TEXTS and len(value) > 1}
    return "".join(f"\n{text}" for text in sorted(texts)) + "\n"


def _lowered(text: str) -> str:
    """What LIKE compares: without the casing of ASCII. Other casings have an entry without them."""
    return text.lower() if text.isascii() else text.encode().lower().decode()


def entries_changed(
    before: str | None, after: str | None, paths: IndexedPaths
) -> tuple[AbstractSet[Entry], AbstractSet[Entry]]:
    """The entries that go and those that come where a twin's document is replaced; None: there was, or is, none."""
    if before is not None and after is not None:
        if has_same_contents(before, after):
            return NO_ENTRIES, NO_ENTRIES
        if max(len(before), len(after)) <= _CHARACTERS_OF_ENTRY_MIN * ENTRIES_MAX:
            return _entries_of_members_changed(before, after, paths)
    old = NO_ENTRIES if before is None else entries_of(before, paths)
    new = NO_ENTRIES if after is None else entries_of(after, paths)
    return (old - new, new - old) if old and new else (old, new)


def _entries_of_members_changed(
    before: str, after: str, paths: IndexedPaths
) -> tuple[AbstractSet[Entry], AbstractSet[Entry]]:
    """Of two that have few. No other member tells of the same path, so one whose text stays tells nothing new."""
    old, new = _decode_members(before).contents, _decode_members(after).contents
    gone, come = _tell_others(old, new, paths), _tell_others(new, old, paths)
    return gone - come, come - gone


def _tell_others(
    members: dict[str, msgspec.Raw], known: dict[str, msgspec.Raw], paths: IndexedPaths
) -> set[Entry]:
    told: set[Entry] = set()
    others = {key: msgspec.json.decode(text) for key, text in members.items() if known.get(key) != text}
    _tell_members(others, "", told, paths.onward)
    return told


def has_same_contents(before: str, after: str) -> bool:
    """Whether two documents surely tell of the same contents. It costs no more than to compare them."""
    return before.partition(_CONTENTS)[2] == after.partition(_CONTENTS)[2]


def scalar_text(value: Scalar) -> str | None:
    """The entry's value for a value; None where there is none."""
    match value:
        case None:
            return None
        case bool():
            return "t" if value else "f"
        case str():
            return TEXT + value[: TEXT_MAX + 1] if is_storable(value) else None
        case _:
            return NUMBER + number_text(value)


def is_whole(value: str) -> bool:
    """Whether an entry's value tells all of what it stands for, and not only how a long text begins."""
    return len(value) <= len(TEXT) + TEXT_MAX


@lru_cache(_NUMBERS_REMEMBERED_MAX)
def number_text(number: int | float) -> str:
    """A text for each number, equal and ordered as the numbers are, exactly: `1` and `1.0` have the same.

    The bits of the largest double that is not above it, and what an integer is more than that.
    """
    try:
        double, rest = _double_below(number)
    except OverflowError:  # Beyond all numbers that are stored.
        return "g" if number > 0 else ""
    (bits,) = struct.unpack(">Q", struct.pack(">d", double))
    ordered = bits ^ _ALL_BITS if bits & _SIGN else bits | _SIGN
    return f"{ordered:016x}{rest:03x}" if rest else f"{ordered:016x}".rstrip("0")


def _double_below(number: int | float) -> tuple[float, int]:
    double = float(number) + 0.0  # Which makes 0.0 of -0.0.
    if isinstance(number, float):
        return double, 0
    if int(double) > number:
        double = math.nextafter(double, -math.inf)
    return double, number - int(double)


def _tell(value: Json, path: str, told: set[Entry], onward: Onward) -> bool:
    """Tell of what a path reaches; whether there was anything to tell."""
    kind = value.__class__
    if kind is dict:
        if not _tell_members(value, path, told, onward):
            told.add((path, "{" if value.keys() - {METADATA} else "{}"))
    elif kind is list:
        if not _tell_elements(value, path, told, onward, is_reached=True):
            told.add((path, "[" if value else "[]"))
    elif kind is str:
        _tell_text(value, path, told)
    elif value is None:
        return False
    else:
        told.add((path, _plain_text(value)))
    return True


def _tell_members(value: JsonObject, path: str, told: set[Entry], onward: Onward) -> bool:
    is_told = False
    _check_number(value)
    for key, member in value.items():
        there = onward(path, key)
        if there is None:
            continue
        if _is_plain(member):
            told.add((there, TEXT + member))
            is_told = True
        elif _tell(member, there, told, onward):
            is_told = True
    _check_number(told)
    return is_told


def _is_plain(member: Json) -> bool:
    """A text like most: neither long, nor with casings of its own, nor a time."""
    return (
        member.__class__ is str
        and len(member) <= TEXT_MAX
        and member.isascii()
        and not "0" <= member[:1] <= "9"
    )


def _tell_elements(
    value: list[Json], path: str, told: set[Entry], onward: Onward, *, is_reached: bool
) -> bool:
    """A path that ends at an array reaches the array, and one that goes on reaches into its elements, at any depth."""
    is_told = False
    _check_number(value)
    for element in value:
        kind = element.__class__
        if kind is dict:
            is_told |= _tell_members(element, path, told, onward)
        elif kind is list:
            is_told |= _tell_elements(element, path, told, onward, is_reached=False)
        elif is_reached and element is not None:
            told.add((path, ELEMENT + _plain_text(element)))
            is_told = True
    _check_number(told)
    return is_told


def _check_number(many: Sized) -> None:
    if len(many) > ENTRIES_MAX:
        raise _TooMany


def _tell_text(value: str, path: str, told: set[Entry]) -> None:
    begun = value[: TEXT_MAX + 1]
    told.add((path, TEXT + begun))
    if not begun.isascii() and (folded := fold(begun)) != begun.encode().lower().decode():
        told.add((path, FOLDED + folded))
    if len(value) > TEXT_MAX:
        told.add((path, LONG))
    elif "0" <= value[:1] <= "9" and (instant := parse_instant(value)) is not None:
        told.add((path, INSTANT + number_text(instant)))


def _plain_text(value: Json) -> str:
    """As `scalar_text`, of what is stored."""
    if value.__class__ is str:
        return TEXT + str(value[: TEXT_MAX + 1])
    if value.__class__ is bool:
        return "t" if value else "f"
    return NUMBER + number_text(value)
