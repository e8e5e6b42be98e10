"""What a list's request means, read off its JSON: written from the contract, without a look at the server's own."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

# Spelled in lower case: the positive operator it is, or is the negation of.
OPERATORS = {
    **dict.fromkeys(("equals", "=", "==", "is"), ("equals", False)),
    **dict.fromkeys(("notequals", "!=", "not"), ("equals", True)),
    **dict.fromkeys((">", "greaterthan"), (">", False)),
    **dict.fromkeys((">=", "greaterthanorequal"), (">=", False)),
    **dict.fromkeys(("<", "lessthan"), ("<", False)),
    **dict.fromkeys(("<=", "lessthanorequal"), ("<=", False)),
    "after": ("after", False),
    "onorafter": ("onOrAfter", False),
    "before": ("before", False),
    "onorbefore": ("onOrBefore", False),
    "contains": ("contains", False),
    "notcontains": ("contains", True),
    "startswith": ("startsWith", False),
    "endswith": ("endsWith", False),
    **dict.fromkeys(("in", "containedin", "isanyof"), ("in", False)),
    "notin": ("in", True),
    "isnotnull": ("isNotNull", False),
    "isnull": ("isNotNull", True),
    "isnotempty": ("isNotEmpty", False),
    "isempty": ("isNotEmpty", True),
}
WITHOUT_VALUE = ("isNotNull", "isNotEmpty")
ORDERED = (">", ">=", "<", "<=")
ON_TIMES = {"after": ">", "onOrAfter": ">=", "before": "<", "onOrBefore": "<="}
ON_TEXT = ("contains", "startsWith", "endsWith")

# What a field reaches: the keys from the top of the contents.
FIELDS = {
    "name": ("name",),
    "contents.name": ("name",),
    "size": ("size",),
    "count": ("count",),
    "flag": ("flag",),
    "made": ("made",),
    "colour": ("colour",),
    "tags": ("tags",),
    "parts": ("parts",),
    "parts.code": ("parts", "code"),
    "parts[weight]": ("parts", "weight"),
    "labels": ("labels",),
    "labels.a": ("labels", "a"),
    'labels["a.b"]': ("labels", "a.b"),
    'labels[""]': ("labels", ""),
    "labels.a.b": ("labels", "a", "b"),
    "area": ("area",),
    "area.grossArea": ("area", "grossArea"),
    "contents.area.note": ("area", "note"),
    "name.length": ("name", "length"),
    "nothing": ("nothing",),
}
ATTRIBUTES = ("id", "modelId", "lastUpdateTime")

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?([Zz]|[+-]\d\d:\d\d)?)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ticks(text: Any) -> int | None:
    """An ISO 8601 time in tenths of a microsecond; without an offset it is UTC, a date is its midnight."""
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    date, clock, fraction, offset = found.groups()
    instant = datetime.fromisoformat(f"{date}T{clock or '00:00:00'}{(offset or 'Z').upper()}")
    return (instant - _EPOCH) // timedelta(seconds=1) * 10_000_000 + int((fraction or "").ljust(7, "0"))


def fold(text: str) -> str:
    """Casing set aside, character by character: "ß" stays one and does not become "ss"."""
    return "".join(next(one for one in (c.casefold(), c.lower(), c) if len(one) == 1) for c in text)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: a number is neither a text nor true, and 1 is 1.0."""
    match one, other:
        case (bool(), _) | (_, bool()):
            return one is other
        case (int() | float(), int() | float()):
            return one == other
        case list(), list():
            return len(one) == len(other) and all(map(same, one, other))
        case dict(), dict():
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
        case _:
            return type(one) is type(other) and bool(one == other)


def satisfies(node: Any, twin: Any) -> bool:
    """Whether a twin, as GET answers it, satisfies a property filter: a comparison, a group, or both at once."""
    inner = [one for one in node.get("filters") or () if says_something(one)]
    joined = any if str(node.get("filterConditionOperator")).lower() == "or" else all
    return ("field" not in node or holds(node, twin)) and (
        not inner or joined(satisfies(one, twin) for one in inner)
    )


def says_something(node: Any) -> bool:
    """A node without a comparison filters nothing unless one within it does."""
    return "field" in node or any(map(says_something, node.get("filters") or ()))


def holds(leaf: Any, twin: Any) -> bool:
    """One comparison: any value that the field reaches is enough; a negative operator is the exact negation."""
    operator, negated = OPERATORS[leaf["operator"].lower()]
    value = leaf.get("value")
    if leaf["field"] in ATTRIBUTES:
        reached = [twin[leaf["field"]]]
    else:
        reached = [*values_at(twin["contents"], FIELDS[leaf["field"]])]
    if leaf["field"] == "lastUpdateTime":
        reached = [ticks(one) for one in reached]
        value = [ticks(one) for one in value] if isinstance(value, list) else ticks(value)
        operator = ON_TIMES.get(operator, operator)
    return any(compares(operator, one, value) for one in reached) is not negated


def values_at(value: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """What a path reaches, by way of every element of the arrays that it crosses."""
    if not path:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from values_at(one, path)
    elif isinstance(value, dict) and path[0] in value:
        yield from values_at(value[path[0]], path[1:])


def compares(operator: str, actual: Any, value: Any) -> bool:
    """Whether one value compares so; what is of another type does not."""
    match operator:
        case "equals":
            return same(actual, value)
        case "in":
            return any(same(actual, one) for one in value)
        case "isNotNull" | "isNotEmpty":
            return actual is not None and (operator == "isNotNull" or is_filled(actual))
        case "contains" if isinstance(actual, list):
            return any(same(one, value) for one in actual)
        case "contains" | "startsWith" | "endsWith":
            both_text = isinstance(actual, str) and isinstance(value, str)
            return both_text and of_text(operator, fold(actual), fold(value))
        case _:
            on_times = operator in ON_TIMES
            both = (ticks(actual), ticks(value)) if on_times else (actual, value)
            return ordered(ON_TIMES.get(operator, operator), *both)


def is_filled(actual: Any) -> bool:
    """The metadata of a component are no content."""
    bare = {key: actual[key] for key in actual if key != "$metadata"} if isinstance(actual, dict) else actual
    return bare not in ("", [], {})


def of_text(operator: str, actual: str, value: str) -> bool:
    """Both folded."""
    if operator == "contains":
        return value in actual
    return actual.startswith(value) if operator == "startsWith" else actual.endswith(value)


def ordered(operator: str, actual: Any, value: Any) -> bool:
    """Numbers among each other, and texts by code point."""
    kinds = {"number" if type(one) in (int, float) else type(one).__name__ for one in (actual, value)}
    if kinds not in ({"number"}, {"str"}):
        return False
    return bool(
        {">": actual > value, ">=": actual >= value, "<": actual < value, "<=": actual <= value}[operator]
    )
