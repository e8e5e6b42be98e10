"""Queries: every kind of filter, alone and with others; conditions with every comparison."""

from itertools import combinations
from typing import TypeAlias

from hypothesis import strategies as st

from twinhaus.dtdl import Registry
from twinhaus.graph import Direction
from twinhaus.instants import parse_instant
from twinhaus.query.plan import (
    Attribute,
    Comparison,
    Condition,
    DateFilter,
    Group,
    Include,
    Leaf,
    ModelFilter,
    Query,
    RelationshipFilter,
    Scalar,
)
from twinhaus.testing.strategies.contents import Field, fields_of
from twinhaus.testing.strategies.values import (
    DATES,
    EPOCH,
    LONGS,
    REALS,
    RELATIONSHIP_NAMES,
    TEXTS,
    TIMES,
    TWIN_IDS,
    UNKNOWN_ID,
    Pool,
)

_Field: TypeAlias = Field | tuple[Attribute, Pool]

INSTANTS_AHEAD = 40  # As far beyond EPOCH as a date filter looks.
DEPTH_MAX = 3
UNKNOWN_MODEL = "dtmi:law:Unheard;1"

# Comparisons of `lastUpdateTime`, which holds an instant: what the contract's operators on it come down to.
_ON_LAST_UPDATE = (
    Comparison.EQUALS, Comparison.GREATER, Comparison.GREATER_OR_EQUAL, Comparison.LESS, Comparison.LESS_OR_EQUAL,
    Comparison.IN, Comparison.IS_PRESENT, Comparison.IS_FILLED,
)  # fmt: skip
_ON_TIMES = (Comparison.AFTER, Comparison.ON_OR_AFTER, Comparison.BEFORE, Comparison.ON_OR_BEFORE)

_INSTANTS = tuple(
    instant + step
    for text in (*TIMES, *DATES)
    if (instant := parse_instant(text)) is not None
    for step in (-1, 0, 1)
)
_PIECES = tuple(
    dict.fromkeys(
        piece
        for text in (*TEXTS, *TIMES)
        for piece in (text, text.upper(), text.lower(), text[:2], text[1:], text[-1:])
    )
)
_SCALARS: Pool = (*TEXTS, *TWIN_IDS, *LONGS, *REALS, True, False)
_ORDERED = tuple(value for value in _SCALARS if not isinstance(value, bool))

page_sizes = st.integers(1, 5)
includes = st.builds(Include, st.booleans(), st.booleans())

_comparisons = st.sampled_from(Comparison)
_on_last_update = st.sampled_from(_ON_LAST_UPDATE)
_directions = st.sampled_from(Direction)
_member_counts = st.integers(0, 3)
_given = st.sampled_from((*((1, 2, 4, 8, 16) * 4), *range(32)))  # As bits, in the order of Query's members.
_update_instants = st.integers(EPOCH - 1, EPOCH + INSTANTS_AHEAD)
_early = st.integers(EPOCH - 1, EPOCH + INSTANTS_AHEAD // 2)
_dates = st.builds(DateFilter, st.none() | _early, st.none() | _update_instants)
_locations = st.sampled_from((*TWIN_IDS, UNKNOWN_ID))
_names = st.sampled_from(
    (
        (),
        *combinations(RELATIONSHIP_NAMES, 1),
        *combinations(RELATIONSHIP_NAMES, 2),
        ("unheardOf",),
        ("unheardOf", *RELATIONSHIP_NAMES),
    )
)
_withins = st.sampled_from(
    (*((),) * 6, *combinations(TWIN_IDS, 1), *combinations(TWIN_IDS[:4], 2), (UNKNOWN_ID,))
)
_id_counts = st.sampled_from((1, 1, 2, 3, 0))


@st.composite
def queries(draw: st.DrawFn, registry: Registry) -> Query:
    """One or two of the five filters mostly, sometimes all or none; now and then within places."""
    given = draw(_given)
    return Query(
        model=draw(model_filters(registry)) if given & 1 else None,
        relationship=draw(relationship_filters(registry)) if given & 2 else None,
        location_id=draw(_locations) if given & 4 else None,
        date=draw(_dates) if given & 8 else None,
        condition=draw(conditions(registry)) if given & 16 else None,
        within=draw(_withins),
    )


@st.composite
def model_filters(draw: st.DrawFn, registry: Registry) -> ModelFilter:
    """One or a few models, of which some may be unknown; sometimes none at all."""
    ids = st.sampled_from((*registry.ids[1:], *registry.ids[1:], *registry.ids[:1], UNKNOWN_MODEL))
    chosen = [draw(ids) for _ in range(draw(_id_counts))]
    return ModelFilter(tuple(dict.fromkeys(chosen)), draw(st.booleans()))


@st.composite
def relationship_filters(draw: st.DrawFn, registry: Registry) -> RelationshipFilter:
    """Any direction and names, sometimes with a model for the other end."""
    related = draw(model_filters(registry)) if draw(st.integers(0, 2)) == 2 else None
    return RelationshipFilter(draw(_directions), draw(_names), related)


@st.composite
def conditions(draw: st.DrawFn, registry: Registry) -> Condition:
    """Trees of comparisons on the fields of these models, and on some that no model has."""
    fields: tuple[_Field, ...] = (
        *fields_of(registry),
        (Attribute.ID, TWIN_IDS),
        (Attribute.MODEL_ID, registry.ids),
        (Attribute.LAST_UPDATE_TIME, ()),
        (("missing",), ()),
        (("items", "$metadata"), ()),
    )
    return _condition(draw, st.sampled_from(fields), depth=1)


def _condition(draw: st.DrawFn, fields: st.SearchStrategy[_Field], *, depth: int) -> Condition:
    """A leaf, or half the time, while it is not too deep, a group of a few; a group may be empty."""
    if depth == DEPTH_MAX or draw(st.booleans()):
        return _leaf(draw, fields)
    members = tuple(_condition(draw, fields, depth=depth + 1) for _ in range(draw(_member_counts)))
    return Group(members, draw(st.booleans()))


def _leaf(draw: st.DrawFn, fields: st.SearchStrategy[_Field]) -> Leaf:
    field, pool = draw(fields)
    negated = draw(st.booleans())
    if field is Attribute.LAST_UPDATE_TIME:
        comparison = draw(_on_last_update)
        return Leaf(field, comparison, _instant_value(draw, comparison), negated)
    comparison = draw(_comparisons)
    return Leaf(field, comparison, _value(draw, comparison, pool), negated)


def _instant_value(draw: st.DrawFn, comparison: Comparison) -> Scalar | tuple[Scalar, ...]:
    match comparison:
        case Comparison.IN:
            return tuple(draw(st.lists(_update_instants, max_size=4)))
        case Comparison.IS_PRESENT | Comparison.IS_FILLED:
            return None
        case _:
            return draw(_update_instants)


def _value(draw: st.DrawFn, comparison: Comparison, pool: Pool) -> Scalar | tuple[Scalar, ...]:
    """Of the right kind for a comparison, and mostly one that may stand in the field."""
    match comparison:
        case Comparison.IS_PRESENT | Comparison.IS_FILLED:
            return None
        case Comparison.IN:
            return tuple(draw(st.lists(st.sampled_from(pool or _SCALARS), max_size=4)))
        case _:
            return draw(_scalars(comparison, pool))


def _scalars(comparison: Comparison, pool: Pool) -> st.SearchStrategy[Scalar]:
    match comparison:
        case Comparison.STARTS_WITH | Comparison.ENDS_WITH:
            return st.sampled_from(_PIECES)
        case Comparison.CONTAINS:
            return st.sampled_from(_PIECES) | st.sampled_from(pool or _SCALARS)
        case Comparison.EQUALS:
            return st.sampled_from(pool or _SCALARS) | st.sampled_from(_SCALARS)
        case _ if comparison in _ON_TIMES:
            return st.sampled_from(_INSTANTS)
        case _:
            ordered = tuple(value for value in pool if not isinstance(value, bool))
            return st.sampled_from(ordered or _ORDERED) | st.sampled_from(_ORDERED)
