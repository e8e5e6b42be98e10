"""What can happen to a PostgreSQL server under load; what clients see of it is a 503 with a time to try again."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from tests.faults.load import READERS, WRITERS, Load, load
from tests.postgres import own_server
from tests.serving import make_store, opened

from twinhaus.query.audit import AuditQuery
from twinhaus.testing.postgres.databases import Databases
from twinhaus.testing.postgres.own import OwnServer
from twinhaus.testing.postgres.programs import give_to_servant
from twinhaus.testing.server import running_server

TIMES = 5
ENTRIES_MAX = 1_000_000
SMALL_DISK = "32m"
FILLER_BYTES = 64 * 1024
NOTE_BYTES = 8_000


@dataclass(frozen=True, slots=True)
class Site:
    """A database server, a store on it, and a twinhaus server on that."""

    database: OwnServer
    store: str
    url: str

    @property
    def databases(self) -> Databases:
        return Databases(self.database.url)


@contextmanager
def site(database: OwnServer, store: str) -> Iterator[Site]:
    """A site on a new store."""
    make_store(store)
    with running_server(store, "--auth", "none") as server:
        yield Site(database, store, server.url)


@pytest.fixture(scope="module")
def database() -> Iterator[OwnServer]:
    """A server that keeps what it has acknowledged through a power cut."""
    with own_server() as server:
        yield server


@pytest.fixture
def running(database: OwnServer) -> Iterator[Site]:
    """A site on a new database."""
    with Databases(database.url).database() as store, site(database, store) as running:
        yield running


def check_nothing_lost_or_doubled(running: Site, told: Load) -> None:
    """What was acknowledged is there, and what is there was done by one request, once."""
    with opened(running.store) as store:
        entries = store.read(lambda reader: reader.list_audit(AuditQuery(), limit=ENTRIES_MAX)).result()
        stored = store.read(lambda reader: {one.id for one in reader.each_twin()}).result()
    done = Counter(entry.author.request_id for entry in entries if entry.author.request_id)
    assert set(told.acknowledged) <= stored
    assert set(told.acknowledged) <= set(done)
    assert set(done.values()) == {1}
    assert stored == set(done)
    assert stored <= {*told.acknowledged, *told.refused}


def test_an_outage_is_a_503_and_ends_with_it(running: Site) -> None:
    """While the database is stopped every request is a 503 with Retry-After; once it is back they are served again."""
    with load(running.url) as told:
        told.wait_for(200, more=5)
        running.database.stop()
        told.wait_for(503, more=3)
        running.database.start()
        told.wait_for(200, more=5)
    check_nothing_lost_or_doubled(running, told)


def test_a_database_that_is_killed_loses_and_doubles_nothing(running: Site) -> None:
    """Killed under load and started again, several times: what was acknowledged is there, once."""
    with load(running.url) as told:
        for _ in range(TIMES):
            told.wait_for(200, more=3)
            running.database.kill()
            running.database.start()
        told.wait_for(200, more=3)
    check_nothing_lost_or_doubled(running, told)


def test_connections_that_are_killed_lose_and_double_nothing(running: Site) -> None:
    """All connections are ended again and again: what a connection was lost in is done again, or told to come again."""
    with load(running.url) as told:
        for _ in range(4 * TIMES):
            told.wait_for(200, more=2)
            running.databases.terminate_connections(running.store)
        told.wait_for(200, more=3)
    check_nothing_lost_or_doubled(running, told)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own at a folder, which is soon full."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", folder],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("this user may not mount a disk to fill")
    try:
        give_to_servant(folder)
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_refuses_writes_and_nothing_else() -> None:
    """On a disk that fills up under load, writes are a 503 and reads go on; with room again, all goes on."""
    with ExitStack() as stack:
        database = stack.enter_context(own_server())
        disk = database.folder / "small"
        stack.enter_context(small_disk(disk))
        with psycopg.connect(database.url, autocommit=True) as admin:
            admin.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
            admin.execute("CREATE DATABASE small TABLESPACE small")
        running = stack.enter_context(site(database, database.url.replace("/postgres?", "/small?")))
        told = stack.enter_context(load(running.url, note_bytes=NOTE_BYTES))
        told.wait_for(200, more=3)
        filler = disk / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(FILLER_BYTES)):
                pass
        told.wait_for(503, more=3, clients=WRITERS)
        told.wait_for(200, more=3, clients=READERS)
        assert set(told.reasons) == {"urn:twinhaus:problem:storage-full"}
        filler.unlink()
        told.wait_for(200, more=3)
        told.stop()
        check_nothing_lost_or_doubled(running, told)
