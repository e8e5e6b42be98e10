"""The JSON texts of twins and relationships as they are stored: made, and looked into."""

import msgspec

from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.graph import Relationship, Twin
from twinhaus.instants import format_instant
from twinhaus.strictjson import Json, JsonObject


class _Document(msgspec.Struct):
    id: str
    modelId: str  # noqa: N815  The contract's spelling.
    contents: JsonObject


_decode = msgspec.json.Decoder(_Document).decode


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


def id_of_relationship(draft: RelationshipDraft) -> str:
    """Source, name, the properties' sorted keys and values, target, joined by underscores."""
    keyed = [part for key in sorted(draft.properties) for part in (key, _value_in_id(draft.properties[key]))]
    return "_".join((draft.source_id, draft.name, *keyed, draft.target_id))


def relationship_of(draft: RelationshipDraft) -> Relationship:
    """With its derived id."""
    relationship_id = id_of_relationship(draft)
    whole: JsonObject = {
        "id": relationship_id,
        "targetId": draft.target_id,
        "sourceId": draft.source_id,
        "name": draft.name,
    }
    if draft.properties:
        whole["properties"] = draft.properties
    return Relationship(
        id=relationship_id,
        source_id=draft.source_id,
        target_id=draft.target_id,
        name=draft.name,
        properties=canonical(draft.properties) if draft.properties else "",
        document=msgspec.json.encode(whole).decode(),
    )


def canonical(value: Json) -> str:
    """One text for each JSON value: compact, its keys sorted."""
    return msgspec.json.encode(value, order="sorted").decode()


def _value_in_id(value: Json) -> str:
    return value if isinstance(value, str) else canonical(value)
