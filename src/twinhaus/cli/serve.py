"""The command that runs the server."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from tempfile import TemporaryDirectory

import click
import uvicorn

from twinhaus.cli.connections import Connection
from twinhaus.cli.listening import insist_on_address
from twinhaus.cli.stores import plain_errors, store_option
from twinhaus.cli.workers import SILENT_SECONDS, watch_for_death
from twinhaus.engines import open_store
from twinhaus.inspection.options import chosen
from twinhaus.observability import METRICS_FOLDER
from twinhaus.settings import Settings, is_loopback, to_environment

_LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


@click.command()
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
    with _shared_metrics(workers), _hanging_up(workers):
        uvicorn.run(
            "twinhaus.app:from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            http=Connection,
            ws="none",
            lifespan="on",
            log_level=log_level.lower(),
            access_log=log_level.lower() == "debug",
            server_header=False,
            timeout_graceful_shutdown=settings.stop_seconds,
            timeout_worker_healthcheck=SILENT_SECONDS,
            proxy_headers=False,  # Nothing here asks where a request came from.
        )


@contextmanager
def _hanging_up(workers: int) -> Iterator[None]:
    """SIGHUP, at which several workers are replaced, stops a lone server as SIGTERM does; it would end at once. Who
    started it may have it ignored (nohup).
    """
    if workers > 1 or signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGHUP, lambda number, frame: os.kill(os.getpid(), signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


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
    warning = "--auth none: every program on this machine can read and change everything."
    click.secho(warning, bold=True, fg="red", err=True)
