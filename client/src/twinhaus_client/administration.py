"""The nouns of administration: who may do what, what tokens are signed with, and what was done."""

from dataclasses import dataclass, field, replace

import httpx

from twinhaus_client.calls import Json, Page
from twinhaus_client.reading import Members, array, json_of


@dataclass(frozen=True, slots=True)
class Client:
    """A program that uses the server. `secret` is there only in the answer that tells it, which is the only one.

    Without locations it may see all twins, else those located in one of them.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    locations: tuple[str, ...] = ()
    created_time: str | None = None
    secret: str | None = field(default=None, repr=False)
    etag: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key for tokens. All keys verify; one signs."""

    id: str
    created_time: str
    signs: bool


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change: when, by which client in which request, what was done, and to what."""

    time: str
    action: str
    kind: str
    id: str
    client_id: str | None = None
    request_id: str | None = None

    def row(self) -> dict[str, Json]:
        """As a row of a table."""
        return {
            "time": self.time,
            "clientId": self.client_id,
            "requestId": self.request_id,
            "action": self.action,
            "kind": self.kind,
            "id": self.id,
        }


def read_client(value: Json) -> Client:
    """A client of an answer."""
    members = Members(value, "a client")
    return Client(
        id=members.text("id"),
        name=members.text("name"),
        scopes=tuple(members.get("scopes", ())),
        locations=tuple(members.get("locations", ())),
        created_time=members.get("createdTime"),
        secret=members.get("secret"),
    )


def tagged_client(response: httpx.Response) -> Client:
    """The client of an answer, with its entity tag."""
    return replace(read_client(json_of(response)), etag=response.headers.get("ETag"))


def read_secret(value: Json) -> str:
    """A new secret."""
    return Members(value, "a secret").text("secret")


def read_signing_key(value: Json) -> SigningKey:
    """A signing key of an answer."""
    members = Members(value, "a signing key")
    return SigningKey(members.text("id"), members.text("createdTime"), members.get("signs", False))


def page_of_entries(response: httpx.Response) -> Page[AuditEntry]:
    """A page of the audit trail."""
    members = Members(json_of(response), "a page")
    return Page(array(members.get("content"), _read_entry), members.get("continuationToken"))


def _read_entry(value: Json) -> AuditEntry:
    members = Members(value, "an entry of the audit trail")
    return AuditEntry(
        time=members.text("time"),
        action=members.text("action"),
        kind=members.text("kind"),
        id=members.text("id"),
        client_id=members.get("clientId"),
        request_id=members.get("requestId"),
    )
