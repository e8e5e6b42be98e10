"""Operations of administration, which need the scope `admin`."""

from collections.abc import Generator, Iterable

from twinhaus_client.administration import (
    AuditEntry,
    Client,
    SigningKey,
    page_of_entries,
    read_client,
    read_secret,
    read_signing_key,
    tagged_client,
)
from twinhaus_client.calls import JSON, Call, JsonObject, Listing, Page, conditions, encode, path_of
from twinhaus_client.filters.times import Time, to_text
from twinhaus_client.groups import Group, S_co, listing, operation
from twinhaus_client.reading import many, nothing, one


class Clients(Group[S_co]):
    """The clients of the server. A secret is told once, when it is made."""

    @operation
    def list(self) -> Call[tuple[Client, ...]]:
        """All clients, by name."""
        return Call("GET", "/clients", many(read_client))

    @operation
    def get(self, client_id: str) -> Call[Client]:
        """The client with this id. Raises NotFound."""
        return Call("GET", path_of("clients", client_id), tagged_client)

    @operation
    def add(self, name: str, scopes: Iterable[str], *, locations: Iterable[str] = ()) -> Call[Client]:
        """A new client, with its secret. Raises Invalid, and Conflict where the name is taken."""
        body: JsonObject = {"name": name, "scopes": [*scopes]}
        if restricted_to := [*locations]:
            body["locations"] = restricted_to
        return Call("POST", "/clients", tagged_client, headers=JSON, body=encode(body), is_repeatable=False)

    @operation
    def edit(
        self,
        client_id: str,
        *,
        name: str | None = None,
        scopes: Iterable[str] | None = None,
        locations: Iterable[str] | None = None,
        if_match: str | None = None,
    ) -> Call[Client]:
        """Give a client another name, other scopes, other locations; what is None stays. Raises NotFound, Invalid,
        Conflict and PreconditionFailed.
        """
        body: JsonObject = {} if name is None else {"name": name}
        for key, values in (("scopes", scopes), ("locations", locations)):
            if values is not None:
                body[key] = [*values]
        headers = {**JSON, **conditions(if_match, None)}
        is_safe = if_match is not None
        return Call(
            "PATCH",
            path_of("clients", client_id),
            tagged_client,
            {},
            headers,
            encode(body),
            is_repeatable=is_safe,
        )

    @operation
    def renew_secret(self, client_id: str) -> Call[str]:
        """A new secret; the old one is good for nothing from then on. Raises NotFound."""
        path = path_of("clients", client_id, "secret")
        return Call("POST", path, one(read_secret), is_repeatable=False)

    @operation
    def delete(self, client_id: str, *, if_match: str | None = None) -> Call[None]:
        """Delete a client; its tokens stop working. Raises NotFound and PreconditionFailed."""
        path = path_of("clients", client_id)
        return Call("DELETE", path, nothing, headers=conditions(if_match, None))


class SigningKeys(Group[S_co]):
    """The keys that the server signs tokens with."""

    @operation
    def list(self) -> Call[tuple[SigningKey, ...]]:
        """All keys, newest first."""
        return Call("GET", "/signing-keys", many(read_signing_key))

    @operation
    def add(self) -> Call[SigningKey]:
        """A new key, which signs from now on; tokens of the others stay good."""
        return Call("POST", "/signing-keys", one(read_signing_key), is_repeatable=False)

    @operation
    def delete(self, key_id: str) -> Call[None]:
        """Retire a key: tokens that it signed are good for nothing from now on. Raises NotFound and Conflict."""
        return Call("DELETE", path_of("signing-keys", key_id), nothing)


class Audit(Group[S_co]):
    """Who changed what."""

    @listing
    def list(  # noqa: PLR0913  As many as the contract has.
        self,
        *,
        after: Time | None = None,
        before: Time | None = None,
        client_id: str | None = None,
        request_id: str | None = None,
        action: str | None = None,
        kind: str | None = None,
        id: str | None = None,
        page_size: int | None = None,
        continuation_token: str | None = None,
    ) -> Listing[AuditEntry]:
        """The changes for which all of this holds, newest first. Raises Invalid."""
        asked = {
            "after": None if after is None else to_text(after),
            "before": None if before is None else to_text(before),
            "clientId": client_id,
            "requestId": request_id,
            "action": action,
            "kind": kind,
            "id": id,
            "pageSize": None if page_size is None else str(page_size),
            "continuationToken": continuation_token,
        }
        query = {name: value for name, value in asked.items() if value is not None}

        def walk() -> Generator[Call[Page[AuditEntry]], Page[AuditEntry], None]:
            page = yield Call("GET", "/audit", page_of_entries, query)
            while page.continuation_token is not None:
                following = {**query, "continuationToken": page.continuation_token}
                page = yield Call("GET", "/audit", page_of_entries, following)

        return Listing(walk)
