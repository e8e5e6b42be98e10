"""The commands: they find the models, print, and say by their exit codes what came out."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import click
from rich.console import Console, RenderableType

from twinhaus.dtdl import Registry
from twinhaus.dtdl.jsonschema import json_schema
from twinhaus.inspection import tree
from twinhaus.inspection.card import model_card
from twinhaus.inspection.differences import Change, compare, compare_models
from twinhaus.inspection.options import graph_options
from twinhaus.inspection.presentation import as_json, as_text
from twinhaus.inspection.sources import UnusableModels, read_models, read_models_at
from twinhaus.inspection.wording import unknown_model
from twinhaus.strictjson import Json

Command = TypeVar("Command", bound=Callable[..., object])
_WIDE = 10_000  # Where there is no terminal, no line is broken: programs and `grep` read it.
_ID_START = "dtmi:"


def _models_options(command: Command) -> Command:
    """Where the models are: a store, or files and the starter ontology in its place."""
    store = graph_options("The store whose models are meant.")
    files = click.option(
        "--models",
        "files",
        multiple=True,
        type=click.Path(exists=True, allow_dash=True),
        envvar="TWINHAUS_MODELS",
        help="Not the store's models, but those of this file, or of all .json files below this directory.",
    )
    starter = click.option(
        "--starter",
        is_flag=True,
        envvar="TWINHAUS_STARTER",
        help="Not the store's models, but the starter ontology; with --models, both together.",
    )
    return store(files(starter(command)))


class _Failure(click.ClickException):
    """The models are not to be had, or not the one that is meant."""


class _DiffFailure(_Failure):
    """The same for `diff`, whose exit code 1 says that something differs."""

    exit_code = 2


@contextmanager
def _plain_errors(failure: type[_Failure] = _Failure) -> Iterator[None]:
    """Models that are not to be had end the command in their own words."""
    try:
        yield
    except UnusableModels as error:
        raise failure(str(error)) from error


def _insist_on(registry: Registry, model_ids: Sequence[str], *, failure: type[_Failure] = _Failure) -> None:
    for model_id in model_ids:
        if model_id not in registry:
            raise failure(unknown_model(registry, model_id))


def _print(parts: Iterable[RenderableType]) -> None:
    """To a terminal as wide as it is; elsewhere in whole lines, without the spaces that fill a column."""
    console = Console(highlight=False)
    if console.is_terminal:
        for part in parts:
            console.print(part)
        return
    console.width = _WIDE
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    click.echo("\n".join(line.rstrip() for line in capture.get().splitlines()))


@click.command("tree")
@click.argument("roots", nargs=-1, metavar="[MODEL_ID]...")
@click.option(
    "--depth",
    type=click.IntRange(0, tree.DEPTH_MAX),
    envvar="TWINHAUS_DEPTH",
    default=tree.DEPTH_MAX,
    help="How many levels below a root are drawn; all, if it is not given.",
)
@_models_options
def tree_command(
    roots: tuple[str, ...], depth: int, store: str, files: tuple[str, ...], *, starter: bool
) -> None:
    """Draw which models extend which: all of them, or those below the models named."""
    with _plain_errors():
        registry = read_models(store, files, starter=starter)
    _insist_on(registry, roots)
    _print([*tree.inheritance_trees(registry, roots, depth=depth), tree.summary(registry)])


@click.command("show")
@click.argument("model_id")
@click.option(
    "--json", "as_document", is_flag=True, envvar="TWINHAUS_JSON", help="Print the model as it was written."
)
@click.option(
    "--schema",
    "as_schema",
    is_flag=True,
    envvar="TWINHAUS_SCHEMA",
    help="Print the JSON Schema of its twins.",
)
@_models_options
def show_command(
    model_id: str,
    store: str,
    files: tuple[str, ...],
    *,
    as_document: bool,
    as_schema: bool,
    starter: bool,
) -> None:
    """Tell all about a model: what it extends, and what its twins have, from where."""
    if as_document and as_schema:
        raise click.UsageError("Give --json or --schema, not both.")
    with _plain_errors():
        registry = read_models(store, files, starter=starter)
    _insist_on(registry, [model_id])
    if as_document:
        click.echo(_indented(json.loads(registry.document(model_id))))
    elif as_schema:
        click.echo(_indented(json_schema(registry, model_id)))
    else:
        _print(model_card(registry, model_id))


def _indented(value: Json) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "form_json", is_flag=True, envvar="TWINHAUS_JSON", help="Print JSON, for programs.")
@click.option(
    "--breaking", is_flag=True, envvar="TWINHAUS_BREAKING", help="Only what breaks twins or relationships."
)
@_models_options
def diff_command(
    old: str,
    new: str,
    store: str,
    files: tuple[str, ...],
    *,
    form_json: bool,
    breaking: bool,
    starter: bool,
) -> None:
    """Compare two sets of models: files, directories or stores; or two models of one set, by their ids.

    What breaks twins or relationships that exist is marked. Exit code 0 where nothing differs, 1 where something does,
    2 where the models cannot be read.
    """
    with _plain_errors(_DiffFailure):
        if old.startswith(_ID_START) and new.startswith(_ID_START):
            registry = read_models(store, files, starter=starter)
            _insist_on(registry, [old, new], failure=_DiffFailure)
            changes = compare_models(registry, old, registry, new)
        elif old.startswith(_ID_START) or new.startswith(_ID_START):
            raise click.UsageError("Name two ids of models, or two files, directories or stores.")
        else:
            changes = compare(read_models_at(old), read_models_at(new))
    _tell([change for change in changes if change.breaks or not breaking], form_json=form_json)


def _tell(changes: Sequence[Change], *, form_json: bool) -> None:
    if form_json:
        click.echo(as_json(changes))
    else:
        _print(as_text(changes))
    sys.exit(1 if changes else 0)
