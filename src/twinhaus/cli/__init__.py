"""The command line. Every option is also `TWINHAUS_…` in the environment."""

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console

from twinhaus.cli.audit import audit_command
from twinhaus.cli.clients import clients_, keys_
from twinhaus.cli.copies import (
    backup_command,
    backup_instance,
    copy_command,
    restore_command,
    restore_instance,
)
from twinhaus.cli.explain import explain_command
from twinhaus.cli.instances import instances_
from twinhaus.cli.interruptions import INTERRUPTED
from twinhaus.cli.listening import insist_on_address
from twinhaus.cli.models import models
from twinhaus.cli.stores import plain_errors, store_option
from twinhaus.cli.surroundings import warn_of_unread_variables
from twinhaus.cli.transfers import export, import_
from twinhaus.cli.vocabularies import (
    export_brick,
    export_haystack,
    import_brick,
    import_haystack,
    mapping_brick,
    mapping_haystack,
)
from twinhaus.engines import open_store
from twinhaus.inspection.options import chosen
from twinhaus.observability import METRICS_FOLDER
from twinhaus.settings import Settings, is_loopback, to_environment
from twinhaus.validation.command import validate_command

_ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


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

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. A full disk is told in one line, whatever was being written to, be it standard output; so is
        Ctrl-C, with the exit code that shells give it.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise click.ClickException(f"Nothing more can be written: {error.strerror}.") from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="twinhaus")
def main() -> None:
    """An open, self-hosted digital-twin graph server for buildings."""
    warn_of_unread_variables(main)


main.add_command(audit_command)
main.add_command(explain_command)
main.add_command(clients_)
main.add_command(keys_)
main.add_command(instances_)
main.add_command(models)
main.add_command(validate_command)
main.add_command(import_)
main.add_command(export)
main.add_command(import_brick, "import brick")
main.add_command(export_brick, "export brick")
main.add_command(export_haystack, "export haystack")
main.add_command(mapping_brick, "mapping brick")
main.add_command(import_haystack, "import haystack")
main.add_command(mapping_haystack, "mapping haystack")
main.add_command(copy_command)
main.add_command(backup_command)
main.add_command(restore_command)
instances_.add_command(backup_instance)
instances_.add_command(restore_instance)


@main.command()
@store_option
@click.option("--host", envvar="TWINHAUS_HOST", default=Settings().host, show_default=True, show_envvar=True)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    envvar="TWINHAUS_PORT",
    default=Settings().port,
    show_default=True,
    show_envvar=True,
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    envvar="TWINHAUS_WORKERS",
    default=1,
    show_default=True,
    show_envvar=True,
    help="Server processes; all work on the same store.",
)
@click.option(
    "--auth",
    type=click.Choice(["clients", "none"]),
    envvar="TWINHAUS_AUTH",
    default="clients",
    show_default=True,
    show_envvar=True,
    help="`none` lets everyone do everything, and binds to loopback only.",
)
@click.option(
    "--log-level",
    type=click.Choice(_LOG_LEVELS, case_sensitive=False),
    envvar="TWINHAUS_LOG_LEVEL",
    default=Settings().log_level,
    show_default=True,
    show_envvar=True,
)
def serve(store: str, host: str, port: int, workers: int, auth: str, log_level: str) -> None:
    """Run the server."""
    import uvicorn  # What only a server needs takes as long to import as all else.

    from twinhaus.cli.workers import SILENT_SECONDS, watch_for_death

    if auth == "none":
        _insist_on_loopback(host)
    with plain_errors():
        settings = replace(
            chosen(store),
            host=host,
            port=port,
            workers=workers,
            auth="none" if auth == "none" else "clients",
            log_level=log_level,
        )
        insist_on_address(host, port)
        # What is wrong with the store is said once, not by each worker again and again.
        open_store(settings).close()
    os.environ.update(to_environment(settings))  # The server's processes read their settings from there.
    watch_for_death()
    with _shared_metrics(workers):
        uvicorn.run(
            "twinhaus.app:from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            lifespan="on",
            log_level=log_level.lower(),
            access_log=log_level.lower() == "debug",
            server_header=False,
            timeout_graceful_shutdown=settings.stop_seconds,
            timeout_worker_healthcheck=SILENT_SECONDS,
            proxy_headers=False,  # Nothing here asks where a request came from.
        )


@contextmanager
def _shared_metrics(workers: int) -> Iterator[None]:
    """Several processes count in one folder, so that any of them can show what all have done."""
    if workers == 1:
        yield
        return
    with TemporaryDirectory(prefix="twinhaus-metrics-", ignore_cleanup_errors=True) as folder:
        # The server's processes, not this one, import the metrics with it.
        os.environ[METRICS_FOLDER] = folder
        yield


def _insist_on_loopback(host: str) -> None:
    if not is_loopback(host):
        raise click.UsageError(
            f"--auth none would open the store to everyone who reaches {host}; use 127.0.0.1."
        )
    _ERRORS.print("[bold red]--auth none: every program on this machine can read and change everything.[/]")


@main.command()
@click.option(
    "--keep-serving",
    is_flag=True,
    envvar="TWINHAUS_KEEP_SERVING",
    help="Keep the server up, with a ready curl line, until interrupted.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    envvar="TWINHAUS_PORT",
    help="Default: 8080 to keep serving, else any.",
)
def demo(*, keep_serving: bool, port: int | None) -> None:
    """Make a sample portfolio in .demo, serve it, and ask it one list for each filter."""
    from twinhaus.demo import FOLDER, Demo

    # Told to stop, it unwinds as when interrupted, and its server stops with it.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    if port is None:
        port = Settings().port if keep_serving else 0
    insist_on_address(Settings().host, port)
    try:
        FOLDER.mkdir(exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{FOLDER} cannot be made here: {error.strerror}.") from error
    Demo(Console(), FOLDER).run(keep_serving=keep_serving, port=port)
