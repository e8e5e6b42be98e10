"""How the SQL of an engine says what each says its own way. Pure: text in, text out."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one engine. A parameter may stand for an array of texts.

    `exists(rows)` is whether there is one. `among(column, parameter)` is whether a text is one of an array's.
    `each(parameter, name)` is a table of an array's texts, in the column `value`, ordered by `key`.
    `joined(text, order)` aggregates texts, commas between. `led_by(index)`, after a table's name, says which index
    leads (None: none does) where an engine has to be told.
    """

    exists: Callable[[str], str]
    among: Callable[[str, str], str]
    each: Callable[[str, str], str]
    joined: Callable[[str, str], str]
    led_by: Callable[[str | None], str]


SQLITE = Words(
    exists=lambda rows: f"EXISTS (SELECT 1 FROM {rows})",
    among=lambda column, parameter: f"{column} IN (SELECT value FROM json_each({parameter}))",
    each=lambda parameter, name: f"json_each({parameter}) AS {name}",
    joined=lambda text, order: f"group_concat({text}, ',' ORDER BY {order})",
    led_by=lambda index: f"INDEXED BY {index}" if index else "NOT INDEXED",
)
POSTGRES = Words(
    # OFFSET keeps the question as it is, asked of one twin at a time; else it may be turned round, and every twin that
    # fits be found first.
    exists=lambda rows: f"EXISTS (SELECT 1 FROM {rows} LIMIT 1 OFFSET 0)",
    among=lambda column, parameter: f"{column} = ANY (CAST({parameter} AS text[]))",
    each=lambda parameter, name: (
        f"unnest(CAST({parameter} AS text[])) WITH ORDINALITY AS {name} (value, key)"
    ),
    joined=lambda text, order: f"string_agg({text}, ',' ORDER BY {order})",
    led_by=lambda index: "",
)
