"""Clients: programs that exchange an id and a secret for tokens."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from twinhaus import instants
from twinhaus.auth.scopes import LOCAL_SCOPES, SCOPES
from twinhaus.drafts import has_control_character, twin_id_faults
from twinhaus.errors import Conflict, Fault, Invalid, NotFound, PreconditionFailed, path_to
from twinhaus.storage.access import Client
from twinhaus.storage.store import Reader, Transaction

LOCATIONS_MAX = 100  # Each is looked for in every read of the client's.
CLIENTS_MAX = 1_000  # They are listed in one answer; an issuer of one's own can have any number.
SCOPES_MAX = 100  # Far more than there are: a refusal repeats those that are unknown.
NAME_LENGTH_MAX = 256
_SECRET_BYTES = 32
Condition = Callable[[Client], bool]
_ABSENT = b"\0" * hashlib.sha256().digest_size


class ClientDraft(Struct, frozen=True):
    """What a client shall be; what is None stays as it is.

    `faults` are those of its shape: they are kept here so that a refusal can name them together with the others.
    """

    name: str | None = None
    scopes: Sequence[str] | None = None
    locations: Sequence[str] | None = None
    faults: tuple[Fault, ...] = ()


class Credentials(Struct, frozen=True):
    """What a new client will be known by. A transaction may be run more than once, with the same ones then."""

    id: str
    secret: str


def make_credentials() -> Credentials:
    """An id that nobody else has, and a secret that nobody will guess."""
    return Credentials(secrets.token_hex(16), make_secret())


def add_client(
    transaction: Transaction, name: str, scopes: Sequence[str], locations: Sequence[str] = ()
) -> tuple[Client, str]:
    """A new client and its secret, which is shown this once and kept as a hash. Raises Invalid, Conflict.

    With locations, ids of twins that need not be there yet, it is restricted to what is located in them.
    """
    return create_client(transaction, ClientDraft(name, scopes, locations))


def create_client(
    transaction: Transaction, draft: ClientDraft, credentials: Credentials | None = None
) -> tuple[Client, str]:
    """As `add_client`. What a client needs and the draft lacks must be among the draft's faults."""
    known_by = credentials or make_credentials()
    blank = Client(
        id=known_by.id, name="", secret_hash=_hash(known_by.secret), scopes=(), created=instants.now()
    )
    client = _drafted(blank, draft)
    if len(transaction.clients()) >= CLIENTS_MAX:
        raise Conflict(f"There are {CLIENTS_MAX} clients already. Remove one first.")
    _insist_on_free_name(transaction, client)
    transaction.add_client(client)
    return client, known_by.secret


def edit_client(
    transaction: Transaction, client: Client, draft: ClientDraft, condition: Condition | None = None
) -> Client:
    """Give a client another name, scopes or locations; its id and secret stay.

    Raises Invalid, PreconditionFailed, Conflict.
    """
    edited = _drafted(client, draft)
    insist_on_state(client, condition)
    _insist_on_free_name(transaction, edited)
    if edited != client:
        transaction.replace_client(edited)
    return edited


def make_secret() -> str:
    """That nobody will guess."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def renew_secret(transaction: Transaction, client: Client, secret: str | None = None) -> str:
    """A new secret, shown this once, in place of the old one. Tokens the client has stay good."""
    secret = secret or make_secret()
    transaction.replace_client(replace(client, secret_hash=_hash(secret)))
    return secret


def remove_client(transaction: Transaction, name_or_id: str) -> Client:
    """Raises NotFound. Tokens it holds are good for nothing from then on, at every server of the store."""
    client = get_client_called(transaction, name_or_id)
    transaction.remove_client(client.id)
    return client


def insist_on_state(client: Client, condition: Condition | None) -> None:
    """Raise PreconditionFailed where the client is not in the state that a request asks for."""
    if condition is not None and not condition(client):
        raise PreconditionFailed(
            "The client is not in the state the request's If-Match or If-None-Match asks for; read it again and retry."
        )


def get_client(reader: Reader, client_id: str) -> Client:
    """Raises NotFound."""
    client = reader.find_client(client_id)
    if client is None:
        raise NotFound(f'There is no client "{client_id}".')
    return client


def get_client_called(reader: Reader, name_or_id: str) -> Client:
    """The client of this id, else of this name. Raises NotFound."""
    named = (client for client in reader.clients() if client.name == name_or_id)
    client = reader.find_client(name_or_id) or next(named, None)
    if client is None:
        raise NotFound(f'There is no client "{name_or_id}".')
    return client


def knows_secret(client: Client | None, secret: str) -> bool:
    """Whether this is the client's secret, in a time that tells nothing, not even whether the client exists."""
    expected = _ABSENT if client is None else client.secret_hash
    return hmac.compare_digest(expected, _hash(secret)) and client is not None


def _drafted(client: Client, draft: ClientDraft) -> Client:
    """The client as the draft has it. Raises Invalid naming every fault."""
    drafted = replace(
        client,
        name=client.name if draft.name is None else draft.name,
        scopes=client.scopes if draft.scopes is None else tuple(dict.fromkeys(draft.scopes)),
        locations=client.locations if draft.locations is None else tuple(dict.fromkeys(draft.locations)),
    )
    faults = (
        *draft.faults,
        *_faults_of_name(draft.name),
        *_faults_of_scopes(draft.scopes, drafted),
        *_faults_of_locations(draft.locations),
    )
    if faults:
        raise Invalid(*faults)
    return drafted


def _faults_of_name(name: str | None) -> Iterator[Fault]:
    if name is not None and (not 1 <= len(name) <= NAME_LENGTH_MAX or has_control_character(name)):
        yield Fault(
            "name", f"A name has 1 to {NAME_LENGTH_MAX} characters, none of them a control character."
        )


def _faults_of_scopes(given: Sequence[str] | None, drafted: Client) -> Iterator[Fault]:
    if given is not None and len(given) > SCOPES_MAX:
        yield Fault("scopes", f"At most {SCOPES_MAX} are allowed; got {len(given)}.")
        return
    unknown = [scope for scope in given or () if scope not in SCOPES]
    if unknown or (given is not None and not given):
        yield Fault(
            "scopes", f"Unknown: {', '.join(unknown) or 'none given'}. Scopes are {', '.join(SCOPES)}."
        )
    far = [scope for scope in drafted.scopes if scope in SCOPES and scope not in LOCAL_SCOPES]
    if far and drafted.locations:
        yield Fault(
            "scopes",
            f"{' and '.join(far)} would reach beyond the client's locations; "
            f"with locations it may have {', '.join(LOCAL_SCOPES)}.",
        )


def _faults_of_locations(locations: Sequence[str] | None) -> Iterator[Fault]:
    if locations is None:
        return
    if len(locations) > LOCATIONS_MAX:
        yield Fault("locations", f"A client has at most {LOCATIONS_MAX} locations; got {len(locations)}.")
    for index, location in enumerate(locations[:LOCATIONS_MAX]):
        path = path_to("locations", index)
        if not location:
            yield Fault(path, "A location is the id of a twin, and must not be empty.")
        yield from (Fault(path, fault) for fault in twin_id_faults(location))


def _insist_on_free_name(transaction: Transaction, client: Client) -> None:
    if any(other.name == client.name and other.id != client.id for other in transaction.clients()):
        raise Conflict(
            f'There is a client called "{client.name}" already. Choose another name, or give that one a new secret.'
        )


def _hash(secret: str) -> bytes:
    """Secrets are 256 random bits, so one round of SHA-256 hides them as well as a slow hash would."""
    return hashlib.sha256(secret.encode()).digest()
