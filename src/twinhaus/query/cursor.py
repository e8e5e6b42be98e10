"""Pages and continuation tokens.

Pages follow the number a twin is given once, when it is created, and keeps: whatever is written meanwhile, a twin that
matches throughout stands at one place of the order and so comes exactly once. So do a twin's relationships by their
ranks. Pages of the audit trail go back from the newest entry by their instants; whatever is written meanwhile is newer
than all of them.
"""

import base64
import binascii
import hashlib
import zlib
from functools import lru_cache
from typing import TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from msgspec import Struct

from twinhaus.errors import Fault, Invalid
from twinhaus.graph import Direction
from twinhaus.query.audit import AuditQuery
from twinhaus.query.plan import PAGE_SIZE_DEFAULT, Include, Query

VERSION = 1  # Raised when what a token carries changes; the tokens of older versions stay readable.
# Most tokens are short; compressing them would take longer than sending them.
_COMPRESSED_ABOVE_BYTES = 1_000
TOKEN_LENGTH_MAX = 1_000_000
_REMEMBERED_MAX = 512
_PLAIN_BYTES_MAX = 4_000_000  # A token is small; one that unpacks to more was not made by us.


class Traversal(Struct, frozen=True):
    """A list under way: what is asked, and after which twin's number the next page starts."""

    query: Query = Query()
    include: Include = Include()
    page_size: int = PAGE_SIZE_DEFAULT
    after: int = 0
    version: int = VERSION


class AuditTraversal(Struct, frozen=True):
    """A walk back through the audit trail: what is asked, and before which entry's instant the next page starts."""

    query: AuditQuery = AuditQuery()
    page_size: int = PAGE_SIZE_DEFAULT
    before: int | None = None
    version: int = VERSION

    @property
    def rest(self) -> AuditQuery:
        """What is asked of the entries that are still to come."""
        if self.before is None:
            return self.query
        ends = [end for end in (self.query.before, self.before) if end is not None]
        return msgspec.structs.replace(self.query, before=min(ends))


class RelationshipRank(Struct, frozen=True):
    """Where a relationship stands among those of a twin: by its name, then by the number of the twin at its other end,
    then by its own. None of these ever changes. The default is before all.
    """

    name: str = ""
    other: int = 0
    number: int = 0


class RelationshipTraversal(Struct, frozen=True):
    """A walk along a twin's relationships in one direction, and after which of them the next page starts."""

    twin_id: str
    direction: Direction
    page_size: int = PAGE_SIZE_DEFAULT
    after: RelationshipRank = RelationshipRank()
    version: int = VERSION


class RelationshipPage(Struct, frozen=True):
    """Some relationships of a twin: their JSON texts, the last one's rank, and whether more follow."""

    documents: tuple[str, ...]
    last: RelationshipRank
    more: bool


AnyTraversal = TypeVar("AnyTraversal", Traversal, AuditTraversal, RelationshipTraversal)
# What a token is made for, so that one of one list is none of another.
_PURPOSES: dict[type[Struct], bytes] = {
    Traversal: b"continuation",
    AuditTraversal: b"audit",
    RelationshipTraversal: b"relationships",
}


class BadToken(Invalid):
    """The continuation token was not made by this store."""

    code = "bad-continuation-token"

    def __init__(self) -> None:
        super().__init__(
            Fault(
                "continuationToken",
                "Not a token of this store. Send the last answer's token, whole and unchanged.",
            )
        )


def write_token(traversal: Traversal | AuditTraversal | RelationshipTraversal, key: bytes) -> str:
    """An opaque text that carries the traversal, sealed so that no one else can make, change or read one: where a list
    stands would tell how much there is besides it.
    """
    plain = msgspec.json.encode(traversal)
    if len(plain) > _COMPRESSED_ABOVE_BYTES:
        plain = zlib.compress(plain)
    return _sealed(plain, _PURPOSES[type(traversal)], key)


def read_token(token: str, key: bytes) -> Traversal:
    """The traversal a token carries. Raises BadToken."""
    return _read(token, key, Traversal)


def read_audit_token(token: str, key: bytes) -> AuditTraversal:
    """The walk through the audit trail that a token carries. Raises BadToken."""
    return _read(token, key, AuditTraversal)


def read_relationship_token(token: str, key: bytes) -> RelationshipTraversal:
    """The walk along a twin's relationships that a token carries. Raises BadToken."""
    return _read(token, key, RelationshipTraversal)


def _read(token: str, key: bytes, kind: type[AnyTraversal]) -> AnyTraversal:
    try:
        packed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        plain = _seal(key).decrypt(packed, [_PURPOSES[kind]])
    except (ValueError, binascii.Error, InvalidTag) as error:
        raise BadToken from error
    # The last character may have bits to spare; a token has one spelling only.
    if _to_text(packed) != token:
        raise BadToken
    try:
        if not plain.startswith(b"{"):
            plain = zlib.decompressobj().decompress(plain, _PLAIN_BYTES_MAX)
        traversal = msgspec.json.decode(plain, type=kind)
    except (zlib.error, msgspec.MsgspecError) as error:
        raise BadToken from error
    if traversal.version > VERSION:
        raise BadToken
    return traversal


@lru_cache(_REMEMBERED_MAX)
def _sealed(plain: bytes, purpose: bytes, key: bytes) -> str:
    """The same text for the same plain one. Applications ask for the same pages again and again."""
    return _to_text(_seal(key).encrypt(plain, [purpose]))


def _to_text(packed: bytes) -> str:
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


@lru_cache(maxsize=8)
def _seal(key: bytes) -> AESSIV:
    """AES-SIV (RFC 5297) seals without a random part: the same traversal is the same token, and no nonce can repeat."""
    return AESSIV(hashlib.blake2b(key, digest_size=64, person=b"continuation").digest())
