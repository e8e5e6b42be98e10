"""Stores and real servers for the tests that speak HTTP."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from twinhaus import changes, ontology
from twinhaus.auth import clients
from twinhaus.auth.scopes import SCOPES
from twinhaus.drafts import read_relationship, read_twin
from twinhaus.engines import open_store
from twinhaus.settings import Settings
from twinhaus.storage.store import Store
from twinhaus.strictjson import JsonObject
from twinhaus.testing.server import running_server

TIMEOUT_SECONDS = 30
FORM = {"grant_type": "client_credentials"}
LEVEL = "dtmi:com:willowinc:Level;1"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client proves itself with."""

    client_id: str
    client_secret: str


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs on a store, and a client with every scope."""

    url: str
    store: str
    credentials: Credentials
    http: httpx.Client


@contextmanager
def opened(store: str | Path, instance: str = "") -> Iterator[Store]:
    """The store of a path or URL, or an instance of it, as another process would open it: a server may run on it."""
    direct = open_store(Settings(store=str(store), instance=instance))
    try:
        yield direct
    finally:
        direct.close()


def make_store(
    store: str | Path,
    *,
    models: Iterable[str] = (),
    twins: Iterable[JsonObject] = (),
    relationships: Iterable[JsonObject] = (),
) -> None:
    """A new store with the starter models and more, and a portfolio in the shapes of the contract."""
    with opened(store) as direct:
        documents = (*ontology.documents(), *models)
        direct.write(lambda transaction: changes.add_models(transaction, documents)).result()
        for twin in twins:
            put_twin(direct, twin)
        for relationship in relationships:
            put_relationship(direct, relationship)


def put_twin(store: Store, twin: JsonObject) -> None:
    """Put a twin past the server."""
    draft = read_twin(twin)
    store.write(lambda transaction: changes.put_twin(transaction, draft)).result()


def put_relationship(store: Store, relationship: JsonObject) -> None:
    """Put a relationship past the server."""
    draft = read_relationship(relationship)
    store.write(lambda transaction: changes.put_relationship(transaction, draft)).result()


def add_client(store: str | Path, name: str, *scopes: str, locations: Sequence[str] = ()) -> Credentials:
    """A new client of a store, through a process of its own."""
    with opened(store) as direct:
        client, secret = direct.write(
            lambda transaction: clients.add_client(transaction, name, scopes, locations)
        ).result()
    return Credentials(client.id, secret)


def get_token(url: str, credentials: Credentials, *, scope: str = "") -> str:
    """An access token, as any client gets one."""
    form = {
        **FORM,
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "scope": scope,
    }
    answer = httpx.post(f"{url}/oauth2/token", data=form, timeout=TIMEOUT_SECONDS)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


@contextmanager
def client(url: str, token: str | None = None) -> Iterator[httpx.Client]:
    """A client of a server, with a token or without."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_SECONDS) as http:
        yield http


@contextmanager
def serving(store: str | Path, *options: str, **settings: str) -> Iterator[Served]:
    """A server on a store, for the length of a block."""
    name = f"tests-{len(list_clients(store))}"
    credentials = add_client(store, name, *SCOPES)
    with (
        running_server(store, *options, **settings) as server,
        client(server.url, get_token(server.url, credentials)) as http,
    ):
        yield Served(server.url, str(store), credentials, http)


def list_clients(store: str | Path) -> list[str]:
    """The names of a store's clients."""
    with opened(store) as direct:
        return [one.name for one in direct.read(lambda reader: reader.clients()).result()]
