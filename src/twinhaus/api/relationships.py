"""Handlers of relationships: put, get, list, delete."""

from msgspec.structs import replace
from starlette.responses import Response

from twinhaus import changes
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.api.etags import etag, precondition, tag_condition, unwanted
from twinhaus.drafts import read_relationship
from twinhaus.errors import NotFound, UnknownTwin
from twinhaus.graph import Direction, Relationship
from twinhaus.members import Faults
from twinhaus.storage.store import Neighbour, Reader


async def put_relationship(call: Call) -> Response:
    """PUT /twins/relationships: create, or find it there already."""
    faults = Faults()
    condition = precondition(call.request.headers, faults, etag)
    draft = read_relationship(await call.json())
    draft = replace(draft, faults=(*faults.found, *draft.faults))
    relationship = await call.write(
        lambda transaction: changes.put_relationship(transaction, draft, condition)
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
    if condition is not None and not condition(etag(found)):
        return unwanted(call.request.headers, {"ETag": etag(found)})
    return _answer(found)


async def list_outgoing(call: Call) -> Response:
    """GET /twins/{twinId}/relationships/outgoing: those it is the source of, oldest first."""
    return await _list(call, Direction.OUTGOING)


async def list_incoming(call: Call) -> Response:
    """GET /twins/{twinId}/relationships/incoming: those it is the target of, oldest first."""
    return await _list(call, Direction.INCOMING)


async def _list(call: Call, direction: Direction) -> Response:
    twin_id = call.path_parameter("twin_id")

    def list_(reader: Reader) -> list[Neighbour]:
        if reader.find_model_of(twin_id) is None:
            raise UnknownTwin(twin_id)
        return reader.neighbours(twin_id, direction)

    documents = ",".join(one.relationship.document for one in await call.read(list_))
    return JsonText(f"[{documents}]")


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
