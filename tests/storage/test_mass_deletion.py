"""Deleting many twins, or one with many relationships: how many statements that takes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from twinhaus import changes, mass_changes
from twinhaus.query.plan import Condition, Query, RelationshipQuery
from twinhaus.storage.sql.connection import Statement
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.writing.transaction import SqlTransaction
from twinhaus.storage.store import Transaction
from twinhaus.testing.store_contract.graph import EPOCH, MODELS, Graph

SIZES = (3, 300)
ROOMS_OF_A_LEVEL = 10


class Counting:
    """A connection that counts the statements it is asked for."""

    def __init__(self, inner: SqliteConnection) -> None:
        self._inner = inner
        self.dialect, self.state = inner.dialect, inner.state
        self.statements = 0
        self.execute, self.push, self.searching = inner.execute, inner.push, inner.searching
        self.begin_attempt, self.keep_attempt = inner.begin_attempt, inner.keep_attempt
        self.undo_attempt, self.is_at_work = inner.undo_attempt, inner.is_at_work

    def rows(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        self.statements += 1
        return self._inner.rows(text, parameters)

    def send(self, statements: Iterable[Statement]) -> None:
        for statement in statements:
            self.statements += 1
            self._inner.send([statement])

    def each_row(self, text: str, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
        return self.rows(text, parameters)

    def first_row(
        self, text: str, parameters: dict[str, Any], condition: Condition | None, patience: int | None
    ) -> tuple[Any, ...] | None:
        self.statements += 1
        return self._inner.first_row(text, parameters, condition, patience)


def fill(path: Path, rooms: int) -> None:
    """A site of rooms on levels, and a fan that feeds every room."""
    with closing(SqliteStore(path, clock=lambda: EPOCH)) as store:
        graph = Graph(store)
        graph.add_models(*MODELS)
        graph.put_all("elsewhere", "site", "fan")
        graph.relate("site", "isPartOf", "elsewhere")
        for number in range(rooms):
            room, level = f"room-{number}", f"level-{number // ROOMS_OF_A_LEVEL}"
            if number % ROOMS_OF_A_LEVEL == 0:
                graph.put(level)
                graph.relate(level, "isPartOf", "site")
            graph.put(room)
            graph.relate_all(f"{room} isPartOf {level}", f"{room} isFedBy fan")


def statements(path: Path, job: Callable[[Transaction], object]) -> int:
    """How many statements a job takes."""
    with closing(SqliteConnection(path, writable=True, busy_timeout_seconds=1)) as connection:
        counting = Counting(connection)
        with connection.transaction("BEGIN IMMEDIATE"):
            job(SqlTransaction(counting, ModelCache(), lambda: EPOCH))
        return counting.statements


def delete_site(transaction: Transaction) -> None:
    """The site with all that is in it."""
    mass_changes.delete_twins(transaction, Query(location_id="site"), cascade=True, dry_run=False)


def delete_parts(transaction: Transaction) -> None:
    """Every relationship that locates anything."""
    query = RelationshipQuery(names=("isPartOf",), source=Query(location_id="site"))
    mass_changes.delete_relationships(transaction, query, dry_run=False)


def delete_all_apart(transaction: Transaction) -> None:
    """The site with all that is in it, when nothing leads out any more."""
    changes.delete_relationship(transaction, "site", "site_isPartOf_elsewhere")
    changes.delete_twin(transaction, "fan", cascade=True)
    mass_changes.delete_twins(transaction, Query(location_id="site"), cascade=False, dry_run=False)


def delete_fan(transaction: Transaction) -> None:
    """A twin that every room is fed by."""
    changes.delete_twin(transaction, "fan", cascade=True)


@pytest.mark.parametrize("job", [delete_site, delete_fan, delete_parts, delete_all_apart])
def test_the_number_of_statements_does_not_grow(tmp_path: Path, job: Callable[[Transaction], object]) -> None:
    """However many twins and relationships go, what is left is located anew once, and only the audit trail is told of
    some hundred at a time.
    """
    counts = []
    for size in SIZES:
        path = tmp_path / f"{size}.db"
        fill(path, size)
        counts.append(statements(path, job))
    assert counts[0] <= counts[1] < 50
