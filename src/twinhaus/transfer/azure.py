"""Lines as Azure Digital Twins has them: as its queries answer, and as its files for bulk imports hold them.

What is the system's begins with a dollar sign, and all else is contents. One file may hold models, twins and
relationships, under lines that name sections; whoever reads one kind passes over the others.
"""

from msgspec.structs import replace

from twinhaus.drafts import RelationshipDraft, TwinDraft, read_relationship, read_twin
from twinhaus.errors import Fault, Invalid
from twinhaus.strictjson import Json, JsonObject
from twinhaus.transfer.formats import RELATIONSHIPS, TWINS

_OF_RELATIONSHIPS = ("$relationshipId", "$relationshipName", "$targetId")
_OF_NEITHER = ("Section", "fileVersion", "@id")  # Sections, the header's line, and models.


def _read_twin(value: Json) -> TwinDraft | None:
    found = _object(value)
    if _is_relationship(found) or "$dtId" not in found:
        return None
    metadata = found.get("$metadata")
    model_id = metadata.get("$model") if isinstance(metadata, dict) else None
    return read_twin({"id": found["$dtId"], "modelId": model_id, "contents": _own(found)})


def _read_relationship(value: Json) -> RelationshipDraft | None:
    found = _object(value)
    if not _is_relationship(found):
        return None
    return read_relationship(
        {
            "sourceId": found.get("$sourceId", found.get("$dtId")),  # The latter in files for bulk imports.
            "name": found.get("$relationshipName"),
            "targetId": found.get("$targetId"),
            "properties": _own(found),
        }
    )


AZURE_TWINS = replace(TWINS, read=_read_twin)
AZURE_RELATIONSHIPS = replace(RELATIONSHIPS, read=_read_relationship)


def _object(value: Json) -> JsonObject:
    """Raises Invalid for what none of these files hold."""
    if isinstance(value, dict) and any(key in value for key in ("$dtId", *_OF_RELATIONSHIPS, *_OF_NEITHER)):
        return value
    raise Invalid(Fault("$", "Expected a twin, a relationship or a model of Azure Digital Twins"))


def _is_relationship(found: JsonObject) -> bool:
    return any(key in found for key in _OF_RELATIONSHIPS)


def _own(found: JsonObject) -> JsonObject:
    return {key: value for key, value in found.items() if not key.startswith("$")}
