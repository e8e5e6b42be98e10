"""Beside every store in a law test stands a ledger: what the writes answered, kept in the plainest way, and asked by
`query/evaluate.py` alone.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from twinhaus.dtdl import Registry
from twinhaus.graph import CONTAINMENT_RELATIONSHIPS, Direction, Relationship, Twin
from twinhaus.mass_changes import Deleted
from twinhaus.query.evaluate import is_followed, is_located, is_visible, matches
from twinhaus.query.plan import Include, Query, RelationshipFilter
from twinhaus.strictjson import JsonObject
from twinhaus.testing.strategies import (
    AddModels,
    DeleteRelationship,
    DeleteTwin,
    DeleteTwins,
    PatchTwin,
    PutRelationship,
    PutTwin,
    RemoveModels,
    Write,
)


@dataclass(frozen=True, slots=True)
class View:
    """A twin, as a query looks at it."""

    id: str
    model_id: str
    updated: int
    contents: JsonObject


@dataclass(slots=True)
class Ledger:
    """Twins in the order of their creation, each with the number of its birth; relationships in theirs. The registry
    has all models that there may be; of those that are not stored nobody knows what they extend.
    """

    registry: Registry
    stored_models: set[str] = field(default_factory=set)
    twins: dict[str, Twin] = field(default_factory=dict)
    births: dict[str, int] = field(default_factory=dict)
    relationships: dict[str, Relationship] = field(default_factory=dict)
    born: int = 0

    def note(self, write: Write, answer: object) -> None:
        """A write that was not refused."""
        match write, answer:
            case PutTwin() | PatchTwin(), Twin():
                if answer.id not in self.twins:
                    self.born += 1
                    self.births[answer.id] = self.born
                self.twins[answer.id] = answer
            case PutRelationship(), Relationship():
                self.relationships.setdefault(answer.id, answer)
            case DeleteRelationship(), _:
                del self.relationships[write.relationship_id]
            case DeleteTwin(), _:
                self._remove(write.twin_id)
            case DeleteTwins(), Deleted():
                before, gone = len(self.relationships), self.matching(write.query)
                for twin_id in gone:
                    self._remove(twin_id)
                assert answer == Deleted(len(gone), before - len(self.relationships))
            case AddModels(), tuple():
                self.stored_models |= set(answer)
            case RemoveModels(), int():
                self.stored_models -= set(write.model_ids)
                assert answer == sum(twin.model_id in write.model_ids for twin in self.twins.values())
            case _:
                pass

    def _remove(self, twin_id: str) -> None:
        for one in [*self.relationships.values()]:
            if twin_id in (one.source_id, one.target_id):
                del self.relationships[one.id]
        del self.twins[twin_id], self.births[twin_id]

    def matching(self, query: Query, *, after: int = 0) -> list[str]:
        """The ids of the twins born after another for which a query holds, in the order of their births."""
        return [
            twin.id
            for twin in self.twins.values()
            if self.births[twin.id] > after and matches(query, _view(twin), self)
        ]

    def text(self, twin_id: str, include: Include, within: tuple[str, ...] = ()) -> JsonObject:
        """A twin as an answer carries it."""
        whole: JsonObject = json.loads(self.twins[twin_id].document)
        visible = [
            one
            for one in self.relationships.values()
            if is_visible(within, one.source_id, self) and is_visible(within, one.target_id, self)
        ]
        if include.incoming:
            whole["incomingRelationships"] = [
                json.loads(one.document) for one in visible if one.target_id == twin_id
            ]
        if include.outgoing:
            whole["outgoingRelationships"] = [
                json.loads(one.document) for one in visible if one.source_id == twin_id
            ]
        return whole

    def related(self, wanted: RelationshipFilter, within: tuple[str, ...]) -> set[tuple[str, str]]:
        """Every twin with every twin that such a relationship leads to."""
        return {
            (here, there)
            for here in self.twins
            if is_visible(within, here, self)
            for name, there in self.relationships_of(here, wanted.direction)
            if is_followed(wanted, name, there, within, self)
        }

    def located(self, places: tuple[str, ...]) -> set[str]:
        """Every twin in one of these places."""
        return {id_ for id_ in self.twins if is_located(places, id_, self)}

    def is_kind_of(self, model_id: str, ancestor_id: str) -> bool:
        if model_id not in self.stored_models:
            return model_id == ancestor_id
        return self.registry.is_kind_of(model_id, ancestor_id)

    def model_of(self, twin_id: str) -> str:
        return self.twins[twin_id].model_id

    def wholes_of(self, twin_id: str) -> Iterator[str]:
        for one in self.relationships.values():
            if one.source_id == twin_id and one.name in CONTAINMENT_RELATIONSHIPS:
                yield one.target_id

    def relationships_of(self, twin_id: str, direction: Direction) -> Iterator[tuple[str, str]]:
        for one in self.relationships.values():
            if one.source_id == twin_id and direction is not Direction.INCOMING:
                yield one.name, one.target_id
            if one.target_id == twin_id and direction is not Direction.OUTGOING:
                yield one.name, one.source_id


def _view(twin: Twin) -> View:
    whole = json.loads(twin.document)
    return View(whole["id"], whole["modelId"], twin.updated, whole["contents"])
