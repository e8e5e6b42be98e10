"""The JSON texts of twins and relationships as they are stored: made, and looked into."""

import msgspec

from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.graph import Relationship, Twin
from twinhaus.instants import format_instant
from twinhaus.strictjson import JsonObject, canonical


class _Contents(msgspec.Struct):
    contents: JsonObject


class _Document(_Contents):
    id: str
    modelId: str  # noqa: N815  The contract's spelling.


_decode = msgspec.json.Decoder(_Document).decode
_decode_contents = msgspec.json.Decoder(_Contents).decode


def contents_of(document: str) -> JsonObject:
    """The contents of the twin that a document tells of."""
    return _decode_contents(document).contents


class DocumentView:
    """The twin a document tells of, as `query/evaluate.py` looks at one."""

    __slots__ = ("contents", "id", "model_id", "updated")

    def __init__(self, updated: int, document: str) -> None:
        decoded = _decode(document)
        self.id = decoded.id
        self.model_id = decoded.modelId
        self.updated = updated
        self.contents = decoded.contents


def twin_of(draft: TwinDraft, contents: JsonObject, instant: int) -> Twin:
    """The twin a draft becomes, with these contents and changed at this instant."""
    whole = {
        "id": draft.id,
        "modelId": draft.model_id,
        "lastUpdateTime": format_instant(instant),
        "contents": contents,
    }
    return Twin(draft.id, draft.model_id, instant, msgspec.json.encode(whole).decode())


def relationship_of(draft: RelationshipDraft) -> Relationship:
    """The relationship a draft becomes."""
    whole: JsonObject = {
        "id": draft.id,
        "targetId": draft.target_id,
        "sourceId": draft.source_id,
        "name": draft.name,
    }
    if draft.properties:
        whole["properties"] = draft.properties
    return Relationship(
        id=draft.id,
        source_id=draft.source_id,
        target_id=draft.target_id,
        name=draft.name,
        properties=canonical(draft.properties) if draft.properties else "",
        document=msgspec.json.encode(whole).decode(),
    )
