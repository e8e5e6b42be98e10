"""What a translator makes goes into a store, as a file of lines does: checked, put in batches, each outcome told."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import NoReturn

import msgspec
from msgspec import Struct

from twinhaus import changes
from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.graph import Change
from twinhaus.query.plan import Include
from twinhaus.storage.documents import contents_of
from twinhaus.storage.store import Reader, Store, Transaction
from twinhaus.strictjson import JsonObject
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS, Kind, Reading, put_all, reading_of
from twinhaus.transfer.importer import Progress, import_readings
from twinhaus.transfer.outcomes import Outcome
from twinhaus.transfer.translation.correspondence import Correspondence, value_at
from twinhaus.transfer.translation.ids import assign, candidates
from twinhaus.transfer.translation.reading import Translated, Translator

_LOOKED_UP_AT_ONCE = 500
_Ends = tuple[str, str, str]  # Source, name and target.


class Translation(Struct, frozen=True):
    """All drafts. `known` are relationships that are there already, with properties; they stay as they are."""

    twins: list[Translated[TwinDraft]]
    relationships: list[Translated[RelationshipDraft]]
    definitions: int  # Nodes that say what words mean.
    known: frozenset[_Ends]


def translate(store: Store, translator: Translator) -> Translation:
    """Make all drafts. A twin that is there already keeps its id. Raises Unavailable."""
    namespace = translator.namespace
    asked = dict.fromkeys(one for iri in translator.things for one in candidates(iri, namespace))
    held: dict[str, str | None] = {}
    known: set[_Ends] = set()
    remaining = iter(asked)
    while some := list(islice(remaining, _LOOKED_UP_AT_ONCE)):
        for document in store.read(partial(_documents, ids=some)).result().values():
            twin = msgspec.json.decode(document)
            held[twin["id"]] = _iri(twin, translator.correspondence)
            known.update(_with_properties(twin))
    ids = assign(translator.things, namespace, held)
    twins = list(translator.twins(ids))
    relationships = list(translator.relationships(ids))
    translator.note_rest()
    return Translation(twins, relationships, len(translator.definitions), frozenset(known))


def _documents(reader: Reader, ids: Sequence[str]) -> dict[str, str]:
    return reader.find_documents(ids, Include(outgoing=True))


def _iri(twin: JsonObject, correspondence: Correspondence) -> str | None:
    place = correspondence.table.iri_place
    is_known = twin["modelId"] in correspondence.registry
    if is_known and correspondence.spot((place,), twin["modelId"]) is None:
        return None
    found = value_at(twin["contents"], place)
    return found if isinstance(found, str) else ""


def _with_properties(twin: JsonObject) -> Iterator[_Ends]:
    for one in twin.get("outgoingRelationships", ()):
        if one.get("properties"):
            yield one["sourceId"], one["name"], one["targetId"]


def import_twins(store: Store, translation: Translation) -> Iterator[Progress]:
    """Put the twins, yielding after each batch that is durable. Raises Unavailable."""
    return import_readings(store, _batches(twin_readings(translation), TWINS))


def import_relationships(store: Store, translation: Translation) -> Iterator[Progress]:
    """Put the relationships, yielding after each batch that is durable. Raises Unavailable."""
    return import_readings(store, _batches(relationship_readings(translation), RELATIONSHIPS))


def _batches(readings: Iterable[Reading], kind: Kind) -> Iterator[tuple[int, list[Reading]]]:
    remaining = iter(readings)
    while batch := list(islice(remaining, kind.batch_lines)):
        yield len(batch), batch


def twin_readings(translation: Translation) -> Iterator[Reading]:
    """What is to be done for each twin; an outcome's line is its place in the translation, from 1."""
    for line, translated in enumerate(translation.twins, 1):
        yield reading_of(line, translated.draft, TWINS, _ensure_twin)


def _ensure_twin(transaction: Transaction, draft: TwinDraft) -> Change:
    return changes.ensure_twin(transaction, _merged(transaction, draft))


def _merged(transaction: Transaction, draft: TwinDraft) -> TwinDraft:
    """The draft, and beside it what a twin that is there has already and the draft says nothing of."""
    current = transaction.find_twin(draft.id)
    if current is None or draft.model_id not in transaction.registry:
        return draft
    declared = transaction.registry.contents(draft.model_id)
    kept = {name: value for name, value in contents_of(current.document).items() if name in declared}
    return TwinDraft(draft.id, draft.model_id, _laid_over(kept, draft.contents), draft.faults)


def _laid_over(below: JsonObject, above: JsonObject) -> JsonObject:
    merged = dict(below)
    for key, value in above.items():
        inner = merged.get(key)
        is_object = isinstance(value, dict) and isinstance(inner, dict)
        merged[key] = _laid_over(inner, value) if is_object else value  # type: ignore[arg-type]
    return merged


def relationship_readings(translation: Translation) -> Iterator[Reading]:
    """The same for each relationship."""
    for line, translated in enumerate(translation.relationships, 1):
        draft = translated.draft
        is_known = (draft.source_id, draft.name, draft.target_id) in translation.known
        put = _leave_as_it_is if is_known else changes.ensure_relationship
        yield reading_of(line, draft, RELATIONSHIPS, put)


def _leave_as_it_is(transaction: Transaction, draft: RelationshipDraft) -> Change:
    return Change.UNCHANGED


class _Undone(Exception):
    """All was put, and is undone again."""

    def __init__(self, twins: list[Outcome], relationships: list[Outcome]) -> None:
        super().__init__()
        self.outcomes = (twins, relationships)


def rehearse(store: Store, translation: Translation) -> tuple[list[Outcome], list[Outcome]]:
    """What would become of all twins and all relationships; nothing is left of it. Raises Unavailable."""

    def put_and_undo(transaction: Transaction) -> NoReturn:
        twins, relationships = (
            [outcome for _, batch in batches for outcome in put_all(transaction, batch)]
            for batches in (
                _batches(twin_readings(translation), TWINS),
                _batches(relationship_readings(translation), RELATIONSHIPS),
            )
        )
        raise _Undone(twins, relationships)

    try:
        store.write(put_and_undo).result()
    except _Undone as undone:
        return undone.outcomes
    raise AssertionError("It ends by what it raises.")
