"""Operations on relationships."""

from collections.abc import Generator, Iterable
from typing import Literal

from twinhaus_client.calls import (
    JSON,
    Call,
    Json,
    Listing,
    Page,
    Writable,
    conditions,
    encode,
    encode_writable,
    flags,
    path_of,
)
from twinhaus_client.groups import Group, S_co, listing, operation, streaming
from twinhaus_client.lines import Stream
from twinhaus_client.operations.bulk import BulkLine, upload
from twinhaus_client.operations.lists import Where, filters_of
from twinhaus_client.reading import many, nothing, one
from twinhaus_client.values import (
    Relationship,
    linked_page,
    read_matched,
    read_relationship,
    tagged_relationship,
)

PAGE_SIZE_DEFAULT = 1_000  # The contract's limit.
_PATH = "/twins/relationships"


class Relationships(Group[S_co]):
    """Relationships, each by one of its twins."""

    @operation
    def put(
        self,
        relationship: Writable[Relationship],
        *,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> Call[Relationship]:
        """Create a relationship, or find it there already; as it is stored, with the id that the server gave it.

        Raises Invalid, which also names twins that are not there, Conflict and PreconditionFailed.
        """
        headers = {**JSON, **conditions(if_match, if_none_match)}
        return Call("PUT", _PATH, tagged_relationship, headers=headers, body=encode_writable(relationship))

    @operation
    def get(self, twin_id: str, relationship_id: str) -> Call[Relationship]:
        """A relationship, by its id and that of either of its twins. Raises NotFound."""
        return Call("GET", path_of("twins", twin_id, "relationships", relationship_id), tagged_relationship)

    @listing
    def list(
        self,
        twin_id: str,
        direction: Literal["Incoming", "Outgoing"],
        *,
        page_size: int = PAGE_SIZE_DEFAULT,
        continuation_token: str | None = None,
    ) -> Listing[Relationship]:
        """A twin's relationships in one direction, by name; a page at a time, however many there are.

        With the `continuation_token` of a page the list goes on after that page. Raises NotFound and Invalid.
        """
        path = path_of("twins", twin_id, "relationships", direction.lower())

        def walk() -> Generator[Call[Page[Relationship]], Page[Relationship], None]:
            token = continuation_token
            while True:
                following = {} if token is None else {"continuationToken": token}
                page = yield Call("GET", path, linked_page, {"pageSize": str(page_size), **following})
                token = page.continuation_token
                if token is None:
                    return

        return Listing(walk)

    @operation
    def outgoing(self, twin_id: str) -> Call[tuple[Relationship, ...]]:
        """All those of which the twin is the source, oldest first. Raises NotFound."""
        return Call("GET", path_of("twins", twin_id, "relationships", "outgoing"), many(read_relationship))

    @operation
    def incoming(self, twin_id: str) -> Call[tuple[Relationship, ...]]:
        """All those of which the twin is the target, oldest first. Raises NotFound."""
        return Call("GET", path_of("twins", twin_id, "relationships", "incoming"), many(read_relationship))

    @operation
    def delete(self, twin_id: str, relationship_id: str, *, if_match: str | None = None) -> Call[None]:
        """Delete a relationship of a twin. Raises NotFound and PreconditionFailed."""
        path = path_of("twins", twin_id, "relationships", relationship_id)
        return Call("DELETE", path, nothing, headers=conditions(if_match, None))

    @operation
    def delete_where(
        self,
        *,
        ids: Iterable[str] | None = None,
        names: Iterable[str] = (),
        source: Where = None,
        target: Where = None,
        dry_run: bool = False,
    ) -> Call[int]:
        """Delete every relationship for which all that is given holds, and say how many that were: with one of these
        ids, of one of these names, from and to twins that match. One at least must be given. Raises Invalid.
        """
        ends = {"source": source, "target": target}
        found: dict[str, Json] = {end: filters_of(where) for end, where in ends.items() if where is not None}
        found["relationshipNames"] = [*names]
        if ids is not None:
            found["relationshipIds"] = [*ids]
        query, body = flags(dryRun=dry_run), encode({"filter": found})
        return Call("DELETE", _PATH, one(read_matched), query, JSON, body, is_repeatable=dry_run)

    @streaming
    def bulk_put(
        self,
        relationships: Iterable[Writable[Relationship]],
        *,
        atomic: bool = False,
        dry_run: bool = False,
    ) -> Stream[BulkLine]:
        """Put any number of relationships, as `twins.bulk_put` does twins."""
        return upload(f"{_PATH}/bulk", relationships, atomic=atomic, dry_run=dry_run)
