"""The nouns: twins, relationships, and what holds what."""

from enum import StrEnum

from msgspec import Struct

TWIN_ID_LENGTH_MAX = 256
# Of its whole text. Patches add to a twin as often as they like, but a restore must be able to read it: even at four
# bytes a character it is a line of less than 64 MiB.
TWIN_CHARACTERS_MAX = 16_000_000
METADATA = "$metadata"  # A component's own: no content of the user's, and another with each of its changes.

# From part to whole: following these leads from a twin to every place it is in (contract/README.md, location filter).
CONTAINMENT_RELATIONSHIPS = (
    "isPartOf",
    "locatedIn",
    "includedIn",
    "hostedBy",
    "isCapabilityOf",
    "isDocumentOf",
    "isParameterOf",
)


class Direction(StrEnum):
    """Seen from a twin: it is the target of an incoming relationship, the source of an outgoing one."""

    INCOMING = "Incoming"
    OUTGOING = "Outgoing"
    EITHER = "IncomingOrOutgoing"


class Change(StrEnum):
    """What became of the graph by something that was to be there."""

    CREATED = "created"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


class Twin(Struct, frozen=True, gc=False):
    """A stored twin. `document` is its whole JSON text as answers carry it; `updated` is its last change in ticks."""

    id: str
    model_id: str
    updated: int
    document: str


class Relationship(Struct, frozen=True, gc=False):
    """A stored relationship. `properties` is canonical JSON text (sorted keys), empty when there are none."""

    id: str
    source_id: str
    target_id: str
    name: str
    properties: str
    document: str
