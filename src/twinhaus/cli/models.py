"""The commands that change a store's models; those that only look are in `inspection/`."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from twinhaus import changes, ontology, strictjson
from twinhaus.cli.stores import opened_store, store_option
from twinhaus.inspection.commands import diff_command, show_command, tree_command
from twinhaus.validation.sources import UnusableSource, read_sources


@click.group()
def models() -> None:
    """The models (DTDL) that twins are instances of."""


for _command in (tree_command, show_command, diff_command):
    models.add_command(_command)


@models.command("load")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--starter",
    is_flag=True,
    envvar="TWINHAUS_STARTER",
    help="Load the starter ontology that comes with twinhaus.",
)
@store_option
def load_models(sources: tuple[Path, ...], store: str, *, starter: bool) -> None:
    """Load models from files, or from all .json files below directories: all of them, or none."""
    if not sources and not starter:
        raise click.UsageError("Name at least one file or directory, or use --starter.")
    documents = read_model_files(sources) if sources else []
    documents += ontology.documents() if starter else ()
    with opened_store(store) as opened:
        added = opened.write(lambda transaction: changes.add_models(transaction, documents)).result()
        total = opened.read(lambda reader: len(reader.registry)).result()
    click.echo(f"{len(added)} models loaded; the store has {total}.")


def read_model_files(paths: Iterable[Path]) -> list[str]:
    """The texts of the files. All that are not JSON are named before anything is looked at."""
    texts, refusals = [], []
    try:
        sources = read_sources(map(str, paths), sys.stdin.buffer)
    except UnusableSource as error:
        raise click.UsageError(str(error)) from error
    for source in sources:
        try:
            strictjson.read(source.content)
            texts.append(source.content.decode("utf-8"))
        except strictjson.MalformedJson as error:
            refusals.append(f"{source.name}: {error}")
    if refusals:
        raise click.ClickException("\n".join([*refusals, "Nothing was stored."]))
    return texts


@models.command("decommission")
@click.argument("model_id")
@click.option("--undo", is_flag=True, envvar="TWINHAUS_UNDO", help="Put the model back into service.")
@store_option
def decommission_model(model_id: str, store: str, *, undo: bool) -> None:
    """Let no new twin be an instance of a model. Twins that are stay as they are."""
    with opened_store(store) as opened:
        opened.write(
            lambda transaction: changes.decommission_model(transaction, model_id, decommissioned=not undo)
        ).result()
    click.echo(f"{model_id} is {'in service' if undo else 'decommissioned'}.")


@models.command("remove")
@click.argument("model_ids", nargs=-1, required=True, metavar="MODEL_ID...")
@store_option
def remove_models(model_ids: tuple[str, ...], store: str) -> None:
    """Remove models that no other needs: all of them, or none. Twins of theirs stay, without a model."""
    with opened_store(store) as opened:
        orphaned = opened.write(lambda transaction: changes.remove_models(transaction, model_ids)).result()
    click.echo(f"Removed {', '.join(dict.fromkeys(model_ids))}; {orphaned} twins are without a model now.")
