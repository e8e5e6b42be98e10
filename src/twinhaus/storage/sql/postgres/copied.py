"""What goes into tables by COPY where it is many rows, in place of the fixed statement of the same name. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

ROWS_MIN = 200  # Fewer take no longer as arrays, and nothing has to wait for them.
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
_BETWEEN = "\0"  # PostgreSQL has no text with it in it.


class Copied(Struct, frozen=True):
    """A statement COPY, and which parameters its columns are."""

    text: str
    columns: tuple[str, ...]

    def is_worth_it(self, parameters: Mapping[str, Any]) -> bool:
        """Whether they are enough."""
        return len(parameters[self.columns[0]]) >= ROWS_MIN

    def rows(self, parameters: Mapping[str, Any]) -> bytes:
        """As COPY takes them."""
        columns = [_texts(parameters[name]) for name in self.columns]
        told = _told(columns)
        if _is_plain(told, len(columns[0]), len(columns)):
            return told.encode()
        return _told([_escaped(column) for column in columns]).encode()


def _copied(table: str, **columns: str) -> Copied:
    return Copied(f"COPY {table} ({', '.join(columns)}) FROM STDIN", tuple(columns.values()))


COPIED = {
    "add_documents": _copied("document", twin="numbers", json="documents"),
    "add_own_places": _copied("location", place="numbers", twin="numbers"),
    "add_places": _copied("location", place="places", twin="twins"),
    "add_properties": _copied("property", path="paths", value="values", twin="twins"),
    "add_relationships": _copied(
        "relationship", id="ids", source="sources", target="targets", name="names", properties="properties",
        document="documents",
    ),
    "add_entries_of": _copied(
        "audit", instant="instants", author="authors", request="requests", action="actions", kind="kinds", id="ids"
    ),
}  # fmt: skip


def _texts(column: Sequence[Any]) -> Sequence[str]:
    return list(map(str, column)) if type(column[0]) is int else column


def _told(columns: Sequence[Sequence[str]]) -> str:
    return "\n".join((*map("\t".join, zip(*columns, strict=True)), ""))


def _is_plain(told: str, rows: int, columns: int) -> bool:
    """Whether nothing in any value means anything to COPY."""
    return (
        "\\" not in told
        and "\r" not in told
        and told.count("\n") == rows
        and told.count("\t") == rows * (columns - 1)
    )


def _escaped(column: Sequence[str]) -> Sequence[str]:
    joined = _BETWEEN.join(column)
    for character, escape in _ESCAPES:
        joined = joined.replace(character, escape)
    return joined.split(_BETWEEN)
