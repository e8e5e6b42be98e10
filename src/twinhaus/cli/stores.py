"""What commands share that work on a store: its options, the opening, and errors as people read them."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import click

from twinhaus.audit import Author
from twinhaus.dtdl import InvalidModels, UnresolvedReferences
from twinhaus.dtdl.words import count
from twinhaus.engines import has_store, open_store, open_to_read
from twinhaus.errors import TwinhausError, Unavailable
from twinhaus.inspection.options import chosen, graph_options
from twinhaus.storage.acting import ActingStore
from twinhaus.storage.address import without_password
from twinhaus.storage.store import Store

store_option = graph_options("The store: a file's path, or a URL postgresql://…; made where there is none.")
read_store_option = graph_options("The store: a file's path, or a URL postgresql://….")


@contextmanager
def read_store(name: str) -> Iterator[Store]:
    """The store of a name, or the chosen instance of it, closed afterwards.

    Looking must not make one: a slip of the pen would look like a loss.
    """
    with plain_errors():
        is_there = has_store(chosen(name))
    if not is_there:
        raise click.ClickException(f"There is no store at {without_password(name)}.")
    with plain_errors(), closing(open_to_read(chosen(name))) as store:
        yield store


@contextmanager
def opened_store(name: str) -> Iterator[Store]:
    """The store of a name, or the chosen instance of it, closed afterwards. What is written to it, this command has
    written.
    """
    with plain_errors(), closing(open_store(chosen(name))) as store:
        yield written_here(store)


def written_here(store: Store) -> Store:
    """The store, of which what is written is written by this command."""
    return ActingStore(store, _this_command())


def _this_command() -> Author:
    """`cli:` and its words: `cli:models-load`."""
    context: click.Context | None = click.get_current_context()
    words: list[str] = []
    while context is not None and context.parent is not None:
        words.insert(0, context.info_name or "")
        context = context.parent
    return Author(f"cli:{'-'.join(words).replace(' ', '-')}")


@contextmanager
def plain_errors() -> Iterator[None]:
    """Errors of ours end the command with their own words, and those of the engine where it is in the way."""
    try:
        yield
    except InvalidModels as error:
        click.echo(str(error), err=True)
        faults = count(len(error.errors), "fault")
        raise click.ClickException(
            f"{faults}; nothing was stored. twinhaus validate shows the lines."
        ) from error
    except UnresolvedReferences as error:
        raise click.ClickException(
            f"Models that are not there: {', '.join(error.ids)}. Nothing was stored."
        ) from error
    except Unavailable as error:
        raise click.ClickException(f"{error}{_engines_words(error)}") from error
    except TwinhausError as error:
        raise click.ClickException(str(error)) from error


def _engines_words(error: Unavailable) -> str:
    """Why it is so; a server has that in its log, a command can only say it."""
    cause = error.__cause__
    words = "" if cause is None or isinstance(cause, TwinhausError) else str(cause).strip()
    return f" ({words.splitlines()[0]})" if words and words not in str(error) else ""
