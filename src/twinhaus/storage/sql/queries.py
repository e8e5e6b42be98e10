"""The fixed statements, by engine and name: those of queries.sql, and those that each engine says its own way."""

import re
from importlib.resources import files
from typing import Literal

Engine = Literal["sqlite", "postgres"]

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_COLUMN = re.compile(r":(?!rows\b)(\w+)")


def _read(name: str) -> dict[str, str]:
    parts = _NAME.split((files(__package__) / name).read_text("utf-8"))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def _columns(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_COLUMN.findall(text)))


def _of_rows(text: str) -> str:
    """Each column as an element of `row.value`, a JSON array."""
    columns = _columns(text)
    return _COLUMN.sub(lambda found: f"(row.value ->> {columns.index(found[1])})", text)


_COMMON = _read("queries.sql")
AT_ONCE = _read("postgres/at_once.sql")
_TOLD = _read("sqlite/of_rows.sql")
QUERIES: dict[Engine, dict[str, str]] = {
    "sqlite": {
        **_COMMON,
        **_read("sqlite/queries.sql"),
        **{name: _of_rows(text) for name, text in _TOLD.items()},
    },
    "postgres": {**_COMMON, **_read("postgres/queries.sql"), **AT_ONCE},
}
# The columns of what SQLite is told as rows, in their order.
OF_ROWS = {name: _columns(text) for name, text in _TOLD.items()}
