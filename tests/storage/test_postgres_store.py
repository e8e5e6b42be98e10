"""The store for servers keeps the contract of stores, and of instances, however a database orders texts."""

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any
from unittest.mock import patch

import psycopg
import pytest

from twinhaus.engines import has_store, open_instances, open_store, open_to_read
from twinhaus.errors import StoreUnusable, Unavailable
from twinhaus.settings import Settings
from twinhaus.storage.instances import Instances
from twinhaus.storage.migrate import StoreTooNew
from twinhaus.storage.sql.postgres import committer
from twinhaus.storage.sql.postgres.connection import PostgresConnection
from twinhaus.storage.sql.postgres.database import Database
from twinhaus.storage.sql.postgres.store import PostgresStore
from twinhaus.storage.sql.queries import AT_ONCE, QUERIES
from twinhaus.storage.store import Store
from twinhaus.testing.postgres.databases import Databases, name_of
from twinhaus.testing.store_contract import SetClock, StoreContract
from twinhaus.testing.store_contract.graph import MODELS, Graph
from twinhaus.testing.store_contract.instances import InstancesContract
from twinhaus.transfer.formats import RELATIONSHIPS, Ndjson, take_batch
from twinhaus.transfer.lines import Line

SERVERS = 8


@pytest.fixture(scope="module")
def url(postgres: Databases) -> Iterator[str]:
    """A database for many stores."""
    with postgres.database() as url:
        yield url


@pytest.fixture(scope="module")
def database(url: str) -> Iterator[Database]:
    """The connections to it."""
    with closing(Database(url, readers=2)) as database:
        yield database


@pytest.fixture(scope="module")
def icu_database(postgres_icu: Databases) -> Iterator[Database]:
    """Connections to one that orders texts as people do."""
    with postgres_icu.database(icu=True) as url, closing(Database(url, readers=2)) as database:
        yield database


class TestPostgresStore(StoreContract):
    """In a schema."""

    @pytest.fixture
    def store(self, clock: SetClock, database: Database, request: pytest.FixtureRequest) -> Iterator[Store]:
        with closing(PostgresStore(database, f"store {id(request)}", clock=clock)) as store:
            yield store
        database.read(lambda connection: connection.execute(f'DROP SCHEMA "store {id(request)}" CASCADE'))


class TestPostgresStoreOrderedByIcu(StoreContract):
    """In a database where `a` comes before `B`, and where two texts that look alike may be one."""

    @pytest.fixture
    def store(
        self, clock: SetClock, icu_database: Database, request: pytest.FixtureRequest
    ) -> Iterator[Store]:
        with closing(PostgresStore(icu_database, f"store {id(request)}", clock=clock)) as store:
            yield store
        icu_database.read(lambda connection: connection.execute(f'DROP SCHEMA "store {id(request)}" CASCADE'))


class TestPostgresInstances(InstancesContract):
    """In a database."""

    @pytest.fixture
    def instances(self, postgres_url: str) -> Iterator[Instances]:
        with closing(open_instances(Settings(store=postgres_url))) as opened:
            yield opened

    @pytest.fixture
    def elsewhere(self, postgres_url: str) -> Iterator[Instances]:
        with closing(open_instances(Settings(store=postgres_url))) as opened:
            yield opened


def test_engines_have_the_same_statements() -> None:
    """What one engine says its own way, the other says, too; what it knows besides is its own need."""
    only_postgres = {"note_commit", "last_commit", "forget_writers", "lacking_trigrams", "has_trigrams"}
    only_postgres |= {"set_last_number"}
    assert set(QUERIES["postgres"]) - set(QUERIES["sqlite"]) - set(AT_ONCE) == only_postgres
    only_sqlite = {"get_state", "tables", "set_last_twin_number", "add_last_twin_number", "add_blocks"}
    only_sqlite |= {"is_any_unread", "some_unread", "read_texts", "forget_unread", "read_all_again"}
    only_sqlite |= {
        "some_new_ids",
        "read_ids",
        "merge_parts",
        "changes",
        "rarest_trigrams",
        "is_trigram_among",
    }
    assert set(QUERIES["sqlite"]) - set(QUERIES["postgres"]) == only_sqlite


def test_many_servers_that_start_at_once_make_one_store(postgres_url: str) -> None:
    """Whoever comes first makes it; all find the same, and each can write to it."""
    with ThreadPoolExecutor(SERVERS) as threads:
        stores = list(threads.map(lambda _: open_store(Settings(store=postgres_url)), range(SERVERS)))
    try:
        identities = {store.read(lambda reader: reader.secret("identity")).result() for store in stores}
        assert len(identities) == 1
        Graph(stores[0]).add_models(*MODELS)
        for number, store in enumerate(stores):
            Graph(store).put(f"twin-{number}")
        assert Graph(stores[0]).ids() == [f"twin-{number}" for number in range(SERVERS)]
    finally:
        for store in stores:
            store.close()


def test_a_store_of_a_newer_version_is_refused(postgres_url: str) -> None:
    """Where it cannot be worked with, by its number, before anything is read or written."""
    open_store(Settings(store=postgres_url)).close()
    with psycopg.connect(postgres_url) as connection:
        connection.execute("UPDATE twinhaus.state SET value = '9999' WHERE name IN ('version', 'compatible')")
    with pytest.raises(StoreTooNew):
        open_store(Settings(store=postgres_url))


def test_a_schema_that_a_database_team_has_made_is_enough(postgres: Databases, postgres_url: str) -> None:
    """A role that may not make schemas makes its tables in one that is there for it; else it is told why it cannot."""
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS twinhaus_least")
        admin.execute("CREATE ROLE twinhaus_least LOGIN")
        least = postgres_url.replace("//postgres@", "//twinhaus_least@")
        with pytest.raises(StoreUnusable, match="permission denied"):
            open_store(Settings(store=least))
        admin.execute("CREATE SCHEMA twinhaus AUTHORIZATION twinhaus_least")
        with closing(open_store(Settings(store=least))) as store:
            Graph(store).add_models(*MODELS)
            assert Graph(store).put("room", "Room").id == "room"
        admin.execute("DROP OWNED BY twinhaus_least CASCADE")
        admin.execute("DROP ROLE twinhaus_least")


def test_a_role_that_may_not_use_the_schema_is_told_so(postgres: Databases, postgres_url: str) -> None:
    """Where another role has made the store, it says in the database's words what is lacking."""
    open_store(Settings(store=postgres_url)).close()
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS twinhaus_stranger")
        admin.execute("CREATE ROLE twinhaus_stranger LOGIN")
        strange = postgres_url.replace("//postgres@", "//twinhaus_stranger@")
        for open_it in (open_store, open_to_read, has_store):
            with pytest.raises(StoreUnusable, match="permission denied for schema twinhaus"):
                open_it(Settings(store=strange))
        admin.execute("DROP ROLE twinhaus_stranger")


def test_a_database_that_may_not_be_written_is_not(postgres: Databases, postgres_url: str) -> None:
    """Where its defaults say so, as some services have it for a disk that is nearly full: reads go on, and writes are
    refused as long as that is so.
    """
    with closing(open_store(Settings(store=postgres_url))) as store:
        graph = Graph(store)
        graph.add_models(*MODELS)
        graph.put("before")
        default = f'ALTER DATABASE "{name_of(postgres_url)}" SET default_transaction_read_only'
        with psycopg.connect(postgres.url, autocommit=True) as admin:
            admin.execute(f"{default} = on")
            postgres.terminate_connections(postgres_url)
            with patch.object(committer, "TRIES_MAX", 2), pytest.raises(Unavailable):
                graph.put("meanwhile")
            assert graph.ids() == ["before"]
            with closing(open_store(Settings(store=postgres_url))) as another:
                assert Graph(another).ids() == ["before"]
            admin.execute(f"{default} = off")
        graph.put("after")
        assert graph.ids() == ["before", "after"]


def test_the_first_batch_of_a_process_is_read_ahead_as_all_are(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To learn the models in the midst of it takes nothing away from what was read for all of its lines."""
    asked: Counter[str] = Counter()
    rows = PostgresConnection.rows

    def counted(
        self: PostgresConnection, text: str, parameters: Mapping[str, Any]
    ) -> Iterator[tuple[Any, ...]]:
        asked[text] += 1
        return rows(self, text, parameters)

    edges = [
        Line(number, b'{"sourceId":"%d","targetId":"0","name":"isPartOf"}' % number) for number in range(1, 9)
    ]
    with closing(PostgresStore(database, "first batch")) as store:
        graph = Graph(store)
        graph.add_models(*MODELS)
        graph.put_all(*map(str, range(9)))
    monkeypatch.setattr(PostgresConnection, "rows", counted)
    with closing(PostgresStore(database, "first batch")) as store:
        outcomes = store.write(lambda one: take_batch(one, edges, Ndjson(RELATIONSHIPS))).result()
    assert {outcome.name for outcome in outcomes} == {"created"}
    names = ("models_after", "places_of_twins", "find_relationships", "places_of", "inhabited")
    assert [asked[QUERIES["postgres"][name]] for name in names] == [1] * len(names)


@pytest.mark.parametrize("twin_id", ["room\0", "\0", "\ud800", "room\udfff"])
def test_what_no_text_may_hold_is_asked_for_and_not_found(database: Database, twin_id: str) -> None:
    """PostgreSQL refuses NUL and halves of characters in a text; an id with them is one that nothing has."""
    with closing(PostgresStore(database, "unstorable")) as store:
        Graph(store).add_models(*MODELS)
        Graph(store).put("room", "Room")
        assert store.read(lambda reader: reader.find_twin(twin_id)).result() is None
        found = store.read(lambda reader: reader.find_documents((twin_id, "room"))).result()
        assert list(found) == ["room"]
