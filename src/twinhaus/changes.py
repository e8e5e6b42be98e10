"""The verbs: every write to the graph. Handlers and the importer call these; nothing bypasses them.

Each takes the transaction it works in, decides from what it reads there, and writes only what is legal.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

import msgspec

from twinhaus import patches
from twinhaus.drafts import RelationshipDraft, TwinDraft, read_twin
from twinhaus.dtdl import Registry, UnknownModel
from twinhaus.dtdl.additions import Addition, check_addition
from twinhaus.dtdl.dependents import dependents
from twinhaus.dtdl.words import first_of
from twinhaus.errors import Conflict, Fault, Invalid, NotFound, PreconditionFailed, UnknownTwin
from twinhaus.graph import METADATA, TWIN_CHARACTERS_MAX, Change, Direction, Relationship, Twin
from twinhaus.instants import format_instant
from twinhaus.legality import (
    check_in_service,
    check_multiplicity,
    check_relationships_stay_legal,
    model_faults,
    named,
    refuse,
    relationship_faults,
)
from twinhaus.patches import Patch
from twinhaus.storage.documents import contents_of, relationship_of, twin_of
from twinhaus.storage.store import StoredModel, Transaction
from twinhaus.strictjson import JsonObject, canonical

_Kept = TypeVar("_Kept")
Precondition: TypeAlias = Callable[[_Kept | None], bool]  # Asked of what there is now, if there is anything.


def put_twin(
    transaction: Transaction, draft: TwinDraft, precondition: Precondition[Twin] | None = None
) -> Twin:
    """Create or replace a twin (PUT /twins). What is not in the draft is gone; relationships stay.

    Raises Invalid, PreconditionFailed, and Conflict where a new model forbids a relationship the twin has.
    """
    refuse(*draft.faults, *model_faults(transaction.registry, draft))
    current = transaction.find_twin(draft.id)
    _check(precondition, current)
    return _put(transaction, draft, current)


def ensure_twin(transaction: Transaction, draft: TwinDraft) -> Change:
    """As put_twin, but a twin that is there already as the same value is left as it is, `lastUpdateTime` included."""
    refuse(*draft.faults, *model_faults(transaction.registry, draft))
    current = transaction.find_twin(draft.id)
    if current is not None and _is_already(transaction.registry, current, draft):
        return Change.UNCHANGED
    _put(transaction, draft, current)
    return Change.CREATED if current is None else Change.REPLACED


def patch_twin(
    transaction: Transaction, twin_id: str, patch: Patch, precondition: Precondition[Twin] | None = None
) -> Twin:
    """Change a twin in part (PATCH /twins/{twinId}). One that the patch leaves as it was keeps its time.

    Raises NotFound, PreconditionFailed, Invalid, PatchTestFailed, and Conflict as `put_twin` does.
    """
    current = _get_twin(transaction, twin_id)
    _check(precondition, current)
    draft = patched(transaction.registry, current, patch)
    return current if draft is None else _put(transaction, draft, current)


def patched(registry: Registry, twin: Twin, patch: Patch) -> TwinDraft | None:
    """What a patch makes of a twin, checked as if it were put; None where it leaves it as it was.

    Raises Invalid and PatchTestFailed.
    """
    draft = read_twin(patches.apply(patch, msgspec.json.decode(twin.document)))
    refuse(*draft.faults, *model_faults(registry, draft))
    return None if _is_already(registry, twin, draft) else draft


def store_twin(transaction: Transaction, draft: TwinDraft, current: Twin | None) -> Twin:
    """The twin that a legal draft becomes, changed now. Raises Invalid where it is too long."""
    instant = transaction.next_instant()
    twin = twin_of(draft, _with_metadata(transaction.registry, draft, current, instant), instant)
    if len(twin.document) > TWIN_CHARACTERS_MAX:
        message = f"A twin has at most {TWIN_CHARACTERS_MAX} characters; this would have {len(twin.document)}"
        raise Invalid(Fault("$", message))
    transaction.put_twin(twin)
    return twin


def _put(transaction: Transaction, draft: TwinDraft, current: Twin | None) -> Twin:
    """Its contents are legal; its model must be, beside what else there is."""
    if current is None or current.model_id != draft.model_id:
        check_in_service(transaction, draft.model_id)
    if current is not None and current.model_id != draft.model_id:
        check_relationships_stay_legal(transaction, current.id, draft.model_id)
    return store_twin(transaction, draft, current)


def delete_twin(
    transaction: Transaction, twin_id: str, *, cascade: bool, precondition: Precondition[Twin] | None = None
) -> None:
    """Remove a twin. Raises NotFound, and Conflict while relationships remain, unless they are to go with it."""
    _check(precondition, _get_twin(transaction, twin_id))
    remaining = () if cascade else transaction.neighbours(twin_id, Direction.EITHER)
    if remaining:
        raise Conflict(f"Relationships remain: {named(remaining)}. Delete them first, or use ?cascade=true.")
    transaction.delete_twins((twin_id,))


def put_relationship(
    transaction: Transaction,
    draft: RelationshipDraft,
    precondition: Precondition[Relationship] | None = None,
) -> Relationship:
    """Create a relationship (PUT /twins/relationships); the same one again changes nothing.

    Raises Invalid where a twin is unknown or a model forbids it, PreconditionFailed, and Conflict where another
    relationship has its id.
    """
    return _find_or_add(transaction, draft, precondition)[0]


def ensure_relationship(transaction: Transaction, draft: RelationshipDraft) -> Change:
    """As put_relationship; says whether it was there already."""
    return _find_or_add(transaction, draft, None)[1]


def _find_or_add(
    transaction: Transaction, draft: RelationshipDraft, precondition: Precondition[Relationship] | None
) -> tuple[Relationship, Change]:
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
        refuse(*draft.faults)
        _check(precondition, existing)
        # It was legal when it came; the model of its source may be gone by now.
        return existing, Change.UNCHANGED
    refuse(*draft.faults, *relationship_faults(transaction.registry, draft, source_model, target_model))
    _check(precondition, existing)
    if existing is not None:
        raise Conflict(
            f'The id "{existing.id}" belongs to another relationship already: {existing.name} '
            f"from {existing.source_id} to {existing.target_id}."
        )
    check_multiplicity(transaction, draft, source_model)
    transaction.add_relationship(relationship)
    return relationship, Change.CREATED


def delete_relationship(
    transaction: Transaction,
    twin_id: str,
    relationship_id: str,
    precondition: Precondition[Relationship] | None = None,
) -> None:
    """Remove a relationship, named under either of its twins. Raises NotFound and PreconditionFailed."""
    existing = transaction.find_relationship(relationship_id)
    if existing is None or twin_id not in (existing.source_id, existing.target_id):
        raise NotFound(f'The twin "{twin_id}" has no relationship "{relationship_id}".')
    _check(precondition, existing)
    transaction.delete_relationships((relationship_id,))


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
    transaction: Transaction, model_id: str, precondition: Precondition[StoredModel] | None = None
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
    """Take a model out of service for new twins, or put it back. Raises UnknownModel."""
    if model_id not in transaction.registry:
        raise UnknownModel(model_id)
    transaction.set_decommissioned(model_id, decommissioned=decommissioned)


def _get_twin(transaction: Transaction, twin_id: str) -> Twin:
    twin = transaction.find_twin(twin_id)
    if twin is None:
        raise UnknownTwin(twin_id)
    return twin


def _check(precondition: Precondition[_Kept] | None, current: _Kept | None) -> None:
    if precondition is not None and not precondition(current):
        raise PreconditionFailed


def _with_metadata(registry: Registry, draft: TwinDraft, current: Twin | None, instant: int) -> JsonObject:
    """The contents with every declared component present, each carrying the time of its own last change."""
    components = registry.components(draft.model_id)
    if not components:
        return draft.contents
    before = {} if current is None else contents_of(current.document)
    contents = {**draft.contents, **{name: draft.contents.get(name, {}) for name in components}}
    for name in components:
        values = _without_metadata(contents[name])
        known = before.get(name)
        if isinstance(known, dict) and canonical(_without_metadata(known)) == canonical(values):
            metadata = known.get(METADATA, {})
        else:
            metadata = {"$lastUpdateTime": format_instant(instant, utc="Z")}
        contents[name] = {METADATA: metadata, **values}
    return contents


def _is_already(registry: Registry, twin: Twin, draft: TwinDraft) -> bool:
    """Whether a twin is the draft as it stands, both legal by the model of the draft."""
    return draft.model_id == twin.model_id and _state(registry, draft.model_id, draft.contents) == _state(
        registry, twin.model_id, contents_of(twin.document)
    )


def _state(registry: Registry, model_id: str, contents: JsonObject) -> str:
    """What makes contents differ: not the metadata of components, nor whether an empty component is told of."""
    components = registry.components(model_id)
    return canonical(contents | {name: _without_metadata(contents.get(name, {})) for name in components})


def _without_metadata(component: JsonObject) -> JsonObject:
    return {name: value for name, value in component.items() if name != METADATA}


def _is_same(one: Relationship, other: Relationship) -> bool:
    """Underscores join the parts of an id, so two different relationships may come to the same one."""

    def key(one: Relationship) -> tuple[str, str, str, str]:
        return one.source_id, one.name, one.target_id, one.properties

    return key(one) == key(other)
