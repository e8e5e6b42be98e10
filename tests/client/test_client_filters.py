"""Filters in Python say what the contract says."""

import json
import math
import operator
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from tests.client import worlds
from tests.client.asking import Ask

from twinhaus.api.messages import read_list_request
from twinhaus.query.evaluate import matches
from twinhaus_client import (
    Field,
    Filter,
    dtmi,
    located_in,
    model,
    related,
    updated_after,
    updated_before,
)
from twinhaus_client.errors import CannotExpress

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
CODE = Field("code") == "L01"


@given(worlds.filters(), worlds.worlds())
def test_a_filter_means_what_it_says(meant: worlds.Meant, world: worlds.World) -> None:
    """Whatever is joined and negated, the server reads a query from the body that holds for just those twins for which
    the same, said in Python, is true.
    """
    body = json.dumps(meant.filter.body()).encode()
    query = read_list_request(body, b"key").query
    assert matches(query, world, world) == meant.means(world)


@given(worlds.conditions(), worlds.worlds())
def test_a_negation_is_exact(meant: worlds.Meant, world: worlds.World) -> None:
    """A twin is in the list of a condition or in that of its negation, and never in both; or there is no negation, and
    that is said.
    """
    if not meant.is_negatable:
        with pytest.raises(CannotExpress, match="negation"):
            operator.invert(meant.filter)
        return
    both = [matches(_query(one), world, world) for one in (meant.filter, ~meant.filter)]
    assert sorted(both) == [False, True]


def _query(filter_: Filter) -> Any:
    return read_list_request(json.dumps(filter_.body()).encode(), b"key").query


BODIES: tuple[tuple[Filter, dict[str, Any]], ...] = (
    (CODE, {"propertyFilter": {"field": "code", "operator": "equals", "value": "L01"}}),
    (
        CODE & model("Level").including_subclasses() & located_in("BLDG-1"),
        {
            "modelFilter": {"modelIds": ["dtmi:com:willowinc:Level;1"], "exactModelMatch": False},
            "locationFilter": {"locationId": "BLDG-1"},
            "propertyFilter": {"field": "code", "operator": "equals", "value": "L01"},
        },
    ),
    (
        (Field("a") > 1) | (Field("a") < 0) | Field("a").is_null(),
        {
            "propertyFilter": {
                "filterConditionOperator": "Or",
                "filters": [
                    {"field": "a", "operator": ">", "value": 1},
                    {"field": "a", "operator": "<", "value": 0},
                    {"field": "a", "operator": "isNull"},
                ],
            }
        },
    ),
    (
        model("Level") | model("Room"),
        {"modelFilter": {"modelIds": [dtmi("Level"), dtmi("Room")], "exactModelMatch": False}},
    ),
    (model("dtmi:x:Y;2").exactly(), {"modelFilter": {"modelIds": ["dtmi:x:Y;2"], "exactModelMatch": True}}),
    (
        model("Y", namespace="x:y", version=3),
        {"modelFilter": {"modelIds": ["dtmi:x:y:Y;3"], "exactModelMatch": False}},
    ),
    (related(), {"relationshipFilter": {"relationshipDirection": "IncomingOrOutgoing", "relationshipNames": []}}),
    (
        related("isFedBy", direction="Outgoing") | related("servedBy", direction="Outgoing"),
        {"relationshipFilter": {"relationshipDirection": "Outgoing", "relationshipNames": ["isFedBy", "servedBy"]}},
    ),
    (
        updated_after(NOON) & updated_before("2026-02-01") & updated_after(date(2026, 1, 1)),
        {"dateFilter": {"lastUpdatedAfter": "2026-01-31T12:00:00+00:00", "lastUpdatedBefore": "2026-02-01"}},
    ),
    (Field("code") == None, {"propertyFilter": {"field": "code", "operator": "isNull"}}),  # noqa: E711
    (Field("code") != None, {"propertyFilter": {"field": "code", "operator": "isNotNull"}}),  # noqa: E711
    (~(Field("n") == 1), {"propertyFilter": {"field": "n", "operator": "notEquals", "value": 1}}),
    (
        Field("customTags")["a.b"] == "x",
        {"propertyFilter": {"field": 'customTags["a.b"]', "operator": "equals", "value": "x"}},
    ),
    (
        ~(Field("lastUpdateTime").after(NOON) & CODE),
        {
            "propertyFilter": {
                "filterConditionOperator": "Or",
                "filters": [
                    {"field": "lastUpdateTime", "operator": "onOrBefore", "value": "2026-01-31T12:00:00+00:00"},
                    {"field": "code", "operator": "notEquals", "value": "L01"},
                ],
            }
        },
    ),
)  # fmt: skip


@pytest.mark.parametrize(("filter_", "body"), BODIES)
def test_a_filter_is_the_body_of_a_list(filter_: Filter, body: dict[str, Any]) -> None:
    """Filters end up as the contract's own JSON."""
    assert filter_.body() == body


CANNOT: dict[str, Callable[[], object]] = {
    "a model or a condition": lambda: model("Level") | CODE,
    "a condition or a model": lambda: CODE | model("Level"),
    "models or locations": lambda: model("Level") | located_in("X"),
    "combined or a condition": lambda: (model("Level") & CODE) | CODE,
    "a condition or combined": lambda: CODE | (model("Level") & CODE),
    "two locations": lambda: located_in("A") & located_in("B"),
    "two models": lambda: model("A") & CODE & model("B"),
    "two relationships": lambda: related("a") & related("b"),
    "exact or inexact models": lambda: model("A") | model("B").exactly(),
    "relationships of two directions": lambda: related("a") | related("a", direction="Incoming"),
    "two texts as times": lambda: updated_after("2026-01-01") & updated_after("2026-01-02T00:00:00+14:00"),
    "not a model": lambda: ~model("A"),
    "not a location": lambda: ~located_in("A"),
    "not combined": lambda: ~(CODE & located_in("A")),
    "not less": lambda: ~(Field("a") < 1),
    "not starting": lambda: ~(CODE | Field("a").starts_with("x")),
    "the same time": lambda: Field("installed") == NOON,
}


@pytest.mark.parametrize("name", CANNOT)
def test_what_cannot_be_expressed_says_what_to_do(name: str) -> None:
    """What the contract has no way to say is refused at once, with a way out."""
    with pytest.raises(CannotExpress, match=r"^The contract cannot express .+\. [A-Z].+"):
        CANNOT[name]()


WRONG: dict[str, Callable[[], object]] = {
    "a list": lambda: Field("a") == [1],
    "null in a list": lambda: Field("a").is_in([None]),  # type: ignore[list-item]
    "infinity": lambda: Field("a") > math.inf,
    "an object": lambda: Field("a").contains({}),  # type: ignore[arg-type]
    "and": lambda: CODE and CODE,  # type: ignore[redundant-expr, unreachable]
    "a chain": lambda: 1 < Field("a") < 3,
    "not": lambda: not CODE,
    "iteration": lambda: list(Field("a")),  # type: ignore[call-overload]
    "no filter": lambda: CODE & True,  # type: ignore[operator]
}


@pytest.mark.parametrize("name", WRONG)
def test_slips_are_errors(name: str) -> None:
    """What looks right and would do something else is a TypeError."""
    with pytest.raises(TypeError):
        WRONG[name]()


@pytest.mark.parametrize("make", [Field("a").after, updated_after, updated_before])
def test_a_time_needs_a_zone(make: Any) -> None:
    """A datetime without a zone is no instant, and would be taken for UTC."""
    with pytest.raises(ValueError, match="time zone"):
        make(NOON.replace(tzinfo=None))


def test_a_model_has_a_name() -> None:
    """No model at all would be every model."""
    with pytest.raises(ValueError, match="at least one"):
        model()


def test_equal_filters_are_one(ask: Ask) -> None:
    """A filter may be given twice."""
    assert located_in("A") & located_in("A") & CODE == CODE & located_in("A")


def test_filters_find_what_they_say(ask: Ask) -> None:
    """The issue's own example finds the level it is about."""
    where = (Field("code") == "L01") & model("Level").including_subclasses() & located_in("BLDG-1")
    assert [twin.id for twin in ask(lambda api: api.twins.list(where))] == ["TW-DD-II-L01"]
