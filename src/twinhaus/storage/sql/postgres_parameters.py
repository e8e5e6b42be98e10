"""Parameters of statements as PostgreSQL takes them: in binary, and a tuple as an array.

The driver's own arrays of Python's numbers are of a type that depends on the largest of them, and take three times as
long to make.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from itertools import chain
from struct import Struct
from typing import Any, ClassVar

import msgspec
from psycopg import postgres
from psycopg.adapt import AdaptersMap, Dumper
from psycopg.pq import Format
from psycopg.types.numeric import Int8BinaryDumper
from psycopg.types.string import StrBinaryDumper

_PARAMETER = re.compile(r"(?<![:\w]):([a-z]\w*)|%")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# How many dimensions, whether any is null, the type of the elements; their count, and the index of the first.
_ARRAY_HEADER = Struct("!iiIii")
_LENGTH = Struct("!i").pack
_INTEGER = partial(Struct("!iq").pack, 8)
_NULL = _LENGTH(-1)


class _Array(msgspec.Struct, frozen=True):
    """An array's elements as they are sent, each after its length."""

    count: int
    elements: bytes


class _Integers(_Array, frozen=True):
    """All of them of 64 bits."""


class _Texts(_Array, frozen=True):
    """Any of them may be null."""


class _ArrayDumper(Dumper):
    format = Format.BINARY
    element_oid: ClassVar[int]

    def dump(self, obj: _Array) -> bytes:
        return _ARRAY_HEADER.pack(1, 1, self.element_oid, obj.count, 1) + obj.elements


class _IntegersDumper(_ArrayDumper):
    element_oid = postgres.types["int8"].oid
    oid = postgres.types["int8"].array_oid


class _TextsDumper(_ArrayDumper):
    element_oid = postgres.types["text"].oid
    oid = postgres.types["text"].array_oid


class _TextDumper(StrBinaryDumper):
    def dump(self, obj: str) -> bytes:
        return _text(obj)


def register(adapters: AdaptersMap) -> None:
    """Let a connection send what `bound` makes."""
    adapters.register_dumper(int, Int8BinaryDumper)
    adapters.register_dumper(str, _TextDumper)
    adapters.register_dumper(_Integers, _IntegersDumper)
    adapters.register_dumper(_Texts, _TextsDumper)


@lru_cache(1_024)
def placeholders(text: str) -> str:
    """`:name` as the driver has it."""
    return _PARAMETER.sub(lambda found: f"%({found[1]})b" if found[1] else "%%", text)


def bound(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters as they are sent."""
    return {name: _array(value) if type(value) is tuple else value for name, value in parameters.items()}


def _array(values: Sequence[Any]) -> _Array:
    if values and type(values[0]) is int:
        return _Integers(len(values), b"".join(map(_INTEGER, values)))
    try:
        encoded = list(map(str.encode, values))
    except (TypeError, UnicodeEncodeError):
        encoded = []
    if len(encoded) != len(values) or b"\0" in b"".join(encoded):
        return _Texts(len(values), b"".join(map(_element, values)))
    lengths = map(_LENGTH, map(len, encoded))
    return _Texts(len(values), b"".join(chain.from_iterable(zip(lengths, encoded, strict=True))))


def _element(value: str | None) -> bytes:
    if value is None:
        return _NULL
    encoded = _text(value)
    return _LENGTH(len(encoded)) + encoded


def _text(value: str) -> bytes:
    """A text with NUL in it is asked for as another that nothing is called either: no id has control characters."""
    try:
        encoded = value.encode()
    except UnicodeEncodeError:
        return _UNSTORABLE.sub("\x01", value).encode()
    return encoded if b"\0" not in encoded else _UNSTORABLE.sub("\x01", value).encode()
