"""The fixed statements, by engine and name: those of queries.sql, and those that each engine says its own way."""

import re
from importlib.resources import files
from typing import Literal

Engine = Literal["sqlite", "postgres"]

_NAMED = re.compile(r":(\w+)")
_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def _read(name: str) -> dict[str, str]:
    parts = _NAME.split((files(__package__) / name).read_text("utf-8"))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


_COMMON = _read("queries.sql")
AT_ONCE = _read("postgres_at_once.sql")
_EACH = _read("sqlite_by_row.sql")
QUERIES: dict[Engine, dict[str, str]] = {
    "sqlite": {**_COMMON, **_read("sqlite.sql"), **_EACH},
    "postgres": {**_COMMON, **_read("postgres.sql"), **AT_ONCE},
}

# The statements that SQLite runs once for each row of what PostgreSQL takes as arrays, and what they name, in order.
BY_ROW = {name: tuple(dict.fromkeys(_NAMED.findall(text))) for name, text in _EACH.items()}
