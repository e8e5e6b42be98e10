"""Handlers of clients: list, add, show, edit, remove, and a new secret. Secrets are told once and nowhere else."""

from starlette.responses import Response

from twinhaus import instants, strictjson
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.api.etags import content_tag, precondition
from twinhaus.auth import clients
from twinhaus.auth.clients import ClientDraft
from twinhaus.errors import path_to
from twinhaus.members import Faults, Members
from twinhaus.storage.access import Client
from twinhaus.storage.store import Transaction
from twinhaus.strictjson import Json, JsonObject, describe

NO_STORE = {"Cache-Control": "no-store"}
_MEMBERS = ("name", "scopes", "locations")


async def list_clients(call: Call) -> Response:
    """GET /clients: all of them, by name."""
    found = await call.read(lambda reader: reader.clients())
    return _json([_shown(client) for client in found])


async def add_client(call: Call) -> Response:
    """POST /clients: a client and its secret, which is told this once."""
    faults = Faults()
    members = Members(await call.json(), "", _MEMBERS, faults)
    for name in ("name", "scopes"):
        members.require(name)
    draft = _draft(members, faults)
    client, secret = await call.write(lambda transaction: clients.create_client(transaction, draft))
    headers = {**NO_STORE, "ETag": _etag(client), "Location": f"clients/{client.id}"}
    return _json({**_shown(client), "secret": secret}, status=201, headers=headers)


async def show_client(call: Call) -> Response:
    """GET /clients/{clientId}."""
    client_id = call.path_parameter("client_id")
    client = await call.read(lambda reader: clients.get_client(reader, client_id))
    return _json(_shown(client), headers={"ETag": _etag(client)})


async def edit_client(call: Call) -> Response:
    """PATCH /clients/{clientId}: what is sent of name, scopes and locations takes the place of what was."""
    client_id = call.path_parameter("client_id")
    faults = Faults()
    condition = precondition(call.request.headers, faults, _etag)
    draft = _draft(Members(await call.json(), "", _MEMBERS, faults), faults)

    def job(transaction: Transaction) -> Client:
        client = clients.get_client(transaction, client_id)
        return clients.edit_client(transaction, client, draft, condition)

    edited = await call.write(job)
    return _json(_shown(edited), headers={"ETag": _etag(edited)})


async def remove_client(call: Call) -> Response:
    """DELETE /clients/{clientId}."""
    client_id = call.path_parameter("client_id")
    faults = Faults()
    condition = precondition(call.request.headers, faults, _etag)
    faults.raise_any()

    def job(transaction: Transaction) -> None:
        client = clients.get_client(transaction, client_id)
        clients.insist_on_state(client, condition)
        clients.remove_client(transaction, client.id)

    await call.write(job)
    return Response(status_code=204)


async def renew_secret(call: Call) -> Response:
    """POST /clients/{clientId}/secret: another secret, told this once; the old one is good for nothing from now on."""
    client_id = call.path_parameter("client_id")
    secret = await call.write(
        lambda transaction: clients.renew_secret(transaction, clients.get_client(transaction, client_id))
    )
    return _json({"id": client_id, "secret": secret}, headers=NO_STORE)


def _draft(members: Members, faults: Faults) -> ClientDraft:
    name, scopes, locations = (
        members.text("name"),
        _texts(members, "scopes", faults),
        _texts(members, "locations", faults),
    )
    return ClientDraft(name, scopes, locations, faults.found)


def _texts(members: Members, name: str, faults: Faults) -> list[str] | None:
    """An array of texts, as long as it is and each at its place; None where it is absent or faulty."""
    if name not in members:
        return None
    before = len(faults.found)
    elements = members.array(name)
    for index, element in enumerate(elements):
        if not isinstance(element, str):
            faults.add(path_to(name, index), f"Expected a string; got {describe(element)}")
    return [str(element) for element in elements] if len(faults.found) == before else None


def _shown(client: Client) -> JsonObject:
    return {
        "id": client.id,
        "name": client.name,
        "scopes": list(client.scopes),
        "locations": list(client.locations),
        "createdTime": instants.format_instant(client.created),
    }


def _etag(client: Client) -> str:
    return content_tag(strictjson.write(_shown(client)))


def _json(value: Json, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JsonText(strictjson.write(value), status, headers)
