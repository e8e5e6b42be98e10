"""The law: what each filter means. Property filters stand here as a client writes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.comparisons import CONTENTS, TRUE_AND_FALSE

from twinhaus.api.filters import OPERATORS, read_property_filter
from twinhaus.graph import Direction
from twinhaus.instants import parse_instant
from twinhaus.members import Faults
from twinhaus.query.evaluate import matches, satisfies, values_at
from twinhaus.query.plan import Condition, DateFilter, ModelFilter, Query, RelationshipFilter
from twinhaus.strictjson import JsonObject

UPDATED = parse_instant("2024-08-30T03:49:30.4062816Z")


@dataclass(frozen=True)
class View:
    """A twin."""

    id: str = "Twin-1"
    model_id: str = "dtmi:test:Room;1"
    updated: int = UPDATED or 0
    contents: JsonObject = field(default_factory=lambda: CONTENTS)


def read(filter_: JsonObject) -> Condition:
    """A property filter, as POST /twins reads it."""
    faults = Faults()
    condition = read_property_filter(filter_, "propertyFilter", faults)
    assert condition is not None
    assert faults.found == ()
    return condition


def holds(field_: str, operator: str, *value: Any) -> bool:
    """Whether one comparison holds for the twin."""
    given_value = {"value": value[0]} if value else {}
    return satisfies(read({"field": field_, "operator": operator, **given_value}), View())


NEGATIONS = {"equals": "notEquals != not", "contains": "notContains", "in": "notIn"}


@pytest.mark.parametrize(("operator", "field_", "value", "expected"), TRUE_AND_FALSE)
def test_an_operator(operator: str, field_: str, value: Any, expected: bool) -> None:
    """Absent or differently typed never matches; numbers compare exactly, text by code point or simply folded."""
    assert holds(field_, operator, value) is expected


@pytest.mark.parametrize(
    ("operator", "negative", "field_", "value"),
    [
        (operator, negative, field_, value)
        for operator, field_, value, _ in TRUE_AND_FALSE
        for negative in NEGATIONS.get(operator, "").split()
    ],
)
def test_a_negative_operator(operator: str, negative: str, field_: str, value: Any) -> None:
    """It holds exactly where its positive one does not, absent and differently typed values included."""
    assert holds(field_, negative, value) is not holds(field_, operator, value)


@pytest.mark.parametrize(
    ("field_", "present", "filled"),
    [
        ("code", True, True),
        ("empty", True, False),
        ("zero", True, True),
        ("no", True, True),
        ("none", False, False),
        ("missing", False, False),
        ("missing.deeper", False, False),
        ("code.deeper", False, False),
        ("nothing", True, False),
        ("tags", True, True),
        ("object", True, False),
        ("part", True, False),
        ("area", True, True),
        ("mappedIds.value", True, True),
        ("nothing.value", False, False),
        ("mappedIds.missing", False, False),
        ("id", True, True),
        ("lastUpdateTime", True, True),
    ],
)
def test_presence(field_: str, *, present: bool, filled: bool) -> None:
    """Null is as good as absent; `""`, `[]`, `{}` and a component of nothing but metadata are empty."""
    assert holds(field_, "isNotNull") is present
    assert holds(field_, "isNull") is not present
    assert holds(field_, "isNotEmpty") is filled
    assert holds(field_, "isEmpty") is not filled


@pytest.mark.parametrize(
    ("field_", "value"),
    [
        ("id", "Twin-1"),
        ("modelId", "dtmi:test:Room;1"),
        ("contents.code", "L01"),
        ("area.grossArea", 12.5),
        ("contents.area.unit", "m2"),
        ("mappedIds.value", "x"),
        ("mappedIds[value]", "y"),
        ("mappedIds.n", 1),
        ("mappedIds.value", "deep"),
        ('customTags["a.b"]', "dotted"),
        ('customTags["q\\""]', "quoted"),
        ('customTags["[x]"]', "bracketed"),
        ("customTags.contents", "inner"),
        ('contents.customTags["a.b"]', "dotted"),
    ],
)
def test_a_field_reaches_its_value(field_: str, value: Any) -> None:
    """Attributes, paths, quoted keys; across an array every element is reached, in arrays of arrays too."""
    assert holds(field_, "equals", value)


@pytest.mark.parametrize(
    "field_", ["Code", "area.GrossArea", "customTags.a.b", "mappedIds.0.value", "Id", "$dtId"]
)
def test_a_field_that_is_not_there_reaches_nothing(field_: str) -> None:
    """Keys are exact; an array has no keys of its own."""
    assert holds(field_, "isNull")


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("equals", "2024-08-30T05:49:30.4062816+02:00", True),
        ("notEquals", "2024-08-30T05:49:30.4062816+02:00", False),
        ("after", "2024-08-30T03:49:30.4062815Z", True),
        (">", "2024-08-30T03:49:30.4062816Z", False),
        ("onOrAfter", "2024-08-30T03:49:30.4062816Z", True),
        ("<", "2024-08-30T03:49:30.4062817Z", True),
        ("onOrBefore", "2024-08-30T03:49:30.4062815Z", False),
        ("in", ["1999-01-01", "2024-08-30T03:49:30.4062816"], True),
    ],
)
def test_the_last_update_is_an_instant(operator: str, value: Any, *, expected: bool) -> None:
    """Every operator that goes with a time compares it as one, whatever offset it is written with."""
    assert holds("lastUpdateTime", operator, value) is expected


ONE = {"field": "one", "operator": "is", "value": 1}
TWO = {"field": "one", "operator": "is", "value": 2}
NO_CODE = {"field": "code", "operator": "isNull"}
CODE = {"field": "code", "operator": "is", "value": "L01"}


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ({"filters": [ONE, TWO]}, False),
        ({"filters": [ONE, CODE]}, True),
        ({"filters": [ONE, TWO], "filterConditionOperator": "or"}, True),
        ({"filters": [TWO, NO_CODE], "filterConditionOperator": "OR"}, False),
        ({**ONE, "filters": [NO_CODE]}, False),
        ({**ONE, "filters": [NO_CODE, CODE], "filterConditionOperator": "Or"}, True),
        ({**TWO, "filters": [CODE], "filterConditionOperator": "Or"}, False),
        ({"filters": [{"filters": [{"filters": [ONE]}]}]}, True),
        ({"filters": [{"filters": [ONE, TWO], "filterConditionOperator": "Or"}, CODE]}, True),
        ({"filters": [{}, {"filters": []}, TWO]}, False),
    ],
)
def test_nodes_are_joined(filter_: JsonObject, *, expected: bool) -> None:
    """Groups by And unless they say Or; a node that is a leaf and a group is both together."""
    assert satisfies(read(filter_), View()) is expected


def test_every_operator_is_in_these_tables() -> None:
    """No operator of the contract goes untested here."""
    tested = {operator.lower() for operator, *_ in TRUE_AND_FALSE}
    tested |= {negative.lower() for negatives in NEGATIONS.values() for negative in negatives.split()}
    tested |= {"isnull", "isnotnull", "isempty", "isnotempty"}
    assert tested == set(OPERATORS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from((0.0, 1.0, "", "a")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@given(json_values, st.lists(st.sampled_from("ab"), max_size=3))
def test_a_path_reaches_what_its_parts_reach(value: Any, path: list[str]) -> None:
    """Going one key at a time comes to the same values as going the whole way."""
    reached = [value]
    for key in path:
        reached = [one for here in reached for one in values_at(here, (key,))]
    assert repr(list(values_at(value, tuple(path)))) == repr(reached)


@dataclass(frozen=True)
class Surroundings:
    """Models by their ancestors, twins by their models, relationships as source, name, target."""

    ancestors: dict[str, set[str]]
    models: dict[str, str]
    edges: list[tuple[str, str, str]]

    def is_kind_of(self, model_id: str, ancestor_id: str) -> bool:
        return ancestor_id in self.ancestors.get(model_id, set())

    def model_of(self, twin_id: str) -> str:
        return self.models[twin_id]

    def wholes_of(self, twin_id: str) -> Iterable[str]:
        return [target for source, name, target in self.edges if source == twin_id and name == "isPartOf"]

    def relationships_of(self, twin_id: str, direction: Direction) -> Iterable[tuple[str, str]]:
        for source, name, target in self.edges:
            if source == twin_id and direction is not Direction.INCOMING:
                yield name, target
            if target == twin_id and direction is not Direction.OUTGOING:
                yield name, source


AROUND = Surroundings(
    {"room": {"room", "space"}, "fan": {"fan"}},
    {"Twin-1": "room", "a": "room", "b": "fan"},
    [("Twin-1", "isPartOf", "a"), ("a", "isPartOf", "b"), ("b", "isPartOf", "a"), ("b", "serves", "Twin-1")],
)
IN, OUT = Direction.INCOMING, Direction.OUTGOING


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (Query(), True),
        (Query(model=ModelFilter(("space",))), True),
        (Query(model=ModelFilter(("fan", "space"))), True),
        (Query(model=ModelFilter(("space",), exact=True)), False),
        (Query(model=ModelFilter(("room",), exact=True)), True),
        (Query(model=ModelFilter(("unheard",))), False),
        (Query(model=ModelFilter(())), False),
        (Query(location_id="Twin-1"), True),
        (Query(location_id="a"), True),
        (Query(location_id="b"), True),
        (Query(location_id="elsewhere"), False),
        (Query(date=DateFilter(after=(UPDATED or 0) - 1)), True),
        (Query(date=DateFilter(after=UPDATED)), False),
        (Query(date=DateFilter(before=UPDATED)), False),
        (Query(date=DateFilter((UPDATED or 0) - 1, (UPDATED or 0) + 1)), True),
        (Query(relationship=RelationshipFilter()), True),
        (Query(relationship=RelationshipFilter(OUT, ("serves",))), False),
        (Query(relationship=RelationshipFilter(IN, ("serves", "feeds"))), True),
        (Query(relationship=RelationshipFilter(IN, (), ModelFilter(("fan",)))), True),
        (Query(relationship=RelationshipFilter(IN, (), ModelFilter(("space",)))), False),
        (Query(relationship=RelationshipFilter(OUT, ("isPartOf",), ModelFilter(("space",)))), True),
        (Query(relationship=RelationshipFilter(OUT, (), ModelFilter(("space",), exact=True))), False),
        (Query(ModelFilter(("room",)), RelationshipFilter(IN), "a", DateFilter(0)), True),
        (Query(ModelFilter(("fan",)), RelationshipFilter(IN), "a", DateFilter(0)), False),
    ],
)
def test_the_filters_of_a_query(query: Query, *, expected: bool) -> None:
    """Each filter by itself, and all of them together; what is not given filters nothing."""
    assert matches(query, View(model_id="room"), AROUND) is expected
