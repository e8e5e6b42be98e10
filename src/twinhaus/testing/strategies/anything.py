"""Contents of any shape, as no model would have them, and conditions on them: what an index of properties must tell
apart, and what it must not.
"""

from hypothesis import strategies as st

from twinhaus.instants import parse_instant
from twinhaus.query.plan import Attribute, Comparison, Condition, Group, Leaf, Scalar
from twinhaus.storage.properties import TEXT_MAX
from twinhaus.strictjson import Json, JsonObject

KEYS = ("a", "b", "a.b", "É", "$metadata", '"', ",", "", "\x01", "k" * 600)
_LONG = "Überlang" * (TEXT_MAX // 8 + 1)
TEXTS = (
    "", "a", "A", "b", "ab", "aB c", "Straße", "STRASSE", "STRAẞE", "cafe\u0301", "É", "é", "\ud7ff", "\uffff",
    "\U0001f600",
    "100%", "a_b", "a\\b", "\\", "%", "_", "a\"b", '"', "[", "#", "@", "t", "~", "[]", "{}", "\x01", "1", "true",
    *(_LONG[:length] for length in (TEXT_MAX - 1, TEXT_MAX, TEXT_MAX + 1, TEXT_MAX + 2)),
    *(_LONG[: TEXT_MAX + cut] + ending for cut in (0, 1) for ending in ("!", "ẞ", "ss")),
    "2024-08-30", "2024-08-30T03:49:30Z", "2024-08-30T05:49:30+02:00", "0001-01-01",
    "9999-12-31T23:59:59.9999999-23:59",
)  # fmt: skip
NUMBERS = (
    0, -0.0, 1, 1.0, -1, 2, 0.1, 1.5, 2**53, 2**53 + 1, float(2**53), 2**63 - 1, 2**63, float(2**63), 2**64 - 1,
    -(2**63), -(2**53) - 1, float(-(2**53)), 1e308, -1e308, 5e-324, -5e-324, 1e17, 10**17 + 1,
)  # fmt: skip
_TICKS = tuple(
    instant + step for text in TEXTS if (instant := parse_instant(text)) is not None for step in (-1, 0, 1)
)
_PIECES = tuple(
    dict.fromkeys(
        piece
        for text in TEXTS
        for piece in (text, text.upper(), text[:3], text[:-1], text[1:], text[-2:], text[: TEXT_MAX + 1])
    )
)
# Nothing that is stored equals these.
_ODD: tuple[Scalar, ...] = (None, "\0", "a\0", "\ud800", 2**70, -(2**70))

_scalars = st.sampled_from((*TEXTS, *NUMBERS, True, False, None))
_keys = st.sampled_from(KEYS[:4] * 4 + KEYS)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=3),
    max_leaves=6,
)
_paths = st.lists(_keys, min_size=1, max_size=3).map(tuple)
_IN_ORDER = (Comparison.GREATER, Comparison.GREATER_OR_EQUAL, Comparison.LESS, Comparison.LESS_OR_EQUAL)
_ON_TIMES = (Comparison.AFTER, Comparison.ON_OR_AFTER, Comparison.BEFORE, Comparison.ON_OR_BEFORE)


def any_contents() -> st.SearchStrategy[JsonObject]:
    """An object of a few keys, with anything in them."""
    return st.dictionaries(_keys, _values, max_size=4)


@st.composite
def any_conditions(draw: st.DrawFn, known: tuple[JsonObject, ...], ids: tuple[str, ...]) -> Condition:
    """A comparison or a group of some, mostly about what stands in known contents, now and then about ids."""
    reached = [one for contents in known for one in _reached(contents)]
    return _condition(draw, reached or [(("a",), 1)], ids, depth=0)


def _condition(
    draw: st.DrawFn, reached: list[tuple[tuple[str, ...], Json]], ids: tuple[str, ...], *, depth: int
) -> Condition:
    if depth == 2 or draw(st.integers(0, 2)):
        return _leaf(draw, reached, ids)
    members = [_condition(draw, reached, ids, depth=depth + 1) for _ in range(draw(st.integers(0, 3)))]
    return Group(tuple(members), draw(st.booleans()))


def _leaf(draw: st.DrawFn, reached: list[tuple[tuple[str, ...], Json]], ids: tuple[str, ...]) -> Leaf:
    comparison, negated = draw(st.sampled_from(Comparison)), draw(st.booleans())
    if draw(st.integers(0, 9)) == 0:
        attribute = draw(st.sampled_from((Attribute.ID, Attribute.MODEL_ID)))
        return Leaf(attribute, comparison, _value(draw, comparison, draw(st.sampled_from(ids))), negated)
    path, value = draw(st.sampled_from(reached))
    path = draw(st.just(path) | st.just(path) | _paths)
    return Leaf(path, comparison, _value(draw, comparison, value), negated)


def _value(draw: st.DrawFn, comparison: Comparison, found: Json) -> Scalar | tuple[Scalar, ...]:
    given: list[Scalar] = [
        one for one in (found if isinstance(found, list) else [found]) if not isinstance(one, list | dict)
    ]
    likely: st.SearchStrategy[Scalar] = st.sampled_from(given or [1])
    if comparison in (Comparison.IS_PRESENT, Comparison.IS_FILLED):
        return None
    if comparison is Comparison.IN:
        return tuple(draw(st.lists(likely | _scalars, max_size=4)))
    return draw(_likely_of(comparison, likely))


def _likely_of(comparison: Comparison, likely: st.SearchStrategy[Scalar]) -> st.SearchStrategy[Scalar]:
    match comparison:
        case Comparison.STARTS_WITH | Comparison.ENDS_WITH:
            return st.sampled_from(_PIECES) | likely.filter(lambda one: isinstance(one, str))
        case Comparison.CONTAINS:
            return st.sampled_from(_PIECES) | likely | _scalars
        case _ if comparison in _ON_TIMES:
            return st.sampled_from(_TICKS)
        case _ if comparison in _IN_ORDER:
            ordered: st.SearchStrategy[Scalar] = st.sampled_from((*TEXTS, *NUMBERS))
            return likely.filter(lambda one: isinstance(one, str | int | float)) | ordered
        case _:
            return likely | _scalars | st.sampled_from(_ODD)


def _reached(value: Json, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Json]]:
    found = [(path, value)] if path else []
    if isinstance(value, dict):
        found += [one for key, member in value.items() for one in _reached(member, (*path, key))]
    elif isinstance(value, list):
        found += [one for element in value for one in _reached(element, path)]
    return found
