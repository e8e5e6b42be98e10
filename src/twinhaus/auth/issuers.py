"""Tokens of other issuers, such as Entra ID, Keycloak or Auth0: whose they are, and whether they are good here."""

import logging
from collections.abc import Mapping, Sequence

import jwt

from twinhaus.auth.issuerkeys import IssuerKeys
from twinhaus.auth.keysets import ALGORITHMS, KeySet
from twinhaus.auth.tokens import LEEWAY_SECONDS, TOKEN_TYPE, UNREADABLE, InvalidToken, Verified
from twinhaus.auth.trust import Trust, Untrusted, caller_of

_LOG = logging.getLogger(__name__)
# RFC 9068 asks for the first; most issuers write JWT, or nothing.
_TYPES = (TOKEN_TYPE, f"application/{TOKEN_TYPE}", "jwt", "")


class Issuers:
    """The issuers that a deployment trusts beside itself."""

    def __init__(self, keys: Mapping[str, IssuerKeys], audiences: Sequence[str], trust: Trust) -> None:
        self._keys = keys
        self._audiences = audiences
        self._trust = trust

    def find(self, token: str) -> str | None:
        """The trusted issuer that a token says it is of; nothing of it is verified yet."""
        if not self._keys:
            return None
        try:
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except UNREADABLE:
            return None
        return issuer if isinstance(issuer, str) and issuer in self._keys else None

    def is_current(self, key_set: KeySet) -> bool:
        """Whether this is still an issuer's key set, as far as we know without asking it."""
        keys = self._keys[key_set.issuer]
        return keys.edition == key_set.edition and keys.is_current

    async def verify(self, issuer: str, token: str) -> Verified:
        """Whom a token of this issuer speaks for.

        Raises InvalidToken, and IssuerUnavailable where the issuer cannot be asked for the token's key.
        """
        try:
            return await self._verify(issuer, token)
        except (Untrusted, *UNREADABLE) as error:
            # Whoever sets up an issuer has to learn what is wrong; whoever sends a token has not.
            _LOG.info("a token of %s is refused: %s", issuer, error)
            raise InvalidToken from error

    async def _verify(self, issuer: str, token: str) -> Verified:
        header = jwt.get_unverified_header(token)
        if str(header.get("typ") or "").lower() not in _TYPES:
            raise Untrusted("its type is not that of an access token")
        kid, algorithm = header.get("kid"), header.get("alg")
        if algorithm not in ALGORITHMS:
            raise Untrusted(f"its algorithm is none of {', '.join(ALGORITHMS)}")
        if not isinstance(kid, str):
            raise Untrusted("it does not name its key")
        key = await self._keys[issuer].find(kid)
        key_set = KeySet(issuer, self._keys[issuer].edition)
        if key is None:
            raise Untrusted("its key is not one of the issuer's")
        claims = jwt.decode(
            token,
            key.public,
            algorithms=key.algorithms,
            issuer=issuer,
            audience=self._audiences,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "aud", "exp"]},
        )
        return Verified(caller_of(self._trust, issuer, claims), float(claims["exp"]), key_set)
