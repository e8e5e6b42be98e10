"""A store of an older version becomes one of this version when it is opened, and answers as before."""

import json
from contextlib import closing
from pathlib import Path

import apsw
from tests.properties.looking import looking_into

from twinhaus.audit import Action
from twinhaus.dtdl import load_models
from twinhaus.query.plan import PAGE_SIZE_MAX, Attribute, Comparison, DateFilter, Leaf, Query
from twinhaus.storage.migrate import MIGRATIONS
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.sqlite.unread import LOOK_SECONDS
from twinhaus.testing.store_contract.audit import trail
from twinhaus.testing.store_contract.graph import MODELS, Graph, model, model_id, thing
from twinhaus.testing.store_contract.models import of_model

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

# Of the last model, and so a kind of all.
PLANTROOM = """
INSERT INTO twin VALUES (1, 'p', (SELECT max(number) FROM model), 5);
INSERT INTO document VALUES (1, '{"id":"p","modelId":"dtmi:test:Plantroom;1","contents":{}}');
INSERT INTO kind SELECT number, 1 FROM model;
INSERT INTO location VALUES (1, 1);
INSERT INTO span VALUES (0, 5, 5);
INSERT INTO wide_span VALUES (0, 5, 5);
"""


def make_first_version(path: Path) -> None:
    """A store as version 1 left it."""
    with closing(apsw.Connection(str(path))) as connection:
        connection.execute(MIGRATIONS["sqlite"][0].script)
        connection.execute(
            FILLED, {"model": model_id("Thing"), "document": model("Thing"), "twins": TWINS}
        ).fetchall()
        connection.execute("PRAGMA user_version = 1; PRAGMA application_id = 0x7477696E").fetchall()


def make_second_version(path: Path) -> None:
    """A store as version 2 left it: the contract's models, and a plantroom of the last of them."""
    numbers = {json.loads(document)["@id"]: number for number, document in enumerate(MODELS, start=1)}
    registry = load_models(MODELS)
    with closing(apsw.Connection(str(path))) as connection:
        for migration in MIGRATIONS["sqlite"][:2]:
            connection.execute(migration.script)
        for document, (id_, number) in zip(MODELS, numbers.items(), strict=True):
            connection.execute("INSERT INTO model VALUES (?, ?, ?, 0, 0)", (number, id_, document))
        for id_, number in numbers.items():
            for ancestor in registry.ancestors(id_):
                connection.execute("INSERT INTO model_ancestor VALUES (?, ?)", (number, numbers[ancestor]))
        connection.execute(PLANTROOM)
        connection.execute("PRAGMA user_version = 2; PRAGMA application_id = 0x7477696E").fetchall()


def test_models_of_the_second_version_come_and_go(tmp_path: Path) -> None:
    """They are there in their order and can be removed and added as any; no number is given to another of them."""
    make_second_version(tmp_path / "store.db")
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        graph = Graph(store)
        registry = store.read(lambda reader: reader.registry).result()
        assert registry.ids == load_models(MODELS).ids
        assert graph.remove_models("Plantroom") == 1
        graph.add_models(model("New", "Space"))
        graph.put("new", "New")
        assert graph.ids(of_model("Space")) == ["new"]
        assert graph.ids(of_model("Plantroom")) == ["p"]
        graph.add_models(MODELS[-1])
        assert graph.ids(of_model("Asset")) == ["p"]
        assert graph.ids(of_model("Space")) == ["p", "new"]


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
        assert store.read(lambda reader: reader.registry.ids).result() == (model_id("Thing"),)


def test_ids_of_an_older_store_are_found_by_their_parts(tmp_path: Path) -> None:
    """At once, and by the index once a server had time to read them."""
    make_first_version(tmp_path / "store.db")
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        with_part = Query(condition=Leaf(Attribute.ID, Comparison.CONTAINS, "T119"))
        expected = [f"t119{number}" for number in range(10)]
        assert Graph(store).ids(with_part) == ["t119", *expected]
        while store.tend().result() != LOOK_SECONDS:
            pass
        assert Graph(store).ids(with_part) == ["t119", *expected]
        with looking_into(str(tmp_path / "store.db")) as looking:
            assert looking.rows("SELECT value FROM state WHERE name = 'ids_read'") == [(TWINS,)]


def test_the_trail_of_an_older_store_begins_with_its_next_change(tmp_path: Path) -> None:
    """What is in it has no entry; each change from now on has one, whichever model or twin it is about."""
    make_first_version(tmp_path / "store.db")
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        assert trail(store) == []
        graph = Graph(store)
        graph.remove("t1")
        graph.put("t2")
        assert [(entry.action, entry.id) for entry in trail(store)] == [
            (Action.REPLACED, "t2"),
            (Action.DELETED, "t1"),
        ]
