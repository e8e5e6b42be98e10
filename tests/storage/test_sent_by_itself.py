"""What of PostgreSQL's statements is sent by itself, since Citus hands it on to the machines that have the tables."""

import re
from contextlib import closing

import psycopg
from tests.copies import copied

from twinhaus import mass_changes
from twinhaus.engines import open_store
from twinhaus.mass_changes import Deleted
from twinhaus.query.plan import Comparison, Leaf, Query
from twinhaus.settings import Settings
from twinhaus.storage.sql.postgres.database import Database
from twinhaus.storage.sql.postgres.instances import PostgresInstances
from twinhaus.storage.sql.postgres.store import PostgresStore
from twinhaus.storage.store import Transaction
from twinhaus.storage.tables import TABLES
from twinhaus.testing.postgres.databases import Databases
from twinhaus.testing.postgres.own import OwnServer
from twinhaus.testing.store_contract.graph import MODELS, Graph

LOGGED = re.compile(
    r"^@@ LOG:  (?:statement|execute \S+): (?:--[^\n]*\n)?\s*(.*?)(?=^@@ |\Z)", re.MULTILINE | re.DOTALL
)
OF_TABLES = re.compile(rf"\b(?:FROM|JOIN) (?:{'|'.join(table.name for table in TABLES)})\b")
OF_SEQUENCES = re.compile(
    r"\b(nextval|setval|pg_sequence_last_value)\b|^INSERT INTO (twin|model|relationship|path|author) \((?!number)"
)
PASSED_ON = re.compile(r"\b(SET LOCAL|CREATE|ALTER|DROP)\b")


def delete_some(transaction: Transaction) -> Deleted:
    """What is to be deleted is searched for inside of the transaction."""
    with_part = Query(condition=Leaf(("code",), Comparison.CONTAINS, "a"))
    return mass_changes.delete_twins(transaction, with_part, cascade=True, dry_run=False)


def test_what_is_passed_on_is_sent_by_itself(own_postgres: OwnServer) -> None:
    """Citus sends settings of a transaction and changes of tables to its machines as the text that they came in. So
    nothing else is in it. And no statement that asks a table, which they have, reads or moves a sequence, which they
    have not.
    """
    own_postgres.set(log_statement="all", log_line_prefix="@@ ")
    own_postgres.restart()
    databases = Databases(own_postgres.url)
    with databases.database() as url, databases.database() as another:
        with psycopg.connect(url, autocommit=True) as connection:
            if databases.has_trgm:
                connection.execute("CREATE EXTENSION pg_trgm")
        with closing(open_store(Settings(store=url))) as store:
            graph = Graph(store)
            graph.add_models(*MODELS)
            graph.put("one", code="A")
            assert store.write(delete_some).result().matched == 1
        copied(url, another)
        with closing(Database(url)) as database:
            found = PostgresInstances(database, lambda schema: PostgresStore(database, schema))
            found.create("acme")
            found.remove("acme")
            found.close()
    texts = LOGGED.findall((own_postgres.folder / "log").read_text("utf-8"))
    passed_on = [text for text in texts if PASSED_ON.search(text)]
    assert any("CREATE INDEX" in text for text in passed_on) and any(
        "lock_timeout" in text for text in passed_on
    )
    assert [text for text in passed_on if len(re.findall(r";\s*\S", re.sub(r"--.*", "", text)))] == []
    of_sequences = [text for text in texts if OF_SEQUENCES.search(text)]
    assert of_sequences
    assert [text for text in of_sequences if OF_TABLES.search(text)] == []
