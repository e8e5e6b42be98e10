"""Handlers of relationships: put, delete."""

from starlette.responses import Response

from twinhaus import changes
from twinhaus.api.call import Call
from twinhaus.drafts import read_relationship


async def put_relationship(call: Call) -> Response:
    """PUT /twins/relationships: create, or find it there already."""
    draft = read_relationship(await call.json())
    relationship = await call.write(lambda transaction: changes.put_relationship(transaction, draft))
    return Response(relationship.document, media_type="application/json")


async def delete_relationship(call: Call) -> Response:
    """DELETE /twins/{twinId}/relationships/{relationshipId}."""
    twin_id, relationship_id = call.path_parameter("twin_id"), call.path_parameter("relationship_id")
    await call.write(lambda transaction: changes.delete_relationship(transaction, twin_id, relationship_id))
    return Response(status_code=204)
