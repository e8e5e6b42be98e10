"""The commands that look after instances: isolated graphs of one deployment, each with all that is its own."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import click
from msgspec import Struct

from twinhaus import changes, ontology
from twinhaus.auth import clients
from twinhaus.auth.scopes import SCOPES
from twinhaus.cli.copies import back_up, file_argument, restore
from twinhaus.cli.models import read_model_files
from twinhaus.cli.stores import plain_errors, written_here
from twinhaus.engines import open_instances
from twinhaus.inspection.options import chosen, store_option
from twinhaus.query.plan import Query
from twinhaus.storage.access import Client
from twinhaus.storage.address import is_url
from twinhaus.storage.instances import Instances, NoInstance, is_instance_name
from twinhaus.storage.sql.sqlite.instances import folder_beside
from twinhaus.storage.store import Reader, Transaction

instances_option = store_option("The store that has the instances: a file's path, or a URL postgresql://….")


class Template(Struct, frozen=True):
    """Models to begin with, and which of them are out of service."""

    documents: Sequence[str]
    decommissioned: Sequence[str] = ()


@click.group("instances")
def instances_() -> None:
    """Graphs that know nothing of each other, each with its own models, twins, clients and keys."""


@instances_.command("create")
@click.argument("name")
@click.option(
    "--template",
    "templates",
    multiple=True,
    metavar="INSTANCE_OR_PATH",
    envvar="TWINHAUS_TEMPLATE",
    help="Begin with the models of another instance, of a file, or of all .json files below a directory.",
)
@click.option(
    "--starter",
    is_flag=True,
    envvar="TWINHAUS_STARTER",
    help="Begin with the starter ontology that comes with twinhaus.",
)
@click.option(
    "--client",
    metavar="NAME",
    envvar="TWINHAUS_CLIENT",
    help="Add a client with all scopes, and print its id and secret as JSON. The secret is shown this once.",
)
@instances_option
def create_instance(
    name: str, templates: tuple[str, ...], client: str | None, store: str, *, starter: bool
) -> None:
    """Make an instance: all of it, or none."""
    with _opened(store) as instances:
        found = list(_read_templates(instances, templates))
        if starter:
            found.append(Template(ontology.documents()))
        with _created(instances, name):
            added, total = _fill(instances, name, found, client)
            if added is not None:  # A secret that cannot be shown is nobody's.
                click.echo(json.dumps({"client_id": added[0].id, "client_secret": added[1]}))
    # What programs read stands alone on standard output.
    click.echo(f"Created {name}; it has {total} models.", err=added is not None)


@instances_.command("list")
@instances_option
def list_instances(store: str) -> None:
    """List the instances as JSON, one a line: name, bytes, and the place where the database says it."""
    with _opened(store) as instances:
        found = instances.list()
        if not found and not is_url(store) and not (Path(store).exists() or folder_beside(store).exists()):
            raise click.ClickException(f"There is no store at {store}.")
        for one in found:
            click.echo(json.dumps({"name": one.name, "bytes": one.bytes, "place": one.place}))


@instances_.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, envvar="TWINHAUS_YES", help="Do not ask.")
@instances_option
def remove_instance(name: str, store: str, *, yes: bool) -> None:
    """Remove an instance and all that it holds, also while servers run on it."""
    with _opened(store) as instances:
        if not yes:
            with closing(instances.open(name)) as opened:
                twins = opened.read(_count_twins).result()
            click.confirm(f"Remove the instance {name} with its {twins} twins for good?", abort=True)
        instances.remove(name)
    click.echo(f"Removed {name}.")


@instances_.command("backup")
@click.argument("name")
@file_argument
@instances_option
def backup_instance(name: str, file: Path, store: str) -> None:
    """Copy a whole instance, as it is at this moment, into a new file. Servers may go on writing to it."""
    with plain_errors():
        back_up(replace(chosen(store), instance=name), file)


@instances_.command("restore")
@click.argument("name")
@file_argument
@instances_option
def restore_instance(name: str, file: Path, store: str) -> None:
    """Make a new instance of a backup, be it of an instance or of a graph without a name."""
    with plain_errors():
        restore(file, replace(chosen(store), instance=name))


@contextmanager
def _opened(store: str) -> Iterator[Instances]:
    with plain_errors(), closing(open_instances(chosen(store))) as instances:
        yield instances


@contextmanager
def _created(instances: Instances, name: str) -> Iterator[None]:
    """A new instance, which is removed again where it cannot be filled."""
    instances.create(name)
    try:
        yield
    except BaseException:
        instances.remove(name)
        raise


def _read_templates(instances: Instances, names: Sequence[str]) -> Iterator[Template]:
    """Those that are instances, then all files together: they may need each other."""
    paths = []
    for name in names:
        template = _find_template(instances, name)
        if template is None:
            paths.append(Path(name))
        else:
            yield template
    if paths:
        yield Template(read_model_files(paths))


def _find_template(instances: Instances, name: str) -> Template | None:
    if not is_instance_name(name):
        return None
    try:
        with closing(instances.open(name)) as opened:
            return opened.read(_read_template).result()
    except NoInstance:
        if Path(name).exists():
            return None
        raise


def _read_template(reader: Reader) -> Template:
    documents = tuple(map(reader.registry.document, reader.registry.ids))
    return Template(documents, tuple(model.id for model in reader.models() if model.is_decommissioned))


def _fill(
    instances: Instances, name: str, templates: Sequence[Template], client: str | None
) -> tuple[tuple[Client, str] | None, int]:
    """Models, a key for tokens, and a client where one is wanted; that client and its secret, and how many models."""
    from twinhaus.auth import tokens

    def job(transaction: Transaction) -> tuple[tuple[Client, str] | None, int]:
        for template in templates:
            changes.add_models(transaction, template.documents)
            for model_id in template.decommissioned:
                changes.decommission_model(transaction, model_id)
        tokens.ensure_signing_key(transaction)
        added = clients.add_client(transaction, client, SCOPES) if client is not None else None
        return added, len(transaction.registry)

    with closing(written_here(instances.open(name))) as opened:
        return opened.write(job).result()


def _count_twins(reader: Reader) -> int:
    return reader.count_twins(Query())
