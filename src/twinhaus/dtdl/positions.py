"""Where in a JSON text the places of errors are: from a path such as `contents[2].schema` to line and column.

It is asked only when there are errors, and walks the text once for all of them. The text is taken to be well-formed;
what `strictjson` refuses in well-formed JSON may stand in it.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeAlias

from msgspec import Struct, field

from twinhaus import strictjson
from twinhaus.errors import path_to

WHOLE = "$"
_BYTE_ORDER_MARK = "\ufeff"
_PIECE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
_STEP = re.compile(r"[.\[]")
_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")
_PREFIXES_MAX = strictjson.MODEL_DEPTH_MAX + 1  # One for each level; unquoted keys with dots may make more.
_PREFIX_LENGTH_MAX = 2_000  # So that a key of a megabyte costs no more than itself.

_Way: TypeAlias = tuple[str, bool]  # A path, and whether every key in it that is not plain is quoted.
_Found: TypeAlias = tuple[int, str]  # An offset and a pointer.


class Position(Struct, frozen=True):
    """A place in a text: line and column from 1, columns in characters, and the JSON Pointer (RFC 6901) to it.

    A member stands where its key does, an element of an array where its value begins. A byte order mark has no column.
    """

    line: int
    column: int
    pointer: str = ""


def find_positions(text: str, paths: Iterable[str]) -> dict[str, Position]:
    """The position of each path; of one that leads to nothing, that of what it would be in.

    What `strictjson` refuses is found more closely than its path says: an object that has a key twice stands where the
    key stands again, and a text with `NaN`, or nested too deep, stands where that is.
    """
    wanted = {path: _prefixes(path) for path in paths}
    walk = _Walk({prefix for prefixes in wanted.values() for prefix in prefixes})
    walk.through(text)
    ends = {path: walk.end_of(prefixes) for path, prefixes in wanted.items()}
    return dict(_positions(text, ends))


def find_syntax_error(text: str) -> Position | None:
    """Where a text stops being JSON; None where it is JSON."""
    try:
        strictjson.read(text)
    except strictjson.MalformedJson as error:
        if isinstance(error.__cause__, json.JSONDecodeError):
            return Position(error.__cause__.lineno, error.__cause__.colno)
    return None


def position_at(text: str, offset: int) -> Position:
    """The position of a character."""
    return Position(text.count("\n", 0, offset) + 1, _column(text, offset))


def _prefixes(path: str) -> list[str]:
    """The path and what it would be in, nearest first; a dot within a key makes some that lead nowhere."""
    path = "" if path == WHOLE else path
    ends = (found.start() for found in _STEP.finditer(path, 1, _PREFIX_LENGTH_MAX))
    return [path, *reversed([path[:end] for end in islice(ends, _PREFIXES_MAX)]), ""]


def _positions(text: str, ends: dict[str, _Found]) -> Iterator[tuple[str, Position]]:
    """Lines are counted on from one place to the next."""
    line, counted = 1, 0
    for path, (offset, pointer) in sorted(ends.items(), key=lambda item: item[1][0]):
        line += text.count("\n", counted, offset)
        counted = offset
        yield path, Position(line, _column(text, offset), pointer)


def _column(text: str, offset: int) -> int:
    begin = text.rfind("\n", 0, offset) + 1
    return offset - begin + 1 - (begin == 0 and text.startswith(_BYTE_ORDER_MARK))


class _Container(Struct):
    """An object or array that the walk is in, and the ways that lead to it, if any is wanted."""

    is_object: bool
    ways: tuple[_Way, ...]
    pointer: str
    index: int = 0
    key: str | None = None
    key_offset: int = 0
    keys: set[str] = field(default_factory=set)


class _Walk:
    """One pass over a text that notes where the wanted paths lead."""

    def __init__(self, wanted: set[str]) -> None:
        self._wanted = wanted
        self._found: dict[_Way, _Found] = {}
        self._repeated: dict[_Way, _Found] = {}
        self._whole: _Found | None = None
        self._within: list[_Container] = []

    def end_of(self, prefixes: list[str]) -> _Found:
        """Where the first of the paths that leads somewhere does."""
        if prefixes[0] == "" and self._whole:
            return self._whole
        ways = ((prefix, is_quoted) for prefix in prefixes for is_quoted in (True, False))
        nearest = next((way for way in ways if way in self._found), None)
        if nearest is None:
            return 0, ""
        closer = self._repeated.get(nearest) if nearest[0] == prefixes[0] else None
        return closer or self._found[nearest]

    def through(self, text: str) -> None:
        """Walks the text."""
        for match in _PIECE.finditer(text, text.startswith(_BYTE_ORDER_MARK)):
            piece, offset = match[0], match.start()
            container = self._within[-1] if self._within else None
            if piece in ("}", "]"):
                self._within[-1:] = []
            elif container is not None and piece == ",":
                container.index += 1
                container.key = None
            elif container is not None and container.is_object and container.key is None:
                self._key(container, piece, offset)
            elif piece != ":":
                self._value(container, piece, offset)

    def _key(self, container: _Container, piece: str, offset: int) -> None:
        container.key, container.key_offset = "", offset
        if container.ways:
            container.key = key = json.loads(piece)
            if key in container.keys:
                for way in container.ways:
                    self._repeated.setdefault(way, (offset, _below(container.pointer, key)))
            container.keys.add(key)

    def _value(self, container: _Container | None, piece: str, offset: int) -> None:
        if piece in _NO_NUMBERS or len(self._within) > strictjson.MODEL_DEPTH_MAX:
            self._whole = self._whole or (offset, "")
        ways: tuple[_Way, ...] = ()
        pointer = ""
        if container is None:
            ways = (("", True),)
        elif container.ways:
            step = container.index if container.key is None else container.key
            ways = tuple(self._ways(container.ways, step))
            pointer = _below(container.pointer, step) if ways else ""
        place = container.key_offset if container is not None and container.is_object else offset
        for way in ways:
            self._found.setdefault(way, (place, pointer))
        if piece in ("{", "["):
            self._within.append(_Container(piece == "{", ways, pointer))

    def _ways(self, parents: tuple[_Way, ...], step: str | int) -> Iterator[_Way]:
        """The wanted ones among the ways to a member, its key quoted where it is not plain, or not."""
        for parent, is_quoted in parents:
            quoted = path_to(parent, step)
            if quoted in self._wanted:
                yield quoted, is_quoted
            plain = f"{parent}.{step}" if parent else str(step)
            if isinstance(step, str) and plain != quoted and plain in self._wanted:
                yield plain, False


def _below(pointer: str, step: str | int) -> str:
    return f"{pointer}/{step.replace('~', '~0').replace('/', '~1') if isinstance(step, str) else step}"
