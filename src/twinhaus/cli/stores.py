"""What commands share that work on a store: its option, the opening, and errors as people read them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import click

from twinhaus.app import has_store, open_store
from twinhaus.audit import Author
from twinhaus.dtdl import InvalidModels, UnresolvedReferences
from twinhaus.errors import TwinhausError
from twinhaus.settings import Settings, load_settings
from twinhaus.storage.acting import ActingStore
from twinhaus.storage.address import without_password
from twinhaus.storage.store import Store

Command = TypeVar("Command", bound=Callable[..., object])


def _option(help_: str) -> Callable[[Command], Command]:
    """`--store`, the same for every command."""
    return click.option(
        "--store",
        type=str,
        metavar="STORE",
        envvar="TWINHAUS_STORE",
        default=Settings().store,
        show_default=True,
        show_envvar=True,
        help=help_,
    )


store_option = _option("The store: a file's path, or a URL postgresql://…; made where there is none.")
read_store_option = _option("The store: a file's path, or a URL postgresql://….")


@contextmanager
def read_store(name: str) -> Iterator[Store]:
    """The store of a name, closed afterwards. Looking must not make one: a slip of the pen would look like a loss."""
    with plain_errors():
        is_there = has_store(replace(load_settings(), store=name))
    if not is_there:
        raise click.ClickException(f"There is no store at {without_password(name)}.")
    with opened_store(name) as store:
        yield store


@contextmanager
def opened_store(name: str) -> Iterator[Store]:
    """The store of a name, closed afterwards. What is written to it, this command has written."""
    with plain_errors():
        store = open_store(replace(load_settings(), store=name))
        try:
            yield ActingStore(store, _this_command())
        finally:
            store.close()


def _this_command() -> Author:
    """`cli:` and its words: `cli:models-load`."""
    context: click.Context | None = click.get_current_context()
    words: list[str] = []
    while context is not None and context.parent is not None:
        words.insert(0, context.info_name or "")
        context = context.parent
    return Author(f"cli:{'-'.join(words)}")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors of ours end the command with their own words."""
    try:
        yield
    except InvalidModels as error:
        click.echo(str(error), err=True)
        message = (
            f"{len(error.errors)} faults; nothing was stored. twinhaus validate shows the lines they are in."
        )
        raise click.ClickException(message) from error
    except UnresolvedReferences as error:
        raise click.ClickException(
            f"Models that are not there: {', '.join(error.ids)}. Nothing was stored."
        ) from error
    except TwinhausError as error:
        raise click.ClickException(str(error)) from error
