"""Handlers of all twins, or relationships, that a filter finds. What would come of a change can be asked for first."""

from starlette.responses import Response

from twinhaus import mass_changes, strictjson
from twinhaus.api.answers import JsonText
from twinhaus.api.call import Call
from twinhaus.api.messages import read_filter, read_relationships_filter
from twinhaus.members import Faults, Members
from twinhaus.patches import Patch, read_patch
from twinhaus.strictjson import JsonObject


async def patch_twins(call: Call) -> Response:
    """PATCH /twins?dryRun=: the same patch of each twin, all or none."""
    faults = Faults()
    dry_run = call.parameters(faults).flag("dryRun")
    members = await _members(call, ("filter", "patch"), faults)
    query = read_filter(members, "filter", faults)
    patch = _read_patch(members, faults)
    faults.raise_any()
    patched = await call.write(
        lambda transaction: mass_changes.patch_twins(transaction, query, patch, dry_run=dry_run)
    )
    unchanged = patched.matched - patched.changed
    return _report(matched=patched.matched, changed=patched.changed, unchanged=unchanged, dryRun=dry_run)


async def delete_twins(call: Call) -> Response:
    """DELETE /twins?dryRun=&cascade=: 409 where relationships lead to twins that stay, unless they are to go too."""
    faults = Faults()
    parameters = call.parameters(faults)
    dry_run, cascade = parameters.flag("dryRun"), parameters.flag("cascade")
    members = await _members(call, ("filter",), faults)
    query = read_filter(members, "filter", faults)
    faults.raise_any()
    deleted = await call.write(
        lambda transaction: mass_changes.delete_twins(transaction, query, cascade=cascade, dry_run=dry_run)
    )
    return _report(
        matched=deleted.matched,
        deleted=deleted.matched,
        relationshipsDeleted=deleted.relationships,
        dryRun=dry_run,
    )


async def delete_relationships(call: Call) -> Response:
    """DELETE /twins/relationships?dryRun=: those that a filter finds, all or none."""
    faults = Faults()
    dry_run = call.parameters(faults).flag("dryRun")
    members = await _members(call, ("filter",), faults)
    query = read_relationships_filter(members, "filter", faults)
    faults.raise_any()
    deleted = await call.write(
        lambda transaction: mass_changes.delete_relationships(transaction, query, dry_run=dry_run)
    )
    return _report(matched=deleted, deleted=deleted, dryRun=dry_run)


async def _members(call: Call, names: tuple[str, ...], faults: Faults) -> Members:
    """The members of the body. Some programs on the way drop that of a DELETE; without it, none are there."""
    body = await call.json_text(optional=True)
    return Members(strictjson.read(body) if body else {}, "", names, faults)


def _read_patch(members: Members, faults: Faults) -> Patch:
    if not members.require("patch", ": what is to change, as a JSON Patch"):
        return Patch(())
    return read_patch(members.raw("patch"), members.path("patch"), faults)


def _report(**counts: int) -> Response:
    report: JsonObject = counts
    return JsonText(strictjson.write(report))
