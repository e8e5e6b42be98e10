"""The handler of the audit trail: who changed what."""

import msgspec
from starlette.responses import Response

from twinhaus import strictjson
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.api.parameters import Parameters
from twinhaus.audit import Action, Entry, Kind
from twinhaus.errors import Fault, Invalid
from twinhaus.instants import format_instant
from twinhaus.members import Faults
from twinhaus.query.audit import AuditQuery
from twinhaus.query.cursor import AuditTraversal, read_audit_token, write_token
from twinhaus.query.plan import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX
from twinhaus.strictjson import JsonObject

PARAMETERS = (
    "after",
    "before",
    "clientId",
    "requestId",
    "action",
    "kind",
    "id",
    "pageSize",
    "continuationToken",
)


async def list_audit(call: Call) -> Response:
    """GET /audit: one page of the audit trail, newest first."""
    key = call.deployment.continuation_key
    traversal = _begin_or_continue(call, key)
    size = traversal.page_size
    # One more than the page holds tells whether anything follows.
    found = await call.read(lambda reader: reader.list_audit(traversal.rest, limit=size + 1))
    token = None
    if len(found) > size:
        token = write_token(msgspec.structs.replace(traversal, before=found[size - 1].instant), key)
    answer: JsonObject = {"content": [describe(entry) for entry in found[:size]], "continuationToken": token}
    return JsonText(strictjson.write(answer))


def describe(entry: Entry) -> JsonObject:
    """An entry as answers carry it."""
    return {
        "time": format_instant(entry.instant),
        "clientId": entry.author.client_id,
        "requestId": entry.author.request_id or None,
        "action": entry.action.value,
        "kind": entry.kind.value,
        "id": entry.id,
    }


def _begin_or_continue(call: Call, key: bytes) -> AuditTraversal:
    """A token alone brings its own filters; sent again with it, they must agree. Raises Invalid, BadToken."""
    faults = Faults()
    parameters = call.parameters(faults)
    query = _read_query(parameters)
    page_size = parameters.integer("pageSize", least=1, most=PAGE_SIZE_MAX)
    token = parameters.text("continuationToken")
    faults.raise_any()
    if token is None:
        return AuditTraversal(query, page_size or PAGE_SIZE_DEFAULT)
    begun = read_audit_token(token, key)
    if query not in (AuditQuery(), begun.query):
        message = "The token continues another list. Send it alone, or with the same filters."
        raise Invalid(Fault("continuationToken", message))
    return msgspec.structs.replace(begun, page_size=page_size or begun.page_size)


def _read_query(parameters: Parameters) -> AuditQuery:
    action = parameters.choice("action", tuple(Action))
    kind = parameters.choice("kind", tuple(Kind))
    return AuditQuery(
        after=parameters.instant("after"),
        before=parameters.instant("before"),
        client_id=parameters.text("clientId"),
        request_id=parameters.text("requestId"),
        action=None if action is None else Action(action),
        kind=None if kind is None else Kind(kind),
        id=parameters.text("id"),
    )
