"""The verbs: every write to the graph. Handlers and the importer call these; nothing bypasses them.

Each takes the transaction it works in, decides from what it reads there, and writes only what is legal.
"""

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.dtdl import Registry, UnknownModel
from twinhaus.dtdl.additions import Addition, check_addition
from twinhaus.dtdl.dependents import dependents
from twinhaus.dtdl.validate import check_contents, check_relationship, max_multiplicity
from twinhaus.dtdl.words import first_of
from twinhaus.errors import Conflict, Fault, Invalid, NotFound, PreconditionFailed, UnknownTwin
from twinhaus.graph import Direction, Relationship, Twin
from twinhaus.instants import format_instant
from twinhaus.storage.documents import canonical, relationship_of, twin_of
from twinhaus.storage.store import Neighbour, StoredModel, Transaction
from twinhaus.strictjson import JsonObject

Precondition = Callable[[Twin | None], bool]
ModelPrecondition = Callable[[StoredModel], bool]


def put_twin(transaction: Transaction, draft: TwinDraft, precondition: Precondition | None = None) -> Twin:
    """Create or replace a twin (PUT /twins). What is not in the draft is gone; relationships stay.

    Raises Invalid, PreconditionFailed, and Conflict where a new model forbids a relationship the twin has.
    """
    registry = transaction.registry
    _refuse(*draft.faults, *_model_faults(registry, draft))
    current = transaction.find_twin(draft.id)
    _check(precondition, current)
    if current is None or current.model_id != draft.model_id:
        _check_in_service(transaction, draft.model_id)
    if current is not None and current.model_id != draft.model_id:
        _check_relationships_stay_legal(transaction, registry, current, draft.model_id)
    instant = transaction.next_instant()
    contents = _with_metadata(registry, draft, current, instant)
    twin = twin_of(draft, contents, instant)
    transaction.put_twin(twin)
    return twin


def delete_twin(
    transaction: Transaction, twin_id: str, *, cascade: bool, precondition: Precondition | None = None
) -> None:
    """Remove a twin. Raises NotFound, and Conflict while relationships remain, unless they are to go with it."""
    twin = transaction.find_twin(twin_id)
    if twin is None:
        raise UnknownTwin(twin_id)
    _check(precondition, twin)
    remaining = transaction.neighbours(twin_id, Direction.EITHER)
    if remaining and not cascade:
        raise Conflict(f"Relationships remain: {_named(remaining)}. Delete them first, or use ?cascade=true.")
    for neighbour in remaining:
        transaction.delete_relationship(neighbour.relationship.id)
    transaction.delete_twin(twin_id)


def put_relationship(transaction: Transaction, draft: RelationshipDraft) -> Relationship:
    """Create a relationship (PUT /twins/relationships); the same one again changes nothing.

    Raises Invalid where a twin is unknown or a model forbids it, Conflict where another relationship has its id.
    """
    relationship = relationship_of(draft)
    source_model = transaction.find_model_of(draft.source_id)
    target_model = transaction.find_model_of(draft.target_id)
    if source_model is None or target_model is None:
        ends = (("sourceId", draft.source_id, source_model), ("targetId", draft.target_id, target_model))
        unknown = [
            Fault(path, f'There is no twin "{id_}"') for path, id_, model in ends if id_ and model is None
        ]
        raise Invalid(*draft.faults, *unknown)
    existing = transaction.find_relationship(relationship.id)
    if existing is not None and _is_same(existing, relationship):
        _refuse(*draft.faults)
        return existing  # It was legal when it came; the model of its source may be gone by now.
    _refuse(*draft.faults, *_relationship_faults(transaction.registry, draft, source_model, target_model))
    if existing is not None:
        raise Conflict(
            f'The id "{existing.id}" belongs to another relationship already: {existing.name} '
            f"from {existing.source_id} to {existing.target_id}."
        )
    _check_multiplicity(transaction, draft, source_model)
    transaction.add_relationship(relationship)
    return relationship


def delete_relationship(transaction: Transaction, twin_id: str, relationship_id: str) -> None:
    """Remove a relationship, named under either of its twins. Raises NotFound."""
    existing = transaction.find_relationship(relationship_id)
    if existing is None or twin_id not in (existing.source_id, existing.target_id):
        raise NotFound(f'The twin "{twin_id}" has no relationship "{relationship_id}".')
    transaction.delete_relationship(relationship_id)


def add_models(transaction: Transaction, documents: Iterable[str]) -> tuple[str, ...]:
    """Store models, all or none; a model already stored as the same JSON value is passed over. Returns the new ids.

    Raises InvalidModels or UnresolvedReferences, and Conflict where a stored model's id comes with another value.
    """
    return add_checked_models(transaction, check_addition(transaction.registry, documents)).added


def add_checked_models(transaction: Transaction, addition: Addition) -> Addition:
    """Store what was checked before the transaction began; where models came or went meanwhile, it is checked again.

    Raises as `add_models`.
    """
    if transaction.registry != addition.before:
        addition = check_addition(transaction.registry, addition.documents)
    if addition.added:
        transaction.add_models(addition.after, addition.added)
    return addition


def get_model(
    transaction: Transaction, model_id: str, precondition: ModelPrecondition | None = None
) -> StoredModel:
    """A model that is about to be changed. Raises UnknownModel and PreconditionFailed."""
    model = transaction.find_model(model_id)
    if model is None:
        raise UnknownModel(model_id)
    if precondition is not None and not precondition(model):
        raise PreconditionFailed(
            "The model is not in the state the request's If-Match or If-None-Match asks for; read it again and retry."
        )
    return model


def remove_models(transaction: Transaction, model_ids: Iterable[str]) -> int:
    """Remove models, all or none. Returns how many twins are orphaned: left, but without their model.

    An orphan is read, listed and related to as before, and can be deleted, or put again with a model that is stored.
    Raises NotFound, and Conflict while other models extend these or have them as components.
    """
    registry = transaction.registry
    removed = tuple(dict.fromkeys(model_ids))
    unknown = [id_ for id_ in removed if id_ not in registry]
    if unknown:
        raise NotFound(f"There is no model {first_of(unknown)}.")
    remaining = dependents(registry, removed)
    if remaining:
        raise Conflict(
            f"Other models extend what would go, or have it as a component, {len(remaining)} in all: "
            f"{first_of(remaining)}. Remove those first, or all at once."
        )
    transaction.remove_models(registry.without(removed), removed)
    return sum(map(transaction.count_twins_of, removed))


def decommission_model(transaction: Transaction, model_id: str, *, decommissioned: bool = True) -> None:
    """Take a model out of service for new twins, or put it back. Raises NotFound."""
    if model_id not in transaction.registry:
        raise NotFound(f'There is no model "{model_id}".')
    transaction.set_decommissioned(model_id, decommissioned=decommissioned)


def _check(precondition: Precondition | None, current: Twin | None) -> None:
    if precondition is not None and not precondition(current):
        raise PreconditionFailed


def _refuse(*faults: Fault) -> None:
    if faults:
        raise Invalid(*faults)


def _model_faults(registry: Registry, draft: TwinDraft) -> tuple[Fault, ...]:
    """What the draft's model says against it; contents can only be checked where the model is known."""
    if draft.model_id in registry:
        return check_contents(registry, draft.model_id, draft.contents)
    if not draft.model_id:
        return ()  # Its absence is a fault of the shape already.
    return (Fault("modelId", f'There is no model "{draft.model_id}". Load it first: twinhaus models load.'),)


def _relationship_faults(
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


def _check_in_service(transaction: Transaction, model_id: str) -> None:
    if transaction.is_decommissioned(model_id):
        raise Invalid(Fault("modelId", f"The model {model_id} is decommissioned; new twins need another one"))


def _check_relationships_stay_legal(
    transaction: Transaction, registry: Registry, twin: Twin, model_id: str
) -> None:
    """A change of model must not make an existing relationship one that could not be created."""

    def is_illegal(neighbour: Neighbour) -> bool:
        relationship = neighbour.relationship
        is_source, is_target = relationship.source_id == twin.id, relationship.target_id == twin.id
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

    neighbours = transaction.neighbours(twin.id, Direction.EITHER)
    outgoing = Counter(one.relationship.name for one in neighbours if one.relationship.source_id == twin.id)
    illegal = [one for one in neighbours if is_illegal(one)]
    for name, count in outgoing.items():
        most = max_multiplicity(registry, model_id, name)
        if most is not None and count > most:
            too_many = [
                one
                for one in neighbours
                if (one.relationship.source_id, one.relationship.name) == (twin.id, name)
            ]
            illegal += [one for one in too_many if one not in illegal]
    if illegal:
        raise Conflict(f"As a {model_id} the twin could not keep these relationships: {_named(illegal)}.")


def _check_multiplicity(transaction: Transaction, draft: RelationshipDraft, source_model: str) -> None:
    most = max_multiplicity(transaction.registry, source_model, draft.name)
    if most is not None and transaction.count_outgoing(draft.source_id, draft.name) >= most:
        raise Invalid(Fault("name", f'{source_model} allows at most {most} "{draft.name}" relationships'))


def _named(neighbours: list[Neighbour]) -> str:
    return first_of([neighbour.relationship.id for neighbour in neighbours])


def _with_metadata(registry: Registry, draft: TwinDraft, current: Twin | None, instant: int) -> JsonObject:
    """The contents with every declared component present, each carrying the time of its own last change."""
    components = registry.components(draft.model_id)
    if not components:
        return draft.contents
    before: JsonObject = {} if current is None else msgspec.json.decode(current.document)["contents"]
    contents = {**draft.contents, **{name: draft.contents.get(name, {}) for name in components}}
    for name in components:
        values = _without_metadata(contents[name])
        known = before.get(name)
        if isinstance(known, dict) and canonical(_without_metadata(known)) == canonical(values):
            metadata = known.get("$metadata", {})
        else:
            metadata = {"$lastUpdateTime": format_instant(instant, utc="Z")}
        contents[name] = {"$metadata": metadata, **values}
    return contents


def _without_metadata(component: JsonObject) -> JsonObject:
    return {name: value for name, value in component.items() if name != "$metadata"}


def _is_same(one: Relationship, other: Relationship) -> bool:
    """Underscores join the parts of an id, so two different relationships may come to the same one."""

    def key(one: Relationship) -> tuple[str, str, str, str]:
        return one.source_id, one.name, one.target_id, one.properties

    return key(one) == key(other)


def _properties(relationship: Relationship) -> JsonObject:
    return msgspec.json.decode(relationship.properties) if relationship.properties else {}
