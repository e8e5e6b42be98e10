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
from psycopg.types.string import ByteaBinaryLoader, StrBinaryDumper

_PARAMETER = re.compile(r"(?<![:\w]):([a-z]\w*)|%")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_INTEGER_OID, _TEXT_OID, _BYTES_OID = (postgres.types[name].oid for name in ("int8", "text", "bytea"))
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
        return _whole(obj, self.element_oid)


class _IntegersDumper(_ArrayDumper):
    element_oid = _INTEGER_OID
    oid = postgres.types["int8"].array_oid


class _TextsDumper(_ArrayDumper):
    element_oid = _TEXT_OID
    oid = postgres.types["text"].array_oid


class _TextDumper(StrBinaryDumper):
    def dump(self, obj: str) -> bytes:
        return _text(obj)


def register(adapters: AdaptersMap) -> None:
    """Let a connection send what `bound` makes; and what comes as varchar, which no column is, is a text as bytes."""
    adapters.register_dumper(int, Int8BinaryDumper)
    adapters.register_dumper(str, _TextDumper)
    adapters.register_dumper(_Integers, _IntegersDumper)
    adapters.register_dumper(_Texts, _TextsDumper)
    adapters.register_loader("varchar", ByteaBinaryLoader)


@lru_cache(1_024)
def placeholders(text: str) -> str:
    """`:name` as the driver has it."""
    return _PARAMETER.sub(lambda found: f"%({found[1]})b" if found[1] else "%%", text)


@lru_cache(1_024)
def numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """`:name` as the database itself has it, `$1`, and the names in the order of their numbers."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        return f"${names.setdefault(found[1], len(names) + 1)}" if found[1] else found[0]

    return _PARAMETER.sub(number, text).encode(), tuple(names)


def encoded(value: Any) -> tuple[int, bytes | None]:
    """A parameter's type, and what is sent of it."""
    match value:
        case tuple():
            array = _array(value)
            dumper = _IntegersDumper if isinstance(array, _Integers) else _TextsDumper
            return dumper.oid, _whole(array, dumper.element_oid)
        case int():
            return _INTEGER_OID, _INTEGER(value)[4:]
        case str():
            return _TEXT_OID, _text(value)
        case bytes():
            return _BYTES_OID, value
        case None:
            return 0, None
        case _:
            raise TypeError(f"no parameter: {type(value)}")


def _whole(array: _Array, element_oid: int) -> bytes:
    return _ARRAY_HEADER.pack(1, 1, element_oid, array.count, 1) + array.elements


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
