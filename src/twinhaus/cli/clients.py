"""The commands for clients, and for the keys that sign their tokens."""

import json
from collections.abc import Callable
from functools import cache
from typing import TypeVar

import click

from twinhaus import instants
from twinhaus.auth import clients
from twinhaus.auth.clients import ClientDraft
from twinhaus.auth.scopes import SCOPES
from twinhaus.cli.stores import opened_store, read_store, read_store_option, store_option
from twinhaus.storage.store import Transaction

Command = TypeVar("Command", bound=Callable[..., object])


@click.group("clients")
def clients_() -> None:
    """Programs that may ask for tokens."""


def _scope_option(*, required: bool) -> Callable[[Command], Command]:
    return click.option(
        "--scope",
        "scopes",
        multiple=True,
        required=required,
        type=click.Choice(SCOPES),
        envvar="TWINHAUS_SCOPE",
        help="Once for each scope; in the environment, with spaces between them.",
    )


_location_option = click.option(
    "--location",
    "locations",
    multiple=True,
    metavar="TWIN_ID",
    envvar="TWINHAUS_LOCATION",
    help="Restrict the client to what is located in this twin; once for each.",
)


@clients_.command("add")
@click.argument("name")
@_scope_option(required=True)
@_location_option
@store_option
def add_client(name: str, scopes: tuple[str, ...], locations: tuple[str, ...], store: str) -> None:
    """Add a client and print its id and secret as JSON. The secret is shown this once."""
    credentials = clients.make_credentials()
    show = _shown_once(credentials.secret)

    def job(transaction: Transaction) -> None:
        clients.create_client(transaction, ClientDraft(name, scopes, locations), credentials)
        show(credentials.id)

    with opened_store(store) as opened:
        opened.write(job).result()


def _shown_once(secret: str) -> Callable[[str], None]:
    """What shows a client's id with its secret, within the transaction: a secret that could not be shown is nobody's,
    and nothing shall have changed. A transaction that is run again, its connection lost, shows nothing more.
    """

    @cache
    def show(client_id: str) -> None:
        click.echo(json.dumps({"client_id": client_id, "client_secret": secret}))

    return show


@clients_.command("list")
@read_store_option
def list_clients(store: str) -> None:
    """List the clients as JSON, one a line."""
    with read_store(store) as opened:
        for client in opened.read(lambda reader: reader.clients()).result():
            shown = {
                "client_id": client.id,
                "name": client.name,
                "scopes": client.scopes,
                "locations": client.locations,
            }
            click.echo(json.dumps(shown))


@clients_.command("edit")
@click.argument("name_or_id")
@click.option("--name", envvar="TWINHAUS_NAME", help="Another name.")
@_scope_option(required=False)
@_location_option
@click.option(
    "--everywhere", is_flag=True, envvar="TWINHAUS_EVERYWHERE", help="Lift its restriction to locations."
)
@store_option
def edit_client(
    name_or_id: str,
    name: str | None,
    scopes: tuple[str, ...],
    locations: tuple[str, ...],
    store: str,
    *,
    everywhere: bool,
) -> None:
    """Give a client another name, other scopes or other locations, in place of all it has. Its secret stays."""
    if everywhere and locations:
        raise click.UsageError("Give --location or --everywhere, not both.")
    if name is None and not scopes and not locations and not everywhere:
        raise click.UsageError("Give at least one of --name, --scope, --location and --everywhere.")
    draft = ClientDraft(name, scopes or None, () if everywhere else locations or None)
    with opened_store(store) as opened:
        client = opened.write(
            lambda transaction: clients.edit_client(
                transaction, clients.get_client_called(transaction, name_or_id), draft
            )
        ).result()
    places = f"in {', '.join(client.locations)}" if client.locations else "everywhere"
    click.echo(f"{client.name} has {', '.join(client.scopes)}, {places}.")


@clients_.command("secret")
@click.argument("name_or_id")
@store_option
def renew_secret(name_or_id: str, store: str) -> None:
    """Replace a client's secret, and print its id and the new one as JSON. The old one ends at once."""
    secret = clients.make_secret()
    show = _shown_once(secret)

    def job(transaction: Transaction) -> None:
        client = clients.get_client_called(transaction, name_or_id)
        clients.renew_secret(transaction, client, secret)
        show(client.id)

    with opened_store(store) as opened:
        opened.write(job).result()


@clients_.command("remove")
@click.argument("name_or_id")
@store_option
def remove_client(name_or_id: str, store: str) -> None:
    """Remove a client. Its tokens are good for nothing from then on."""
    with opened_store(store) as opened:
        client = opened.write(lambda transaction: clients.remove_client(transaction, name_or_id)).result()
    click.echo(f"Removed {client.name}.")


@click.group("keys")
def keys_() -> None:
    """Keys that sign access tokens."""


@keys_.command("list")
@read_store_option
def list_keys(store: str) -> None:
    """List the keys as JSON, one a line, the newest first: it signs, and all of them verify."""
    with read_store(store) as opened:
        keys = opened.read(lambda reader: reader.signing_keys()).result()
    for key in keys:
        shown = {"id": key.id, "createdTime": instants.format_instant(key.created), "signs": key == keys[0]}
        click.echo(json.dumps(shown))


@keys_.command("rotate")
@store_option
def rotate_keys(store: str) -> None:
    """Add a key that signs from now on. Tokens of the older keys stay good."""
    from twinhaus.auth import tokens

    pem = tokens.make_private_key()
    with opened_store(store) as opened:
        key = opened.write(lambda transaction: tokens.add_signing_key(transaction, pem)).result()
    click.echo(f"{key.id} signs from now on.")


@keys_.command("retire")
@click.argument("key_id")
@store_option
def retire_key(key_id: str, store: str) -> None:
    """Remove a key. Tokens that it signed are good for nothing from then on."""
    from twinhaus.auth import tokens

    with opened_store(store) as opened:
        opened.write(lambda transaction: tokens.retire_signing_key(transaction, key_id)).result()
    click.echo(f"Retired {key_id}.")
