"""POST /twins, propertyFilter: every operator by every name, every kind of field, and how nodes are joined."""

from itertools import product
from typing import Any

import httpx
import pytest
from tests.api.asking import get, list_ids
from tests.api.comparisons import (
    EQUALITY,
    EVERY,
    FILLED,
    LISTS,
    MEANINGS,
    ORDER,
    PATHS,
    PRESENCE,
    S1,
    S2,
    S3,
    S4,
    S5,
    S6,
    S7,
    SPELLINGS,
    TEXTS,
    TIMES,
)  # fmt: skip
from tests.api.models import SAMPLER
from tests.api.portfolio import ALL

_ABSENT = object()


def leaf(field: str, operator: str, value: Any = _ABSENT) -> dict[str, Any]:
    """One comparison."""
    more = {} if value is _ABSENT else {"value": value}
    return {"field": field, "operator": operator, **more}


def samples(http: httpx.Client, condition: dict[str, Any]) -> set[str]:
    """The samples for which a property filter holds."""
    only = {"modelIds": [SAMPLER], "exactModelMatch": True}
    return list_ids(http, modelFilter=only, propertyFilter=condition)


@pytest.mark.parametrize(("field", "value", "expected"), EQUALITY)
def test_equals_and_its_negation(reading: httpx.Client, field: str, value: Any, expected: set[str]) -> None:
    """Same type and same value: numbers exactly whether whole or not, text by code point; notEquals is the negation."""
    assert samples(reading, leaf(field, "equals", value)) == expected
    assert samples(reading, leaf(field, "notEquals", value)) == EVERY - expected


@pytest.mark.parametrize(("field", "operator", "value", "expected"), ORDER)
def test_order(reading: httpx.Client, field: str, operator: str, value: Any, expected: set[str]) -> None:
    """Numbers by value without rounding, text by code point; absent or differently typed never matches."""
    assert samples(reading, leaf(field, operator, value)) == expected


@pytest.mark.parametrize(("operator", "value", "expected"), TIMES)
def test_times_compare_as_instants(
    reading: httpx.Client, operator: str, value: str, expected: set[str]
) -> None:
    """Whatever their offsets; what is no time, or not text, matches none of the four operators."""
    assert samples(reading, leaf("when", operator, value)) == expected
    assert samples(reading, leaf("text", operator, value)) == set()
    assert samples(reading, leaf("count", operator, value)) == set()


@pytest.mark.parametrize(("field", "operator", "value", "expected"), TEXTS)
def test_text(reading: httpx.Client, field: str, operator: str, value: Any, expected: set[str]) -> None:
    """Casing is folded character by character, nothing is a wildcard; on an array, contains asks for an element."""
    assert samples(reading, leaf(field, operator, value)) == expected
    if operator == "contains":
        assert samples(reading, leaf(field, "notContains", value)) == EVERY - expected


@pytest.mark.parametrize(("field", "values", "expected"), LISTS)
def test_lists(reading: httpx.Client, field: str, values: list[Any], expected: set[str]) -> None:
    """`in` is equals with any of up to 1000 values; notIn is its negation."""
    assert samples(reading, leaf(field, "in", values)) == expected
    assert samples(reading, leaf(field, "notIn", values)) == EVERY - expected


@pytest.mark.parametrize(("field", "present"), PRESENCE)
def test_null(reading: httpx.Client, field: str, present: set[str]) -> None:
    """isNotNull: there; isNull: absent. A null value is as good as none."""
    assert samples(reading, leaf(field, "isNotNull")) == present
    assert samples(reading, leaf(field, "isNull", None)) == EVERY - present


@pytest.mark.parametrize(("field", "filled"), FILLED)
def test_empty(reading: httpx.Client, field: str, filled: set[str]) -> None:
    """isEmpty: absent, "", [] or {}; a component that holds only its metadata is empty."""
    assert samples(reading, leaf(field, "isNotEmpty")) == filled
    assert samples(reading, leaf(field, "isEmpty")) == EVERY - filled


@pytest.mark.parametrize(("field", "value", "expected"), PATHS)
def test_fields(reading: httpx.Client, field: str, value: Any, expected: set[str]) -> None:
    """Attributes, dotted paths, across arrays in both notations, quoted keys, a leading `contents.`; casing matters."""
    assert samples(reading, leaf(field, "equals", value)) == expected


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("mappedIds.value", "startsWith", "URN:", {"TW-DD-II-L01"}),
        ("mappedIds[value]", "equals", "TW-CC-II-L01", {"TW-DD-II-L01"}),
        ("mappedIds[value]", "notEquals", "TW-CC-II-L01", set(ALL) - {"TW-DD-II-L01"}),
        (
            "alternateClassification.brickSchema.code",
            "endsWith",
            "brick:FLOOR;1",
            {"TW-DD-II-L01"},
        ),
        ("externalIds.mappingKey", "contains", "willow-source", {"TW-DD-II-L01"}),
        ("code", "in", ["L01", "L02"], {"TW-DD-II-L01", "L02"}),
        ("area.grossArea", ">", 12.5, {"BLDG-1", "Room-L01-100"}),
        ("area.grossArea", ">=", 12.5, {"BLDG-1", "Room-L01-100", "Room-L01-101"}),
        ('customTags["size.large"]', "is", True, {"Room-L01-100"}),
        ("id", "endsWith", "-l01", {"TW-DD-II-L01"}),
        ("modelId", "contains", ":ROOM;", {"Room-L01-100", "Room-L01-101", "Room-L02-200"}),
        ("id", "in", ["AHU-1", "VAV-1", "nothing"], {"AHU-1", "VAV-1"}),
        ("id", "isNull", None, set()),
    ],
)
def test_fields_of_real_twins(
    reading: httpx.Client, field: str, operator: str, value: Any, expected: set[str]
) -> None:
    """The paths that the contract itself names reach what they should."""
    assert list_ids(reading, propertyFilter=leaf(field, operator, value)) == expected


_RECASED = (str, str.lower, str.upper, str.swapcase)


@pytest.mark.parametrize("operator", SPELLINGS)
def test_every_spelling_of_an_operator(reading: httpx.Client, operator: str) -> None:
    """Each operator means the same under each of its names, in any casing."""
    field, value, expected = MEANINGS[operator]
    for spelling in {recase(name) for name in SPELLINGS[operator] for recase in _RECASED}:
        assert samples(reading, leaf(field, spelling, value)) == expected, spelling


# --- lastUpdateTime


@pytest.mark.parametrize(
    ("operators", "expected"),
    [
        (("equals", "is", "in"), {S3}),
        (("notEquals", "notIn"), EVERY - {S3}),
        ((">", "after"), {S4, S5, S6, S7}),
        ((">=", "onOrAfter"), {S3, S4, S5, S6, S7}),
        (("<", "before"), {S1, S2}),
        (("<=", "onOrBefore"), {S1, S2, S3}),
    ],
)
def test_last_update_time_is_an_instant(
    reading: httpx.Client, operators: tuple[str, ...], expected: set[str]
) -> None:
    """lastUpdateTime compares as an instant with every operator that can, whatever the value's offset."""
    instant = get(reading, S3)["lastUpdateTime"]
    day, clock = instant[:11], instant[11:27]
    hour, rest = int(clock[:2]), clock[2:]
    shifted = f"{day}{(hour + 1) % 24:02}{rest}{'+01:00' if hour < 23 else '-23:00'}"
    for operator, time in product(operators, (instant, shifted)):
        value = [time] if operator in ("in", "notIn") else time
        assert samples(reading, leaf("lastUpdateTime", operator, value)) == expected, operator


def test_last_update_time_is_always_there(reading: httpx.Client) -> None:
    """It is never null and never empty."""
    for operator, expected in (
        ("isNull", set()),
        ("isNotNull", EVERY),
        ("isEmpty", set()),
        ("isNotEmpty", EVERY),
    ):
        assert samples(reading, leaf("lastUpdateTime", operator)) == expected


# --- trees


def test_groups_are_joined_by_and_unless_or_is_said(reading: httpx.Client) -> None:
    """`filterConditionOperator` is And by default; both words in any casing; null is the default."""
    filters = [leaf("count", ">", 1), leaf("count", "<", 10)]
    for word in ("And", "and", "AND", None):
        assert samples(reading, {"filterConditionOperator": word, "filters": filters}) == {S2}
    assert samples(reading, {"filters": filters}) == {S2}
    for word in ("Or", "or", "OR"):
        found = samples(reading, {"filterConditionOperator": word, "filters": filters})
        assert found == EVERY - {S5}


def test_a_node_that_is_leaf_and_group_must_hold_as_both(reading: httpx.Client) -> None:
    """Leaf AND group, even where the group is joined by Or."""
    either = [leaf("count", "<", 2), leaf("count", "=", 10)]
    node = {**leaf("text", "isNotEmpty"), "filterConditionOperator": "Or", "filters": either}
    assert samples(reading, node) == {S1, S7}


def test_groups_nest(reading: httpx.Client) -> None:
    """A group within a group counts as one condition of it."""
    inner = {
        "filterConditionOperator": "And",
        "filters": [leaf("count", ">=", 2), leaf("count", "<=", 10)],
    }
    tree = {"filterConditionOperator": "Or", "filters": [leaf("flag", "is", True), inner]}
    assert samples(reading, tree) == {S1, S2, S7}
    assert samples(reading, {"filters": [tree, leaf("text", "not", "Alpha")]}) == {S2, S7}


def test_a_group_within_a_group_is_of_one_twin(reading: httpx.Client) -> None:
    """Comparisons joined by And within Or hold for one and the same twin, where no model says which twins are meant."""
    inner = {"filters": [leaf("count", ">=", 2), leaf("text", "isNotNull"), leaf("flag", "isNull")]}
    equal = {"filters": [leaf("count", "=", 2), leaf("flag", "is", True)]}
    tree = {"filterConditionOperator": "Or", "filters": [leaf("number", "=", 1e300), inner, equal]}
    assert list_ids(reading, propertyFilter=tree) == samples(reading, tree) == {S3, S6, S7}


def test_negation_inside_groups(reading: httpx.Client) -> None:
    """A negative operator holds where its field is absent, in groups too."""
    tree = {"filters": [leaf("text", "notContains", "a"), leaf("flag", "!=", True)]}
    assert samples(reading, tree) == {S4, S5}


def nested(depth: int) -> dict[str, Any]:
    """A tree of so many levels around one comparison."""
    node = leaf("flag", "is", True)
    for _ in range(depth - 1):
        node = {"filters": [node]}
    return node


def test_limits_of_a_tree(reading: httpx.Client) -> None:
    """Sixteen levels, a hundred comparisons and 64 keys are allowed."""
    assert samples(reading, nested(16)) == {S1}
    assert samples(reading, leaf(".".join("k" * 64), "isNotNull")) == set()
    hundred = [leaf("count", "is", number) for number in range(100)]
    found = samples(reading, {"filterConditionOperator": "Or", "filters": hundred})
    assert found == {S1, S2, S7}


def test_all_operators_at_once(reading: httpx.Client) -> None:
    """One group of every operator is the union of what each finds, and the intersection under And."""
    leaves = [leaf(field, operator, value) for operator, (field, value, _) in MEANINGS.items()]
    found = [expected for _, _, expected in MEANINGS.values()]
    either = {"filterConditionOperator": "Or", "filters": leaves}
    assert samples(reading, either) == set().union(*found)
    assert samples(reading, {"filters": leaves}) == set(EVERY).intersection(*found)
