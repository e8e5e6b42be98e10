"""Deleting many twins, or one with many relationships: how many statements that takes."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.overheard import Overheard

from twinhaus import changes, mass_changes
from twinhaus.query.plan import Query, RelationshipQuery
from twinhaus.storage.sql.models import ModelCache
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.writing.transaction import SqlTransaction
from twinhaus.storage.store import Transaction
from twinhaus.testing.store_contract.graph import EPOCH, MODELS, Graph

SIZES = (3, 300)
ROOMS_OF_A_LEVEL = 10


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
        overheard = Overheard(connection)
        with connection.transaction("BEGIN IMMEDIATE"):
            job(SqlTransaction(overheard, ModelCache(), lambda: EPOCH))
        return len(overheard.statements)


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
