"""The verbs of a restore: what an export tells of is put as it was, its times included.

They check what the other verbs check, as far as models are stored that say it; but a twin may be of a model that is
not: it was of one that had been removed.
"""

from collections.abc import Sequence

from msgspec import Struct

from twinhaus import changes
from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.dtdl import Registry, is_dtmi
from twinhaus.dtdl.validate import check_contents, check_relationship
from twinhaus.dtdl.words import no_model_id
from twinhaus.errors import Fault
from twinhaus.graph import METADATA, Change
from twinhaus.instants import FIRST, TICKS_PER_DAY, format_instant
from twinhaus.legality import check_multiplicity, check_relationships_stay_legal, refuse
from twinhaus.storage.documents import relationship_of, twin_of
from twinhaus.storage.store import Transaction
from twinhaus.strictjson import JsonObject

AHEAD_TICKS_MAX = TICKS_PER_DAY  # A clock may go wrong by a day; an age would use up all instants.


def latest_now(transaction: Transaction) -> int:
    """The latest time that what is restored from now on may have. Asked for once: each time that is passed moves on
    what a transaction takes for now, and so a file of many would get anywhere, a day at a time.
    """
    return transaction.next_instant() + AHEAD_TICKS_MAX


class ModelDraft(Struct, frozen=True):
    """A model as it was: its JSON text, when it was added, and whether new twins could be of it."""

    id: str
    document: str
    uploaded: int
    is_decommissioned: bool


def restore_models(transaction: Transaction, models: Sequence[ModelDraft], *, latest: int) -> tuple[str, ...]:
    """Add models, all or none, each as it was. One that is stored already stays as it is. Returns the new ids.

    Raises Invalid, InvalidModels and UnresolvedReferences, and Conflict where one is stored already as another value.
    """
    refuse(
        *(
            fault
            for model in models
            for fault in _time_faults(f"{model.id}.uploadTime", model.uploaded, latest)
        )
    )
    added = changes.add_models(transaction, [model.document for model in models])
    for model in models:
        if model.id in added:
            transaction.set_uploaded(model.id, model.uploaded)
            transaction.set_decommissioned(model.id, decommissioned=model.is_decommissioned)
    return added


def restore_twin(transaction: Transaction, draft: TwinDraft, updated: int, *, latest: int) -> Change:
    """Put a twin as it was at an instant; one that is there and changed since then, or just then, stays as it is.

    Raises Invalid, and Conflict where a new model forbids a relationship the twin has.
    """
    registry = transaction.registry
    refuse(*draft.faults, *_model_faults(registry, draft), *_time_faults("lastUpdateTime", updated, latest))
    current = transaction.find_twin(draft.id)
    if current is not None and current.updated >= updated:
        return Change.UNCHANGED
    if draft.model_id not in registry:
        transaction.add_removed_model(draft.model_id)
    elif current is not None and current.model_id != draft.model_id:
        check_relationships_stay_legal(transaction, current.id, draft.model_id)
    transaction.pass_instant(updated)
    transaction.put_twin(twin_of(draft, _with_components(registry, draft, updated), updated))
    return Change.CREATED if current is None else Change.REPLACED


def restore_relationship(transaction: Transaction, draft: RelationshipDraft) -> Change:
    """Put a relationship. As `changes.ensure_relationship`, but where a model at its ends was removed, nothing says
    what it may be.
    """
    source_model = transaction.find_model_of(draft.source_id)
    target_model = transaction.find_model_of(draft.target_id)
    registry = transaction.registry
    if (
        source_model is None
        or target_model is None
        or (source_model in registry and target_model in registry)
    ):
        return changes.ensure_relationship(transaction, draft)
    relationship = relationship_of(draft)
    if transaction.find_relationship(relationship.id) is not None:
        return changes.ensure_relationship(transaction, draft)
    faults = draft.faults
    if source_model in registry:
        found = check_relationship(
            registry,
            source_model=source_model,
            name=draft.name,
            target_model=target_model,
            properties=draft.properties,
        )
        faults = (*faults, *(fault for fault in found if fault.path != "targetId"))
    refuse(*faults)
    if source_model in registry:
        check_multiplicity(transaction, draft, source_model)
    transaction.add_relationship(relationship)
    return Change.CREATED


def _model_faults(registry: Registry, draft: TwinDraft) -> tuple[Fault, ...]:
    if draft.model_id in registry:
        return check_contents(registry, draft.model_id, draft.contents)
    if draft.model_id and not is_dtmi(draft.model_id):
        return (Fault("modelId", no_model_id(draft.model_id)),)
    return ()


def _time_faults(path: str, instant: int, latest: int) -> tuple[Fault, ...]:
    if instant < FIRST:
        return (Fault(path, "The time is before 0001-01-01T00:00:00Z"),)
    return () if instant <= latest else (Fault(path, "The time is more than a day ahead"),)


def _with_components(registry: Registry, draft: TwinDraft, updated: int) -> JsonObject:
    """The contents with every declared component; one that says no time of its own takes the twin's."""
    if draft.model_id not in registry:
        return draft.contents
    contents = dict(draft.contents)
    metadata = {METADATA: {"$lastUpdateTime": format_instant(updated, utc="Z")}}
    for name in registry.components(draft.model_id):
        component = contents.get(name, {})
        contents[name] = component if METADATA in component else {**metadata, **component}
    return contents
