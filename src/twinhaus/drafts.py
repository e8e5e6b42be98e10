"""What a client sends of a twin or a relationship, read from JSON: the shapes of `PUT /twins` and
`PUT /twins/relationships`, which an import file has too.
"""

import re
from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct, ValidationError, convert

from twinhaus.errors import Fault
from twinhaus.graph import TWIN_ID_LENGTH_MAX
from twinhaus.members import Faults, Members
from twinhaus.strictjson import Json, JsonObject

# Half a surrogate pair is no character at all; JSON that holds one is refused before, an argument of a command is not.
CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_TWIN_MEMBERS = ("id", "modelId", "lastUpdateTime", "contents")
_RELATIONSHIP_MEMBERS = ("id", "sourceId", "targetId", "name", "properties")


class TwinDraft(Struct, frozen=True):
    """A twin as it shall be; its model and contents are not checked yet.

    `faults` are those of its shape: they are kept here so that a refusal can name them together with the others.
    """

    id: str
    model_id: str
    contents: JsonObject
    faults: tuple[Fault, ...] = ()


class RelationshipDraft(Struct, frozen=True):
    """A relationship as it shall be. Its id is derived from the rest, whatever the client called it."""

    source_id: str
    target_id: str
    name: str
    properties: JsonObject
    faults: tuple[Fault, ...] = ()


def read_twin(value: Json) -> TwinDraft:
    """`lastUpdateTime` must be a time, and is the server's to set."""
    faults = Faults()
    members = Members(value, "", _TWIN_MEMBERS, faults)
    members.instant("lastUpdateTime")
    return TwinDraft(
        id=_twin_id(members, "id", faults),
        model_id=members.text("modelId", required=True),
        contents=members.free_object("contents"),
        faults=faults.found,
    )


class _WholeRelationship(Struct, rename="camel", forbid_unknown_fields=True):
    """What most send: nothing is missing, and nothing wrong, but perhaps a character of an id."""

    source_id: Annotated[str, Meta(min_length=1, max_length=TWIN_ID_LENGTH_MAX)]
    target_id: Annotated[str, Meta(min_length=1, max_length=TWIN_ID_LENGTH_MAX)]
    name: Annotated[str, Meta(min_length=1)]
    properties: JsonObject = {}
    id: str = ""


def read_relationship(value: Json) -> RelationshipDraft:
    """An `id` may be sent, and is not looked at further."""
    try:
        whole = convert(value, _WholeRelationship)
    except ValidationError:
        return _read_relationship(value)
    if CONTROL_CHARACTER.search(whole.source_id) or CONTROL_CHARACTER.search(whole.target_id):
        return _read_relationship(value)
    return RelationshipDraft(whole.source_id, whole.target_id, whole.name, whole.properties)


def _read_relationship(value: Json) -> RelationshipDraft:
    """Member by member, which takes four times as long, so that every fault is named."""
    faults = Faults()
    members = Members(value, "", _RELATIONSHIP_MEMBERS, faults)
    members.text("id")
    return RelationshipDraft(
        source_id=_twin_id(members, "sourceId", faults),
        target_id=_twin_id(members, "targetId", faults),
        name=members.text("name", required=True),
        properties=members.free_object("properties"),
        faults=faults.found,
    )


def twin_id_faults(twin_id: str) -> Iterator[str]:
    """What keeps a text from being a twin's id, apart from being empty."""
    if len(twin_id) > TWIN_ID_LENGTH_MAX:
        yield f"A twin's id has at most {TWIN_ID_LENGTH_MAX} characters; got {len(twin_id)}"
    if CONTROL_CHARACTER.search(twin_id):
        yield "A twin's id must not hold control characters"


def _twin_id(members: Members, name: str, faults: Faults) -> str:
    twin_id = members.text(name, required=True)
    for fault in twin_id_faults(twin_id):
        faults.add(members.path(name), fault)
    return twin_id
