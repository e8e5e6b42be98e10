"""Databases on a Citus cluster: one on each machine, with the extension in it, and the coordinator's knows the others.

A new database of a coordinator is a plain one, whatever is in the database beside it: tests on it would say nothing of
Citus. All that is needed is asked of the coordinator, so workers need not be within reach of the tests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import psycopg
from psycopg import sql

_IS_THERE = "SELECT extversion FROM pg_extension WHERE extname = 'citus'"
_MACHINES = """
    SELECT nodename, nodeport FROM pg_dist_node
    WHERE noderole = 'primary' AND (groupid = 0) = %s ORDER BY nodename, nodeport
"""
_EXTEND = "CREATE EXTENSION IF NOT EXISTS citus"
_RUN = """
    SELECT node_name, result
    FROM master_run_on_worker(CAST(%s AS text[]), CAST(%s AS integer[]), CAST(%s AS text[]), FALSE)
    WHERE NOT success
"""
# As docs/how-to/citus.md has them set for a server.
_PLACED = "ALTER DATABASE {} SET citus.enable_schema_based_sharding = on"

Machine: TypeAlias = tuple[str, int]
Connection: TypeAlias = "psycopg.Connection[Any]"


class ClusterFailed(Exception):
    """A machine of the cluster did not do what it was told; the message has its words."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The machines of a cluster, as one of its databases has them: by what they call each other."""

    version: str
    coordinator: Machine | None
    workers: Sequence[Machine]

    def make(self, connection: Connection, statement: sql.Composed) -> None:
        """Have each worker make a database as well. `connection` is to one that they have."""
        # Where CREATE DATABASE is handed on they have it already; what is lacking is found by `join`.
        self._run(connection, statement.as_string(connection))

    def join(self, connection: Connection, name: str) -> None:
        """Let a new database, which each machine has, be one of the cluster's. Raises ClusterFailed."""
        connection.execute(_EXTEND)
        if failed := self._run(connection, _EXTEND):
            raise ClusterFailed("; ".join(f"{host}: {said}" for host, said in failed))
        if self.coordinator is not None:
            connection.execute("SELECT citus_set_coordinator_host(%s, CAST(%s AS integer))", self.coordinator)
        for worker in self.workers:
            connection.execute("SELECT citus_add_node(%s, CAST(%s AS integer))", worker)
        connection.execute(sql.SQL(_PLACED).format(sql.Identifier(name)))

    def drop(self, connection: Connection, statement: sql.Composed) -> None:
        """Have each worker drop a database as well. `connection` is to another."""
        self._run(connection, statement.as_string(connection))

    def _run(self, connection: Connection, command: str) -> list[tuple[Any, ...]]:
        """What each of the workers said that did not do it."""
        if not self.workers:
            return []
        hosts, ports = zip(*self.workers, strict=True)
        commands = [command] * len(self.workers)
        return connection.execute(_RUN, (list(hosts), list(ports), commands)).fetchall()


def find_cluster(connection: Connection) -> Cluster | None:
    """That of the database of a connection, if it is a coordinator's."""
    found = connection.execute(_IS_THERE).fetchone()
    if found is None:
        return None
    coordinator = connection.execute(_MACHINES, [True]).fetchone()
    return Cluster(str(found[0]), coordinator, connection.execute(_MACHINES, [False]).fetchall())
