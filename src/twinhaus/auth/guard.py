"""From a bearer token to a caller, remembered for a while: checking a signature costs more than answering a page."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass

from twinhaus.auth.scopes import Caller
from twinhaus.auth.tokens import Claims, InvalidToken, KeyRing, UnknownKey
from twinhaus.storage.store import Store

REMEMBERED_SECONDS = 30.0  # How long a removed client's token can still work.
_REMEMBERED_MAX = 1_000


@dataclass(frozen=True, slots=True)
class _Remembered:
    caller: Caller
    until: float


class Guard:
    """Knows who a token speaks for."""

    def __init__(self, store: Store, keys: KeyRing, claims: Claims) -> None:
        self._store = store
        self._claims = claims
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()
        self._keys = keys

    async def identify(self, token: str) -> Caller:
        """Raises InvalidToken."""
        remembered = self._remembered.get(token)
        if remembered is not None and time.monotonic() < remembered.until:
            return remembered.caller
        caller, expires = await self._verify(token)
        seconds = min(REMEMBERED_SECONDS, expires - time.time())
        self._remembered[token] = _Remembered(caller, time.monotonic() + seconds)
        if len(self._remembered) > _REMEMBERED_MAX:
            self._remembered.popitem(last=False)
        return caller

    async def sign(self, client_id: str, scopes: tuple[str, ...], seconds: int) -> str:
        """A token, signed with the newest key there is now."""
        keys = await self.current_keys()
        return keys.sign(self._claims, client_id=client_id, scopes=scopes, seconds=seconds)

    async def current_keys(self) -> KeyRing:
        """The store's keys as they are now: another process may have added one since they were read."""
        stored = await asyncio.wrap_future(self._store.read(lambda reader: reader.signing_keys()))
        if [key.id for key in stored] != self._keys.ids:
            self._keys = KeyRing(stored)
        return self._keys

    async def _verify(self, token: str) -> tuple[Caller, float]:
        try:
            caller, expires = self._keys.verify(self._claims, token)
        except UnknownKey:
            keys = await self.current_keys()
            caller, expires = keys.verify(self._claims, token)
        client = await asyncio.wrap_future(
            self._store.read(lambda reader: reader.find_client(caller.client_id))
        )
        if client is None:
            raise InvalidToken
        return Caller(client.id, caller.scopes & frozenset(client.scopes), client.locations), expires
