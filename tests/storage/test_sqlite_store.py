"""The embedded store keeps the contract, and what a file adds to it: its rights, its versions, other processes."""

import json
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import apsw
import pytest

from twinhaus.errors import QueryTimeout, StoreUnusable
from twinhaus.graph import CONTAINMENT_RELATIONSHIPS
from twinhaus.query.audit import AuditQuery
from twinhaus.query.plan import Comparison, Include, Leaf, Query
from twinhaus.storage.access import Client, SigningKey
from twinhaus.storage.migrate import MIGRATIONS, StoreTooNew
from twinhaus.storage.sql.following import Following
from twinhaus.storage.sql.sqlite import connection as sqlite
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.writes import GROUP_SIZE_MAX
from twinhaus.storage.store import Reader, Store, Transaction
from twinhaus.testing.store_contract import SetClock, StoreContract
from twinhaus.testing.store_contract.graph import EPOCH, MODELS, Graph, model, model_id, thing

ENOUGH_SECONDS = 30
NOTHING = Query(condition=Leaf(("part", "$metadata"), Comparison.IS_PRESENT))  # Of which no index tells.


class TestSqliteStore(StoreContract):
    """In one file."""

    @pytest.fixture
    def store(self, clock: SetClock, tmp_path: Path) -> Iterator[Store]:
        with closing(SqliteStore(tmp_path / "store.db", clock=clock)) as store:
            yield store


def fill(store: Store) -> Graph:
    """The contract's models, two twins and a relationship."""
    graph = Graph(store)
    graph.add_models(*MODELS)
    graph.put("room", "Room")
    graph.put("unit", "Unit")
    graph.relate("unit", "locatedIn", "room")
    return graph


def everything(store: Store) -> object:
    """All that a store tells of what is in it."""
    return store.read(
        lambda reader: (
            reader.list_twins(Query(), Include(outgoing=True, incoming=True), after=0, limit=100),
            reader.registry.ids,
            reader.is_decommissioned(model_id("Room")),
            reader.clients(),
            reader.signing_keys(),
            reader.secret("continuation"),
            reader.secret("identity"),
            reader.list_audit(AuditQuery(), limit=1_000),
        )
    ).result()


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    """The file and those SQLite lays beside it are mode 0600: they hold signing keys."""
    with closing(SqliteStore(tmp_path / "deep" / "down" / "store.db")) as store:
        fill(store)
        files = list((tmp_path / "deep" / "down").iterdir())
        assert len(files) > 1
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_store_opened_again_is_as_it_was(tmp_path: Path) -> None:
    """Twins, relationships, models, clients, keys, secrets and the trail outlive the process; so does the order."""

    def add_identity(transaction: Transaction) -> None:
        transaction.add_client(Client("id", "name", b"hash", ("admin",), EPOCH))
        transaction.add_signing_key(SigningKey("key", "-----BEGIN…", EPOCH))
        transaction.set_decommissioned(model_id("Room"), decommissioned=True)

    with closing(SqliteStore(tmp_path / "store.db")) as store:
        fill(store)
        store.write(add_identity).result()
        before = everything(store)
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        assert everything(store) == before
        graph = Graph(store)
        graph.put("late")
        assert graph.ids() == ["room", "unit", "late"]


def test_instants_rise_over_a_restart(tmp_path: Path) -> None:
    """A store opened with a clock that is behind goes on after the last instant it handed out."""
    with closing(SqliteStore(tmp_path / "store.db", clock=lambda: EPOCH)) as store:
        before = store.write(lambda transaction: transaction.next_instant()).result()
    with closing(SqliteStore(tmp_path / "store.db", clock=lambda: 0)) as store:
        assert store.write(lambda transaction: transaction.next_instant()).result() == before + 1


def test_two_stores_have_different_secrets(tmp_path: Path) -> None:
    """Secrets are made when a store is made, so that no token of one is good for the other."""
    with (
        closing(SqliteStore(tmp_path / "a.db")) as first,
        closing(SqliteStore(tmp_path / "b.db")) as second,
    ):
        for name in ("continuation", "identity"):
            secrets = {
                store.read(lambda reader: reader.secret(name)).result()  # noqa: B023  It runs at once.
                for store in (first, second)
            }
            assert len(secrets) == 2


def test_a_new_store_has_the_newest_schema(tmp_path: Path) -> None:
    """Its version is that of the last migration, and its header says whose file it is."""
    SqliteStore(tmp_path / "store.db").close()
    with closing(apsw.Connection(str(tmp_path / "store.db"))) as connection:
        assert connection.pragma("user_version") == MIGRATIONS["sqlite"][-1].version
        assert connection.pragma("application_id") == int.from_bytes(b"twin")


def test_migrations_are_numbered_without_gaps(tmp_path: Path) -> None:
    """Each migration is one step up from the one before, the first from nothing."""
    for known in MIGRATIONS.values():
        assert [migration.version for migration in known] == list(range(1, len(known) + 1))


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    """A file that a later version has migrated to what we cannot work with is not opened, and not changed."""
    path = tmp_path / "store.db"
    SqliteStore(path).close()
    with closing(apsw.Connection(str(path))) as connection:
        later = MIGRATIONS["sqlite"][-1].version + 1
        connection.execute(f"PRAGMA user_version = {later}")
        connection.execute("UPDATE state SET value = ? WHERE name = 'compatible'", (later,))
    before = path.read_bytes()
    with pytest.raises(StoreTooNew):
        SqliteStore(path)
    assert path.read_bytes() == before


def make_letter(path: Path) -> None:
    """A file of text."""
    path.write_text("Dear Sir or Madam, " * 1_000)


def make_other_database(path: Path) -> None:
    """A database that is not ours."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE twin (id TEXT)")
        database.commit()


def make_folder(path: Path) -> None:
    """No file."""
    path.mkdir()


@pytest.mark.parametrize("make", [make_letter, make_other_database, make_folder])
def test_what_is_no_store_is_refused(make: Callable[[Path], None], tmp_path: Path) -> None:
    """It is not opened, the refusal names it, and nothing is changed in it."""
    path = tmp_path / "store.db"
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreUnusable, match=str(path)):
        SqliteStore(path)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_two_stores_on_one_file_see_each_other(tmp_path: Path) -> None:
    """As two processes would: twins, relationships, models, clients and instants of one are the other's at once."""
    with (
        closing(SqliteStore(tmp_path / "store.db", clock=lambda: EPOCH)) as first,
        closing(SqliteStore(tmp_path / "store.db", clock=lambda: EPOCH)) as second,
    ):
        fill(first)
        assert everything(second) == everything(first)
        here, there = Graph(first), Graph(second)
        assert there.put("b", "Plantroom").updated > here.get("unit").updated
        assert here.ids(Query(location_id="room")) == ["room", "unit"]
        there.relate("b", "isPartOf", "unit")
        assert here.ids(Query(location_id="room")) == ["room", "unit", "b"]
        here.add_models(model("Office", "Room"))
        there.put("office", "Office")
        there.add_models(model("Corner", "Office"))
        here.put("corner", "Corner")
        assert everything(second) == everything(first)
        assert here.ids() == ["room", "unit", "b", "office", "corner"]


def test_the_places_follow_the_containment_setting(tmp_path: Path) -> None:
    """A store opened with other containment relationships than before has other places, for old and new twins alike.
    They stay until others are named, and a store that is open already follows them too.
    """
    path = tmp_path / "store.db"
    with closing(SqliteStore(path)) as before:
        old = fill(before)
        old.put("fan")
        old.relate("fan", "serves", "unit")
        assert old.ids(Query(location_id="room")) == ["room", "unit"]
        with closing(SqliteStore(path, following=Following(("serves", "locatedIn")))) as store:
            graph = Graph(store)
            assert graph.ids(Query(location_id="room")) == ["room", "unit", "fan"]
            graph.unrelate("unit_locatedIn_room")
            graph.put("belt")
            graph.relate_all("belt serves fan", "belt isPartOf room")
        assert old.ids(Query(location_id="unit")) == ["unit", "fan", "belt"]
        old.relate("room", "serves", "belt")
        assert old.ids(Query(location_id="unit")) == ["room", "unit", "fan", "belt"]
    with closing(SqliteStore(path)) as store:
        assert Graph(store).ids(Query(location_id="unit")) == ["room", "unit", "fan", "belt"]
    with closing(SqliteStore(path, following=Following(CONTAINMENT_RELATIONSHIPS))) as store:
        graph = Graph(store)
        assert graph.ids(Query(location_id="unit")) == ["unit"]
        assert graph.ids(Query(location_id="room")) == ["room", "belt"]


def test_a_query_past_its_deadline_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is interrupted and raises QueryTimeout; afterwards reads and writes work as before."""
    clock = SetClock()
    monkeypatch.setattr(sqlite, "time", SimpleNamespace(monotonic=clock))

    def many(transaction: Transaction) -> None:
        for number in range(3_000):
            transaction.put_twin(thing(f"t{number}"))

    def look_too_long(reader: Reader) -> None:
        assert reader.find_twin("t0") is not None
        clock.ticks = sys.maxsize
        reader.list_twins(NOTHING, Include(), after=0, limit=10)

    with closing(SqliteStore(tmp_path / "store.db", readers=1)) as store:
        graph = fill(store)
        store.write(many).result()
        clock.ticks = 0
        with pytest.raises(QueryTimeout):
            store.read(look_too_long).result()
        clock.ticks = 0
        assert graph.ids(NOTHING) == []
        assert graph.put("late").id == "late"


def test_writes_that_wait_together_share_a_transaction(tmp_path: Path) -> None:
    """While one write runs the others gather; then up to GROUP_SIZE_MAX of them are one commit."""
    with closing(SqliteStore(tmp_path / "store.db")) as store:
        begun, gathered = Event(), Event()
        transactions: list[Transaction] = []

        def hold(transaction: Transaction) -> bool:
            begun.set()
            return gathered.wait(ENOUGH_SECONDS)

        held = store.write(hold)
        assert begun.wait(ENOUGH_SECONDS)
        futures = [store.write(transactions.append) for _ in range(GROUP_SIZE_MAX + 6)]
        gathered.set()
        assert held.result()
        for future in futures:
            future.result()
        sizes = [sum(one is other for other in transactions) for one in transactions]
        assert sizes == [GROUP_SIZE_MAX] * GROUP_SIZE_MAX + [6] * 6


def test_writes_of_many_threads_all_land(tmp_path: Path) -> None:
    """Every write of many clients at once is there afterwards, and each instant was handed out once."""
    with closing(SqliteStore(tmp_path / "store.db", clock=lambda: EPOCH)) as store:
        graph = fill(store)

        def put_some(client: int) -> list[int]:
            return [graph.put(f"{client}-{number}").updated for number in range(25)]

        with ThreadPoolExecutor(8) as clients:
            instants = [instant for some in clients.map(put_some, range(8)) for instant in some]
        assert len(set(instants)) == len(instants) == 200
        ids = {f"{client}-{number}" for client in range(8) for number in range(25)}
        assert ids <= set(graph.ids())


def test_closing_waits_for_what_was_asked(tmp_path: Path) -> None:
    """Writes handed in before `close` are done and durable after it."""
    store = SqliteStore(tmp_path / "store.db")
    fill(store)

    def create(number: int) -> Future[None]:
        return store.write(lambda transaction: transaction.put_twin(thing(f"t{number}")))

    futures = [create(number) for number in range(100)]
    store.close()
    assert all(future.done() and future.exception() is None for future in futures)
    with closing(SqliteStore(tmp_path / "store.db")) as again:
        assert len(Graph(again).ids()) == 102


def test_text_is_stored_as_it_is_answered(tmp_path: Path) -> None:
    """The file holds each twin's JSON text, readable by any tool that opens SQLite files."""
    path = tmp_path / "store.db"
    with closing(SqliteStore(path)) as store:
        put = fill(store).put("a", code="Ünïcode")
    with closing(sqlite3.connect(path)) as database:
        ((text,),) = database.execute(
            "SELECT json FROM document JOIN twin ON twin.number = twin WHERE id = 'a'"
        )
    assert text == put.document
    assert json.loads(text)["contents"] == {"code": "Ünïcode"}
