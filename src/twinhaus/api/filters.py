"""The contract's filters, read into a query plan. Every fault of a filter is named at its place."""

import re
from collections.abc import Iterator

from twinhaus.dtdl import is_dtmi
from twinhaus.dtdl.words import no_model_id
from twinhaus.errors import path_to
from twinhaus.graph import Direction
from twinhaus.instants import expected_time, parse_instant
from twinhaus.members import Faults, Members
from twinhaus.query.fields import read_field
from twinhaus.query.plan import (
    CONDITION_DEPTH_MAX,
    CONDITION_LEAVES_MAX,
    FIELD_KEYS_MAX,
    LIST_VALUE_MAX,
    MODEL_IDS_MAX,
    RELATIONSHIP_NAMES_MAX,
    Attribute,
    Comparison,
    Condition,
    DateFilter,
    Group,
    Leaf,
    ModelFilter,
    RelationshipFilter,
    Scalar,
)
from twinhaus.strictjson import Json, describe

_MODEL_MEMBERS = ("modelIds", "exactModelMatch")
_RELATIONSHIP_MEMBERS = ("relationshipDirection", "relationshipNames", "relatedModelFilter")
_LOCATION_MEMBERS = ("locationId",)
_DATE_MEMBERS = ("lastUpdatedAfter", "lastUpdatedBefore")
_PROPERTY_MEMBERS = ("field", "operator", "value", "filterConditionOperator", "filters")

OPERATORS: dict[str, tuple[Comparison, bool]] = {
    "equals": (Comparison.EQUALS, False),
    "=": (Comparison.EQUALS, False),
    "==": (Comparison.EQUALS, False),
    "is": (Comparison.EQUALS, False),
    "notequals": (Comparison.EQUALS, True),
    "!=": (Comparison.EQUALS, True),
    "not": (Comparison.EQUALS, True),
    ">": (Comparison.GREATER, False),
    "greaterthan": (Comparison.GREATER, False),
    ">=": (Comparison.GREATER_OR_EQUAL, False),
    "greaterthanorequal": (Comparison.GREATER_OR_EQUAL, False),
    "<": (Comparison.LESS, False),
    "lessthan": (Comparison.LESS, False),
    "<=": (Comparison.LESS_OR_EQUAL, False),
    "lessthanorequal": (Comparison.LESS_OR_EQUAL, False),
    "after": (Comparison.AFTER, False),
    "onorafter": (Comparison.ON_OR_AFTER, False),
    "before": (Comparison.BEFORE, False),
    "onorbefore": (Comparison.ON_OR_BEFORE, False),
    "contains": (Comparison.CONTAINS, False),
    "notcontains": (Comparison.CONTAINS, True),
    "startswith": (Comparison.STARTS_WITH, False),
    "endswith": (Comparison.ENDS_WITH, False),
    "in": (Comparison.IN, False),
    "containedin": (Comparison.IN, False),
    "isanyof": (Comparison.IN, False),
    "notin": (Comparison.IN, True),
    "isnull": (Comparison.IS_PRESENT, True),
    "isnotnull": (Comparison.IS_PRESENT, False),
    "isempty": (Comparison.IS_FILLED, True),
    "isnotempty": (Comparison.IS_FILLED, False),
}
_SPELLINGS = (
    "equals, notEquals, >, >=, <, <=, after, onOrAfter, before, onOrBefore, contains, notContains, startsWith, "
    "endsWith, in, notIn, isNull, isNotNull, isEmpty, isNotEmpty"
)
_ORDERED = (Comparison.GREATER, Comparison.GREATER_OR_EQUAL, Comparison.LESS, Comparison.LESS_OR_EQUAL)
_ON_TIMES = {
    Comparison.AFTER: Comparison.GREATER,
    Comparison.ON_OR_AFTER: Comparison.GREATER_OR_EQUAL,
    Comparison.BEFORE: Comparison.LESS,
    Comparison.ON_OR_BEFORE: Comparison.LESS_OR_EQUAL,
}
_ON_TEXT = (Comparison.CONTAINS, Comparison.STARTS_WITH, Comparison.ENDS_WITH)
_WITHOUT_VALUE = (Comparison.IS_PRESENT, Comparison.IS_FILLED)

HOW_TO_MEAN_ALL = 'To mean every twin, write {"propertyFilter":{"field":"id","operator":"isNotNull"}}'

_CONTENT_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?", re.ASCII)


def read_model_filter(value: Json, path: str, faults: Faults) -> ModelFilter | None:
    """None where it filters nothing: absent, empty, or without model ids."""
    if value is None:
        return None
    members = Members(value, path, _MODEL_MEMBERS, faults)
    model_ids = members.texts("modelIds", most=MODEL_IDS_MAX)
    check_model_ids(members.raw("modelIds"), members.path("modelIds"), faults)
    exact = members.boolean("exactModelMatch")
    return ModelFilter(tuple(sorted(model_ids)), exact) if model_ids else None


def read_relationship_filter(value: Json, path: str, faults: Faults) -> RelationshipFilter | None:
    """None where it filters nothing. An empty list of names means any name, and so at least one relationship."""
    if value is None:
        return None
    members = Members(value, path, _RELATIONSHIP_MEMBERS, faults)
    direction = members.choice("relationshipDirection", tuple(Direction))
    names = members.texts("relationshipNames", most=RELATIONSHIP_NAMES_MAX)
    check_relationship_names(members.raw("relationshipNames"), members.path("relationshipNames"), faults)
    related = read_model_filter(members.raw("relatedModelFilter"), members.path("relatedModelFilter"), faults)
    if not members:
        return None
    return RelationshipFilter(Direction(direction or Direction.EITHER), tuple(sorted(names)), related)


def check_model_ids(model_ids: Json, path: str, faults: Faults) -> None:
    """An unknown model matches nothing; a text that is no model id at all is a mistake."""
    for index, model_id in _texts_of(model_ids):
        if not is_dtmi(model_id):
            faults.add(path_to(path, index), no_model_id(model_id))


def check_relationship_names(names: Json, path: str, faults: Faults) -> None:
    """Any name legal in DTDL will do."""
    for index, name in _texts_of(names):
        if not _CONTENT_NAME.fullmatch(name):
            faults.add(path_to(path, index), f'"{name}" cannot be the name of a relationship in DTDL')


def _texts_of(value: Json) -> Iterator[tuple[int, str]]:
    """The non-empty texts of an array, each with its place; that something is none of these is a fault told already."""
    for index, element in enumerate(value if isinstance(value, list) else ()):
        if isinstance(element, str) and element:
            yield index, element


def read_location_filter(value: Json, path: str, faults: Faults) -> str | None:
    """The id of the location, or None where it filters nothing."""
    if value is None:
        return None
    members = Members(value, path, _LOCATION_MEMBERS, faults)
    return members.text("locationId", required=True) if "locationId" in members else None


def read_date_filter(value: Json, path: str, faults: Faults) -> DateFilter | None:
    """None where it filters nothing."""
    if value is None:
        return None
    members = Members(value, path, _DATE_MEMBERS, faults)
    after, before = members.instant("lastUpdatedAfter"), members.instant("lastUpdatedBefore")
    return None if after is None and before is None else DateFilter(after, before)


def read_property_filter(
    value: Json, path: str, faults: Faults, *, minds_slips: bool = False
) -> Condition | None:
    """None where it filters nothing. Who minds slips takes a comparison with what a variable holds that was never
    filled, which nearly every twin satisfies, as a fault.
    """
    return None if value is None else _ConditionReader(faults, minds_slips).read(value, path, depth=1)


class _ConditionReader:
    """Reads one tree of property filters, minding its size as it goes."""

    def __init__(self, faults: Faults, minds_slips: bool) -> None:
        self._faults = faults
        self._minds_slips = minds_slips
        self._leaves = 0

    def read(self, value: Json, path: str, *, depth: int) -> Condition | None:
        """A node is a leaf, a group, or both, which means leaf AND group."""
        if depth > CONDITION_DEPTH_MAX:
            self._faults.add(path, f"Filters are nested deeper than {CONDITION_DEPTH_MAX} levels")
            return None
        members = Members(value, path, _PROPERTY_MEMBERS, self._faults)
        both = [one for one in (self._leaf(members, path), self._group(members, depth)) if one is not None]
        return both[0] if len(both) == 1 else Group(tuple(both)) if both else None

    def _group(self, members: Members, depth: int) -> Condition | None:
        joined_by = members.choice("filterConditionOperator", ("And", "Or"))
        path = members.path("filters")
        read = [
            self.read(filter_, path_to(path, index), depth=depth + 1)
            for index, filter_ in enumerate(members.array("filters"))
        ]
        filters = tuple(filter_ for filter_ in read if filter_ is not None)
        return Group(filters, any_suffices=joined_by == "Or") if filters else None

    def _leaf(self, members: Members, path: str) -> Leaf | None:
        # Who fills in the public sample sends `"value": {}` with a node that compares nothing.
        if not ("field" in members or "operator" in members or members.raw("value") not in (None, {})):
            return None
        self._leaves += 1
        if self._leaves == CONDITION_LEAVES_MAX + 1:
            self._faults.add(path, f"At most {CONDITION_LEAVES_MAX} comparisons are allowed in one filter")
        field = self._field(members)
        comparison, negated = self._operator(members)
        if comparison is None:
            return None
        if self._minds_slips:
            self._mind_slip(members, comparison, negated=negated)
        if field is Attribute.LAST_UPDATE_TIME:
            return self._time_leaf(members, comparison, negated=negated)
        value = self._value(members, comparison)
        return None if field is None else Leaf(field, comparison, value, negated)

    def _mind_slip(self, members: Members, comparison: Comparison, *, negated: bool) -> None:
        slip: Json = [] if comparison is Comparison.IN else "" if comparison in _ON_TEXT else None
        if slip is not None and members.raw("value") == slip and negated is (slip == []):
            why = "Nothing is in an empty list" if negated else "Every text has an empty one in it"
            self._faults.add(members.path("value"), f"{why}. {HOW_TO_MEAN_ALL}")

    def _field(self, members: Members) -> Attribute | tuple[str, ...] | None:
        text = members.text("field", required=True)
        field = read_field(text) if text else None
        if text and field is None:
            self._faults.add(
                members.path("field"),
                f'"{text}" is not a field. Write id, modelId, lastUpdateTime or a path into contents such as '
                'area.grossArea, mappedIds[value] or customTags["a.b"].',
            )
        if isinstance(field, tuple) and len(field) > FIELD_KEYS_MAX:
            self._faults.add(members.path("field"), f"Leads deeper than {FIELD_KEYS_MAX} levels")
        return field

    def _operator(self, members: Members) -> tuple[Comparison | None, bool]:
        text = members.text("operator", required=True)
        found = OPERATORS.get(text.lower())
        if text and found is None:
            self._faults.add(
                members.path("operator"), f'Unknown operator "{text}". Operators are {_SPELLINGS}.'
            )
        return found or (None, False)

    def _time_leaf(self, members: Members, comparison: Comparison, *, negated: bool) -> Leaf:
        """lastUpdateTime is compared as an instant by every operator."""
        if comparison in _ON_TEXT:
            self._faults.add(
                members.path("operator"), "lastUpdateTime is a time; this operator compares text."
            )
        comparison = _ON_TIMES.get(comparison, comparison)
        value = self._value(members, comparison, as_instants=True)
        return Leaf(Attribute.LAST_UPDATE_TIME, comparison, value, negated)

    def _value(
        self, members: Members, comparison: Comparison, *, as_instants: bool = False
    ) -> Scalar | tuple[Scalar, ...]:
        value, path = members.raw("value"), members.path("value")
        if comparison in _WITHOUT_VALUE:
            if value is not None:
                self._faults.add(path, "This operator takes no value; leave it out")
            return None
        if value is None:
            self._faults.add(path, "A value is required. To find twins without one, use the operator isNull.")
            return None
        if comparison is Comparison.IN:
            return self._list(value, path, as_instants=as_instants)
        if as_instants or comparison in _ON_TIMES:
            return self._instant(value, path)
        return self._scalar(value, path, comparison)

    def _list(self, value: Json, path: str, *, as_instants: bool) -> tuple[Scalar, ...]:
        if not isinstance(value, list):
            self._faults.add(path, f"This operator expects a list of values; got {describe(value)}")
            return ()
        if len(value) > LIST_VALUE_MAX:
            self._faults.add(path, f"At most {LIST_VALUE_MAX} values are allowed; got {len(value)}")
            return ()
        read = self._instant if as_instants else self._equal_scalar
        return tuple(read(element, path_to(path, index)) for index, element in enumerate(value))

    def _equal_scalar(self, value: Json, path: str) -> Scalar:
        return self._scalar(value, path, Comparison.EQUALS)

    def _instant(self, value: Json, path: str) -> int | None:
        instant = parse_instant(value) if isinstance(value, str) else None
        if instant is None:
            self._faults.add(path, f"Expected {expected_time(value)}; got {describe(value)}")
        return instant

    def _scalar(self, value: Json, path: str, comparison: Comparison) -> Scalar:
        if comparison in (Comparison.STARTS_WITH, Comparison.ENDS_WITH):
            fits, what = isinstance(value, str), "a string"
        elif comparison in _ORDERED:
            fits, what = (
                isinstance(value, (str, int, float)) and not isinstance(value, bool),
                "a string or a number",
            )
        else:
            fits, what = isinstance(value, (str, int, float)), "a string, a number, true or false"
        if fits:
            scalar: Scalar = value
            return scalar
        self._faults.add(path, f"This operator expects {what}; got {describe(value)}")
        return None
