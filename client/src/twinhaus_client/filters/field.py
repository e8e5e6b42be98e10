"""A field of a twin; compared with a value it is a condition."""

import math
from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeAlias

from twinhaus_client.filters.conditions import Comparison
from twinhaus_client.filters.expression import cannot
from twinhaus_client.filters.times import Time, to_text
from twinhaus_client.paths import join

Scalar: TypeAlias = str | bool | int | float
Ordered: TypeAlias = str | int | float | datetime | date
_UPDATED = "lastUpdateTime"


class Field:
    """`id`, `modelId`, `lastUpdateTime`, or a path into contents such as `area.grossArea` or `mappedIds.value`.

    A key that holds dots or brackets is added in brackets: `Field("customTags")["a.b"]`. A path that crosses an array
    reaches a value for each element, and one that compares so is enough. A positive comparison never holds for a
    twin that does not have the field; `!=`, `not_contains`, `not_in`, `is_null` and `is_empty` do.
    """

    __slots__ = ("_path",)
    __iter__ = None  # Brackets add a key; they do not count through anything.

    def __init__(self, path: str) -> None:
        self._path = path

    def __getitem__(self, key: str) -> "Field":
        return Field(join(self._path, key))

    def __repr__(self) -> str:
        return f"Field({self._path!r})"

    def __hash__(self) -> int:
        return hash((Field, self._path))

    def __eq__(self, value: Scalar | datetime | None) -> Comparison:  # type: ignore[override]
        """Equals; None asks for what is absent or null."""
        return self.is_null() if value is None else self._compare("equals", self._scalar(value))

    def __ne__(self, value: Scalar | datetime | None) -> Comparison:  # type: ignore[override]
        """Does not equal, or is not there."""
        return self.is_not_null() if value is None else self._compare("notEquals", self._scalar(value))

    def __lt__(self, value: Ordered) -> Comparison:
        return self._ordered("<", "before", value)

    def __le__(self, value: Ordered) -> Comparison:
        return self._ordered("<=", "onOrBefore", value)

    def __gt__(self, value: Ordered) -> Comparison:
        return self._ordered(">", "after", value)

    def __ge__(self, value: Ordered) -> Comparison:
        return self._ordered(">=", "onOrAfter", value)

    def contains(self, value: Scalar) -> Comparison:
        """A text with this in it, in any casing; or an array with this as an element."""
        return self._compare("contains", self._scalar(value))

    def not_contains(self, value: Scalar) -> Comparison:
        """The negation of `contains`."""
        return self._compare("notContains", self._scalar(value))

    def starts_with(self, text: str) -> Comparison:
        """A text that begins so, in any casing."""
        return self._compare("startsWith", text)

    def ends_with(self, text: str) -> Comparison:
        """A text that ends so, in any casing."""
        return self._compare("endsWith", text)

    def is_in(self, values: Iterable[Scalar | datetime]) -> Comparison:
        """Equals one of these."""
        return self._compare("in", [self._scalar(value) for value in values])

    def not_in(self, values: Iterable[Scalar | datetime]) -> Comparison:
        """Equals none of these, or is not there."""
        return self._compare("notIn", [self._scalar(value) for value in values])

    def is_null(self) -> Comparison:
        """Absent, or null."""
        return self._compare("isNull")

    def is_not_null(self) -> Comparison:
        """There, and not null."""
        return self._compare("isNotNull")

    def is_empty(self) -> Comparison:
        """Absent, null, `""`, `[]` or `{}`."""
        return self._compare("isEmpty")

    def is_not_empty(self) -> Comparison:
        """There, and none of null, `""`, `[]` and `{}`."""
        return self._compare("isNotEmpty")

    def after(self, time: Time) -> Comparison:
        """A time after this one, as instants."""
        return self._compare("after", to_text(time))

    def on_or_after(self, time: Time) -> Comparison:
        """This time, or one after it."""
        return self._compare("onOrAfter", to_text(time))

    def before(self, time: Time) -> Comparison:
        """A time before this one, as instants."""
        return self._compare("before", to_text(time))

    def on_or_before(self, time: Time) -> Comparison:
        """This time, or one before it."""
        return self._compare("onOrBefore", to_text(time))

    def _compare(self, operator: str, value: Scalar | list[Scalar] | None = None) -> Comparison:
        return Comparison(self._path, operator, value)

    def _ordered(self, operator: str, on_times: str, value: Ordered) -> Comparison:
        if isinstance(value, date):  # A datetime is one, too.
            return self._compare(on_times, to_text(value))
        return self._compare(operator, self._scalar(value))

    def _scalar(self, value: object) -> Scalar:
        """Raises TypeError for what the contract does not compare, and CannotExpress for an equal time."""
        if isinstance(value, date):
            if self._path != _UPDATED:
                raise cannot(
                    f"that {self._path!r} is the same time as another",
                    "Use .on_or_after(time) & .on_or_before(time); or compare with the text that is stored.",
                )
            return to_text(value)
        if isinstance(value, float) and not math.isfinite(value):
            raise TypeError(f"{value} is not a number of JSON")
        if isinstance(value, str | bool | int | float):
            return value
        raise TypeError(f"{self!r} can be compared with a text, a number, True or False; not with {value!r}")
