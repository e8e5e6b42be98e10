"""From a bearer token to a caller, remembered while it is good: checking a signature costs more than answering a page.

What a token of ours allows rests on its client and on our keys, which every server of the store may change. So it is
remembered with the version that both had, and a job that runs for it compares that with its own snapshot's.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from twinhaus.auth.issuers import Issuers
from twinhaus.auth.scopes import LOCAL_SCOPES, Caller, insist_on_scope
from twinhaus.auth.tokens import Claims, InvalidToken, KeyRing, Verified, read_keys
from twinhaus.auth.trust import Trust
from twinhaus.storage.access import Client
from twinhaus.storage.store import Reader, Store

_REMEMBERED_MAX = 1_000


@dataclass(frozen=True, slots=True)  # A Struct would show the token to whoever logs it.
class Admission:
    """Whom a token speaks for, at the access version of the store where that rests on the store at all."""

    caller: Caller
    version: int | None = None
    token: str = field(default="", repr=False)


class _Remembered(Struct, frozen=True):
    admission: Admission
    verified: Verified


class Guard:
    """Knows who a token speaks for."""

    def __init__(self, store: Store, keys: KeyRing, claims: Claims, issuers: Issuers | None = None) -> None:
        self._store = store
        self._claims = claims
        self._issuers = issuers or Issuers({}, (), Trust())
        self._keys = keys
        # Jobs forget on threads of their own; each method of it that is called here is one step to all threads.
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()

    async def admit(self, token: str, scope: str) -> Admission:
        """Whom a token speaks for that allows this scope. Clients and keys may have changed since it was remembered:
        `caller_in` says who it is now.

        Raises InvalidToken, Forbidden, and IssuerUnavailable for a token of another issuer that cannot be asked.
        """
        admission = await self._recall(token)
        if scope not in admission.caller.scopes:
            # Nobody is refused for what their client may have been given since.
            self._remembered.pop(token, None)
            admission = await self._recall(token)
            insist_on_scope(admission.caller, scope)
        return admission

    async def _recall(self, token: str) -> Admission:
        remembered = self._remembered.get(token)
        if remembered is not None and self._is_good(remembered.verified):
            return remembered.admission
        issuer = self._issuers.find(token)
        if issuer is not None:
            verified, version = await self._issuers.verify(issuer, token), None
        else:
            verified, self._keys = await asyncio.wrap_future(
                self._store.read(lambda reader: self._verify(token, reader))
            )
            version = self._keys.version
        admission = Admission(verified.caller, version, token)
        self._remember(_Remembered(admission, verified))
        return admission

    def caller_in(self, reader: Reader, admission: Admission) -> Caller:
        """The caller as it is in this snapshot: the one that was let in, unless clients or keys have changed since.

        Raises InvalidToken. For the thread of a job.
        """
        if admission.version is None or admission.version == reader.access_version():
            return admission.caller
        # What is found here is not remembered: the snapshot may be a transaction's, and be undone.
        self._remembered.pop(admission.token, None)
        verified, _ = self._verify(admission.token, reader)
        return verified.caller

    async def sign(self, client_id: str, scopes: tuple[str, ...], seconds: int) -> str:
        """A token, signed with the newest key there is now."""
        keys = await self.current_keys()
        return keys.sign(self._claims, client_id=client_id, scopes=scopes, seconds=seconds)

    async def current_keys(self) -> KeyRing:
        """The store's keys as they are now; they are read where another process, or this one, has changed any."""
        self._keys = await self._store.read_briefly(self._read_keys)
        return self._keys

    def _read_keys(self, reader: Reader) -> KeyRing:
        return read_keys(reader, self._keys)

    def _verify(self, token: str, reader: Reader) -> tuple[Verified, KeyRing]:
        """Whom a token of ours speaks for in this snapshot, and the keys there. Raises InvalidToken."""
        keys = self._read_keys(reader)
        verified = keys.verify(self._claims, token)
        client = reader.find_client(verified.caller.client_id)
        if client is None:
            raise InvalidToken
        return replace(verified, caller=_caller(verified.caller, client)), keys

    def _is_good(self, verified: Verified) -> bool:
        if time.time() >= verified.expires:
            return False
        return verified.key_set is None or self._issuers.is_current(verified.key_set)

    def _remember(self, remembered: _Remembered) -> None:
        token = remembered.admission.token
        self._remembered[token] = remembered
        self._remembered.move_to_end(token)
        if len(self._remembered) > _REMEMBERED_MAX:
            self._remembered.popitem(last=False)


def _caller(caller: Caller, client: Client) -> Caller:
    """No more than the client may have now, whatever its token says."""
    allowed = frozenset(client.scopes) & frozenset(LOCAL_SCOPES if client.locations else client.scopes)
    return Caller(client.id, caller.scopes & allowed, client.locations)
