"""The command line. Every option is also `TWINHAUS_…` in the environment."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from twinhaus.cli.commands import Commands
from twinhaus.cli.interruptions import INTERRUPTED
from twinhaus.cli.surroundings import warn_of_unread_variables

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# Where each command is; what it needs is imported when it is asked for.
_COMMANDS = Commands(
    {
        "audit": "twinhaus.cli.audit:audit_command",
        "backup": "twinhaus.cli.copies:backup_command",
        "clients": "twinhaus.cli.clients:clients_",
        "copy": "twinhaus.cli.copies:copy_command",
        "demo": "twinhaus.cli.demo:demo",
        "explain": "twinhaus.cli.explain:explain_command",
        "export": "twinhaus.cli.transfers:export",
        "export brick": "twinhaus.cli.vocabularies:export_brick",
        "export haystack": "twinhaus.cli.vocabularies:export_haystack",
        "import": "twinhaus.cli.transfers:import_",
        "import brick": "twinhaus.cli.vocabularies:import_brick",
        "import haystack": "twinhaus.cli.vocabularies:import_haystack",
        "instances": "twinhaus.cli.instances:instances_",
        "keys": "twinhaus.cli.clients:keys_",
        "mapping brick": "twinhaus.cli.vocabularies:mapping_brick",
        "mapping haystack": "twinhaus.cli.vocabularies:mapping_haystack",
        "models": "twinhaus.cli.models:models",
        "restore": "twinhaus.cli.copies:restore_command",
        "serve": "twinhaus.cli.serve:serve",
        "validate": "twinhaus.validation.command:validate_command",
    }
)


class _Commands(click.Group):
    """Commands of one word or two: `import`, and beside it `import brick`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        two = " ".join(args[:2])
        return (
            (two, self.commands[two], args[2:])
            if two in self.commands
            else super().resolve_command(ctx, args)
        )

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        """Read the command line; `--help` and `--version` write at once."""
        with _telling_of_full_disks():
            return super().make_context(*arguments, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Ctrl-C is told in one line, with the exit code that shells give it."""
        try:
            with _telling_of_full_disks():
                return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)


@contextmanager
def _telling_of_full_disks() -> Iterator[None]:
    """In one line, whatever was being written to, be it standard output."""
    try:
        yield
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        raise click.ClickException(f"Nothing more can be written: {error.strerror}.") from error


@click.group(cls=_Commands, commands=_COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="twinhaus")
def main() -> None:
    """An open, self-hosted digital-twin graph server for buildings."""
    warn_of_unread_variables(main)
