"""Filters on what surrounds a twin: its model, its location, its relationships, and when it was written."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from twinhaus_client.calls import JsonObject
from twinhaus_client.filters.parts import Part
from twinhaus_client.filters.times import Time, to_text
from twinhaus_client.values import Direction


def dtmi(name: str, *, namespace: str = "com:willowinc", version: int = 1) -> str:
    """A model's id: `Level` is short for `dtmi:com:willowinc:Level;1`; a whole id stays as it is."""
    return name if name.startswith("dtmi:") else f"dtmi:{namespace}:{name};{version}"


@dataclass(frozen=True, slots=True)
class ModelFilter(Part):
    """Twins of any of these models, and of the models that extend one of them unless it is exact."""

    model_ids: tuple[str, ...]
    is_exact: bool = False

    def including_subclasses(self) -> "ModelFilter":
        """Of these models, and of all that extend them, at any depth."""
        return replace(self, is_exact=False)

    def exactly(self) -> "ModelFilter":
        """Of these models alone."""
        return replace(self, is_exact=True)

    def key(self) -> str:
        return "modelFilter"

    def content(self) -> JsonObject:
        return {"modelIds": list(self.model_ids), "exactModelMatch": self.is_exact}

    def union(self, other: Part) -> Part | None:
        if not isinstance(other, ModelFilter) or other.is_exact != self.is_exact:
            return None
        return replace(self, model_ids=_merged(self.model_ids, other.model_ids))


@dataclass(frozen=True, slots=True)
class LocationFilter(Part):
    """The location itself, and everything located in it."""

    location_id: str

    def key(self) -> str:
        return "locationFilter"

    def content(self) -> JsonObject:
        return {"locationId": self.location_id}


@dataclass(frozen=True, slots=True)
class RelationshipFilter(Part):
    """Twins with such a relationship."""

    names: tuple[str, ...]
    direction: Direction
    model: ModelFilter | None

    def key(self) -> str:
        return "relationshipFilter"

    def content(self) -> JsonObject:
        # Names are sent even where there are none: a filter without any member would filter nothing.
        content: JsonObject = {"relationshipDirection": self.direction, "relationshipNames": list(self.names)}
        return content if self.model is None else {**content, "relatedModelFilter": self.model.content()}

    def union(self, other: Part) -> Part | None:
        if not isinstance(other, RelationshipFilter) or replace(other, names=self.names) != self:
            return None
        # No names are any name.
        return replace(self, names=_merged(self.names, other.names) if self.names and other.names else ())


@dataclass(frozen=True, slots=True)
class DateFilter(Part):
    """Twins written strictly after one time, strictly before another, or both."""

    after: Time | None = None
    before: Time | None = None

    def key(self) -> str:
        return "dateFilter"

    def content(self) -> JsonObject:
        asked = {"lastUpdatedAfter": self.after, "lastUpdatedBefore": self.before}
        return {name: to_text(time) for name, time in asked.items() if time is not None}

    def meet(self, other: Part) -> Part | None:
        """The later beginning and the earlier end. Two texts are not compared, as they may be of any offset."""
        if not isinstance(other, DateFilter):
            return None
        try:
            return DateFilter(_last(self.after, other.after), _first(self.before, other.before))
        except _NotComparable:
            return None


def model(*names: str, namespace: str = "com:willowinc", version: int = 1) -> ModelFilter:
    """Twins of any of these models, subclasses included; `.exactly()` leaves those out.

    Short names are those of the namespace; whole ids stay as they are.
    """
    if not names:
        raise ValueError("model() needs the name of at least one model")
    return ModelFilter(tuple(dtmi(name, namespace=namespace, version=version) for name in names))


def located_in(location_id: str) -> LocationFilter:
    """The twin with this id, and everything located in it, at any depth."""
    return LocationFilter(location_id)


def related(
    *names: str, direction: Direction = "IncomingOrOutgoing", model: ModelFilter | None = None
) -> RelationshipFilter:
    """Twins with a relationship of any of these names (none: any) in this direction, to a twin of this model."""
    return RelationshipFilter(names, direction, model)


def updated_after(time: Time) -> DateFilter:
    """Twins written strictly after this time."""
    return DateFilter(after=_checked(time))


def updated_before(time: Time) -> DateFilter:
    """Twins written strictly before this time."""
    return DateFilter(before=_checked(time))


class _NotComparable(Exception):
    """Which of two texts is the later time is not for this package to say."""


def _checked(time: Time) -> Time:
    to_text(time)
    return time


def _last(one: Time | None, other: Time | None) -> Time | None:
    if one is None or other is None or one == other:
        return other if one is None else one
    return max((one, other), key=_instant)


def _first(one: Time | None, other: Time | None) -> Time | None:
    if one is None or other is None or one == other:
        return other if one is None else one
    return min((one, other), key=_instant)


def _instant(time: Time) -> datetime:
    """A date is its midnight in UTC, as the contract has it."""
    match time:
        case datetime():
            return time
        case date():
            return datetime.fromisoformat(f"{time.isoformat()}T00:00:00+00:00")
        case _:
            raise _NotComparable


def _merged(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))
