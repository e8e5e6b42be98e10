"""The list's own filters, and how they go together: one of each kind at most, and all must hold."""

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from twinhaus_client.calls import JsonObject
from twinhaus_client.filters.conditions import Condition, join
from twinhaus_client.filters.expression import Filter, cannot


class Part(Filter):
    """A filter on what is not a property: on models, locations, relationships or dates."""

    __slots__ = ()

    @abstractmethod
    def key(self) -> str:
        """The name under which it stands in the body."""

    @abstractmethod
    def content(self) -> JsonObject:
        """What stands there."""

    def meet(self, other: "Part") -> "Part | None":
        """The one filter that holds where both of these hold; None where the contract has none."""
        return self if self == other else None

    def union(self, other: "Part") -> "Part | None":
        """The one filter that holds where any of these does; None where the contract has none."""
        return self if self == other else None

    def body(self) -> JsonObject:
        return {self.key(): self.content()}

    def __and__(self, other: Filter) -> Filter:
        return Both((self,)) & other

    def __or__(self, other: Filter) -> Filter:
        found = self.union(other) if isinstance(other, Part) else None
        if found is None:
            raise _cannot_be_alternative(self.key())
        return found

    def __invert__(self) -> Filter:
        raise cannot(
            f"the negation of a {self.key()}",
            'Negate a condition on a field, such as Field("modelId") or Field("lastUpdateTime"), where one says the '
            "same; otherwise list all, and leave out what is in the list of this filter.",
        )


@dataclass(frozen=True, slots=True)
class Both(Filter):
    """Parts of different kinds, and a condition on properties, all of which must hold."""

    parts: tuple[Part, ...]
    condition: Condition | None = None

    def body(self) -> JsonObject:
        filters: Iterable[Filter] = self.parts if self.condition is None else (*self.parts, self.condition)
        return {key: content for one in filters for key, content in one.body().items()}

    def __and__(self, other: Filter) -> Filter:
        match other:
            case Condition():
                return Both(
                    self.parts, other if self.condition is None else join("And", self.condition, other)
                )
            case Part():
                return Both(_met(self.parts, other), self.condition)
            case Both(parts, condition):
                found: Filter = self
                for one in parts:
                    found = found & one
                return found if condition is None else found & condition
            case _:
                return NotImplemented

    def __or__(self, other: Filter) -> Filter:
        raise _cannot_be_alternative(" and ".join(part.key() for part in self.parts))

    def __invert__(self) -> Filter:
        return ~self.parts[0]


def _met(parts: tuple[Part, ...], further: Part) -> tuple[Part, ...]:
    alike = next((part for part in parts if part.key() == further.key()), None)
    if alike is None:
        return (*parts, further)
    met = alike.meet(further)
    if met is None:
        raise cannot(
            f"two of {further.key()} that must both hold",
            "List by one of them, and keep of the answer what is in the list of the other. An exact model is also "
            'Field("modelId") == …, and a date Field("lastUpdateTime").after(…), which can be added.',
        )
    return tuple(met if part is alike else part for part in parts)


def _cannot_be_alternative(keys: str) -> Exception:
    return cannot(
        f"a {keys} as one of several alternatives",
        "Filters on models, locations, relationships and dates must all hold; alternatives are for fields. Use "
        'Field("modelId").is_in(…) or Field("lastUpdateTime").after(…) where that says the same; otherwise list once '
        "for each alternative, and join the answers by the twins' ids.",
    )
