"""The filters of a query as SQL. Pure: text and parameters in, nothing run.

Every filter knows two forms of itself. As a *source* it yields the numbers of its twins in ascending order straight
from an index. As a *test* it says of one number whether it belongs. One filter drives as the source, the others test
what it yields; so a page costs what the driver skips, however large the graph is. How the two become statements is each
engine's own: `compile.py` for SQLite, `chunks.py` for PostgreSQL.
"""

from msgspec.structs import replace

from twinhaus.graph import Direction
from twinhaus.query.plan import DateFilter, Include, ModelFilter, Query, RelationshipFilter
from twinhaus.storage.sql.asking.membership import Parameters, Test, is_any, is_instance, is_named, is_visible
from twinhaus.storage.sql.asking.sources import ORDER, Arm, Filter, Source, instances_of
from twinhaus.storage.sql.words import Words

RUN_BITS = 4  # Twins of one row of `span`: 2 ** 4.
WIDE_BITS = 6  # Rows of `span` of one row of `wide_span`: 2 ** 6.

# From which end a relationship is looked at, and where it leads.
ENDS = {
    Direction.OUTGOING: (("source", "target"),),
    Direction.INCOMING: (("target", "source"),),
    Direction.EITHER: (("source", "target"), ("target", "source")),
}


def filters_of(query: Query, parameters: Parameters) -> list[Filter]:
    """All filters of a query but its condition, the likeliest to be the narrowest first."""
    sees = is_visible(query.within, parameters)
    filters: list[Filter] = []
    if query.location_id is not None:
        filters.append(_location_filter(query.location_id, sees, parameters))
    if query.model is not None:
        filters.append(_model_filter(query.model, parameters))
    if query.relationship is not None:
        filters.append(_relationship_filter(query.relationship, sees, parameters))
    if query.date is not None:
        filters.append(date_filter(query.date, parameters))
    if query.within:
        filters.append(_within_filter(query.within, sees, parameters))
    return filters


def twin_text(words: Words, key: str, include: Include, sees: Test) -> str:
    """A twin's own text, or the same with arrays of relationships before its last brace. `key` is its number."""
    ends = [("incoming", "target", "source")] * include.incoming
    ends += [("outgoing", "source", "target")] * include.outgoing
    if not ends:
        return "document.json"
    parts = ["substr(document.json, 1, length(document.json) - 1)"]
    for direction, end, other in ends:
        texts = words.relationship_texts(f"relationship.{end} = {key} AND {sees(f'relationship.{other}')}")
        parts += [f"""',"{direction}Relationships":['""", texts, "']'"]
    return f"concat({', '.join(parts)}, '}}')"  # Which passes over NULL.


def _model_filter(model: ModelFilter, parameters: Parameters) -> Filter:
    return Filter(is_instance(model, parameters), (instances_of(model, parameters),))


def _location_filter(location_id: str, sees: Test, parameters: Parameters) -> Filter:
    place = f"""(SELECT whole.number FROM twin AS whole
        WHERE whole.id = {parameters.bind(location_id)} AND {sees("whole.number")})"""
    return Filter(
        lambda key: parameters.words.exists(
            f"location AS other WHERE other.place = {place} AND other.twin = {key}"
        ),
        (Source("location", (_located_arm(place),)),),
    )


def _within_filter(within: tuple[str, ...], sees: Test, parameters: Parameters) -> Filter:
    places = (
        f"(SELECT whole.number FROM twin AS whole WHERE whole.id = {parameters.bind(id_)})" for id_ in within
    )
    return Filter(sees, (Source("within", tuple(map(_located_arm, places))),))


def _located_arm(place: str) -> Arm:
    return Arm(f"location WHERE location.place = {place} AND location.twin > :after", "location.twin")


def date_filter(date: DateFilter, parameters: Parameters) -> Filter:
    """That a twin was last updated between two instants."""
    after_tick = None if date.after is None else parameters.bind(date.after)
    before_tick = None if date.before is None else parameters.bind(date.before)

    def between(newest: str, oldest: str) -> str:
        later = f"{newest} > {after_tick}" if after_tick else "TRUE"
        earlier = f"{oldest} < {before_tick}" if before_tick else "TRUE"
        return f"{later} AND {earlier}"

    rows = parameters.words.nested(
        (
            (
                "wide_span",
                f"wide_span.run >= (:after >> {RUN_BITS + WIDE_BITS}) AND "
                + between("wide_span.newest", "wide_span.oldest"),
            ),
            (
                "span",
                f"{_within('span.run', 'wide_span.run', WIDE_BITS)} AND span.run >= (:after >> {RUN_BITS}) AND "
                + between("span.newest", "span.oldest"),
            ),
            (
                "twin",
                f"{_within('twin.number', 'span.run', RUN_BITS)} AND twin.number > :after AND "
                + between("twin.updated", "twin.updated"),
            ),
        )
    )
    holds = between("other.updated", "other.updated")
    arm = Arm(
        rows, "twin.number", columns="wide_span.run AS wide, span.run AS run, ", order="wide, run, twin"
    )
    return Filter(
        lambda key: parameters.words.exists(f"twin AS other WHERE other.number = {key} AND {holds}"),
        (Source("date", (arm,)),),
    )


def _within(number: str, run: str, bits: int) -> str:
    """That a number is one of the 2 ** bits of a run."""
    return f"{number} BETWEEN ({run} << {bits}) AND ({run} << {bits}) + {(1 << bits) - 1}"


def _relationship_filter(wanted: RelationshipFilter, sees: Test, parameters: Parameters) -> Filter:
    named = is_named(wanted.names, parameters)
    is_wanted = is_instance(wanted.related, parameters) if wanted.related else is_any

    def leads(other: str) -> str:
        return f"{is_wanted(f'edge.{other}')} AND {sees(f'edge.{other}')}"

    def test(key: str) -> str:
        found = " OR ".join(
            parameters.words.exists(
                f"relationship AS edge WHERE edge.{end} = {key} AND {named} AND {leads(other)}"
            )
            for end, other in ENDS[wanted.direction]
        )
        return f"({found})"

    each_name = [f"edge.name = {parameters.bind(name)}" for name in wanted.names] or ["TRUE"]
    arms = tuple(
        Arm(
            f"relationship AS edge WHERE {name} AND edge.{end} > :after",
            f"edge.{end}",
            leads(other),
            repeats=True,
        )
        for end, other in ENDS[wanted.direction]
        for name in each_name
    )
    by_edge = Source("relationship", arms)
    by_twin = Source("relationship", (replace(ORDER.arms[0], test=test(ORDER.arms[0].key)),))
    if wanted.related is None and sees is is_any:
        # The first relationship of a twin tells all, and some have a hundred thousand. Where any name will do, most
        # twins have one.
        return Filter(test, (by_edge, by_twin) if wanted.names else (by_twin, by_edge))
    sources = [by_edge]
    if wanted.related:
        sources.append(_by_related(wanted, wanted.related, sees, parameters))
    if wanted.direction is Direction.EITHER and parameters.words.waits_for_each_arm:
        # And those of one way may be all there are.
        sources.append(by_twin)
    return Filter(test, tuple(sources))


def _by_related(
    wanted: RelationshipFilter, related: ModelFilter, sees: Test, parameters: Parameters
) -> Source:
    """From the other end: few twins may be of the models, or none."""
    table, number = ("twin", "number") if related.exact else ("kind", "twin")
    is_related = parameters.numbered(f"{table}.model", "model", related.model_ids)
    named = parameters.among("relationship.name", wanted.names) if wanted.names else "TRUE"
    numbers = f"SELECT {table}.{number} AS number FROM {table} WHERE {is_related}"
    arms = (
        Arm(
            parameters.words.related(numbers, end, other, named),
            f"relationship.{end}",
            sees(f"relationship.{other}"),
            repeats=True,
        )
        for end, other in ENDS[wanted.direction]
    )
    return Source("related", tuple(arms), is_gathered=True)
