"""Clients: programs that exchange an id and a secret for tokens."""

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence

from twinhaus import instants
from twinhaus.auth.scopes import LOCAL_SCOPES, SCOPES
from twinhaus.drafts import twin_id_faults
from twinhaus.errors import Conflict, Fault, Invalid, NotFound, path_to
from twinhaus.storage.store import Client, Transaction

LOCATIONS_MAX = 100  # Each is looked for in every read of the client's.
_SECRET_BYTES = 32
_ABSENT = b"\0" * hashlib.sha256().digest_size


def add_client(
    transaction: Transaction, name: str, scopes: Sequence[str], locations: Sequence[str] = ()
) -> tuple[Client, str]:
    """A new client and its secret, which is shown this once and kept as a hash. Raises Invalid, Conflict.

    With locations, ids of twins that need not be there yet, it is restricted to what is located in them.
    """
    faults = tuple(_faults(scopes, locations))
    if faults:
        raise Invalid(*faults)
    if any(client.name == name for client in transaction.clients()):
        raise Conflict(f'There is a client called "{name}" already. Remove it first, or choose another name.')
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    client = Client(
        id=secrets.token_hex(16),
        name=name,
        secret_hash=_hash(secret),
        scopes=tuple(dict.fromkeys(scopes)),
        created=instants.now(),
        locations=tuple(dict.fromkeys(locations)),
    )
    transaction.add_client(client)
    return client, secret


def remove_client(transaction: Transaction, name_or_id: str) -> Client:
    """Raises NotFound. Tokens it holds stop working within the time verified tokens are remembered."""
    for client in transaction.clients():
        if name_or_id in (client.name, client.id):
            transaction.remove_client(client.id)
            return client
    raise NotFound(f'There is no client "{name_or_id}".')


def knows_secret(client: Client | None, secret: str) -> bool:
    """Whether this is the client's secret, in a time that tells nothing, not even whether the client exists."""
    expected = _ABSENT if client is None else client.secret_hash
    return hmac.compare_digest(expected, _hash(secret)) and client is not None


def _faults(scopes: Sequence[str], locations: Sequence[str]) -> Iterator[Fault]:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        yield Fault(
            "scopes", f"Unknown: {', '.join(unknown) or 'none given'}. Scopes are {', '.join(SCOPES)}."
        )
    far = [scope for scope in scopes if scope in SCOPES and scope not in LOCAL_SCOPES]
    if far and locations:
        yield Fault(
            "scopes",
            f"{' and '.join(far)} would reach beyond the client's locations; "
            f"with locations it may have {', '.join(LOCAL_SCOPES)}.",
        )
    if len(locations) > LOCATIONS_MAX:
        yield Fault("locations", f"A client has at most {LOCATIONS_MAX} locations; got {len(locations)}.")
    for index, location in enumerate(locations[:LOCATIONS_MAX]):
        path = path_to("locations", index)
        if not location:
            yield Fault(path, "A location is the id of a twin, and must not be empty.")
        yield from (Fault(path, fault) for fault in twin_id_faults(location))


def _hash(secret: str) -> bytes:
    """Secrets are 256 random bits, so one round of SHA-256 hides them as well as a slow hash would."""
    return hashlib.sha256(secret.encode()).digest()
