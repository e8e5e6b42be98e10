"""A store of an older version becomes one of this version when it is opened, and answers as before."""

from contextlib import closing
from pathlib import Path

import apsw

from twinhaus.query.plan import PAGE_SIZE_MAX, DateFilter, Query
from twinhaus.storage.migrate import pending
from twinhaus.storage.sql.sqlite_store import SqliteStore
from twinhaus.testing.store_contract.graph import Graph, model, model_id, thing

TWINS = 1_200  # Each was changed a tick after the one before.
FILLED = """
INSERT INTO model (number, id, document, uploaded) VALUES (1, :model, :document, 0);
INSERT INTO model_ancestor (model, ancestor) VALUES (1, 1);
WITH RECURSIVE count (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM count WHERE n < :twins)
INSERT INTO twin (number, id, model, updated) SELECT n, 't' || n, 1, n FROM count;
INSERT INTO document (twin, json) SELECT number, json_object('id', id, 'contents', json('{}')) FROM twin;
INSERT INTO kind (model, twin) SELECT 1, number FROM twin;
INSERT INTO location (place, twin) SELECT number, number FROM twin;
INSERT INTO span (run, oldest, newest) SELECT number >> 6, min(updated), max(updated) FROM twin GROUP BY 1;
"""


def make_first_version(path: Path) -> None:
    """A store as version 1 left it."""
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute(pending(0)[0].script)
        connection.execute(
            FILLED, {"model": model_id("Thing"), "document": model("Thing"), "twins": TWINS}
        ).fetchall()
        connection.execute("PRAGMA user_version = 1; PRAGMA application_id = 0x7477696E").fetchall()


def test_a_store_of_the_first_version_answers_as_before(tmp_path: Path) -> None:
    """Its twins are listed by date too, from the tables that later versions changed."""
    make_first_version(tmp_path / "store.db")
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        graph = Graph(store)
        ids = [f"t{number}" for number in range(1, TWINS + 1)]
        assert graph.ids() == ids[:PAGE_SIZE_MAX]
        for after, before in ((0, 20), (14, 19), (60, 70), (1_020, 1_030), (TWINS - 3, TWINS + 1)):
            found = graph.ids(Query(date=DateFilter(after, before)))
            assert found == ids[after : before - 1]
        store.write(lambda transaction: transaction.put_twin(thing("late", updated=TWINS + 1))).result()
        assert graph.ids(Query(date=DateFilter(after=TWINS))) == ["late"]
