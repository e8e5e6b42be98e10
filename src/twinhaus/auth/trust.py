"""What the claims of another issuer's token allow here. Its signature, audience and times are checked before."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from twinhaus.auth.clients import LOCATIONS_MAX
from twinhaus.auth.scopes import LOCAL_SCOPES, SCOPES, Caller
from twinhaus.drafts import twin_id_faults
from twinhaus.strictjson import Json

# Claims that an ID token has and an access token has not (OpenID Connect Core §2, §3.3.2.11, Back-Channel Logout §2.4).
_OF_OTHER_TOKENS = ("nonce", "at_hash", "c_hash", "s_hash", "events")
# `sub` is who the token is about; some issuers leave it out where that is a program.
_SUBJECTS = ("sub", "client_id", "azp")
_SUBJECT_LENGTH_MAX = 255  # OpenID Connect Core §2.


class Untrusted(Exception):
    """A token is not one that may be used here; the text says why, for the log."""


class Trust(Struct, frozen=True):
    """How the tokens of other issuers are read: which claims carry scopes and locations."""

    scope_claims: tuple[str, ...] = ("scope", "scp", "roles")
    scope_prefix: str = ""
    locations_claim: str = "locations"
    require_locations: bool = False


def caller_of(trust: Trust, issuer: str, claims: Mapping[str, Json]) -> Caller:
    """The caller a token speaks for, named after its issuer. Raises Untrusted."""
    for name in _OF_OTHER_TOKENS:
        if name in claims:
            raise Untrusted(f"it has the claim {name}, so it is no access token")
    scopes = frozenset(_scopes(trust, claims)) & frozenset(SCOPES)
    locations = _locations(trust, claims)
    if locations:
        scopes &= frozenset(LOCAL_SCOPES)
    # An issuer has no fragment, so nobody can choose a subject that makes them someone of another issuer.
    return Caller(f"{issuer}#{_subject(claims)}", scopes, locations)


def _scopes(trust: Trust, claims: Mapping[str, Json]) -> Iterator[str]:
    for name in trust.scope_claims:
        value = claims.get(name)
        texts = value.split() if isinstance(value, str) else value
        for text in texts if isinstance(texts, list) else []:
            if isinstance(text, str):
                yield text.removeprefix(trust.scope_prefix)


def _locations(trust: Trust, claims: Mapping[str, Json]) -> tuple[str, ...]:
    """Without the claim a caller may go everywhere; a claim that cannot be read must never mean that."""
    if trust.locations_claim not in claims:
        if trust.require_locations:
            raise Untrusted(f"it lacks the claim {trust.locations_claim}")
        return ()
    value = claims[trust.locations_claim]
    if not isinstance(value, list) or not 1 <= len(value) <= LOCATIONS_MAX:
        raise Untrusted(f"its claim {trust.locations_claim} is not an array of 1 to {LOCATIONS_MAX} texts")
    found = []
    for text in value:
        if not isinstance(text, str) or not text or any(twin_id_faults(text)):
            raise Untrusted(f"its claim {trust.locations_claim} holds what is no twin's id")
        found.append(text)
    return tuple(dict.fromkeys(found))


def _subject(claims: Mapping[str, Json]) -> str:
    for name in _SUBJECTS:
        value = claims.get(name)
        if value is not None:
            break
    else:
        raise Untrusted(f"it has none of the claims {', '.join(_SUBJECTS)}")
    if not isinstance(value, str) or not 1 <= len(value) <= _SUBJECT_LENGTH_MAX or not value.isprintable():
        raise Untrusted(f"its claim {name} is not a text of 1 to {_SUBJECT_LENGTH_MAX} characters")
    return value
