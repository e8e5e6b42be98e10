"""Operations on twins."""

from collections.abc import Generator, Iterable, Sequence
from itertools import islice

import httpx

from twinhaus_client.calls import (
    JSON,
    JSON_PATCH,
    Call,
    JsonObject,
    Listing,
    Page,
    Writable,
    conditions,
    encode,
    encode_writable,
    flags,
    path_of,
)
from twinhaus_client.graphs import GraphTwin, Related, graph_body, read_graph
from twinhaus_client.groups import Group, S_co, listing, operation, streaming
from twinhaus_client.lines import Stream
from twinhaus_client.operations.bulk import BulkLine, upload
from twinhaus_client.operations.lists import Where, filters_of, paged, post
from twinhaus_client.reading import UNCHANGED, many, nothing, one
from twinhaus_client.values import (
    Deleted,
    Patched,
    Twin,
    page_of_twins,
    read_deleted,
    read_patched,
    read_twin,
    tagged_twin,
)

IDS_PER_CALL = 1_000  # The contract's limit.
_PATH = "/twins"


class Twins(Group[S_co]):
    """Twins: one by its id, many by filters."""

    @operation
    def get(self, twin_id: str, *, include_relationships: bool = False) -> Call[Twin]:
        """The twin with this id, and its relationships where asked for. Raises NotFound."""
        return Call("GET", path_of("twins", twin_id), tagged_twin, _including(include_relationships))

    @operation
    def get_if_changed(self, twin_id: str, etag: str) -> Call[Twin | None]:
        """The twin, or None while it still has this entity tag. Raises NotFound."""
        headers = conditions(None, etag)
        return Call("GET", path_of("twins", twin_id), _unless_unchanged, headers=headers)

    @operation
    def put(
        self, twin: Writable[Twin], *, if_match: str | None = None, if_none_match: str | None = None
    ) -> Call[Twin]:
        """Create a twin, or replace its whole state; the twin as it is stored. Its relationships stay.

        `if_none_match="*"` only creates, `if_match=twin.etag` only replaces what it was read as; otherwise raises
        PreconditionFailed. Raises Invalid with every fault, and Conflict where its relationships forbid its model.
        """
        headers = {**JSON, **conditions(if_match, if_none_match)}
        return Call("PUT", _PATH, tagged_twin, headers=headers, body=encode_writable(twin))

    @operation
    def patch(
        self,
        twin_id: str,
        operations: Sequence[JsonObject],
        *,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> Call[Twin]:
        """Change a twin by JSON Patch (RFC 6902): all of the operations or none; the twin as it is stored.

        `[{"op": "replace", "path": "/contents/code", "value": "L02"}]`. Without `if_match` it is sent only once, as
        doing it twice may not be doing it once. Raises NotFound, Invalid, Conflict and PreconditionFailed.
        """
        headers = {**JSON_PATCH, **conditions(if_match, if_none_match)}
        body = encode(list(operations))
        path = path_of("twins", twin_id)
        return Call("PATCH", path, tagged_twin, {}, headers, body, is_repeatable=if_match is not None)

    @operation
    def delete(self, twin_id: str, *, cascade: bool = False, if_match: str | None = None) -> Call[None]:
        """Delete a twin, and its relationships too if it is to cascade. Raises NotFound, and Conflict while
        relationships remain.
        """
        path = path_of("twins", twin_id)
        return Call("DELETE", path, nothing, flags(cascade=cascade), conditions(if_match, None))

    @listing
    def list(
        self,
        where: Where = None,
        *,
        page_size: int | None = None,
        include_outgoing: bool = False,
        include_incoming: bool = False,
        continuation_token: str | None = None,
    ) -> Listing[Twin]:
        """Twins that match, in the order of their creation; every twin without a filter.

        Pages have 1 to 1000 twins, 100 if not told. With the `continuation_token` of a page the list goes on after
        that page; the token knows its filters, so they need not be given again. Raises Invalid.
        """
        include = {"outgoingRelationships": include_outgoing, "incomingRelationships": include_incoming}
        body = filters_of(where)
        if include_outgoing or include_incoming:
            body["include"] = include
        if page_size is not None:
            body["pageSize"] = page_size
        if continuation_token is not None:
            body["continuationToken"] = continuation_token
        return paged(_PATH, body, page_of_twins)

    @listing
    def get_many(self, twin_ids: Iterable[str], *, include_relationships: bool = False) -> Listing[Twin]:
        """The twins with these ids, each once, in this order; ids that are no twin's are left out."""
        path, query = f"{_PATH}/ids", _including(include_relationships)

        def walk() -> Generator[Call[Page[Twin]], Page[Twin], None]:
            remaining = iter(dict.fromkeys(twin_ids))
            while ids := [*islice(remaining, IDS_PER_CALL)]:
                yield Call("POST", path, _as_page, query, JSON, encode(ids))

        return Listing(walk)

    @operation
    def count(self, where: Where = None) -> Call[int]:
        """How many twins match. Raises Invalid."""
        return post(f"{_PATH}/count", filters_of(where), one(int))

    @operation
    def graph(self, twin_id: str, *steps: Related, alias: str = "Twin") -> Call[GraphTwin]:
        """A twin, and what is related to it, step by step, in one consistent answer. Raises NotFound and Invalid."""
        return post(f"{_PATH}/graph", graph_body(twin_id, steps, alias), read_graph(steps, alias))

    @operation
    def patch_where(
        self, where: Where, operations: Sequence[JsonObject], *, dry_run: bool = False
    ) -> Call[Patched]:
        """Change every twin that matches by the same JSON Patch: all of them, or none. A filter must be given.

        Raises Invalid, which also names the twin that a patch cannot be applied to, and Conflict.
        """
        body = encode({"filter": filters_of(where), "patch": list(operations)})
        return Call(
            "PATCH", _PATH, one(read_patched), flags(dryRun=dry_run), JSON, body, is_repeatable=dry_run
        )

    @operation
    def delete_where(self, where: Where, *, cascade: bool = False, dry_run: bool = False) -> Call[Deleted]:
        """Delete every twin that matches, and their relationships too if it is to cascade. A filter must be given.

        Raises Invalid, and Conflict where relationships lead to twins that stay.
        """
        query = flags(cascade=cascade, dryRun=dry_run)
        body = encode({"filter": filters_of(where)})
        return Call("DELETE", _PATH, one(read_deleted), query, JSON, body, is_repeatable=dry_run)

    @streaming
    def bulk_put(
        self, twins: Iterable[Writable[Twin]], *, atomic: bool = False, dry_run: bool = False
    ) -> Stream[BulkLine]:
        """Put any number of twins, which are read as they are needed; what became of each, in their order.

        Nothing is sent before the first line of the report is wanted. `atomic` puts all or none; `dry_run` only says
        what would be. Raises Interrupted where the report breaks off: what it did not tell may or may not be stored.
        """
        return upload(f"{_PATH}/bulk", twins, atomic=atomic, dry_run=dry_run)


def _including(relationships: bool) -> dict[str, str]:
    return flags(includeRelationships=relationships)


def _as_page(response: httpx.Response) -> Page[Twin]:
    return Page(many(read_twin)(response))


def _unless_unchanged(response: httpx.Response) -> Twin | None:
    return None if response.status_code == UNCHANGED else tagged_twin(response)
