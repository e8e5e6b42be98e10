"""The lists that are measured: one for each filter, as a client would ask for it."""

from dataclasses import dataclass
from typing import Any

from benchmarks.engine import Moments
from twinhaus.instants import format_instant

_MODEL = "dtmi:com:willowinc:{};1"
_SEARCHED = ("id", "name", "code", "externalID", "serialNumber", "modelNumber")


@dataclass(frozen=True, slots=True)
class ListCase:
    """A list to ask for. `kind` is its filter."""

    kind: str
    name: str
    request: dict[str, Any]


def list_cases(moments: Moments) -> tuple[ListCase, ...]:
    """All of them, for a portfolio of any size; it has a building `BLDG-1` of about 2,100 twins."""
    return (
        ListCase("none", "every twin", {}),
        ListCase("model", "Capability and its subclasses", _by_model("Capability")),
        ListCase("model", "Equipment and its subclasses", _by_model("Equipment")),
        ListCase("model", "Room exactly", _by_model("Room", exact=True)),
        ListCase("location", "a building", _by_location("BLDG-1")),
        ListCase("location", "everything (the portfolio)", _by_location("PORTFOLIO-1")),
        ListCase("date", "all of the time", _by_date(0)),
        ListCase("date", "the last half", _by_date(moments.before_last_half)),
        ListCase("date", "the last 1 %, scattered", _by_date(moments.before_last_percent)),
        ListCase("relationship", "fed by an air handler", _BY_RELATIONSHIP),
        ListCase("relationship", "any that leads in", {"relationshipFilter": _incoming()}),
        ListCase("property", "code equals", _by_property("code", "equals", "L02.007")),
        ListCase("property", "name contains", _by_property("name", "contains", "Setpoint")),
        ListCase("property", "matches none", _by_property("code", "equals", "no such code")),
        ListCase("property", "ranges, with And and Or", _RANGES),
        ListCase("property", "id, name or others contain, a few", _by_any_text("BLDG-1-L02-R007")),
        ListCase("property", "id, name or others contain, none", _by_any_text("BLDG-1-L02 Temperature")),
        ListCase("combined", "id, name or others contain, none of a model", _OTHERS_CONTAIN),
        ListCase("combined", "rooms of a code in a building", _ROOMS_OF_A_CODE),
        ListCase("combined", "large rooms in a building", _LARGE_ROOMS),
        ListCase("combined", "sensors of VAV boxes in a building", _COMBINED),
        ListCase("include", "model, with relationships both ways", _by_model("Equipment") | _INCLUDE_BOTH),
    )


def _by_model(model: str, *, exact: bool = False) -> dict[str, Any]:
    return {"modelFilter": {"modelIds": [_MODEL.format(model)], "exactModelMatch": exact}}


def _by_location(location_id: str) -> dict[str, Any]:
    return {"locationFilter": {"locationId": location_id}}


def _by_date(after: int) -> dict[str, Any]:
    return {"dateFilter": {"lastUpdatedAfter": format_instant(after)}}


def _by_property(field: str, operator: str, value: str) -> dict[str, Any]:
    return {"propertyFilter": {"field": field, "operator": operator, "value": value}}


def _by_any_text(part: str) -> dict[str, Any]:
    """As a box for searching asks, in whose fields a part may be."""
    comparisons = [{"field": field, "operator": "contains", "value": part} for field in _SEARCHED]
    return {"propertyFilter": {"filterConditionOperator": "Or", "filters": comparisons}}


def _incoming() -> dict[str, Any]:
    return {"relationshipDirection": "Incoming"}


_BY_RELATIONSHIP = {
    "relationshipFilter": {
        "relationshipDirection": "Outgoing",
        "relationshipNames": ["isFedBy"],
        "relatedModelFilter": {"modelIds": [_MODEL.format("AirHandlingUnit")]},
    }
}
_RANGES = {
    "propertyFilter": {
        "field": "area.grossArea",
        "operator": ">=",
        "value": 40,
        "filterConditionOperator": "Or",
        "filters": [
            {"field": "capacity.maxOccupancy", "operator": ">", "value": 17},
            {"field": "volume", "operator": "<", "value": 105.5},
        ],
    }
}
# What a sixth of all twins have in their names, but none of these.
_OTHERS_CONTAIN = _by_any_text("Setpoint") | _by_model("Room", exact=True)
_ROOMS_OF_A_CODE = {
    **_by_model("Room", exact=True),
    **_by_location("BLDG-1"),
    **_by_property("code", "equals", "L02.007"),
}
_LARGE_ROOMS = {
    **_by_model("Room", exact=True),
    **_by_location("BLDG-1"),
    "propertyFilter": {"field": "area.grossArea", "operator": ">", "value": 30},
}
_COMBINED = {
    **_by_model("Sensor"),
    **_by_location("BLDG-1"),
    "relationshipFilter": {
        "relationshipDirection": "Outgoing",
        "relationshipNames": ["isCapabilityOf"],
        "relatedModelFilter": {"modelIds": [_MODEL.format("VAVBox")]},
    },
    **_by_property("name", "contains", "Temp"),
}
_INCLUDE_BOTH = {"include": {"outgoingRelationships": True, "incomingRelationships": True}}
