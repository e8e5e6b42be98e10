"""From a bearer token to a caller, remembered for a while: checking a signature costs more than answering a page."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, replace

from twinhaus.auth.issuers import Issuers
from twinhaus.auth.scopes import LOCAL_SCOPES, Caller
from twinhaus.auth.tokens import Claims, InvalidToken, KeyRing, Verified
from twinhaus.auth.trust import Trust
from twinhaus.storage.store import Client, Store

# How long a token still works in this process after another process has removed its client, or retired its key.
REMEMBERED_SECONDS = 30.0
_REMEMBERED_MAX = 1_000


@dataclass(frozen=True, slots=True)
class _Remembered:
    verified: Verified
    until: float


class Guard:
    """Knows who a token speaks for."""

    def __init__(self, store: Store, keys: KeyRing, claims: Claims, issuers: Issuers | None = None) -> None:
        self._store = store
        self._claims = claims
        self._issuers = issuers or Issuers({}, (), Trust())
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
        self._forgotten = 0
        self._keys = keys

    async def identify(self, token: str) -> Caller:
        """Raises InvalidToken, and IssuerUnavailable for a token of another issuer that cannot be asked."""
        remembered = self._remembered.get(token)
        if remembered is not None and time.monotonic() < remembered.until:
            return remembered.verified.caller
        before = self._forgotten
        issuer = self._issuers.find(token)
        verified = await (self._issuers.verify(issuer, token) if issuer else self._verify(token))
        if before == self._forgotten:  # Else what it was verified by may just have changed.
            self._remember(token, verified)
        return verified.caller

    def forget_client(self, client_id: str) -> None:
        """This client has changed: look at its tokens again."""
        self._forget(
            [token for token, one in self._remembered.items() if one.verified.caller.client_id == client_id]
        )

    def forget_key(self, key_id: str) -> None:
        """This key of ours is retired: look again at the tokens it signed."""
        self._forget([token for token, one in self._remembered.items() if one.verified.key_id == key_id])

    async def sign(self, client_id: str, scopes: tuple[str, ...], seconds: int) -> str:
        """A token, signed with the newest key there is now."""
        keys = await self.current_keys()
        return keys.sign(self._claims, client_id=client_id, scopes=scopes, seconds=seconds)

    async def current_keys(self) -> KeyRing:
        """The store's keys as they are now: another process may have added or retired one since they were read."""
        stored = await asyncio.wrap_future(self._store.read(lambda reader: reader.signing_keys()))
        if [key.id for key in stored] != self._keys.ids:
            self._keys = KeyRing(stored)
        return self._keys

    async def _verify(self, token: str) -> Verified:
        keys = await self.current_keys()
        verified = keys.verify(self._claims, token)
        client_id = verified.caller.client_id
        client = await asyncio.wrap_future(self._store.read(lambda reader: reader.find_client(client_id)))
        if client is None:
            raise InvalidToken
        return replace(verified, caller=_caller(verified.caller, client))

    def _remember(self, token: str, verified: Verified) -> None:
        seconds = min(REMEMBERED_SECONDS, verified.expires - time.time())
        self._remembered[token] = _Remembered(verified, time.monotonic() + seconds)
        if len(self._remembered) > _REMEMBERED_MAX:
            self._remembered.popitem(last=False)

    def _forget(self, tokens: list[str]) -> None:
        self._forgotten += 1
        for token in tokens:
            del self._remembered[token]


def _caller(caller: Caller, client: Client) -> Caller:
    """No more than the client may have now, whatever its token says."""
    allowed = frozenset(client.scopes) & frozenset(LOCAL_SCOPES if client.locations else client.scopes)
    return Caller(client.id, caller.scopes & allowed, client.locations)
