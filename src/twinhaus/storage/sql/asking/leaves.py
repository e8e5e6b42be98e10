"""What the property index knows of one comparison on a path. Pure.

An entry tells of a long text only how it begins. So each comparison comes in two forms: one that every row passes which
it may hold for, and one that only those pass which it surely holds for.
"""

from collections.abc import Sequence

from twinhaus.query.folding import fold
from twinhaus.query.plan import Comparison, Leaf, Scalar
from twinhaus.storage.properties import (
    ELEMENT,
    EMPTY,
    INSTANT,
    LONG,
    TEXT_MAX,
    is_whole,
    number_text,
    scalar_text,
)
from twinhaus.storage.sql.asking.facts import ONWARD_MAX
from twinhaus.storage.sql.asking.knowledge import NONE, NOTHING, Known, any_of
from twinhaus.storage.sql.asking.membership import Parameters, is_any
from twinhaus.storage.sql.asking.patterns import beginning, containing, ending
from twinhaus.storage.sql.asking.rows import Rows, RowTest
from twinhaus.storage.sql.asking.sources import ARMS_MAX

# Which comparisons ask for more and which for less than a bound, and whether the bound itself would do.
_MORE = {
    Comparison.GREATER: False,
    Comparison.GREATER_OR_EQUAL: True,
    Comparison.AFTER: False,
    Comparison.ON_OR_AFTER: True,
}
_LESS = {
    Comparison.LESS: False,
    Comparison.LESS_OR_EQUAL: True,
    Comparison.BEFORE: False,
    Comparison.ON_OR_BEFORE: True,
}
_IN_ORDER = (
    Comparison.GREATER,
    Comparison.GREATER_OR_EQUAL,
    Comparison.LESS,
    Comparison.LESS_OR_EQUAL,
)
_INSTANTS = (Comparison.AFTER, Comparison.ON_OR_AFTER, Comparison.BEFORE, Comparison.ON_OR_BEFORE)
_EMPTY = ", ".join(f"'{value}'" for value in EMPTY)


def presence_known(leaf: Leaf, keys: str, parameters: Parameters, *, onward: Sequence[str]) -> Known:
    """That the path with these keys reaches something. `onward`: paths that go on from it in whichever twin, at most
    ONWARD_MAX + 1.
    """
    is_there: RowTest = lambda value: "TRUE"  # noqa: E731
    is_filled: RowTest = lambda value: f"{value} NOT IN ({_EMPTY})"  # noqa: E731
    test = is_filled if leaf.comparison is Comparison.IS_FILLED else is_there
    return _present(Rows((keys,), parameters), test, [Rows((one,), parameters) for one in onward])


def values_known(leaf: Leaf, keys: Sequence[str], parameters: Parameters) -> Known:
    """Of any of the paths with these keys."""
    rows = Rows(keys, parameters)
    match leaf.comparison, leaf.value:
        case Comparison.IN, tuple() as values:
            return _equal(rows, values)
        case comparison, tuple() | None:
            return NOTHING
        case comparison, value:
            return _compared(rows, comparison, value)


def _compared(rows: Rows, comparison: Comparison, value: bool | int | float | str) -> Known:
    match comparison, value:
        case Comparison.EQUALS, _:
            known = _equal(rows, (value,))
        case Comparison.CONTAINS, _:
            known = _containing(rows, value)
        case Comparison.STARTS_WITH, str():
            known = _starting(rows, fold(value))
        case Comparison.ENDS_WITH, str():
            known = _ending(rows, fold(value))
        case comparison, int() if comparison in _INSTANTS:
            known = _ordered(rows, comparison, INSTANT + number_text(value))
        case comparison, _ if comparison in _IN_ORDER and not isinstance(value, bool):
            bound = scalar_text(value)
            known = NOTHING if bound is None else _ordered(rows, comparison, bound)
        case _:
            known = NOTHING
    return known


def _equal(rows: Rows, values: Sequence[Scalar]) -> Known:
    texts = [scalar_text(value) for value in values]
    if None in texts:
        return NOTHING
    wanted = tuple(dict.fromkeys(text for text in texts if text is not None))
    if not wanted:
        return NONE
    whole = tuple(text for text in wanted if is_whole(text))
    maybe = rows.among(wanted)
    surely = maybe if whole == wanted else rows.among(whole) if whole else None
    if len(wanted) <= ARMS_MAX:
        return rows.known(maybe, surely, rows.of_values(wanted))
    return rows.known(maybe, surely, *rows.of_many_values(wanted, maybe))


def _ordered(rows: Rows, comparison: Comparison, bound: str) -> Known:
    """Values of the same kind that are above or below one. Where that is a long text, what begins as it does may be."""
    kind, limit = bound[0], rows.bind(bound)
    beyond = chr(ord(kind) + 1)

    def test(*, equal_would_do: bool) -> RowTest:
        sign = "=" if equal_would_do else ""
        if comparison in _MORE:
            return lambda value: f"{value} >{sign} {limit} AND {value} < '{beyond}'"
        return lambda value: f"{value} >= '{kind}' AND {value} <{sign} {limit}"

    if not is_whole(bound):
        maybe, surely = test(equal_would_do=True), test(equal_would_do=False)
    else:
        maybe = surely = test(equal_would_do=(_MORE | _LESS)[comparison])
    return rows.known(maybe, surely, *rows.of_range(maybe))


def _containing(rows: Rows, value: Scalar) -> Known:
    """An element of an array that equals, or a text that has it in it, which may be where an entry no longer tells."""
    text = scalar_text(value)
    if text is None:
        return NOTHING
    element = ELEMENT + text
    if not isinstance(value, str):
        equal = rows.among((element,))
        return rows.known(equal, equal, rows.of_values((element,)))
    begun = rows.among((element, LONG))
    if len(value) > TEXT_MAX + 1:
        return rows.known(begun, None, rows.looked_at(begun))
    pattern = containing(fold(value))
    like = rows.like(pattern)
    maybe = _either(begun, like)
    surely = _either(rows.among((element,)), like) if is_whole(text) else like
    return rows.known(maybe, surely, *rows.with_part(pattern, like, (element, LONG), maybe))


def _starting(rows: Rows, folded: str) -> Known:
    pattern = beginning(folded[: TEXT_MAX + 1])
    like = rows.like(pattern)
    surely = like if len(folded) <= TEXT_MAX + 1 else None
    return rows.known(like, surely, *rows.with_part(pattern, like, (), like))


def _ending(rows: Rows, folded: str) -> Known:
    """How a long text ends no entry tells."""
    if len(folded) > TEXT_MAX:
        is_long = rows.among((LONG,))
        return rows.known(is_long, None, rows.of_values((LONG,)))
    pattern = ending(folded)
    like = rows.like(pattern)
    maybe = _either(rows.among((LONG,)), like)
    return rows.known(
        maybe,
        lambda value: f"{like(value)} AND length({value}) <= {TEXT_MAX + 1}",
        *rows.with_part(pattern, like, (LONG,), maybe),
    )


def _present(rows: Rows, test: RowTest, onward: Sequence[Rows]) -> Known:
    """There is a row, or any of a path that goes on: an object with something in it. Too many paths, as from an object
    with keys of all kinds, are not gone through.
    """
    held = any_of([_held(rows, test), *(_held(one, lambda value: "TRUE") for one in onward[:ONWARD_MAX])])
    return held if len(onward) <= ONWARD_MAX else Known(is_any, held.surely)


def _held(rows: Rows, test: RowTest) -> Known:
    return rows.known(test, test, rows.looked_at(test))


def _either(one: RowTest, other: RowTest) -> RowTest:
    return lambda value: f"({one(value)} OR {other(value)})"
