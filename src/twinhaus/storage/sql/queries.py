"""The fixed statements, by engine and name: those of queries.sql, and those that each engine says its own way."""

import re
from functools import cache
from importlib.resources import files
from typing import Literal

Engine = Literal["sqlite", "postgres"]

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_COLUMN = re.compile(r":(\w+)")
_TOLD = "told AS row"


def _read(name: str) -> dict[str, str]:
    parts = _NAME.split((files(__package__) / name).read_text("utf-8"))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def _columns(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_COLUMN.findall(text)))


_COMMON = _read("queries.sql")
AT_ONCE = _read("postgres/at_once.sql")
_OF_ROWS = _read("sqlite/of_rows.sql")
QUERIES: dict[Engine, dict[str, str]] = {
    "sqlite": {
        **_COMMON,
        **_read("sqlite/queries.sql"),
        **_OF_ROWS,
    },
    "postgres": {**_COMMON, **_read("postgres/queries.sql"), **AT_ONCE},
}
# The columns of what SQLite is told as rows, in their order.
OF_ROWS = {name: _columns(text) for name, text in _OF_ROWS.items()}


@cache
def of_json(name: str) -> str:
    """A statement of rows that come as one JSON text, `:rows`. jsonb_each need not write each row as a text again."""
    columns = OF_ROWS[name]
    text = _COLUMN.sub(lambda found: f"(row.value ->> {columns.index(found[1])})", _OF_ROWS[name])
    return text.replace(_TOLD, "jsonb_each(:rows) AS row")


@cache
def of_values(name: str, rows: int) -> str:
    """A statement of so many rows, whose values are bound one after the other."""
    columns = OF_ROWS[name]
    text = _COLUMN.sub(lambda found: f"row.column{columns.index(found[1]) + 1}", _OF_ROWS[name])
    row = f"({', '.join('?' * len(columns))})"
    return text.replace(_TOLD, f"(VALUES {', '.join([row] * rows)}) AS row")
