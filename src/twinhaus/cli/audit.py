"""The command that shows the audit trail."""

import json
from collections.abc import Iterator

import click
import msgspec

from twinhaus.audit import Action, Entry, Kind
from twinhaus.cli.stores import read_store, read_store_option
from twinhaus.instants import expected_time, parse_instant
from twinhaus.query.audit import AuditQuery
from twinhaus.storage.store import Store

_ENTRIES_AT_ONCE = 1_000


def _instant(text: str) -> int:
    """An ISO 8601 time, as ticks."""
    instant = parse_instant(text)
    if instant is None:
        raise click.BadParameter(f'"{text}" is not {expected_time(text)} such as 2024-08-30T03:49:30Z.')
    return instant


@click.command("audit")
@click.option(
    "--after",
    type=_instant,
    metavar="TIME",
    envvar="TWINHAUS_AFTER",
    help="Only what changed after this time.",
)
@click.option(
    "--before",
    type=_instant,
    metavar="TIME",
    envvar="TWINHAUS_BEFORE",
    help="Only what changed before this time.",
)
@click.option(
    "--client",
    envvar="TWINHAUS_CLIENT",
    help="Only what this client changed, by its id; commands are clients such as cli:import.",
)
@click.option(
    "--request", envvar="TWINHAUS_REQUEST", help="Only what the request with this X-Request-Id changed."
)
@click.option(
    "--action",
    type=click.Choice([one.value for one in Action], case_sensitive=False),
    envvar="TWINHAUS_ACTION",
    help="Only what was done to it.",
)
@click.option(
    "--kind",
    type=click.Choice([one.value for one in Kind], case_sensitive=False),
    envvar="TWINHAUS_KIND",
    help="Only such things.",
)
@click.option("--id", envvar="TWINHAUS_ID", help="Only the thing with this id.")
@read_store_option
def audit_command(
    after: int | None,
    before: int | None,
    client: str | None,
    request: str | None,
    action: str | None,
    kind: str | None,
    id: str | None,
    store: str,
) -> None:
    """Print who changed what as JSON, one change a line, the newest first."""
    from twinhaus.api.audit import describe

    query = AuditQuery(
        after=after,
        before=before,
        client_id=client,
        request_id=request,
        action=None if action is None else Action(action),
        kind=None if kind is None else Kind(kind),
        id=id,
    )
    with read_store(store) as opened:
        for entry in _entries(opened, query):
            click.echo(json.dumps(describe(entry), ensure_ascii=False))


def _entries(store: Store, query: AuditQuery) -> Iterator[Entry]:
    """All that a query selects, a page at a time."""

    def page_of(query: AuditQuery) -> list[Entry]:
        return store.read(lambda reader: reader.list_audit(query, limit=_ENTRIES_AT_ONCE)).result()

    page = page_of(query)
    while page:
        yield from page
        page = page_of(msgspec.structs.replace(query, before=page[-1].instant))
