"""Bodies of POST /twins that Hypothesis draws: every filter, alone and together."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from tests.machine import values
from tests.machine.chance import PROBABLY, mostly
from tests.machine.meaning import ATTRIBUTES, FIELDS, OPERATORS, WITHOUT_VALUE, ticks
from tests.machine.mirror import Mirror
from tests.machine.ontology import AREA, RELATIONSHIP_NAMES, TWIN_MODELS, UNKNOWN
from tests.machine.requests import DIRECTIONS, IDS, Request, twin_ids

_TICKS_PER_SECOND = 10_000_000
_OFFSETS = {"Z": 0, "+00:00": 0, "": 0, "+05:30": 330, "-01:00": -60}
_ANYTHING = (*values.TEXTS, *values.REALS, *values.TIMES, *values.COLOURS, True, False)
_POOLS: dict[str, tuple[Any, ...]] = {
    "id": (*IDS, "a_", "PART", "ü%"),
    "modelId": (*TWIN_MODELS, "dtmi:", "ROOM;1", "machine:"),
    "name": (*values.TEXTS, "ss", "SS", "ẞe", "E"),
    "size": (*values.REALS, True),
    "weight": values.REALS,
    "grossArea": values.REALS,
    "count": (*values.INTEGERS, 0.5),
    "flag": (True, False, 1, "true"),
    "made": (*values.TIMES, "2020-01-01", "2019-12-31T23:59:59"),
    "colour": (*values.COLOURS, "DARK", "blue"),
}
_SPELLINGS = tuple(sorted({*OPERATORS, *map(str.upper, OPERATORS), "notContains", "isNotEmpty"}))
_EQUALITY = ("equals", "notEquals", "in", "notIn")
_ORDER = (">", ">=", "<", "<=", *_EQUALITY)
_PRESENCE = ("isNull", "isNotNull", "isEmpty", "isNotEmpty", "contains")
_TEXT = ("contains", "notContains", "startsWith", "endsWith", ">", "<=", *_EQUALITY)
# What is worth asking of a field, by the last of its keys; of others, what is worth asking of a text.
_FITTING = {
    **dict.fromkeys(("size", "weight", "grossArea", "count"), _ORDER),
    **dict.fromkeys(("flag", "colour"), _EQUALITY),
    **dict.fromkeys(("tags", "parts", "labels", "area", "nothing"), _PRESENCE),
    "made": ("after", "onOrAfter", "before", "onOrBefore", "equals"),
    "lastUpdateTime": ("after", "onOrAfter", "before", "onOrBefore", *_ORDER),
}


@st.composite
def filters(draw: st.DrawFn, mirror: Mirror) -> Request:
    """Any of them; the faults in some are of values only."""
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "modelFilter": _model_filters(),
        "relationshipFilter": _relationship_filters(),
        "locationFilter": _location_filters(mirror),
        "dateFilter": _date_filters(mirror),
        "propertyFilter": _conditions(mirror, depth=3),
    }
    chosen = draw(st.lists(st.sampled_from([*kinds]), max_size=3, unique=True))
    return {name: draw(kinds[name]) for name in chosen}


@st.composite
def relationships(draw: st.DrawFn, mirror: Mirror) -> Request:
    """Which relationships are meant: by ids, by names, by the twins at their ends."""
    ids = st.sampled_from([*mirror.graph.relationships, "A_isPartOf_C"])
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "relationshipIds": st.lists(ids, max_size=4),
        "relationshipNames": st.lists(st.sampled_from(RELATIONSHIP_NAMES), max_size=2),
        "source": filters(mirror),
        "target": filters(mirror),
    }
    chosen = draw(st.lists(st.sampled_from([*kinds]), max_size=3, unique=True))
    return {name: draw(kinds[name]) for name in chosen}


@st.composite
def lists(draw: st.DrawFn, mirror: Mirror, page_sizes: st.SearchStrategy[int]) -> Request:
    """Any filters, `include` and a page size."""
    request: Request = draw(filters(mirror))
    if draw(st.booleans()):
        request["include"] = draw(_includes())
    if draw(st.sampled_from(PROBABLY)):
        request["pageSize"] = draw(page_sizes)
    return request


def page_sizes() -> st.SearchStrategy[int]:
    """Small ones, for there are few twins; now and then one that is out of bounds."""
    return st.sampled_from((1, 1, 1, 2, 2, 0, 1001, 2, 3, 1000, 1, 1, 2))


def _includes() -> st.SearchStrategy[Request]:
    flag = st.sampled_from((True, True, False, None))
    return st.fixed_dictionaries({}, optional={"outgoingRelationships": flag, "incomingRelationships": flag})


def _model_filters() -> st.SearchStrategy[Request]:
    some = st.lists(st.sampled_from((*TWIN_MODELS, *TWIN_MODELS, AREA, UNKNOWN)), min_size=1, max_size=2)
    none: st.SearchStrategy[list[str] | None] = st.sampled_from(([], None))
    ids = mostly(some, none)
    exact = st.sampled_from((True, False, None))
    return st.fixed_dictionaries({"modelIds": ids}, optional={"exactModelMatch": exact})


def _relationship_filters() -> st.SearchStrategy[Request]:
    names = st.lists(st.sampled_from(RELATIONSHIP_NAMES), max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            "relationshipDirection": st.sampled_from(DIRECTIONS),
            "relationshipNames": mostly(names, st.none()),
            "relatedModelFilter": mostly(_model_filters(), st.just({})),
        },
    )


def _location_filters(mirror: Mirror) -> st.SearchStrategy[Request]:
    place = st.fixed_dictionaries({"locationId": twin_ids(mirror.graph)})
    return mostly(place, st.sampled_from(({"locationId": None}, {})))


def _date_filters(mirror: Mirror) -> st.SearchStrategy[Request]:
    either = mostly(_times(mirror), st.sampled_from((None, "soon")))
    return st.fixed_dictionaries({}, optional={"lastUpdatedAfter": either, "lastUpdatedBefore": either})


def _times(mirror: Mirror) -> st.SearchStrategy[str]:
    """Times at which a twin was changed, or one tick before or after, with any offset."""
    known = [ticks(stamp.time) or 0 for stamp in mirror.stamps] or [0]
    ago = st.integers(1, len(known))
    return st.builds(
        lambda ago, jump, offset: _written(known[-ago] + jump, offset),
        ago,
        st.sampled_from((0, 0, -1, 1)),
        st.sampled_from([*_OFFSETS]),
    )


def _written(instant: int, offset: str) -> str:
    seconds, fraction = divmod(instant, _TICKS_PER_SECOND)
    zone = timezone(timedelta(minutes=_OFFSETS[offset]))
    clock = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone)
    return f"{clock:%Y-%m-%dT%H:%M:%S}.{fraction:07}{offset}"


@st.composite
def _conditions(draw: st.DrawFn, mirror: Mirror, depth: int) -> Request:
    """A comparison, a group of them, both, or neither."""
    kind = (
        draw(st.sampled_from(("leaf",) * 4 + ("both", "neither") + ("group",) * 4)) if depth > 1 else "leaf"
    )
    node: Request = draw(comparisons(mirror)) if kind in ("leaf", "both") else {}
    if kind in ("group", "both"):
        node["filters"] = draw(st.lists(_conditions(mirror, depth - 1), max_size=3))
        word = draw(st.sampled_from(("And", "Or", "or", "OR", None)))
        if word is not None or draw(st.booleans()):
            node["filterConditionOperator"] = word
    return node


@st.composite
def comparisons(draw: st.DrawFn, mirror: Mirror) -> Request:
    """A property filter that is no group."""
    field = draw(st.sampled_from((*FIELDS, *ATTRIBUTES)))
    fitting = st.sampled_from(_FITTING.get(_last_key(field), _TEXT))
    leaf: Request = {"field": field, "operator": draw(mostly(fitting, st.sampled_from(_SPELLINGS)))}
    operator, _ = OPERATORS[leaf["operator"].lower()]
    probably = draw(st.sampled_from(PROBABLY))
    if (operator in WITHOUT_VALUE) is probably:
        return leaf
    one = _operands(mirror, field)
    many = st.lists(one, max_size=3)
    leaf["value"] = draw(many if (operator == "in") is probably else one)
    return leaf


def _last_key(field: str) -> str:
    return FIELDS[field][-1] if field in FIELDS else field


def _operands(mirror: Mirror, field: str) -> st.SearchStrategy[Any]:
    """Mostly of the field's own type."""
    anything = st.sampled_from(_ANYTHING)
    if field == "lastUpdateTime":
        return mostly(_times(mirror), anything)
    if field == "id" and mirror.graph.twins:
        return st.one_of(st.sampled_from([*mirror.graph.twins]), st.sampled_from(_POOLS["id"]), anything)
    own = st.sampled_from(_POOLS.get(_last_key(field), _POOLS["name"]))
    return mostly(own, anything)
