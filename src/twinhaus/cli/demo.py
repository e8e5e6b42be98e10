"""The command that shows the server at work."""

import signal
import sys

import click
from rich.console import Console

from twinhaus.cli.listening import insist_on_address
from twinhaus.demo import FOLDER, Demo
from twinhaus.settings import Settings


@click.command()
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
