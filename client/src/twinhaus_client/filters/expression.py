"""What filters have in common: they are joined by `&`, `|` and `~`, and end up as the body of a list."""

from abc import ABC, abstractmethod
from typing import NoReturn

from twinhaus_client.calls import JsonObject
from twinhaus_client.errors import CannotExpress


class Filter(ABC):
    """Which twins to list. Filters are immutable; joining two makes a third."""

    __slots__ = ()

    @abstractmethod
    def body(self) -> JsonObject:
        """The filters of the body of `POST /twins`."""

    @abstractmethod
    def __and__(self, other: "Filter") -> "Filter":
        """Twins for which both hold."""

    @abstractmethod
    def __or__(self, other: "Filter") -> "Filter":
        """Twins for which one holds, or both. Raises CannotExpress where the contract has no way to say so."""

    @abstractmethod
    def __invert__(self) -> "Filter":
        """Twins for which it does not hold. Raises CannotExpress where the contract has no way to say so."""

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "A filter is neither true nor false. Join filters by & | ~, not by `and`, `or`, `not`; "
            "put comparisons in parentheses, and write (a < f) & (f < b) for a < f < b."
        )


def cannot(what: str, instead: str) -> CannotExpress:
    """The error for what the contract has no way to say."""
    return CannotExpress(f"The contract cannot express {what}. {instead}")
