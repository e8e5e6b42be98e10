"""The audit trail's nouns: who changed what, when. An entry says that something changed, and not what is in it."""

from enum import StrEnum

from msgspec import Struct


class Author(Struct, frozen=True):
    """Whom a write is done for: a client, by its id, and the request it sent; "" where it was none."""

    client_id: str
    request_id: str = ""


ITSELF = Author("twinhaus")  # What no one asked for: a store's first signing key, say.


class Kind(StrEnum):
    """What was changed."""

    TWIN = "twin"
    RELATIONSHIP = "relationship"
    MODEL = "model"
    CLIENT = "client"
    SIGNING_KEY = "signing-key"


class Action(StrEnum):
    """What happened to it."""

    CREATED = "created"
    REPLACED = "replaced"
    DELETED = "deleted"
    DECOMMISSIONED = "decommissioned"
    RESTORED = "restored"  # A model that was decommissioned, and takes new twins again.


class Entry(Struct, frozen=True):
    """One change. `instant`, in ticks, is no other entry's of the store, and later than that of every earlier one."""

    instant: int
    author: Author
    action: Action
    kind: Kind
    id: str
