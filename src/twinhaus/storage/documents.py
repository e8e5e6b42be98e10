"""A stored twin's text, looked into."""

import msgspec

from twinhaus.strictjson import JsonObject


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
