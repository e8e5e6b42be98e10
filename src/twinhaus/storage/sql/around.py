"""Statements about given twins: their texts, and what their relationships lead to. Pure, as `compile.py`."""

from functools import lru_cache

from twinhaus.query.plan import Include, RelationshipFilter
from twinhaus.storage.sql.compile import ENDS, twin_text
from twinhaus.storage.sql.membership import Parameters, SqlValue, is_any, is_instance, is_named, is_visible

_REMEMBERED_MAX = 256

Bound = tuple[str, dict[str, SqlValue]]  # A statement, and its parameters but for `:ids`, a JSON array.


@lru_cache(_REMEMBERED_MAX)
def documents_statement(include: Include, within: tuple[str, ...]) -> Bound:
    """Id and JSON text of each of the twins with these ids that can be seen, in the order of the ids."""
    parameters = Parameters()
    sees = is_visible(within, parameters)
    return (
        f"""SELECT twin.id, {twin_text("twin.number", include, sees)}
        FROM json_each(:ids) AS wanted
        CROSS JOIN twin ON twin.id = wanted.value
        CROSS JOIN document ON document.twin = twin.number
        WHERE {sees("twin.number")}""",
        parameters.values,
    )


@lru_cache(_REMEMBERED_MAX)
def related_statement(wanted: RelationshipFilter, within: tuple[str, ...]) -> Bound:
    """Pairs of ids: one of these twins, and one that such a relationship leads to, in the order of the latter."""
    parameters = Parameters()
    named = is_named(wanted.names, parameters)
    is_wanted = is_instance(wanted.related, parameters) if wanted.related else is_any
    sees = is_visible(within, parameters)
    arms = (
        f"""SELECT here.id AS here, there.id AS there, there.number AS number
        FROM json_each(:ids) AS wanted
        CROSS JOIN twin AS here ON here.id = wanted.value
        CROSS JOIN relationship AS edge ON edge.{end} = here.number AND {named}
        CROSS JOIN twin AS there ON there.number = edge.{other}
        WHERE {is_wanted("there.number")} AND {sees("here.number")} AND {sees("there.number")}"""
        for end, other in ENDS[wanted.direction]
    )
    # Grouped, so that each pair comes once, however many relationships lead from one to the other.
    pairs = " UNION ALL ".join(arms)
    return (
        f"SELECT here, there FROM ({pairs}) GROUP BY number, here, there ORDER BY number",
        parameters.values,
    )
