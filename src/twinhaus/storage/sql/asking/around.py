"""Statements about given twins: their texts, and what their relationships lead to. Pure, as `compile.py`."""

from functools import lru_cache

from twinhaus.graph import Direction
from twinhaus.query.plan import Include, RelationshipFilter
from twinhaus.storage.sql.asking.filters import ENDS, twin_text
from twinhaus.storage.sql.asking.membership import (
    Parameters,
    SqlValue,
    is_any,
    is_instance,
    is_named,
    is_visible,
)
from twinhaus.storage.sql.words import Words

_REMEMBERED_MAX = 256

Bound = tuple[str, dict[str, SqlValue]]  # A statement, and its parameters but for `:ids`, an array.


@lru_cache(_REMEMBERED_MAX)
def documents_statement(words: Words, include: Include, within: tuple[str, ...]) -> Bound:
    """Id and JSON text of each of the twins with these ids that can be seen, in the order of the ids."""
    parameters = Parameters(words)
    sees = is_visible(within, parameters)
    return (
        f"""SELECT twin.id, {twin_text(words, "twin.number", include, sees)}
        FROM {words.each(":ids", "wanted")}
        CROSS JOIN twin
        CROSS JOIN document
        WHERE twin.id = wanted.value AND document.twin = twin.number AND {sees("twin.number")}
        ORDER BY wanted.key""",
        parameters.values,
    )


@lru_cache(_REMEMBERED_MAX)
def related_statement(words: Words, wanted: RelationshipFilter, within: tuple[str, ...]) -> Bound:
    """Pairs of ids: one of these twins, and one that such a relationship leads to, in the order of the latter."""
    parameters = Parameters(words)
    named = is_named(wanted.names, parameters)
    is_wanted = is_instance(wanted.related, parameters) if wanted.related else is_any
    sees = is_visible(within, parameters)
    arms = (
        f"""SELECT here.id AS here, there.id AS there, there.number AS number
        FROM {words.each(":ids", "wanted")}
        CROSS JOIN twin AS here
        CROSS JOIN relationship AS edge
        CROSS JOIN twin AS there
        WHERE here.id = wanted.value AND edge.{end} = here.number AND {named} AND there.number = edge.{other}
          AND {is_wanted("there.number")} AND {sees("here.number")} AND {sees("there.number")}"""
        for end, other in ENDS[wanted.direction]
    )
    # Grouped, so that each pair comes once, however many relationships lead from one to the other.
    pairs = " UNION ALL ".join(arms)
    return (
        f"SELECT here, there FROM ({pairs}) AS pair GROUP BY number, here, there ORDER BY number",
        parameters.values,
    )


@lru_cache(_REMEMBERED_MAX)
def ranked_statement(words: Words, direction: Direction, within: tuple[str, ...]) -> Bound:
    """Ranks and texts of the relationships of the twin `:id` after the rank `:name`, `:other`, `:number`, as an index
    has them: those of a hub are not looked through for each page.
    """
    parameters = Parameters(words)
    sees = is_visible(within, parameters)
    ((end, other),) = ENDS[direction]
    return (
        f"""SELECT edge.name, edge.{other}, edge.number, edge.document
        FROM relationship AS edge {words.led_by(f"relationship_by_{end}")}
        WHERE {words.ranked_after(end, other)} AND {sees(f"edge.{other}")}
        ORDER BY edge.{end}, edge.name, edge.{other}, edge.number
        LIMIT :limit""",
        parameters.values,
    )
