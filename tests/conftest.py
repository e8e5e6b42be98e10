"""How Hypothesis searches: the same examples every time where CI runs, new ones everywhere else. And the engines."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from docsite.build import build
from hypothesis import HealthCheck, settings
from tests import postgres as servers
from tests.engines import ENGINES, POSTGRES, SQLITE, Engine, Postgres, Sqlite
from tests.properties.disks import Disk, PostgresDisk, SqliteDisk

from twinhaus.api.sites import folder_of
from twinhaus.testing.postgres.databases import Databases
from twinhaus.testing.postgres.own import OwnServer

pytest.register_assert_rewrite("twinhaus.testing.store_contract")

# No server here speaks TLS. For each of thousands of clients httpx reads all authorities anew, 25 ms, unless they are
# said to be in a folder, where it would look for them one by one.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent)

# No deadlines: a test proves a fact, not the speed of the machine that happens to run it.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", settings.get_profile("local"), derandomize=True, database=None, print_blob=True
)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_sessionstart(session: pytest.Session) -> None:
    """The documentation that servers show is built, once for all of a run, where nobody has."""
    is_worker = hasattr(session.config, "workerinput")
    if not is_worker and not folder_of("docs").is_dir():
        build(folder_of("docs"))


def pytest_report_header() -> str:
    """Which server was named: so nobody takes a run for one on Citus that was not."""
    return servers.named_server()


# How many of a law's examples each has time for.
DISKS = {SQLITE: 1.0, POSTGRES: 0.15, "postgres-icu": 0.05}


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Each engine in turn."""
    if request.param == SQLITE:
        return Sqlite(tmp_path_factory)
    return Postgres(request.getfixturevalue("postgres"))


@pytest.fixture(scope="session", params=list(DISKS))
def disk(request: pytest.FixtureRequest) -> Iterator[Disk]:
    """Each engine in turn, for laws; and one in a database that orders texts by ICU."""
    if request.param == SQLITE:
        yield SqliteDisk()
        return
    is_icu = request.param != POSTGRES
    databases: Databases = request.getfixturevalue("postgres_icu" if is_icu else "postgres")
    with (
        databases.database(icu=is_icu) as url,
        closing(PostgresDisk(url, examples=DISKS[request.param])) as disk,
    ):
        yield disk


@pytest.fixture
def new_store(engine: Engine) -> Iterator[str]:
    """Where a test makes a store of its own."""
    with engine.new_store() as store:
        yield store


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """A PostgreSQL server, started when the first test asks for it."""
    with servers.any_server(servers.folder_of_run(tmp_path_factory)) as databases:
        yield databases


@pytest.fixture(scope="session")
def postgres_icu(postgres: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """One that orders texts by ICU where it is asked to."""
    with servers.server_with_icu(postgres, servers.folder_of_run(tmp_path_factory)) as databases:
        yield databases


@pytest.fixture
def postgres_url(postgres: Databases) -> Iterator[str]:
    """A new database."""
    with postgres.database() as url:
        yield url


@pytest.fixture
def postgres_icu_url(postgres_icu: Databases) -> Iterator[str]:
    """A new database whose texts are ordered by ICU."""
    with postgres_icu.database(icu=True) as url:
        yield url


@pytest.fixture
def own_postgres() -> Iterator[OwnServer]:
    """A server of the test's own, which it may stop, kill and start, and which keeps what it acknowledged."""
    with servers.own_server() as server:
        yield server
