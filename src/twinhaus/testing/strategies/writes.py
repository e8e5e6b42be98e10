"""Writes: legal ones mostly, and such as are refused: unknown twins, models not yet loaded, repeats, collisions."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from hypothesis import strategies as st

from twinhaus import changes, mass_changes
from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.dtdl import Registry
from twinhaus.graph import Relationship, Twin
from twinhaus.mass_changes import Deleted
from twinhaus.patches import Kind, Operation, Patch
from twinhaus.query.plan import Query
from twinhaus.storage.store import Transaction
from twinhaus.strictjson import JsonObject
from twinhaus.testing.strategies.contents import contents
from twinhaus.testing.strategies.queries import queries
from twinhaus.testing.strategies.values import RELATIONSHIP_NAMES, TWIN_IDS


@dataclass(frozen=True, slots=True)
class PutTwin:
    """A twin to create or replace."""

    draft: TwinDraft


@dataclass(frozen=True, slots=True)
class DeleteTwin:
    """A twin to remove, with its relationships or only if it has none."""

    twin_id: str
    cascade: bool


@dataclass(frozen=True, slots=True)
class PatchTwin:
    """A twin to change in part; it need not be there."""

    twin_id: str
    patch: Patch


@dataclass(frozen=True, slots=True)
class DeleteTwins:
    """All twins that a query finds, to remove with their relationships or only if none leads elsewhere."""

    query: Query
    cascade: bool


@dataclass(frozen=True, slots=True)
class PutRelationship:
    """A relationship to create."""

    draft: RelationshipDraft


@dataclass(frozen=True, slots=True)
class DeleteRelationship:
    """A relationship to remove; it need not be there."""

    twin_id: str
    relationship_id: str


@dataclass(frozen=True, slots=True)
class AddModels:
    """Models to load."""

    documents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveModels:
    """Models to remove; they need not be there, and others may need them."""

    model_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetDecommissioned:
    """A model to take out of service, or to put back."""

    model_id: str
    decommissioned: bool


Write: TypeAlias = (
    PutTwin | PatchTwin | DeleteTwin | DeleteTwins | PutRelationship | DeleteRelationship | AddModels | RemoveModels
    | SetDecommissioned
)  # fmt: skip
Answer: TypeAlias = Twin | Relationship | Deleted | tuple[str, ...] | int | None


def perform(transaction: Transaction, write: Write) -> Answer:
    """Do a write, and answer what the verb answers. Raises what `changes.py` and `mass_changes.py` raise."""
    answer: Answer = None
    match write:
        case PutTwin(twin):
            answer = changes.put_twin(transaction, twin)
        case PatchTwin(twin_id, patch):
            answer = changes.patch_twin(transaction, twin_id, patch)
        case DeleteTwins(query, cascade):
            answer = mass_changes.delete_twins(transaction, query, cascade=cascade, dry_run=False)
        case PutRelationship(relationship):
            answer = changes.put_relationship(transaction, relationship)
        case AddModels(documents):
            answer = changes.add_models(transaction, documents)
        case RemoveModels(model_ids):
            answer = changes.remove_models(transaction, model_ids)
        case DeleteTwin(twin_id, cascade):
            changes.delete_twin(transaction, twin_id, cascade=cascade)
        case DeleteRelationship(twin_id, relationship_id):
            changes.delete_relationship(transaction, twin_id, relationship_id)
        case SetDecommissioned(model_id, decommissioned):
            changes.decommission_model(transaction, model_id, decommissioned=decommissioned)
        case _:
            assert_never(write)
    return answer


_ids = st.sampled_from(TWIN_IDS)
_names = st.sampled_from(RELATIONSHIP_NAMES)
_PROPERTIES: tuple[JsonObject, ...] = (
    *({},) * 5,
    {"substance": "Air"},
    {"substance": "Air", "flow": 1},
    {"flow": 1.0, "substance": "Air"},
    {"colour": "red"},
)
_properties = st.sampled_from(_PROPERTIES)
_KINDS = (
    (PutTwin,) * 6 + (PutRelationship,) * 6 + (DeleteRelationship,) * 4 + (RemoveModels, AddModels) * 2
    + (PatchTwin,) * 3 + (DeleteTwin, DeleteTwins, SetDecommissioned)
)  # fmt: skip
_LOADING = (AddModels,) * 4
POPULATION_MIN = 3
RELATIONSHIPS_MAX = 12


@st.composite
def populations(draw: st.DrawFn, registry: Registry) -> tuple[Write, ...]:
    """The writes that make a graph: some twins, then relationships, mostly between them."""
    ids = draw(st.lists(_ids, min_size=POPULATION_MIN, unique=True))
    twins = [_put_twin(draw, registry, twin_id) for twin_id in ids]
    among = st.sampled_from(ids)
    count = draw(st.integers(0, RELATIONSHIPS_MAX))
    return (*twins, *(_put_relationship(draw, among) for _ in range(count)))


@st.composite
def writes(
    draw: st.DrawFn,
    registry: Registry,
    *,
    loaded: int | None = None,
    known: tuple[Write, ...] = (),
) -> Write:
    """One write to a graph of these models, of which so many are loaded at first. It may be the loading of all that
    are not there, be it that they were removed; what it deletes is mostly a relationship that a `known` write has made.
    """
    is_all = loaded is None or loaded == len(registry)
    kind = draw(st.sampled_from(_KINDS if is_all else (*_KINDS, *_LOADING)))
    if kind in (AddModels, RemoveModels, SetDecommissioned):
        return _change_models(draw, registry, kind)
    if kind in (DeleteTwin, DeleteTwins):
        cascade = draw(st.booleans())
        if kind is DeleteTwin:
            return DeleteTwin(draw(_ids), cascade)
        return DeleteTwins(draw(queries(registry)), cascade)
    if kind in (PutTwin, PatchTwin):
        return _put_twin(draw, registry, draw(_ids)) if kind is PutTwin else _patch_twin(draw, registry)
    if kind is DeleteRelationship:
        made = [write.draft for write in known if isinstance(write, PutRelationship)]
        draft = draw(st.sampled_from((*made, None))) or _put_relationship(draw, _ids).draft
        return DeleteRelationship(draw(st.sampled_from((draft.source_id, draft.target_id))), _id_of(draft))
    return _put_relationship(draw, _ids)


def _id_of(draft: RelationshipDraft) -> str:
    """The id the contract derives: source, name, sorted keys and their values, target."""
    keyed = (str(part) for pair in sorted(draft.properties.items()) for part in pair)
    return "_".join((draft.source_id, draft.name, *keyed, draft.target_id))


def _put_twin(draw: st.DrawFn, registry: Registry, twin_id: str) -> PutTwin:
    model_id = draw(st.sampled_from(registry.ids[1:]))  # The first is that of the components.
    return PutTwin(TwinDraft(twin_id, model_id, draw(contents(registry, model_id))))


def _patch_twin(draw: st.DrawFn, registry: Registry) -> PatchTwin:
    """Some of a model's contents, put over those of a twin that is mostly not of this model."""
    model_id = draw(st.sampled_from(registry.ids[1:]))
    new = draw(contents(registry, model_id))
    operations = [Operation("", Kind.ADD, ("contents", name), value=value) for name, value in new.items()]
    if draw(st.booleans()):
        operations.append(Operation("", Kind.REPLACE, ("modelId",), value=model_id))
    return PatchTwin(draw(_ids), Patch(tuple(operations)))


def _change_models(draw: st.DrawFn, registry: Registry, kind: type[Write]) -> Write:
    if kind is AddModels:
        return AddModels(tuple(map(registry.document, registry.ids)))
    model_id = draw(st.sampled_from(registry.ids))
    if kind is SetDecommissioned:
        return SetDecommissioned(model_id, draw(st.booleans()))
    # Mostly with all that extend it: else there would be a refusal too often.
    is_whole = draw(st.integers(0, 3)) > 0
    return RemoveModels(tuple(sorted(registry.descendants(model_id))) if is_whole else (model_id,))


def _put_relationship(draw: st.DrawFn, ids: st.SearchStrategy[str]) -> PutRelationship:
    return PutRelationship(RelationshipDraft(draw(ids), draw(ids), draw(_names), draw(_properties)))
