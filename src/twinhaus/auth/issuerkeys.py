"""The keys of another issuer: found by discovery, kept for a while, asked for again when a token names a new one."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping
from typing import ClassVar

from twinhaus.auth.keysets import VerifyingKey, read_key_set
from twinhaus.auth.webdocument import Unreachable, fetch_document, is_same_server
from twinhaus.errors import Unavailable

_LOG = logging.getLogger(__name__)
_WELL_KNOWN = "/.well-known/openid-configuration"
# How long keys go on verifying while their issuer cannot be asked whether they are still good.
OUTAGE_SECONDS_MAX = 24 * 3_600


class IssuerUnavailable(Unavailable):
    """The token's issuer cannot be asked for its keys just now. Try again shortly."""

    code = "issuer-unavailable"
    retry_after_seconds: ClassVar[int] = 10


def discover_keys(issuer: str) -> Mapping[str, VerifyingKey]:
    """What an issuer publishes now (OpenID Connect Discovery §4). Blocks. Raises Unreachable."""
    document = fetch_document(issuer.removesuffix("/") + _WELL_KNOWN)
    if document.get("issuer") != issuer:
        # Else whoever can write somewhere on that host could speak for all of it (§4.3).
        raise Unreachable(f"the document of {issuer} is of {document.get('issuer')!r}")
    url = document.get("jwks_uri")
    if not isinstance(url, str) or not is_same_server(url, issuer):
        raise Unreachable(f"the keys of {issuer} are elsewhere, at {url!r}")
    return read_key_set(fetch_document(url))


class IssuerKeys:
    """The keys of one issuer. Used on one event loop; what blocks is done on a thread."""

    def __init__(
        self,
        issuer: str,
        *,
        keys_seconds: float,
        retry_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._issuer = issuer
        self._keys_seconds = keys_seconds
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._keys: Mapping[str, VerifyingKey] = {}
        self._fetched = self._tried = -math.inf
        self._is_reached = False  # When it was asked last.
        self._fetching: asyncio.Task[None] | None = None
        self.edition = 0  # How often its keys were fetched: as long as it is the same, so are they.

    async def find(self, kid: str) -> VerifyingKey | None:
        """The key of this id; None where the issuer has none. Raises IssuerUnavailable where it cannot be asked."""
        if kid not in self._keys or not self.is_current:
            await self._refresh(is_known=kid in self._keys)
        if self._age() >= OUTAGE_SECONDS_MAX:
            self._keys = {}
        key = self._keys.get(kid)
        if key is None and not self._is_reached:
            raise IssuerUnavailable
        return key

    @property
    def is_current(self) -> bool:
        """Whether its keys are good without asking it."""
        return self._age() < self._keys_seconds

    def _age(self) -> float:
        return self._clock() - self._fetched

    async def _refresh(self, *, is_known: bool) -> None:
        """Ask the issuer, unless it was asked a moment ago: tokens that name no key of its cost nobody anything.

        While it is down, who has a token of a known key does not wait for it.
        """
        if self._fetching is None and self._clock() - self._tried >= self._retry_seconds:
            self._fetching = asyncio.create_task(self._fetch())
        if self._fetching is not None and not (is_known and not self._is_reached):
            # Several requests wait for it; one that is given up must not end it for the others.
            await asyncio.shield(self._fetching)

    async def _fetch(self) -> None:
        self._tried = self._clock()
        try:
            self._keys = await asyncio.to_thread(discover_keys, self._issuer)
            self._fetched = self._clock()
            self._is_reached = True
            self.edition += 1
        except Unreachable as error:
            self._is_reached = False
            _LOG.warning("the issuer %s cannot be asked for its keys: %s", self._issuer, error)
        finally:
            self._fetching = None
