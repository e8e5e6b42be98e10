"""The server in plain Python: the graph it should hold, and every answer it should give.

Written from the contract (contract/README.md and the notes it names). Times and entity tags are the server's to set:
they are taken over from its answers, once each is held to be new.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.machine import faults
from tests.machine.graph import Graph, Twin, relationship_of
from tests.machine.ontology import contents_of
from tests.machine.patching import Refusal, patched

from twinhaus.strictjson import Json


class Answer(NamedTuple):
    """What the server should answer. Of a refusal, what it should name: paths of faults, ids in the text."""

    status: int
    body: Json = None
    tag: str | None = None
    faults: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


class Stamp(NamedTuple):
    """What the server set as it stored a twin; empty where it did not answer with one."""

    time: str = ""
    tag: str = ""


class Condition(NamedTuple):
    """If-Match or If-None-Match, with tags; without a header, nothing is asked for."""

    header: str = ""
    tags: tuple[str, ...] = ()

    def allows(self, current: str | None) -> bool:
        """Whether it holds for what has this tag; what is not there has none."""
        is_met = current is not None and ("*" in self.tags or current in self.tags)
        return {"": True, "If-Match": is_met, "If-None-Match": not is_met}[self.header]


def refused(status: int, faults: Iterable[str] = (), named: Iterable[str] = ()) -> Answer:
    """A refusal."""
    return Answer(status, faults=frozenset(faults), named=frozenset(named))


def read(body: Json, tag: str, condition: Condition) -> Answer:
    """What is there, unless the client has it already, or asks for another."""
    if condition.allows(tag):
        return Answer(200, body, tag)
    return refused(412) if condition.header == "If-Match" else Answer(304, tag=tag)


def exact(value: Json) -> str:
    """One text for each JSON value: 1 is not 1.0, and the order of keys does not matter."""
    return json.dumps(value, sort_keys=True)


@dataclass
class Mirror:
    """The graph; every stamp that was set, oldest first; and how many twins were ever created."""

    graph: Graph = field(default_factory=Graph)
    stamps: list[Stamp] = field(default_factory=list)
    births: int = 0
    told: dict[str, str] = field(default_factory=dict)  # Twins with their relationships, by tag.

    def put_twin(self, request: dict[str, Any], condition: Condition, stamp: Stamp) -> Answer:
        """Create or replace."""
        if found := faults.faults_of_twin(request):
            return refused(400, found)
        current = self.graph.twins.get(request["id"])
        if not condition.allows(None if current is None else current.tag):
            return refused(412)
        return self._keep(request, current, stamp)

    def patch_twin(
        self, twin_id: str, patch: list[dict[str, Any]], condition: Condition, stamp: Stamp
    ) -> Answer:
        """Replace by what the patch makes of it; what it leaves as it was keeps its time and its tag."""
        current = self.graph.twins.get(twin_id)
        if found := faults.faults_of_patch(patch):
            return refused(400, found)
        if current is None or not condition.allows(current.tag):
            return refused(404 if current is None else 412)
        outcome = patched(patch, current.body)
        if isinstance(outcome, Refusal):
            return refused(outcome.status, outcome.faults)
        if found := faults.faults_of_twin(outcome):
            return refused(400, found)
        is_same = outcome["modelId"] == current.model_id and _values(outcome) == _values(current.body)
        return Answer(200, current.body, current.tag) if is_same else self._keep(outcome, current, stamp)

    def delete_twin(self, twin_id: str, condition: Condition, *, cascade: bool) -> Answer:
        """Its relationships are in the way, or go with it."""
        if (current := self.graph.twins.get(twin_id)) is None:
            return refused(404)
        if not condition.allows(current.tag):
            return refused(412)
        remaining = self.graph.around(twin_id)
        if remaining and not cascade:
            return refused(409, named=remaining)
        self.graph.remove_twin(twin_id)
        return Answer(204)

    def delete_twins(self, wanted: dict[str, Any], *, cascade: bool, dry_run: bool) -> Answer:
        """All that a filter finds; relationships to twins that stay are in the way, or go with them."""
        if found := faults.faults_of_meant_filter(wanted):
            return refused(400, found)
        going = {twin.body["id"] for twin in self.graph.matching(wanted)}
        ends = {id_: {one["sourceId"], one["targetId"]} for id_, one in self.graph.relationships.items()}
        if not cascade and (
            outside := {id_ for id_, both in ends.items() if len(both - going) == 1 < len(both)}
        ):
            return refused(409, named=outside)
        related = sum(not both.isdisjoint(going) for both in ends.values())
        for twin_id in () if dry_run else going:
            self.graph.remove_twin(twin_id)
        counts = {"matched": len(going), "deleted": len(going), "relationshipsDeleted": related}
        return Answer(200, counts | {"dryRun": dry_run})

    def put_relationship(self, request: dict[str, Any], condition: Condition, tag: str) -> Answer:
        """Create, or find it there already. It never changes, and so neither does its tag."""
        twins = self.graph.twins
        if unknown := {end for end in ("sourceId", "targetId") if request[end] not in twins}:
            return refused(400, unknown)
        wanted = relationship_of(request)
        known = self.graph.relationships.get(wanted["id"])
        is_same = known is not None and exact(known) == exact(wanted)
        source_model, target_model = (twins[request[end]].model_id for end in ("sourceId", "targetId"))
        if found := faults.faults_of_relationship(wanted, source_model, target_model):
            return refused(400, found)
        if not condition.allows(self.graph.tags.get(wanted["id"])) or (known and not is_same):
            return refused(409 if condition.allows(self.graph.tags.get(wanted["id"])) else 412)
        if known is None and self._beyond_limit(wanted["sourceId"], source_model, wanted["name"], more=1):
            return refused(400, {"name"})
        stored = self.graph.relationships.setdefault(wanted["id"], wanted)
        return Answer(200, stored, self.graph.tags.setdefault(wanted["id"], tag))

    def delete_relationship(self, twin_id: str, relationship_id: str, condition: Condition) -> Answer:
        """Under either of its twins."""
        if relationship_id not in self.graph.around(twin_id):
            return refused(404)
        if not condition.allows(self.graph.tags[relationship_id]):
            return refused(412)
        self.graph.remove_relationship(relationship_id)
        return Answer(204)

    def delete_relationships(self, wanted: dict[str, Any], *, dry_run: bool) -> Answer:
        """All for which everything holds that a filter tells."""
        if found := faults.faults_of_relationships_filter(wanted):
            return refused(400, found)
        ends = {
            f"{end}Id": {twin.body["id"] for twin in self.graph.matching(wanted[end])}
            for end in ("source", "target")
            if end in wanted
        }
        ids, names = wanted.get("relationshipIds"), wanted.get("relationshipNames")
        going = [
            id_
            for id_, one in self.graph.relationships.items()
            if (not ids or id_ in ids)
            and (not names or one["name"] in names)
            and all(one[end] in twins for end, twins in ends.items())
        ]
        for id_ in () if dry_run else going:
            self.graph.remove_relationship(id_)
        return Answer(200, {"matched": len(going), "deleted": len(going), "dryRun": dry_run})

    def get_relationship(self, twin_id: str, relationship_id: str, condition: Condition) -> Answer:
        """Under either of its twins."""
        if relationship_id not in self.graph.around(twin_id):
            return refused(404)
        return read(self.graph.relationships[relationship_id], self.graph.tags[relationship_id], condition)

    def list_relationships(self, twin_id: str, end: str) -> Answer:
        """Those that a twin is the source or the target of, oldest first."""
        return Answer(200, [*self.graph.at(twin_id, end)]) if twin_id in self.graph.twins else refused(404)

    def get_twin(self, twin_id: str, condition: Condition, *, both: bool, tag: str) -> Answer:
        """With its relationships or without. With them its tag is the server's to set, and of nothing else."""
        if (twin := self.graph.twins.get(twin_id)) is None:
            return refused(404)
        shown = self.graph.shown(twin, outgoing=both, incoming=both)
        if both and tag:
            assert self.told.setdefault(tag, exact(shown)) == exact(shown), "a tag of something else"
        return read(shown, tag if both else twin.tag, condition)

    def find_twins(self, ids: list[str], *, both: bool) -> Answer:
        """In the order asked for, each once."""
        known = [self.graph.twins[id_] for id_ in dict.fromkeys(ids) if id_ in self.graph.twins]
        return Answer(200, [self.graph.shown(twin, outgoing=both, incoming=both) for twin in known])

    def count_twins(self, request: dict[str, Any]) -> Answer:
        """As many as a list would have."""
        if found := faults.faults_of_list(request):
            return refused(400, found)
        return Answer(200, len(self.graph.matching(request)))

    def show_graph(self, request: dict[str, Any]) -> Answer:
        """A twin, and what its branches lead to."""
        if found := faults.faults_of_graph(request):
            return refused(400, found)
        if request["id"] not in self.graph.twins:
            return refused(404)
        branches = request.get("relationships") or []
        return Answer(200, {request["alias"]: self.graph.gathered(request["id"], branches)})

    def _keep(self, request: dict[str, Any], current: Twin | None, stamp: Stamp) -> Answer:
        """A legal twin takes its place, unless relationships of it would not be legal any more."""
        model_id = request["modelId"]
        if current is not None and current.model_id != model_id and (lost := self._lost(current, model_id)):
            return refused(409, named=lost)
        self._note(stamp)
        contents = dict(request.get("contents") or {})
        before = {} if current is None else current.body["contents"]
        for name in contents_of(model_id, "Component"):
            values = _without_metadata(contents.get(name, {}))
            is_same = name in before and exact(_without_metadata(before[name])) == exact(values)
            changed = {"$lastUpdateTime": stamp.time.removesuffix("+00:00") + "Z"}
            contents[name] = {"$metadata": before[name]["$metadata"] if is_same else changed, **values}
        body = {"id": request["id"], "modelId": model_id, "lastUpdateTime": stamp.time, "contents": contents}
        self.births += current is None
        birth = self.births if current is None else current.birth
        self.graph.twins[request["id"]] = Twin(body, stamp.tag, birth)
        return Answer(200, body, stamp.tag)

    def _note(self, stamp: Stamp) -> None:
        """Each time is later than all before, and each tag another."""
        assert stamp.time, "the twin should have been stored"
        assert not self.stamps or stamp.time > self.stamps[-1].time, "a time that is not later than the last"
        assert stamp.tag not in {one.tag for one in self.stamps}, "a tag that another state has had"
        self.stamps.append(stamp)

    def _lost(self, twin: Twin, model_id: str) -> set[str]:
        """The ids of a twin's relationships that it could not have as an instance of another model."""
        models = {id_: one.model_id for id_, one in self.graph.twins.items()} | {twin.body["id"]: model_id}
        lost = set()
        for id_ in self.graph.around(twin.body["id"]):
            one = self.graph.relationships[id_]
            if faults.faults_of_relationship(one, models[one["sourceId"]], models[one["targetId"]]):
                lost.add(id_)
            if one["sourceId"] == twin.body["id"] and self._beyond_limit(
                twin.body["id"], model_id, one["name"], more=0
            ):
                lost.add(id_)
        return lost

    def _beyond_limit(self, twin_id: str, model_id: str, name: str, *, more: int) -> bool:
        """Whether a twin of a model would have more relationships of a name than the model allows."""
        most = contents_of(model_id, "Relationship").get(name, {}).get("maxMultiplicity")
        there = sum(one["name"] == name for one in self.graph.at(twin_id, "sourceId"))
        return most is not None and there + more > most


def _values(twin: dict[str, Any]) -> str:
    """What makes two states differ: an empty component may be told of or not, and metadata do not count."""
    contents = dict(twin.get("contents") or {})
    for name in contents_of(twin["modelId"], "Component"):
        contents[name] = _without_metadata(contents.get(name, {}))
    return exact(contents)


def _without_metadata(component: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in component.items() if name != "$metadata"}
