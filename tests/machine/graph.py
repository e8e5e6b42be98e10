"""Twins and relationships in two dictionaries, and what the contract's filters find in them."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.machine.meaning import satisfies, ticks
from tests.machine.ontology import CONTAINMENT, kinds_of


@dataclass
class Twin:
    """A twin as GET answers it, its entity tag, and its number in the order of creation."""

    body: dict[str, Any]
    tag: str
    birth: int

    @property
    def model_id(self) -> str:
        """Which model it is an instance of."""
        return str(self.body["modelId"])


@dataclass
class Graph:
    """Twins in the order of their creation, relationships in theirs."""

    twins: dict[str, Twin] = field(default_factory=dict)
    relationships: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)  # Of relationships.

    def at(self, twin_id: str, end: str) -> list[dict[str, Any]]:
        """The relationships that a twin is the source or the target of."""
        return [one for one in self.relationships.values() if one[end] == twin_id]

    def remove_relationship(self, id_: str) -> None:
        """With its tag."""
        del self.relationships[id_], self.tags[id_]

    def remove_twin(self, twin_id: str) -> None:
        """With its relationships."""
        for id_ in self.around(twin_id):
            self.remove_relationship(id_)
        del self.twins[twin_id]

    def around(self, twin_id: str) -> list[str]:
        """The ids of a twin's relationships."""
        return [
            id_ for id_, one in self.relationships.items() if twin_id in (one["sourceId"], one["targetId"])
        ]

    def shown(self, twin: Twin, *, outgoing: bool = False, incoming: bool = False) -> dict[str, Any]:
        """A twin as answers carry it, with the arrays asked for."""
        whole = dict(twin.body)
        if outgoing:
            whole["outgoingRelationships"] = self.at(whole["id"], "sourceId")
        if incoming:
            whole["incomingRelationships"] = self.at(whole["id"], "targetId")
        return whole

    def gathered(self, twin_id: str, branches: list[dict[str, Any]]) -> dict[str, Any]:
        """A twin, and under the alias of each branch the twins that it leads to."""
        whole = self.shown(self.twins[twin_id])
        for branch in branches:
            inner = [branch["relationship"]] if branch.get("relationship") else []
            others = self.others(
                twin_id,
                branch.get("direction"),
                branch.get("relationshipNames"),
                {"modelIds": branch.get("modelNames"), "exactModelMatch": branch.get("exactModelMatch")},
            )
            whole[branch["alias"]] = [self.gathered(id_, inner) for id_ in self.twins if id_ in others]
        return whole

    def others(self, twin_id: str, direction: str | None, names: list[str] | None, models: Any) -> set[str]:
        """The twins at the other end of relationships in a direction, of these names, that are of these models."""
        word = (direction or "IncomingOrOutgoing").lower()
        found = set()
        for one in self.relationships.values():
            if names and one["name"] not in names:
                continue
            if "outgoing" in word and one["sourceId"] == twin_id:
                found.add(str(one["targetId"]))
            if "incoming" in word and one["targetId"] == twin_id:
                found.add(str(one["sourceId"]))
        return {id_ for id_ in found if is_instance(self.twins[id_].model_id, models)}

    def is_in(self, twin_id: str, place: str, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a twin is a place, or leads to it from part to whole."""
        wholes = {one["targetId"] for one in self.at(twin_id, "sourceId") if one["name"] in CONTAINMENT}
        seen |= {twin_id}
        return twin_id == place or any(self.is_in(whole, place, seen) for whole in wholes - seen)

    def matching(self, request: dict[str, Any]) -> list[Twin]:
        """The twins for which every filter of a list holds, in the order of their creation."""
        return [twin for twin in self.twins.values() if self.matches(request, twin)]

    def matches(self, request: dict[str, Any], twin: Twin) -> bool:
        """Whether every filter of a list holds for a twin; one that is absent or empty filters nothing."""
        around = request.get("relationshipFilter") or {}
        place = (request.get("locationFilter") or {}).get("locationId")
        dates = {key: text for key, text in (request.get("dateFilter") or {}).items() if text is not None}
        updated = ticks(twin.body["lastUpdateTime"]) or 0
        return (
            is_instance(twin.model_id, request.get("modelFilter"))
            and (place is None or self.is_in(twin.body["id"], place))
            and ("lastUpdatedAfter" not in dates or updated > (ticks(dates["lastUpdatedAfter"]) or 0))
            and ("lastUpdatedBefore" not in dates or updated < (ticks(dates["lastUpdatedBefore"]) or 0))
            and (all(value is None for value in around.values()) or self.is_related(twin, around))
            and satisfies(request.get("propertyFilter") or {}, twin.body)
        )

    def is_related(self, twin: Twin, around: dict[str, Any]) -> bool:
        """Whether a twin has a relationship that the filter asks for."""
        direction, names = around.get("relationshipDirection"), around.get("relationshipNames")
        return bool(self.others(twin.body["id"], direction, names, around.get("relatedModelFilter")))


def is_instance(model_id: str, models: dict[str, Any] | None) -> bool:
    """Whether a model filter holds; without models it filters nothing."""
    wanted = (models or {}).get("modelIds")
    kinds = {model_id} if (models or {}).get("exactModelMatch") else kinds_of(model_id)
    return not wanted or not kinds.isdisjoint(wanted)


def relationship_of(request: dict[str, Any]) -> dict[str, Any]:
    """A relationship as it is stored: its id is derived from all else."""
    properties = request.get("properties") or {}
    keyed = [part for key in sorted(properties) for part in (key, _in_id(properties[key]))]
    id_ = "_".join([request["sourceId"], request["name"], *keyed, request["targetId"]])
    ends = {name: request[name] for name in ("sourceId", "targetId", "name")}
    return {"id": id_, **ends, **({"properties": properties} if properties else {})}


def _in_id(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
