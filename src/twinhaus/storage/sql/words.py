"""How the SQL of an engine says what each says its own way. Pure: text in, text out."""

from collections.abc import Callable
from dataclasses import dataclass

Levels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one engine. A parameter may stand for an array of texts.

    `exists(rows)` is whether there is one. `among(column, parameter)` is whether a text is one of an array's.
    `numbered(number, table, parameter)` is whether a number is that of a row whose id is one of an array's.
    `nested(levels)` is rows of tables, each a name and a condition on it and those before, visited in this order.
    `each(parameter, name)` is a table of an array's texts, in the column `value`, ordered by `key`.
    `joined(text, order)` aggregates texts, commas between. `led_by(index)`, after a table's name, says which index
    leads (None: none does) where an engine has to be told.
    """

    exists: Callable[[str], str]
    among: Callable[[str, str], str]
    numbered: Callable[[str, str, str], str]
    nested: Callable[[Levels], str]
    each: Callable[[str, str], str]
    joined: Callable[[str, str], str]
    led_by: Callable[[str | None], str]


SQLITE = Words(
    exists=lambda rows: f"EXISTS (SELECT 1 FROM {rows})",
    among=lambda column, parameter: f"{column} IN (SELECT value FROM json_each({parameter}))",
    numbered=lambda number, table, parameter: (
        f"{number} IN (SELECT number FROM {table} WHERE id IN (SELECT value FROM json_each({parameter})))"
    ),
    nested=lambda levels: (
        f"{' CROSS JOIN '.join(table for table, _ in levels)} WHERE {' AND '.join(test for _, test in levels)}"
    ),
    each=lambda parameter, name: f"json_each({parameter}) AS {name}",
    joined=lambda text, order: f"group_concat({text}, ',' ORDER BY {order})",
    led_by=lambda index: f"INDEXED BY {index}" if index else "NOT INDEXED",
)


def _nested_laterally(levels: Levels) -> str:
    """OFFSET keeps each level's rows to be looked up for each row of those before it."""
    (first, test), *further = levels
    inner = "".join(
        f" CROSS JOIN LATERAL (SELECT * FROM {table} WHERE {inner_test} OFFSET 0) AS {table}"
        for table, inner_test in further
    )
    return f"{first}{inner} WHERE {test}"


POSTGRES = Words(
    # OFFSET keeps the question as it is, asked of one twin at a time; else it may be turned round, and every twin that
    # fits be found first.
    exists=lambda rows: f"EXISTS (SELECT 1 FROM {rows} LIMIT 1 OFFSET 0)",
    among=lambda column, parameter: f"{column} = ANY (CAST({parameter} AS text[]))",
    # As an array it is found once, not with each test. A hash index takes one id at a time.
    numbered=lambda number, table, parameter: (
        f"{number} = ANY (ARRAY(SELECT {table}.number FROM unnest(CAST({parameter} AS text[])) AS wanted (value)"
        f" JOIN {table} ON {table}.id = wanted.value))"
    ),
    nested=_nested_laterally,
    each=lambda parameter, name: (
        f"unnest(CAST({parameter} AS text[])) WITH ORDINALITY AS {name} (value, key)"
    ),
    joined=lambda text, order: f"string_agg({text}, ',' ORDER BY {order})",
    led_by=lambda index: "",
)
