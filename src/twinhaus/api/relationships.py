"""Handlers of relationships: put, get, list, delete."""

from collections.abc import Iterable

from msgspec.structs import replace
from starlette.responses import Response

from twinhaus import changes
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.api.etags import etag, precondition, tag_condition, unwanted
from twinhaus.drafts import read_relationship
from twinhaus.errors import Fault, Invalid, NotFound, UnknownTwin
from twinhaus.graph import Direction, Relationship
from twinhaus.members import Faults
from twinhaus.query.cursor import RelationshipTraversal, read_relationship_token, write_token
from twinhaus.query.plan import PAGE_SIZE_MAX
from twinhaus.storage.store import Expected, Reader

PAGE_PARAMETERS = ("pageSize", "continuationToken")


async def put_relationship(call: Call) -> Response:
    """PUT /twins/relationships: create, or find it there already."""
    faults = Faults()
    condition = precondition(call.request.headers, faults, etag)
    draft = read_relationship(await call.json())
    draft = replace(draft, faults=(*faults.found, *draft.faults))
    relationship = await call.write(
        lambda transaction: changes.put_relationship(transaction, draft, condition),
        Expected(twin_ids=(draft.source_id, draft.target_id), relationship_ids=(draft.id,)),
    )
    return _answer(relationship)


async def get_relationship(call: Call) -> Response:
    """GET /twins/{twinId}/relationships/{relationshipId}, under either of its twins."""
    twin_id, relationship_id = call.path_parameter("twin_id"), call.path_parameter("relationship_id")
    faults = Faults()
    condition = tag_condition(call.request.headers, faults)
    faults.raise_any()
    found = await call.read_briefly(lambda reader: reader.find_relationship(relationship_id))
    if found is None or twin_id not in (found.source_id, found.target_id):
        raise NotFound(f'The twin "{twin_id}" has no relationship "{relationship_id}".')
    headers = {"ETag": etag(found)}
    if not condition(headers["ETag"]):
        return unwanted(call.request.headers, headers)
    return JsonText(found.document, headers=headers)


async def list_outgoing(call: Call) -> Response:
    """GET /twins/{twinId}/relationships/outgoing: those it is the source of."""
    return await _list(call, Direction.OUTGOING)


async def list_incoming(call: Call) -> Response:
    """GET /twins/{twinId}/relationships/incoming: those it is the target of."""
    return await _list(call, Direction.INCOMING)


async def _list(call: Call, direction: Direction) -> Response:
    """All of them, oldest first; or a page, where one is asked for, whose header leads to the next."""
    twin_id = call.path_parameter("twin_id")
    key = call.deployment.continuation_key
    traversal = _begin_or_continue(call, twin_id, direction, key)

    def list_(reader: Reader) -> tuple[Iterable[str], str | None]:
        if reader.find_model_of(twin_id) is None:
            raise UnknownTwin(twin_id)
        if traversal is None:
            return (one.relationship.document for one in reader.neighbours(twin_id, direction)), None
        page = reader.list_relationships(traversal)
        return page.documents, write_token(replace(traversal, after=page.last), key) if page.more else None

    documents, token = await call.read(list_)
    # A reference to the same path (RFC 3986 §5.4) is right whatever a proxy or an instance has put before it.
    headers = {} if token is None else {"Link": f'<?continuationToken={token}>; rel="next"'}
    return JsonText(f"[{','.join(documents)}]", headers=headers)


def _begin_or_continue(
    call: Call, twin_id: str, direction: Direction, key: bytes
) -> RelationshipTraversal | None:
    """Which page is asked for; None where none is. Raises Invalid, BadToken."""
    faults = Faults()
    parameters = call.parameters(faults)
    page_size = parameters.integer("pageSize", least=1, most=PAGE_SIZE_MAX)
    token = parameters.text("continuationToken")
    faults.raise_any()
    if token is None:
        return None if page_size is None else RelationshipTraversal(twin_id, direction, page_size)
    begun = read_relationship_token(token, key)
    if (begun.twin_id, begun.direction) != (twin_id, direction):
        message = "The token continues another list. Send it to the path that the answer with it came from."
        raise Invalid(Fault("continuationToken", message))
    return replace(begun, page_size=page_size or begun.page_size)


async def delete_relationship(call: Call) -> Response:
    """DELETE /twins/{twinId}/relationships/{relationshipId}."""
    twin_id, relationship_id = call.path_parameter("twin_id"), call.path_parameter("relationship_id")
    faults = Faults()
    condition = precondition(call.request.headers, faults, etag)
    faults.raise_any()
    await call.write(
        lambda transaction: changes.delete_relationship(transaction, twin_id, relationship_id, condition)
    )
    return Response(status_code=204)


def _answer(relationship: Relationship) -> Response:
    return JsonText(relationship.document, headers={"ETag": etag(relationship)})
