"""Databases for tests on a Citus cluster, as far as it can be seen without one: what its machines are told."""

from collections.abc import Iterator
from unittest.mock import patch

import psycopg
import pytest

from twinhaus.testing.postgres import cluster
from twinhaus.testing.postgres.cluster import ClusterFailed
from twinhaus.testing.postgres.databases import Databases, name_of
from twinhaus.testing.postgres.own import OwnServer

# In the template, so that each new database has them, as the extension would bring them. They note what was said.
FUNCTIONS = """
    CREATE TABLE said (number serial, host text, words text);
    CREATE TABLE pg_dist_node (groupid integer, nodename text, nodeport integer, noderole text);
    CREATE FUNCTION master_run_on_worker(
        hosts text[], ports integer[], commands text[], parallel boolean,
        OUT node_name text, OUT node_port integer, OUT success boolean, OUT result text
    ) RETURNS SETOF record LANGUAGE sql AS $$
        INSERT INTO said (host, words) SELECT * FROM unnest(hosts, commands);
        SELECT host, port, host <> 'broken', 'out of order' FROM unnest(hosts, ports) AS told (host, port)
    $$;
    CREATE FUNCTION citus_set_coordinator_host(host text, port integer) RETURNS void LANGUAGE sql AS $$
        INSERT INTO said (host, words) VALUES ('', 'this is ' || host)
    $$;
    CREATE FUNCTION citus_add_node(host text, port integer) RETURNS integer LANGUAGE sql AS $$
        INSERT INTO said (host, words) VALUES ('', 'add ' || host) RETURNING 1
    $$;
"""
NODES = """
    INSERT INTO pg_dist_node
    VALUES (0, 'first', 5432, 'primary'), (1, %s, 5432, 'primary'), (2, 'w2', 1, 'primary')
"""


@pytest.fixture
def template(own_postgres: OwnServer) -> Iterator[str]:
    """The database that is named to tests: that of a coordinator, or so it seems."""
    databases = Databases(own_postgres.url)
    with psycopg.connect(
        own_postgres.url.replace("/postgres?", "/template1?"), autocommit=True
    ) as connection:
        connection.execute(FUNCTIONS)
    with (
        databases.database() as url,
        patch.object(cluster, "_IS_THERE", "SELECT '13.2-1'"),
        patch.object(cluster, "_EXTEND", "SELECT 1"),
    ):
        yield url


def said(url: str) -> list[tuple[str, str]]:
    """What the machines were told from a database."""
    with psycopg.connect(url) as connection:
        return list(connection.execute("SELECT host, words FROM said ORDER BY number"))


def test_each_machine_has_a_database_and_joins(template: str) -> None:
    """Workers are told by the coordinator, so no test has to reach them; and they are told when it goes."""
    with psycopg.connect(template) as connection:
        connection.execute(NODES, ["w1"])
    databases = Databases(template)
    with databases.database() as url:
        name = name_of(url)
        assert said(url) == [
            ("w1", "SELECT 1"), ("w2", "SELECT 1"), ("", "this is first"), ("", "add w1"), ("", "add w2"),
        ]  # fmt: skip
        with psycopg.connect(url) as connection:
            is_placed = connection.execute("SHOW citus.enable_schema_based_sharding").fetchone()
        assert is_placed == ("on",)
    assert [host for host, _ in said(template)] == ["w1", "w2", "w1", "w2"]
    assert [words.split(name)[0].strip() for _, words in said(template)] == [
        'CREATE DATABASE "', 'CREATE DATABASE "', 'DROP DATABASE IF EXISTS "', 'DROP DATABASE IF EXISTS "',
    ]  # fmt: skip


def test_a_machine_that_does_not_join_is_named(template: str) -> None:
    """A test does not run on fewer machines than there are."""
    with psycopg.connect(template) as connection:
        connection.execute(NODES, ["broken"])
    with pytest.raises(ClusterFailed, match="broken: out of order"):
        Databases(template).create()
    with psycopg.connect(template) as connection:
        left = connection.execute(
            "SELECT count(*) FROM pg_database WHERE datname LIKE 'twinhaus_test_%'"
        ).fetchone()
    assert left == (1,)
