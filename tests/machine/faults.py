"""What is wrong with a request, whatever the graph is: the paths that a problem document should name."""

from typing import Any

from tests.machine.meaning import ON_TEXT, ON_TIMES, OPERATORS, ORDERED, WITHOUT_VALUE, says_something, ticks
from tests.machine.ontology import (
    TWIN_MODELS,
    contents_of,
    faults_of_contents,
    faults_of_fields,
    kinds_of,
    path_to,
)
from tests.machine.patching import TWIN_MEMBERS, parts_of

TAKEN_ALIASES = (*TWIN_MEMBERS, "incomingRelationships", "outgoingRelationships")


def faults_of_twin(twin: dict[str, Any]) -> set[str]:
    """Its shape, and its contents where the model is known."""
    found = {name for name in ("id", "modelId") if not twin.get(name)}
    if twin.get("lastUpdateTime") is not None and ticks(twin["lastUpdateTime"]) is None:
        found.add("lastUpdateTime")
    model_id, contents = twin.get("modelId"), twin.get("contents")
    if contents is not None and not isinstance(contents, dict):
        found.add("contents")
    if model_id not in TWIN_MODELS:
        return found | {"modelId"}
    return found | faults_of_contents(model_id, contents) if isinstance(contents, dict) else found


def faults_of_patch(patch: list[dict[str, Any]]) -> set[str]:
    """Pointers to what no twin has."""
    return {
        f"[{at}].{member}"
        for at, operation in enumerate(patch)
        for member in ("path", "from")
        if parts_of(operation.get(member, ""))[:1] not in ([], *([name] for name in TWIN_MEMBERS))
    }


def faults_of_relationship(relationship: dict[str, Any], source_model: str, target_model: str) -> set[str]:
    """What the models at its two ends forbid."""
    declared = contents_of(source_model, "Relationship").get(relationship["name"])
    if declared is None:
        return {"name"}
    found = faults_of_fields(relationship.get("properties", {}), declared["properties"], "properties")
    is_legal = "target" not in declared or declared["target"] in kinds_of(target_model)
    return found if is_legal else found | {"targetId"}


def faults_of_graph(request: dict[str, Any]) -> set[str]:
    """Aliases that something else has already."""
    branches = request.get("relationships") or []
    found = {"relationships"} if len({one["alias"] for one in branches}) < len(branches) else set()
    for index, one in enumerate(branches):
        branch, place = one, path_to("relationships", index)
        while branch:
            if branch["alias"] in TAKEN_ALIASES:
                found.add(f"{place}.alias")
            branch, place = branch.get("relationship"), f"{place}.relationship"
    return found


def faults_of_list(request: dict[str, Any]) -> set[str]:
    """Its filters, and its page size."""
    found = faults_of_filter(request.get("propertyFilter") or {})
    dates = request.get("dateFilter") or {}
    found |= {
        f"dateFilter.{name}" for name, text in dates.items() if text is not None and ticks(text) is None
    }
    size = request.get("pageSize")
    return found if size is None or 1 <= size <= 1000 else found | {"pageSize"}


def faults_of_meant_filter(wanted: dict[str, Any], at: str = "filter") -> set[str]:
    """Of the filter of a write, which has to filter something."""
    if found := faults_of_list(wanted) | slips(wanted.get("propertyFilter") or {}):
        return {f"{at}.{path}" for path in found}
    return set() if filters_something(wanted) else {at}


def faults_of_relationships_filter(wanted: dict[str, Any]) -> set[str]:
    """Of the filters at either end; some of it has to filter something."""
    ends = [end for end in ("source", "target") if end in wanted]
    found = set().union(*(faults_of_meant_filter(wanted[end], f"filter.{end}") for end in ends))
    if wanted.get("relationshipIds") == []:
        found.add("filter.relationshipIds")
    is_something = ends or "relationshipIds" in wanted or wanted.get("relationshipNames")
    return found if is_something else {"filter"}


def filters_something(wanted: dict[str, Any]) -> bool:
    """Whether any of the filters does."""
    plain = [wanted.get(name) or {} for name in ("relationshipFilter", "locationFilter", "dateFilter")]
    return (
        bool((wanted.get("modelFilter") or {}).get("modelIds"))
        or any(value is not None for one in plain for value in one.values())
        or says_something(wanted.get("propertyFilter") or {})
    )


def faults_of_filter(node: Any, path: str = "propertyFilter") -> set[str]:
    """The paths of what is wrong with a property filter: operators and values that do not go together."""
    found: set[str] = set()
    for index, one in enumerate(node.get("filters") or ()):
        found |= faults_of_filter(one, path_to(f"{path}.filters", index))
    if "field" not in node:
        return found
    operator, _ = OPERATORS[node["operator"].lower()]
    value, place = node.get("value"), f"{path}.value"
    is_time = node["field"] == "lastUpdateTime"
    if is_time and operator in ON_TEXT:
        found.add(f"{path}.operator")
    if operator in WITHOUT_VALUE:
        return found if value is None else found | {place}
    if operator == "in" and isinstance(value, list):
        return found | {
            path_to(place, at)
            for at, one in enumerate(value)
            if not goes_with("equals", one, is_time=is_time)
        }
    return found if goes_with(operator, value, is_time=is_time) else found | {place}


def slips(node: Any, path: str = "propertyFilter") -> set[str]:
    """The paths of values that a variable holds that was never filled, where nearly every twin satisfies them."""
    inner = enumerate(node.get("filters") or ())
    found = {slip for index, one in inner for slip in slips(one, path_to(f"{path}.filters", index))}
    operator, negated = OPERATORS[node["operator"].lower()] if "field" in node else ("", False)
    of_text = operator in ON_TEXT and not negated and node.get("value") == ""
    of_list = operator == "in" and negated and node.get("value") == []
    return found | {f"{path}.value"} if of_text or of_list else found


def goes_with(operator: str, value: Any, *, is_time: bool) -> bool:
    """Whether an operator can compare with such a value."""
    if operator == "in":
        return False
    if is_time or operator in ON_TIMES:
        return ticks(value) is not None
    if operator in ("startsWith", "endsWith"):
        return isinstance(value, str)
    if operator in ORDERED:
        return isinstance(value, str | int | float) and not isinstance(value, bool)
    return isinstance(value, str | int | float)
