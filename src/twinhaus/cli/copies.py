"""`twinhaus copy`, `backup` and `restore`: whole stores, from one place to another."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import click

from twinhaus.cli.files import ERRORS, counting
from twinhaus.cli.stores import plain_errors, read_store_option, store_option
from twinhaus.engines import filling_tables, has_store, reading_tables
from twinhaus.inspection.options import chosen
from twinhaus.settings import Settings, load_settings
from twinhaus.storage.address import without_password
from twinhaus.storage.tables import TABLES, TableReader, TableWriter
from twinhaus.transfer import copying
from twinhaus.transfer.copying import Advance, Beginning, Comparison

Command = TypeVar("Command", bound=Callable[..., object])

_BEGINNINGS = {
    Beginning.RESUMED: "Going on with a copy that was interrupted.",
    Beginning.AGAIN: "The source has changed since the copy was interrupted, so it begins again.",
}
_WIDTH = max(len(table.name) for table in TABLES)


def _side_option(side: str, help_: str) -> Callable[[Command], Command]:
    """`--from` or `--to`, and which instance of it."""
    store = click.option(
        f"--{side}",
        f"{side}_store",
        required=True,
        metavar="STORE",
        envvar=f"TWINHAUS_{side.upper()}",
        show_envvar=True,
        help=help_,
    )
    instance = click.option(
        f"--{side}-instance",
        metavar="NAME",
        default="",
        envvar=f"TWINHAUS_{side.upper()}_INSTANCE",
        show_envvar=True,
        help="The instance of that store; without it, its graph that has no name.",
    )
    return lambda command: store(instance(command))


file_argument = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command("copy")
@_side_option("from", "The store to copy: a file's path, or a URL postgresql://….")
@_side_option("to", "The store to make of it, which must be new.")
@click.option(
    "--verify", is_flag=True, envvar="TWINHAUS_VERIFY", help="Copy nothing; compare the two as they are."
)
def copy_command(
    from_store: str, from_instance: str, to_store: str, to_instance: str, *, verify: bool
) -> None:
    """Copy a whole store, with its clients, keys and audit trail, into a new one, and compare the two.

    Interrupted, the same command goes on where it stood. Exit code 1 where the two differ.
    """
    with plain_errors():
        source = replace(load_settings(), store=from_store, instance=from_instance)
        target = replace(source, store=to_store, instance=to_instance)
        if verify:
            _verify(source, target)
        else:
            _copy(source, target, tells=True)


@click.command("backup")
@file_argument
@read_store_option
def backup_command(file: Path, store: str) -> None:
    """Copy the whole store, as it is at this moment, into a new file. Servers may go on writing to it."""
    with plain_errors():
        back_up(chosen(store), file)


@click.command("restore")
@file_argument
@store_option
def restore_command(file: Path, store: str) -> None:
    """Make a new store of a backup."""
    with plain_errors():
        restore(file, chosen(store))


def back_up(settings: Settings, file: Path) -> None:
    """Copy what the settings mean into a new file, in a folder that is there: the disk for it may be missing."""
    if not file.parent.is_dir():
        raise click.ClickException(f"{file} cannot be written: there is no folder {file.parent}.")
    _copy(settings, replace(settings, store=str(file), instance=""), tells=False)


def restore(file: Path, settings: Settings) -> None:
    """Copy a file into what the settings mean, which must be new."""
    _copy(replace(settings, store=str(file), instance=""), settings, tells=False)


def _copy(first: Settings, second: Settings, *, tells: bool) -> None:
    """Copy one store into another, and compare them: what differs is told and ends the command, all else if wanted."""
    with _reading(first) as source, filling_tables(second) as target:
        beginning = copying.begin(source, target)
        if beginning in _BEGINNINGS:
            ERRORS.print(_BEGINNINGS[beginning])
        with _progress("copying", source, target) as advance:
            copying.copy(source, target, advance)
        with target.reading() as filled:
            is_same, rows = _compare(source, filled, tells=tells)
        if not is_same:
            target.reject()
            sys.exit(1)
        target.finish()
    click.echo(f"{rows:,} rows copied, and read again: they are the same.")


def _verify(first: Settings, second: Settings) -> None:
    with _reading(first) as one, _reading(second) as other:
        is_same, _ = _compare(one, other, tells=True)
    if not is_same:
        sys.exit(1)
    click.echo("They are the same.")


@contextmanager
def _reading(settings: Settings) -> Iterator[TableReader]:
    if not has_store(settings):
        raise click.ClickException(f"There is no store at {without_password(settings.store)}.")
    with reading_tables(settings) as reader:
        yield reader


def _compare(source: TableReader, target: TableReader, *, tells: bool) -> tuple[bool, int]:
    """Whether two stores are the same, and how many rows the first has."""
    with _progress("comparing", source) as advance:
        found = list(copying.compare(source, target, advance))
    if tells:
        click.echo(f"{'table':{_WIDTH}} {'rows':>14}  checksum")
        for one in found:
            click.echo(f"{one.table.name:{_WIDTH}} {one.rows[0]:>14,}  {one.checksums[0]}")
    differing = [one for one in found if not one.is_same]
    for one in differing:
        click.echo(_difference(one), err=True)
    return not differing, sum(one.rows[0] for one in found)


def _difference(found: Comparison) -> str:
    key = zip(found.table.key_columns, found.differs_at or (), strict=True)
    where = ", ".join(f"{column} {value}" for column, value in key)
    return (
        f"{found.table.name} differs, first at {where}: the target has {found.rows[1]:,} rows "
        f"with the checksum {found.checksums[1]}."
    )


@contextmanager
def _progress(what: str, source: TableReader, target: TableWriter | None = None) -> Iterator[Advance]:
    """To count the rows takes a while, and is done for those who watch."""
    if not ERRORS.is_terminal:
        yield lambda count: None
        return
    total, done = copying.count_rows(source, target.progress if target else None)
    with counting(what, total, done) as advance:
        yield advance
