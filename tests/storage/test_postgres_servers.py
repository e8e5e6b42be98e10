"""The PostgreSQL servers that tests work on: shared, killed and started at will, and gone with those who use them."""

import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from tests.postgres import some_programs

from twinhaus.testing.postgres.databases import Databases, name_of
from twinhaus.testing.postgres.own import OwnServer
from twinhaus.testing.waiting import wait_until

# Uses a shared server until its standard input ends.
USER = """
import sys
from contextlib import closing
from pathlib import Path
from twinhaus.testing.postgres.programs import Programs
from twinhaus.testing.postgres.shared import shared_server

with closing(shared_server(Programs(Path(sys.argv[1])), Path(sys.argv[2]), "postgres")) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""


def names(databases: Databases) -> set[str]:
    """The databases of a server."""
    with psycopg.connect(databases.url) as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def test_a_database_is_empty_and_goes_whoever_is_connected(postgres: Databases) -> None:
    """There is no table in it; and a connection that was forgotten does not keep it."""
    with postgres.database() as url:
        forgotten = psycopg.connect(url)
        assert name_of(url) in names(postgres)
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        assert forgotten.execute(tables).fetchone() == (0,)
    assert name_of(url) not in names(postgres)
    forgotten.close()


def test_a_database_can_be_copied(postgres: Databases, postgres_url: str) -> None:
    """The copy has what the other had, and each goes its own way from then on."""
    if postgres.cluster is not None:
        pytest.skip("Citus keeps a connection to each database, which cannot be copied therefore")
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE thing AS SELECT 1 AS number")
    with postgres.database(like=postgres_url) as copy:
        with psycopg.connect(copy) as connection:
            connection.execute("UPDATE thing SET number = 2")
        with psycopg.connect(postgres_url) as connection:
            assert connection.execute("SELECT number FROM thing").fetchone() == (1,)


def test_icu_orders_as_people_do(postgres_icu_url: str, postgres_url: str) -> None:
    """There capitals stand beside small letters; in other databases they may all stand before."""
    ordered = "SELECT string_agg(word, '' ORDER BY word) FROM unnest(ARRAY['b', 'A', 'B', 'a']) AS word"
    with psycopg.connect(postgres_icu_url) as connection:
        assert connection.execute(ordered).fetchone() == ("aAbB",)
        assert connection.execute("SELECT pg_encoding_to_char(encoding) FROM pg_database").fetchone() == (
            "UTF8",
        )


def test_connections_are_ended(postgres: Databases, postgres_url: str) -> None:
    """All of one database, as its administrator may at any time."""
    connection = psycopg.connect(postgres_url)
    assert postgres.terminate_connections(postgres_url) == 1
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")


def test_a_server_keeps_what_it_acknowledged(own_postgres: OwnServer) -> None:
    """Whether it is stopped or killed; while it is down it takes no connection, and then it is where it was."""
    with psycopg.connect(own_postgres.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE thing (number int)")
    for number, end in enumerate((own_postgres.kill, own_postgres.stop)):
        with psycopg.connect(own_postgres.url, autocommit=True) as connection:
            connection.execute("INSERT INTO thing VALUES (%s)", [number])
            end()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(own_postgres.url)
        own_postgres.start()
        with psycopg.connect(own_postgres.url) as connection:
            assert connection.execute("SELECT max(number) FROM thing").fetchone() == (number,)


def test_a_server_takes_settings(own_postgres: OwnServer) -> None:
    """They hold once it is started again."""
    own_postgres.set(work_mem="123kB")
    own_postgres.restart()
    with psycopg.connect(own_postgres.url) as connection:
        assert connection.execute("SHOW work_mem").fetchone() == ("123kB",)


def use(folder: Path) -> "tuple[subprocess.Popen[str], str]":
    """A process that uses the server of a folder, and the server's URL."""
    command = [sys.executable, "-c", USER, str(some_programs().folder), str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def end(process: "subprocess.Popen[str]", *, by: signal.Signals) -> None:
    """Its pipes are closed with it."""
    with process:
        process.send_signal(by)


def wait_until_gone(folder: Path) -> None:
    """What removes it is another process."""
    wait_until(lambda: not folder.exists(), f"{folder} is gone")


def test_processes_share_a_server_that_ends_with_the_last(tmp_path: Path) -> None:
    """Whoever comes first starts it; and however they end, killed ones too, nothing is left of it."""
    (first, url), (second, same) = use(tmp_path), use(tmp_path)
    assert url == same
    end(first, by=signal.SIGKILL)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    end(second, by=signal.SIGKILL)
    wait_until_gone(Path(url.partition("host=")[2]))
    third, another = use(tmp_path)
    assert another != url
    end(third, by=signal.SIGINT)
    wait_until_gone(Path(another.partition("host=")[2]))
