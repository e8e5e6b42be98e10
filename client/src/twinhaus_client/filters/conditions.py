"""Conditions on properties, which go into `propertyFilter`; they may be joined and negated freely, but for one limit:
only half of the operators have a negative one.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Literal, TypeAlias

from twinhaus_client.calls import Json, JsonObject
from twinhaus_client.filters.expression import Filter, cannot

Joint: TypeAlias = Literal["And", "Or"]
_OTHER_JOINT: dict[Joint, Joint] = {"And": "Or", "Or": "And"}

# Each is the exact negation of the other: for every twin just one of the two holds.
_PAIRS = (
    ("equals", "notEquals"),
    ("contains", "notContains"),
    ("in", "notIn"),
    ("isNotNull", "isNull"),
    ("isNotEmpty", "isEmpty"),
)
_NEGATIVE = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
# Every twin has one lastUpdateTime, so that there the order has negations too.
_ORDER_PAIRS = ((">", "<="), (">=", "<"), ("after", "onOrBefore"), ("onOrAfter", "before"))
_NEGATIVE_ORDER = {one: other for pair in _ORDER_PAIRS for one, other in (pair, pair[::-1])}
_ALWAYS_THERE = "lastUpdateTime"


class Condition(Filter):
    """A filter on properties."""

    __slots__ = ()

    def __and__(self, other: Filter) -> Filter:
        return join("And", self, other) if isinstance(other, Condition) else other & self

    def __or__(self, other: Filter) -> Filter:
        return join("Or", self, other) if isinstance(other, Condition) else other | self

    def body(self) -> JsonObject:
        return {"propertyFilter": self.node()}

    @abstractmethod
    def node(self) -> JsonObject:
        """The condition as a node of `propertyFilter`."""

    @abstractmethod
    def __invert__(self) -> "Condition": ...


@dataclass(frozen=True, slots=True)
class Comparison(Condition):
    """A field, compared with a value; some operators take none."""

    field: str
    operator: str
    value: Json = None

    def node(self) -> JsonObject:
        node = {"field": self.field, "operator": self.operator}
        return node if self.value is None else {**node, "value": self.value}

    def __invert__(self) -> "Comparison":
        negative = _NEGATIVE.get(self.operator)
        if self.field == _ALWAYS_THERE:
            negative = negative or _NEGATIVE_ORDER.get(self.operator)
        if negative is None:
            raise cannot(
                f"the negation of `{self.operator}`",
                f"It would have to find twins without `{self.field}` as well, which no operator does. If those are "
                "not wanted, use the opposite operator; if they are, add | Field(…).is_null() to it.",
            )
        return Comparison(self.field, negative, self.value)


@dataclass(frozen=True, slots=True)
class Group(Condition):
    """Conditions of which all must hold, or any."""

    joint: Joint
    members: tuple[Condition, ...]

    def node(self) -> JsonObject:
        return {"filterConditionOperator": self.joint, "filters": [member.node() for member in self.members]}

    def __invert__(self) -> "Group":
        """De Morgan: not all is any not, and not any is all not."""
        return Group(_OTHER_JOINT[self.joint], tuple(~member for member in self.members))


def join(joint: Joint, *conditions: Condition) -> Group:
    """Groups of the same kind become one, since the contract limits the depth and not the width."""
    members: list[Condition] = []
    for condition in conditions:
        match condition:
            case Group(joint=own) if own == joint:
                members += condition.members
            case _:
                members.append(condition)
    return Group(joint, tuple(members))
