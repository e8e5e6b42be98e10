"""Two applications on two stores under one clock: one with a whole graph, the other with only what a client that is
restricted to locations may see of it. The same client asks both.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

import httpx
from tests.permissions.requests import Sent
from tests.properties.disks import Disk
from tests.properties.ledger import Ledger
from tests.properties.stores import Stores, stores
from tests.properties.stories import Story

from twinhaus.api.deployments import Deployments
from twinhaus.api.envelope import Envelope
from twinhaus.api.routes import router
from twinhaus.app import deploy
from twinhaus.auth.scopes import TWINS_READ, TWINS_WRITE
from twinhaus.auth.tokens import add_signing_key
from twinhaus.errors import TwinhausError
from twinhaus.query.evaluate import is_located
from twinhaus.settings import Settings
from twinhaus.storage.access import Client, SigningKey
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.store import Store, Transaction
from twinhaus.testing.strategies import AddModels, RemoveModels, SetDecommissioned, perform

SCOPES = (TWINS_READ, TWINS_WRITE)
_CLIENT_ID = "restricted"
_TOKEN_SECONDS = 3_600
_TICKS_BETWEEN = 1_000  # Far more than any request hands out.
# What hidden data forbid is told, without naming them; else a legal graph could be made illegal (SECURITY.md).
_HIDDEN_FORBIDS = (
    "This client does not see all that",
    "belongs to another relationship already",
    "allows at most",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request got: everything but the token that leads on, which is each store's own."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    leads_on: bool = False
    token: str | None = field(default=None, compare=False)

    @property
    def hides_the_reason(self) -> bool:
        """Whether it was refused for something that the client does not see."""
        return self.status in (200, 400, 409) and any(
            words.encode() in self.body for words in _HIDDEN_FORBIDS
        )


@dataclass(slots=True)
class Sides:
    """The whole graph and the part, each behind its application."""

    whole: httpx.AsyncClient
    part: httpx.AsyncClient
    graph: Stores
    ledger: Ledger

    async def ask(self, sent: Sent) -> tuple[Answer, Answer]:
        """What both answer, at the same time of the clock."""
        self.graph.clock.ticks += _TICKS_BETWEEN
        return _read(sent, await _send(self.whole, sent)), _read(sent, await _send(self.part, sent))


async def _send(side: httpx.AsyncClient, sent: Sent) -> httpx.Response:
    headers = {**sent.headers, "X-Request-Id": "same"}
    if sent.body:
        headers["Content-Type"] = sent.media_type
    return await side.request(sent.method, sent.path, content=sent.body, headers=headers)


def _read(sent: Sent, answer: httpx.Response) -> Answer:
    unlike = ("date", "link")
    headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name not in unlike))
    if (following := answer.links.get("next")) is not None:
        token = httpx.URL(following["url"]).params["continuationToken"]
        return Answer(answer.status_code, headers, answer.content, leads_on=True, token=token)
    if not sent.is_list or answer.status_code != 200 or (token := answer.json()["continuationToken"]) is None:
        return Answer(answer.status_code, headers, answer.content)
    headers = tuple(header for header in headers if header[0] != "content-length")
    return Answer(
        answer.status_code, headers, answer.content.replace(token.encode(), b""), leads_on=True, token=token
    )


@asynccontextmanager
async def sides(story: Story, places: tuple[str, ...], disk: Disk) -> AsyncIterator[Sides]:
    """Both sides as a story begins, with a client restricted to these places."""
    with stores(Story(story.models, story.loaded, (), ()), disk) as graph, disk.new(graph.clock) as kept:
        part = kept.store
        _change_models(part, AddModels(story.models.documents[: story.loaded]))
        for jump, write in story.before:
            graph.write(jump, write)
            if isinstance(write, AddModels | RemoveModels | SetDecommissioned):
                _change_models(part, write)
        part.write(lambda transaction: _copy(graph.ledger, places, transaction)).result()
        for store in (graph.disk, part):
            store.write(lambda transaction: _admit(transaction, places)).result()
        async with _served(graph.disk) as one, _served(part) as other:
            yield Sides(one, other, graph, graph.ledger)


def _change_models(store: Store, write: AddModels | RemoveModels | SetDecommissioned) -> None:
    with suppress(TwinhausError):  # Refused, as it was in the other store.
        store.write(lambda transaction: perform(transaction, write)).result()


def _copy(ledger: Ledger, places: tuple[str, ...], transaction: Transaction) -> None:
    """All that is located in the places, as it is, in its order."""
    seen = {id_ for id_ in ledger.twins if is_located(places, id_, ledger)}
    for id_ in ledger.births:
        if id_ in seen:
            transaction.put_twin(ledger.twins[id_])
    for one in ledger.relationships.values():
        if {one.source_id, one.target_id} <= seen:
            transaction.add_relationship(one)


@cache
def _signing_key() -> SigningKey:
    """One for all stores here: making a key takes longer than all the rest."""
    return MemoryStore().write(add_signing_key).result()


def _admit(transaction: Transaction, places: tuple[str, ...]) -> None:
    transaction.add_signing_key(_signing_key())
    transaction.add_client(Client(_CLIENT_ID, "Restricted", b"\0" * 32, SCOPES, 0, places))


@asynccontextmanager
async def _served(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """A store's application, called without a socket, and the client's token in its hand."""
    deployment = deploy(Settings(), store, issuer_keys={})
    token = await deployment.guard.sign(_CLIENT_ID, SCOPES, _TOKEN_SECONDS)
    transport = httpx.ASGITransport(Envelope(router(Deployments(deployment))))
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://twinhaus", headers=headers) as http:
        yield http
