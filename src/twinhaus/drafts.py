"""What a client sends of a twin or a relationship, read from JSON: the shapes of `PUT /twins` and
`PUT /twins/relationships`, which an import file has too.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated

from msgspec import Meta, Struct, ValidationError, convert

from twinhaus.errors import Fault
from twinhaus.graph import TWIN_ID_LENGTH_MAX
from twinhaus.members import Faults, Members
from twinhaus.strictjson import Json, JsonObject, canonical

# Half a surrogate pair is no character at all; JSON that holds one is refused before, an argument of a command is not.
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
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


class RelationshipDraft(Struct, frozen=True, dict=True):
    """A relationship as it shall be."""

    source_id: str
    target_id: str
    name: str
    properties: JsonObject
    faults: tuple[Fault, ...] = ()

    @cached_property
    def id(self) -> str:
        """Source, name, the properties' sorted keys and values, target, joined by underscores, whatever the client
        called it; "" where one of the three is missing.
        """
        if not (self.source_id and self.name and self.target_id):
            return ""
        keyed = [part for key in sorted(self.properties) for part in (key, _in_id(self.properties[key]))]
        return "_".join((self.source_id, self.name, *keyed, self.target_id))


def _in_id(value: Json) -> str:
    return value if isinstance(value, str) else canonical(value)


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
    if has_control_character(whole.source_id + whole.target_id):
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


def has_control_character(text: str) -> bool:
    """Whether one is among its characters."""
    # No printable text has one, as almost all are, and that is found out in no time.
    return not text.isprintable() and _CONTROL_CHARACTER.search(text) is not None


def twin_id_faults(twin_id: str) -> Iterator[str]:
    """What keeps a text from being a twin's id, apart from being empty."""
    if len(twin_id) > TWIN_ID_LENGTH_MAX:
        yield f"A twin's id has at most {TWIN_ID_LENGTH_MAX} characters; got {len(twin_id)}"
    if has_control_character(twin_id):
        yield "A twin's id must not hold control characters"


def _twin_id(members: Members, name: str, faults: Faults) -> str:
    twin_id = members.text(name, required=True)
    for fault in twin_id_faults(twin_id):
        faults.add(members.path(name), fault)
    return twin_id
