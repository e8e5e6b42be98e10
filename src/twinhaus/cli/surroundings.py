"""The environment of a command: what in it is meant for twinhaus, and read by nothing."""

from collections.abc import Iterator

import click

from twinhaus.settings import unread_variables


def warn_of_unread_variables(commands: click.Group) -> None:
    """Name them on standard error, with what may have been meant. Their values may be secrets, and are not shown."""
    if not any(unread_variables(())):
        return  # Every one is a setting: then commands need not be imported to ask for their options.
    for name, near in unread_variables(set(_variables(commands))):
        meant = f" Did you mean {near}?" if near else ""
        click.echo(f"Warning: nothing reads the variable {name}.{meant}", err=True)


def _variables(commands: click.Group) -> Iterator[str]:
    """Those of all options of all commands."""
    for command in commands.commands.values():
        if isinstance(command, click.Group):
            yield from _variables(command)
        for parameter in command.params:
            if isinstance(parameter.envvar, str):
                yield parameter.envvar
