"""The fixed statements, by engine and name: those of queries.sql, and those that each engine says its own way."""

import re
from importlib.resources import files
from typing import Literal

Engine = Literal["sqlite", "postgres"]

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def _read(name: str) -> dict[str, str]:
    parts = _NAME.split((files(__package__) / name).read_text("utf-8"))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


_COMMON = _read("queries.sql")
AT_ONCE = _read("postgres_at_once.sql")
QUERIES: dict[Engine, dict[str, str]] = {
    "sqlite": {**_COMMON, **_read("sqlite.sql")},
    "postgres": {**_COMMON, **_read("postgres.sql"), **AT_ONCE},
}
