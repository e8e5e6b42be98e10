"""What stands against a write: faults against the models, and relationships that a change would make illegal.

Nothing here writes; `changes.py` and `mass_changes.py` ask before, or after, they do.
"""

from collections import Counter
from collections.abc import Sequence

import msgspec

from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.dtdl import Registry
from twinhaus.dtdl.validate import check_contents, check_relationship, max_multiplicity
from twinhaus.dtdl.words import first_of
from twinhaus.errors import Conflict, Fault, Invalid
from twinhaus.graph import Direction, Relationship
from twinhaus.storage.store import Neighbour, Reader
from twinhaus.strictjson import JsonObject


def refuse(*faults: Fault) -> None:
    """Raise Invalid with these faults, if there are any."""
    if faults:
        raise Invalid(*faults)


def model_faults(registry: Registry, draft: TwinDraft) -> tuple[Fault, ...]:
    """What the draft's model says against it; contents can only be checked where the model is known."""
    if draft.model_id in registry:
        return check_contents(registry, draft.model_id, draft.contents)
    if not draft.model_id:
        return ()  # Its absence is a fault of the shape already.
    return (Fault("modelId", f'There is no model "{draft.model_id}". Load it first: twinhaus models load.'),)


def relationship_faults(
    registry: Registry, draft: RelationshipDraft, source_model: str, target_model: str
) -> tuple[Fault, ...]:
    """What the models at its ends say against it; without the source's model nothing says what may lead from it."""
    if source_model not in registry:
        message = f"{source_model}, the model of this twin, was removed; load it again, or put the twin with another"
        return (Fault("sourceId", message),)
    return check_relationship(
        registry,
        source_model=source_model,
        name=draft.name,
        target_model=target_model,
        properties=draft.properties,
    )


def check_in_service(reader: Reader, model_id: str) -> None:
    """A decommissioned model takes no new twins. Raises Invalid."""
    if reader.is_decommissioned(model_id):
        raise Invalid(Fault("modelId", f"The model {model_id} is decommissioned; new twins need another one"))


def check_relationships_stay_legal(reader: Reader, twin_id: str, model_id: str) -> None:
    """A change of model must not make an existing relationship one that could not be created. Raises Conflict."""
    registry = reader.registry

    def is_illegal(neighbour: Neighbour) -> bool:
        relationship = neighbour.relationship
        is_source, is_target = relationship.source_id == twin_id, relationship.target_id == twin_id
        source_model = model_id if is_source else neighbour.other_model_id
        if source_model not in registry:
            return False  # It was removed, and with it what could forbid the relationship.
        faults = check_relationship(
            registry,
            source_model=source_model,
            name=relationship.name,
            target_model=model_id if is_target else neighbour.other_model_id,
            properties=_properties(relationship),
        )
        return bool(faults)

    neighbours = reader.neighbours(twin_id, Direction.EITHER)
    outgoing = Counter(one.relationship.name for one in neighbours if one.relationship.source_id == twin_id)
    illegal = [one for one in neighbours if is_illegal(one)]
    for name, count in outgoing.items():
        most = max_multiplicity(registry, model_id, name)
        if most is not None and count > most:
            too_many = [
                one
                for one in neighbours
                if (one.relationship.source_id, one.relationship.name) == (twin_id, name)
            ]
            illegal += [one for one in too_many if one not in illegal]
    if illegal:
        raise Conflict(f"As a {model_id} the twin could not keep these relationships: {named(illegal)}.")


def check_multiplicity(reader: Reader, draft: RelationshipDraft, source_model: str) -> None:
    """The source must have room for one more relationship of this name. Raises Invalid."""
    most = max_multiplicity(reader.registry, source_model, draft.name)
    if most is not None and reader.count_outgoing(draft.source_id, draft.name) >= most:
        raise Invalid(Fault("name", f'{source_model} allows at most {most} "{draft.name}" relationships'))


def named(neighbours: Sequence[Neighbour]) -> str:
    """The ids of some relationships, as a conflict names them."""
    return first_of([neighbour.relationship.id for neighbour in neighbours])


def _properties(relationship: Relationship) -> JsonObject:
    return msgspec.json.decode(relationship.properties) if relationship.properties else {}
