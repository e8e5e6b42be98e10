"""Handlers of twins: put, list, count, find, get, patch, delete."""

from collections.abc import Sequence

from msgspec.structs import replace
from starlette.responses import Response

from twinhaus import changes
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.api.etags import etag, precondition, tag_condition, tag_with_relationships, unwanted
from twinhaus.api.messages import list_answer, read_count_request, read_ids, read_list_request
from twinhaus.api.timing import server_timing
from twinhaus.drafts import read_twin
from twinhaus.errors import UnknownTwin
from twinhaus.graph import Twin
from twinhaus.members import Faults
from twinhaus.patches import read_patch
from twinhaus.query.plan import WITHOUT_RELATIONSHIPS, Include
from twinhaus.storage.store import Expected, Page, Reader
from twinhaus.storage.turns import Turn


async def put_twin(call: Call) -> Response:
    """PUT /twins: create or replace (seed `put-twins`)."""
    faults = Faults()
    condition = precondition(call.request.headers, faults, etag)
    draft = read_twin(await call.json())
    draft = replace(draft, faults=(*faults.found, *draft.faults))
    twin = await call.write(
        lambda transaction: changes.put_twin(transaction, draft, condition),
        Expected(twin_ids=(draft.id,), model_ids=(draft.model_id,)),
    )
    return _answer(twin)


async def list_twins(call: Call) -> Response:
    """POST /twins: one page of a filtered list (seed `post-twins`)."""
    key = call.deployment.continuation_key
    traversal = read_list_request(await call.json_text(optional=True), key)

    def list_page(reader: Reader) -> tuple[Page, Sequence[Turn]]:
        page = reader.list_twins(
            traversal.query, traversal.include, after=traversal.after, limit=traversal.page_size
        )
        return page, reader.turns

    is_brief = traversal.include == WITHOUT_RELATIONSHIPS
    page, turns = await (call.read_briefly if is_brief else call.read)(list_page)
    timing = {"Server-Timing": server_timing(turns)} if turns else None
    return JsonText(list_answer(page, traversal, key), headers=timing)


async def count_twins(call: Call) -> Response:
    """POST /twins/count: how many twins a list would have. Page members may be sent and do not matter."""
    query = read_count_request(await call.json_text(optional=True), call.deployment.continuation_key)
    count = await call.read(lambda reader: reader.count_twins(query))
    return JsonText(str(count))


async def find_twins(call: Call) -> Response:
    """POST /twins/ids?includeRelationships=: the twins with these ids, in their order; unknown ones are left out."""
    faults = Faults()
    include = _include(call, faults)
    faults.raise_any()
    ids = read_ids(await call.json())
    documents = await call.read(lambda reader: reader.find_documents(ids, include))
    return JsonText(f"[{','.join(documents.values())}]")


async def get_twin(call: Call) -> Response:
    """GET /twins/{twinId}?includeRelationships=."""
    twin_id = call.path_parameter("twin_id")
    faults = Faults()
    include = _include(call, faults)
    condition = tag_condition(call.request.headers, faults)
    faults.raise_any()

    def find(reader: Reader) -> tuple[Twin | None, str]:
        twin = reader.find_twin(twin_id)
        if twin is None or include == WITHOUT_RELATIONSHIPS:
            return twin, "" if twin is None else twin.document
        return twin, reader.find_documents((twin_id,), include)[twin_id]

    is_small = include == WITHOUT_RELATIONSHIPS
    twin, document = await (call.read_briefly if is_small else call.read)(find)
    if twin is None:
        raise UnknownTwin(twin_id)
    headers = {"ETag": etag(twin) if is_small else tag_with_relationships(twin, document)}
    if not condition(headers["ETag"]):
        return unwanted(call.request.headers, headers)
    return JsonText(document, headers=headers)


async def patch_twin(call: Call) -> Response:
    """PATCH /twins/{twinId}: a JSON Patch (RFC 6902) of the twin."""
    twin_id = call.path_parameter("twin_id")
    faults = Faults()
    condition = precondition(call.request.headers, faults, etag)
    patch = read_patch(await call.json_patch(), "", faults)
    faults.raise_any()
    twin = await call.write(
        lambda transaction: changes.patch_twin(transaction, twin_id, patch, condition),
        Expected(twin_ids=(twin_id,)),
    )
    return _answer(twin)


async def delete_twin(call: Call) -> Response:
    """DELETE /twins/{twinId}?cascade=: 409 while relationships remain, unless they are to go too."""
    twin_id = call.path_parameter("twin_id")
    faults = Faults()
    cascade = call.parameters(faults).flag("cascade")
    condition = precondition(call.request.headers, faults, etag)
    faults.raise_any()
    await call.write(
        lambda transaction: changes.delete_twin(transaction, twin_id, cascade=cascade, precondition=condition)
    )
    return Response(status_code=204)


def _include(call: Call, faults: Faults) -> Include:
    with_relationships = call.parameters(faults).flag("includeRelationships")
    return Include(outgoing=with_relationships, incoming=with_relationships)


def _answer(twin: Twin) -> Response:
    return JsonText(twin.document, headers={"ETag": etag(twin)})
