"""Questions in SPARQL: paths of any length over relationships and subclasses, a page found first and then fetched."""

from collections.abc import Iterator
from typing import Literal, assert_never

from benchmarks.peers.question import OPERATORS, Inexpressible, Question
from benchmarks.peers.triples import (
    DOCUMENT,
    ID,
    NUMBER,
    RDF_TYPE,
    SUBCLASS_OF,
    UPDATED,
    literal,
    model_iri,
    property_iri,
    relationship_iri,
    twin_iri,
)
from twinhaus.graph import CONTAINMENT_RELATIONSHIPS, Direction
from twinhaus.query.plan import (
    Attribute,
    Comparison,
    Condition,
    Group,
    Leaf,
    ModelFilter,
    Query,
    RelationshipFilter,
)

_Field = Literal[Attribute.ID] | tuple[str, ...]

_ALL = f"?twin {NUMBER} ?number ."


def sparql_of(question: Question, *, nests: bool) -> str:
    """The question's text. `nests`: what is in a place is found by a query of its own, which is how Oxigraph begins
    with it; to RDFLib it makes a difference in either direction.
    """
    match question.operation:
        case "read":
            twin = twin_iri(question.twin_id)
            return f"SELECT ?id ?document WHERE {{ {twin} {ID} ?id ; {DOCUMENT} ?document }}"
        case "count":
            patterns = _patterns(question.query, nests=nests) or _ALL
            return f"SELECT (count(DISTINCT ?twin) AS ?count) WHERE {{\n{patterns}\n}}"
        case "list":
            return _list(question, nests=nests)
        case _:
            assert_never(question.operation)


def _list(question: Question, *, nests: bool) -> str:
    page = (
        f"{{ SELECT DISTINCT ?twin ?number WHERE {{\n{_patterns(question.query, nests=nests)}\n{_ALL}\n"
        f"FILTER(?number > {question.after}) }} ORDER BY ?number LIMIT {question.limit} }}"
    )
    whole = f"?twin {ID} ?id ; {DOCUMENT} ?document ."
    if not question.has_relationships:
        return f"SELECT ?id ?document WHERE {{\n{page}\n{whole}\n}} ORDER BY ?number"
    around = "{ ?twin ?name ?there } UNION { ?here ?name ?twin }"
    return (
        f"SELECT ?id ?document ?here ?name ?there WHERE {{\n{page}\n{whole}\n{around}\n"
        f'FILTER(?name = {RDF_TYPE} || STRSTARTS(STR(?name), "urn:relationship:"))\n}} ORDER BY ?number'
    )


def _patterns(query: Query, *, nests: bool) -> str:
    found: list[str] = []
    if query.model is not None:
        found.append(_is_instance("?twin", "?model", query.model))
    if query.location_id is not None:
        ways = "|".join(map(relationship_iri, CONTAINMENT_RELATIONSHIPS))
        # From the place: else each twin is followed to where it is.
        inside = f"{twin_iri(query.location_id)} (^({ways}))* ?twin ."
        found.insert(0, f"{{ SELECT DISTINCT ?twin WHERE {{ {inside} }} }}" if nests else inside)
    if query.relationship is not None:
        found.append(_is_related(query.relationship))
    if query.date is not None:
        ends = ((">", query.date.after), ("<", query.date.before))
        tests = " && ".join(f"?updated {sign} {end}" for sign, end in ends if end is not None)
        found.append(f"?twin {UPDATED} ?updated . FILTER({tests})")
    if query.condition is not None:
        found.append(_condition(query.condition))
    return "\n".join(found)


def _is_instance(twin: str, model: str, wanted: ModelFilter) -> str:
    if len(wanted.model_ids) != 1:
        raise Inexpressible
    path = RDF_TYPE if wanted.exact else f"{RDF_TYPE}/{SUBCLASS_OF}*"
    return f"{twin} {path} {model_iri(wanted.model_ids[0])} ."


def _is_related(wanted: RelationshipFilter) -> str:
    match wanted.direction:
        case Direction.OUTGOING:
            source, target = "?twin", "?other"
        case Direction.INCOMING:
            source, target = "?other", "?twin"
        case _:
            raise Inexpressible
    # Nothing but relationships leads to a twin; from one, values do, too.
    name = "|".join(map(relationship_iri, wanted.names)) or "?name"
    if not wanted.names and source == "?twin":
        raise Inexpressible
    related = "" if wanted.related is None else _is_instance("?other", "?otherModel", wanted.related)
    return f"{source} {name} {target} . {related}"


def _condition(condition: Condition) -> str:
    """Twins that have the values, and what is to hold of these."""
    fields = list(dict.fromkeys(_fields(condition)))
    variables = {field: f"?value{number}" for number, field in enumerate(fields)}
    test = _test(condition, variables)
    if (
        isinstance(condition, Leaf)
        and condition.comparison is Comparison.EQUALS
        and isinstance(condition.value, str)
    ):
        # A pattern of its own is what triples are indexed for.
        return f"?twin {_predicate(fields[0])} {literal(condition.value)} ."
    always = set(_always(condition))
    needed = [f"?twin {_predicate(field)} {variables[field]} ." for field in fields if field in always]
    others = [
        f"OPTIONAL {{ ?twin {_predicate(field)} {variables[field]} }}"
        for field in fields
        if field not in always
    ]
    return "\n".join([*needed, *others, f"FILTER({test})"])


def _predicate(field: _Field) -> str:
    return ID if field is Attribute.ID else property_iri(field)


def _always(condition: Condition) -> Iterator[_Field]:
    """The fields that every twin has for which the condition holds: these are asked for first."""
    match condition:
        case Leaf(field=(tuple() | Attribute.ID) as field):
            yield field
        case Group(members=members, any_suffices=False):
            for member in members:
                yield from _always(member)
        case _:
            return


def _fields(condition: Condition) -> list[_Field]:
    match condition:
        case Leaf(field=(tuple() | Attribute.ID) as field):
            return [field]
        case Leaf():
            raise Inexpressible
        case Group(members=members):
            return [field for member in members for field in _fields(member)]
        case _:
            assert_never(condition)


def _test(condition: Condition, variables: dict[_Field, str]) -> str:
    match condition:
        case Leaf(
            negated=False,
            field=(tuple() | Attribute.ID) as field,
            value=(bool() | int() | float() | str()) as value,
        ):
            if condition.comparison is Comparison.CONTAINS and isinstance(value, str):
                return f"CONTAINS(LCASE({variables[field]}), {literal(value.lower())})"
            if condition.comparison in OPERATORS:
                return f"{variables[field]} {OPERATORS[condition.comparison]} {literal(value)}"
            raise Inexpressible
        case Leaf():
            raise Inexpressible
        case Group(members=members, any_suffices=any_suffices):
            parts = [_test(member, variables) for member in members]
            return f"({(' || ' if any_suffices else ' && ').join(parts)})"
        case _:
            assert_never(condition)
