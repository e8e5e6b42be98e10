"""How SQLite finds a page of a twin's relationships: in an index, from where the page begins."""

from contextlib import closing
from pathlib import Path

import pytest

from twinhaus.graph import Direction
from twinhaus.storage.sql.asking.around import ranked_statement
from twinhaus.storage.sql.sqlite.connection import SqliteConnection
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.words import SQLITE


@pytest.mark.parametrize("within", [(), ("place",)])
@pytest.mark.parametrize(
    ("direction", "end", "other"),
    [(Direction.OUTGOING, "source", "target"), (Direction.INCOMING, "target", "source")],
)
def test_a_page_begins_where_it_begins(
    tmp_path: Path, direction: Direction, end: str, other: str, within: tuple[str, ...]
) -> None:
    """None of the relationships before it is looked at, however many a hub has; at most those of one name and one other
    twin are sorted.
    """
    path = tmp_path / "store.db"
    text, parameters = ranked_statement(SQLITE, direction, within)
    asked = {**parameters, "id": "hub", "name": "", "other": 0, "number": 0, "limit": 101}
    with (
        closing(SqliteStore(path)),
        closing(SqliteConnection(path, writable=False, busy_timeout_seconds=1)) as connection,
    ):
        steps = [row[3] for row in connection.rows(f"EXPLAIN QUERY PLAN {text}", asked)]
    assert steps[0] == f"SEARCH edge USING INDEX relationship_by_{end} ({end}=? AND (name,{other})>(?,?))"
    sorts = [step for step in steps if "TEMP B-TREE" in step]
    assert sorts in ([], ["USE TEMP B-TREE FOR LAST TERM OF ORDER BY"])
