"""How SQLite finds entries of the audit trail: by an index that leads, in their order, without sorting."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from twinhaus.audit import Action, Kind
from twinhaus.query.audit import AuditQuery
from twinhaus.storage.sql.audit import ACTIONS, KINDS, compile_audit
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.words import SQLITE


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[SqliteConnection]:
    """A connection to an empty store."""
    with closing(SqliteStore(tmp_path / "store.db")):
        path = tmp_path / "store.db"
        with closing(SqliteConnection(path, writable=False, busy_timeout_seconds=1)) as connection:
            yield connection


@pytest.mark.parametrize(
    ("query", "plan"),
    [
        (AuditQuery(), "SCAN audit"),
        (AuditQuery(action=Action.DELETED), "SCAN audit"),
        (AuditQuery(kind=Kind.TWIN, after=5), "SEARCH audit USING INTEGER PRIMARY KEY (rowid>?)"),
        (AuditQuery(kind=Kind.CLIENT), "SEARCH audit USING INDEX audit_by_rare_kind (kind=?)"),
        (AuditQuery(client_id="bob"), "SEARCH audit USING INDEX audit_by_author (author=?)"),
        (
            AuditQuery(client_id="bob", kind=Kind.MODEL),
            "SEARCH audit USING INDEX audit_by_rare_kind (kind=?)",
        ),
        (AuditQuery(request_id="r"), "SEARCH audit USING INDEX audit_by_request (request=?)"),
        (
            AuditQuery(5, 9, "bob", "r", Action.DELETED, Kind.TWIN, "a"),
            "SEARCH audit USING INDEX audit_by_id (id=? AND rowid>? AND rowid<?)",
        ),
        (
            AuditQuery(client_id="bob", before=9),
            "SEARCH audit USING INDEX audit_by_author (author=? AND rowid<?)",
        ),
    ],
)
def test_an_index_leads(connection: SqliteConnection, query: AuditQuery, plan: str) -> None:
    """The one that yields the fewest entries; times narrow it further, and nothing is sorted."""
    text, parameters = compile_audit(SQLITE, query, limit=10)
    steps = [row[3] for row in connection.rows(f"EXPLAIN QUERY PLAN {text}", parameters)]
    assert steps[0] == plan
    assert not any("TEMP B-TREE" in step for step in steps)


def test_words_and_numbers_are_one_to_one() -> None:
    """Every kind and action has a number of its own, which stays with it: stores hold them."""
    assert list(KINDS.values()) == [1, 2, 3, 4, 5]
    assert set(KINDS) == set(Kind)
    assert list(ACTIONS.values()) == list(range(1, len(Action) + 1))
    assert set(ACTIONS) == set(Action)
