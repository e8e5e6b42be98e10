"""What the store does on Citus, as far as it can be seen without it: how it asks, and how it takes answers."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any
from unittest.mock import patch

import psycopg
import pytest

from twinhaus import observability
from twinhaus.query.plan import Comparison, Include, Leaf, Query
from twinhaus.storage.sql.postgres import glance, instances
from twinhaus.storage.sql.postgres.database import Database
from twinhaus.storage.sql.postgres.instances import PostgresInstances
from twinhaus.storage.sql.postgres.sending import Sending
from twinhaus.storage.sql.postgres.store import PostgresStore
from twinhaus.storage.store import Reader
from twinhaus.testing.store_contract.graph import MODELS, Graph

WITH_A_CODE = Query(condition=Leaf(("code",), Comparison.IS_PRESENT))
# What Citus says where a machine was lost while it was told to commit; here for the first commit after it is made.
LOST_ONCE = """
    CREATE SEQUENCE twinhaus.commits;
    CREATE FUNCTION twinhaus.lose() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('twinhaus.commits') = 1 THEN
            RAISE 'could not commit transaction for shard 102008 on at least one active node' USING ERRCODE = 'XX000';
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER lost AFTER INSERT OR UPDATE ON twinhaus.writer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION twinhaus.lose()
"""
# As Citus has it, but where it can be made by anybody.
SHARDS = """
    CREATE TABLE twinhaus.citus_shards (table_name regclass, shard_size bigint, nodename text, nodeport integer);
    INSERT INTO twinhaus.citus_shards
    SELECT oid, 1000, 'worker-1', 5432 FROM pg_class
    WHERE relkind = 'r' AND relnamespace = CAST('twinhaus_acme' AS regnamespace)
"""


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """With one connection to lend."""
    with closing(Database(postgres_url, readers=1)) as database:
        yield database


@pytest.fixture
def store(database: Database) -> Iterator[PostgresStore]:
    """A store that holds one twin."""
    with closing(PostgresStore(database)) as store:
        Graph(store).add_models(*MODELS)
        Graph(store).put("one", code="A")
        yield store


def with_a_code(reader: Reader) -> int:
    """A list that asks two questions, of which the first is what is supposed of the index."""
    return reader.list_twins(WITH_A_CODE, Include(), after=0, limit=100).count


@pytest.fixture
def sent() -> Iterator[list[str]]:
    """The statements that were sent on the loop."""
    texts: list[str] = []
    send: Callable[..., None] = Sending.send

    def noting(self: Sending, text: str, *rest: Any) -> None:
        texts.append(text)
        send(self, text, *rest)

    with patch.object(Sending, "send", noting), patch.object(glance, "has_citus", return_value=True):
        yield texts


def test_a_glance_is_a_transaction_in_words(store: PostgresStore, sent: list[str]) -> None:
    """So that all its statements see one snapshot of the machine that has the tables, from the state on."""
    done = observability.BRIEF_READS_DONE._value

    async def glance_at_it() -> None:
        before = done.get()
        while done.get() == before:  # Until there is a connection to lend.
            sent.clear()
            assert await store.read_briefly(with_a_code) == 1

    async def read() -> None:
        await glance_at_it()
        for supposed in (True, True):
            await glance_at_it()
            assert sent[0] == "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            assert sent[-1] == "COMMIT"
            assert sum("COMMIT" in text for text in sent) == 1, supposed

    asyncio.run(read())


def test_what_was_lost_in_commit_is_done_again_once(store: PostgresStore, postgres_url: str) -> None:
    """Where the machine that has the tables is lost in it, one looks whether it was done, and if not, does it."""
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(LOST_ONCE)
    Graph(store).put("two", code="B")
    assert store.read(with_a_code).result() == 2


def test_the_list_says_where_instances_lie(
    database: Database, store: PostgresStore, postgres_url: str
) -> None:
    """One that was made while schemas were not placed is in it, too, and nowhere in particular."""
    with closing(PostgresInstances(database, lambda schema: PostgresStore(database, schema))) as found:
        found.create("acme")
        found.create("beta")
        with psycopg.connect(postgres_url, autocommit=True) as other:
            other.execute(SHARDS)
        with patch.object(instances, "_IS_CITUS", "SELECT TRUE"):
            acme, beta = found.list()
    assert (acme.name, acme.place, acme.bytes % 1000) == ("acme", "worker-1:5432", 0)
    assert (beta.name, beta.place) == ("beta", None)
    assert beta.bytes > 0 < acme.bytes
