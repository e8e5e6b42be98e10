"""A copy of a store is that store, in whichever engine, however often it was interrupted."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import apsw
import psycopg
import pytest
from tests.copies import PAIRS, Pair, all_rows, copied, copy, engine_called, filling, pair_of, reading
from tests.engines import ENGINES, SQLITE
from tests.serving import opened
from tests.storage.test_migrations import make_first_version

from twinhaus import changes
from twinhaus.audit import Action
from twinhaus.auth.tokens import ensure_signing_key
from twinhaus.errors import TwinhausError
from twinhaus.query.plan import Include, Query
from twinhaus.storage.address import is_url
from twinhaus.storage.store import Reader, SigningKey, Store, Transaction
from twinhaus.storage.tables import (
    NUMBERS_LEFT_OUT,
    TABLES,
    CopyUnderWay,
    NotStorable,
    Row,
    SameStore,
    StoreNotEmpty,
    StoreUnfinished,
)
from twinhaus.testing.store_contract.audit import trail
from twinhaus.testing.store_contract.graph import MODELS, Graph, ids_of, model, model_id
from twinhaus.testing.store_contract.identity import add_clients
from twinhaus.testing.store_contract.models import of_model
from twinhaus.transfer import copying
from twinhaus.transfer.copying import Beginning

BOTH = Include(incoming=True, outgoing=True)
TWINS = 40


class Interrupted(Exception):
    """The command was ended."""


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """A store with something of everything in each engine; to be copied by the engine's own means, not changed."""
    with ExitStack() as stack:
        stores = {name: stack.enter_context(engine_called(request, name).new_store()) for name in ENGINES}
        for store in stores.values():
            fill(store)
        yield stores


@pytest.fixture(params=PAIRS, ids=" to ".join)
def pair(request: pytest.FixtureRequest, filled: dict[str, str]) -> Iterator[Pair]:
    """Two stores, of each engine in turn, the first of them filled."""
    source, target = (engine_called(request, name) for name in request.param)
    with pair_of(source.copied(filled[source.name]), target) as new:
        yield new


def fill(name: str) -> None:
    """A store with something of everything, and with gaps."""
    with opened(name) as store:
        graph = Graph(store)
        graph.add_models(*MODELS, model("Extra", "Thing"))
        graph.put_all(*(f"t{number}" for number in range(TWINS)))
        graph.put("orphan", "Extra", code="ä\u2028 \U0001f600")
        graph.put("room", "Room", code="x" * 5_000)
        graph.relate_all("t1 isPartOf room", "t2 isPartOf t1", "orphan locatedIn room", "t3 serves t1")
        graph.relate("t4", "serves", "t1", substance="wasser, kalt")
        graph.unrelate("t3_serves_t1")
        graph.remove_models("Extra")
        graph.remove_models("Plantroom")
        graph.add_models(MODELS[-1])
        store.write(lambda transaction: changes.decommission_model(transaction, model_id("Unit"))).result()
        add_clients(store, "boiler", "É")
        store.write(ensure_signing_key).result()
        graph.put("last")
        graph.remove_all("last", "t7")


def everything(store: Store) -> list[Any]:
    """All that a store says of itself, but for its twins' numbers."""

    def job(reader: Reader) -> list[Any]:
        ids = [one.id for one in reader.each_twin()]
        return [
            reader.registry.ids,
            [reader.registry.document(id_) for id_ in reader.registry.ids],
            reader.models(),
            list(reader.each_twin()),
            list(reader.each_relationship()),
            reader.find_documents(ids, BOTH),
            reader.clients(),
            reader.signing_keys(),
            [reader.secret(name) for name in ("identity", "continuation")],
            [reader.located_in([place], ids) for place in ids],
            [reader.count_twins(of_model(name)) for name in ("Thing", "Space", "Extra", "Unit")],
        ]

    return [*store.read(job).result(), trail(store)]


def change(name: str) -> None:
    """Change something in a store."""
    with opened(name) as store:
        Graph(store).put("t0", code="changed")


def interrupt_after(batches: int) -> Callable[[int], None]:
    """What ends a copy after so many batches."""
    left = batches

    def advance(count: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Interrupted

    return advance


def execute(store: str, text: str) -> None:
    """Do something to a store behind its back."""
    if is_url(store):
        with psycopg.connect(store, options="-c search_path=twinhaus") as connection:
            connection.execute(text.encode())
    else:
        with closing(apsw.Connection(store)) as file:
            file.execute(text)


def indexes_of(store: str) -> list[Any]:
    """The indexes of a store, as the engine tells of them."""
    if is_url(store):
        with psycopg.connect(store) as connection:
            return connection.execute("SELECT indexdef FROM pg_indexes ORDER BY indexname").fetchall()
    with closing(apsw.Connection(store)) as file:
        return list(file.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' ORDER BY name"))


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction takes the rows of a few twins."""
    monkeypatch.setattr(copying, "ROWS_AT_ONCE", 7)
    monkeypatch.setattr(copying, "_PIECE_ROWS", 7)


def test_a_copy_is_the_same_store(pair: Pair) -> None:
    """In all it is asked, and row by row, with the indexes of its engine; the source is as it was."""
    before = all_rows(pair.source)
    copied(pair.source, pair.target)
    assert all_rows(pair.target) == before
    assert all_rows(pair.source) == before
    with opened(new := pair.another()):
        pass
    assert indexes_of(pair.target) == indexes_of(new)
    with opened(pair.source) as source, opened(pair.target) as target:
        assert everything(target) == everything(source)


def test_a_copy_of_a_copy_is_the_same_store(pair: Pair) -> None:
    """Back again, too."""
    copied(pair.source, pair.target)
    another = pair.another()
    copied(pair.target, another)
    assert all_rows(another) == all_rows(pair.source)


def test_an_empty_store_can_be_copied(pair: Pair) -> None:
    """It has nothing but its secrets and what its locations follow, and the copy takes models and twins as any."""
    empty, target = pair.another(), pair.another()
    with opened(empty):
        pass
    copied(empty, target)
    with opened(target) as store:
        graph = Graph(store)
        graph.add_models(*MODELS)
        graph.put_all("a", "b")
        assert graph.ids() == ["a", "b"]


def test_numbers_go_on_far_above_those_of_the_source(pair: Pair) -> None:
    """Whatever the source goes on to create meanwhile, its numbers are never given here; and a page that ended in the
    source goes on in the copy with what comes next, and skips and repeats nothing.
    """
    copied(pair.source, pair.target)
    with opened(pair.source) as source, opened(pair.target) as target:
        first = Graph(source).page(limit=20)
        Graph(source).put_all("lost-1", "lost-2")
        late = Graph(source).page(limit=1_000)
        graph = Graph(target)
        graph.put_all("new-1", "new-2")
        rest = graph.page(after=first.last, limit=1_000)
        assert ids_of(first) + ids_of(rest) == graph.ids()
        assert ids_of(graph.page(after=late.last, limit=1_000)) == ["new-1", "new-2"]
        assert rest.last - first.last > NUMBERS_LEFT_OUT


def test_new_rows_of_every_kind_find_their_place(pair: Pair) -> None:
    """After a copy all can be changed that could be changed before, in the order of what comes later."""
    copied(pair.source, pair.target)
    with opened(pair.target) as store:
        graph = Graph(store)
        newest = trail(store)[0]
        graph.add_models(model("Extra", "Thing"), model("Another", "Extra"))
        graph.put("new", "Another")
        graph.relate_all("new isPartOf t2", "t3 serves t1")
        add_clients(store, "another")
        assert graph.ids(of_model("Extra")) == ["orphan", "new"]
        assert graph.ids(Query(location_id="room")) == ["t1", "t2", "orphan", "room", "new"]
        relationships = store.read(lambda reader: [one.id for one in reader.each_relationship()]).result()
        assert relationships[-2:] == ["new_isPartOf_t2", "t3_serves_t1"]
        added = [entry for entry in trail(store) if entry.instant > newest.instant]
        assert [entry.action for entry in added] == [Action.CREATED] * 6
        assert graph.remove_all("room", "t1") == 5


def test_no_instant_is_handed_out_again(pair: Pair) -> None:
    """Where the source's clock was ahead, the copy's goes on from there."""
    with opened(pair.source) as store:
        ahead = store.write(lambda transaction: transaction.next_instant()).result() + 10**12
        store.write(lambda transaction: transaction.pass_instant(ahead)).result()
    copied(pair.source, pair.target)
    with opened(pair.target) as store:
        assert store.write(lambda transaction: transaction.next_instant()).result() == ahead + 1


@pytest.mark.usefixtures("small_batches")
def test_an_interrupted_copy_goes_on(pair: Pair) -> None:
    """After any batch it is ended and taken up again; in the end it is the same store."""
    rows = all_rows(pair.source)
    beginning, interruptions = None, 0
    while beginning is None:
        try:
            beginning, found = copy(pair.source, pair.target, interrupt_after(1))
            assert all(one.is_same for one in found)
        except Interrupted:
            interruptions += 1
    assert beginning is Beginning.RESUMED
    assert interruptions > sum(map(len, rows.values())) // 7 // 2
    assert all_rows(pair.target) == rows


@pytest.mark.usefixtures("small_batches")
def test_what_has_been_copied_is_counted(pair: Pair) -> None:
    """A copy that goes on knows how many rows there are, and how many of them are there already."""
    told: list[int] = []

    def advance(count: int) -> None:
        told.append(count)
        if len(told) == 12:
            raise Interrupted

    with pytest.raises(Interrupted):
        copy(pair.source, pair.target, advance)
    total = sum(map(len, all_rows(pair.source).values()))
    with reading(pair.source) as source, filling(pair.target) as target:
        assert copying.count_rows(source) == (total, 0)
        assert copying.count_rows(source, target.progress) == (total, sum(told))


@pytest.mark.usefixtures("small_batches")
def test_a_source_that_changed_is_copied_anew(pair: Pair) -> None:
    """What was copied before the change is thrown away: two states of a store are never mixed."""
    with pytest.raises(Interrupted):
        copy(pair.source, pair.target, interrupt_after(15))
    change(pair.source)
    with pytest.raises(Interrupted):
        copy(pair.source, pair.target, interrupt_after(15))
    beginning, found = copy(pair.source, pair.target)
    assert beginning is Beginning.RESUMED
    assert all(one.is_same for one in found)
    assert all_rows(pair.target) == all_rows(pair.source)


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(
    "write",
    [
        lambda transaction: transaction.delete_twins(["t9"]),
        lambda transaction: transaction.delete_relationship("t1_isPartOf_room"),
        lambda transaction: changes.add_models(transaction, [model("Later")]),
        lambda transaction: transaction.set_decommissioned(model_id("Thing"), decommissioned=True),
        lambda transaction: transaction.remove_client(transaction.clients()[0].id),
        lambda transaction: transaction.add_signing_key(SigningKey("later", "pem", 1)),
    ],
)
def test_every_change_is_noticed(pair: Pair, write: Callable[[Transaction], Any]) -> None:
    """Of whatever kind it is."""
    with pytest.raises(Interrupted):
        copy(pair.source, pair.target, interrupt_after(15))
    with opened(pair.source) as store:
        store.write(write).result()
    beginning, _ = copy(pair.source, pair.target)
    assert beginning is Beginning.AGAIN
    assert all_rows(pair.target) == all_rows(pair.source)


def test_a_copy_is_of_one_moment(pair: Pair) -> None:
    """What a server writes while the copy is under way is not in it, not even in part."""
    before = all_rows(pair.source)
    with reading(pair.source) as source, filling(pair.target) as target:
        copying.begin(source, target)
        change(pair.source)
        copying.copy(source, target, lambda count: change(pair.source))
        with target.reading() as filled:
            assert all(one.is_same for one in copying.compare(source, filled, lambda count: None))
        target.finish()
    assert all_rows(pair.target) == before


def test_an_unfinished_copy_is_no_store(pair: Pair) -> None:
    """Nobody can open it, or copy from it, until it is finished."""
    with pytest.raises(Interrupted):
        copy(pair.source, pair.target, interrupt_after(1))
    with pytest.raises(StoreUnfinished, match=r"not finished") as raised, opened(pair.target):
        pass
    assert "store.db" in str(raised.value) or "twinhaus_test" in str(raised.value)
    with pytest.raises(StoreUnfinished), reading(pair.target):
        pass
    copy(pair.source, pair.target)
    with opened(pair.target) as store:
        assert len(Graph(store).ids()) == TWINS + 1


def test_only_a_new_store_is_copied_into(pair: Pair) -> None:
    """One that holds anything is refused, and left as it is; so is one that is the source, and a copy of another."""
    with opened(pair.target) as store:
        add_clients(store, "somebody")
    before = all_rows(pair.target)
    with pytest.raises(StoreNotEmpty):
        copy(pair.source, pair.target)
    with pytest.raises(StoreNotEmpty):
        copy(pair.source, pair.source)
    assert all_rows(pair.target) == before
    empty = pair.another()
    with opened(empty):
        pass
    with pytest.raises(SameStore):
        copy(empty, empty)
    with pytest.raises(Interrupted):
        copy(pair.source, empty, interrupt_after(0))
    with pytest.raises(StoreNotEmpty, match="another store"):
        copy(pair.target, empty)
    assert copy(pair.source, empty)[0] is Beginning.RESUMED


@pytest.mark.usefixtures("small_batches")
def test_only_one_command_copies_into_a_store(pair: Pair) -> None:
    """Where a second takes up the same copy, whichever finds that the other went on gives way."""
    with reading(pair.source) as source, filling(pair.target) as target:
        copying.begin(source, target)
        with filling(pair.target) as other:
            assert copying.begin(source, other) is Beginning.RESUMED
            with pytest.raises(Interrupted):
                copying.copy(source, other, interrupt_after(2))
            with pytest.raises(CopyUnderWay):
                copying.copy(source, target, lambda count: None)
            with pytest.raises(CopyUnderWay):
                target.erase()
            copying.copy(source, other, lambda count: None)
            other.finish()
    assert all_rows(pair.target) == all_rows(pair.source)


@pytest.mark.parametrize(
    ("damage", "table", "key"),
    [
        ("UPDATE document SET json = '{}' WHERE twin = 5", "document", (5,)),
        ("DELETE FROM twin WHERE number = 3", "twin", (3,)),
        ("INSERT INTO kind (model, twin) VALUES (1, 999)", "kind", (1, 999)),
        ("UPDATE client SET scopes = '' WHERE name = 'É'", "client", ("É-fo-di",)),
        ("UPDATE state SET value = '[]' WHERE name = 'containment'", "state", ("containment",)),
    ],
)
def test_what_is_not_the_same_is_found(pair: Pair, damage: str, table: str, key: tuple[Any, ...]) -> None:
    """The table, and the first key in it; the copy remains unfinished, and the next command begins anew."""
    with reading(pair.source) as source, filling(pair.target) as target:
        copying.begin(source, target)
        copying.copy(source, target, lambda count: None)
        execute(pair.target, damage)
        with target.reading() as filled:
            found = list(copying.compare(source, filled, lambda count: None))
        target.reject()
    assert [(one.table.name, one.differs_at) for one in found if not one.is_same] == [(table, key)]
    assert [one.table for one in found] == list(TABLES)
    beginning, found = copy(pair.source, pair.target)
    assert beginning is Beginning.AGAIN
    assert all(one.is_same for one in found)


def test_checksums_are_of_rows_and_not_of_engines(pair: Pair) -> None:
    """Two stores that hold the same have the same, and one value makes another."""
    copied(pair.source, pair.target)
    with reading(pair.source) as source, reading(pair.target) as target:
        found = list(copying.compare(source, target, lambda count: None))
    assert all(one.checksums[0] == one.checksums[1] for one in found)
    change(pair.target)
    with reading(pair.source) as source, reading(pair.target) as target:
        found = list(copying.compare(source, target, lambda count: None))
    assert {one.table.name for one in found if one.checksums[0] != one.checksums[1]} == {
        one.table.name for one in found if not one.is_same
    }


def test_long_texts_make_small_batches(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transaction takes fewer rows where they are long: the room's document, and what is read together with it."""
    monkeypatch.setattr(copying, "BYTES_AT_ONCE", 5_000)
    monkeypatch.setattr(copying, "_PIECE_ROWS", 2)
    batches: list[list[Row]] = []
    with reading(pair.source) as source, filling(pair.target) as target:
        copying.begin(source, target)
        monkeypatch.setattr(target, "add", lambda table, rows: batches.append(rows))
        copying.copy(source, target, lambda count: None)
    sizes = [len(repr(rows)) for rows in batches]
    assert max(sizes) < 12_000
    assert sum(map(len, batches)) == sum(map(len, all_rows(pair.source).values()))


def test_a_text_that_the_engine_cannot_store_is_named(
    request: pytest.FixtureRequest, filled: dict[str, str], postgres_url: str
) -> None:
    """PostgreSQL has no U+0000 in texts, SQLite has. Nothing lets one in, but should one be there, its row is named."""
    with engine_called(request, SQLITE).copied(filled[SQLITE]) as source:
        execute(source, "UPDATE client SET name = 'a' || char(0) || 'b' WHERE name = 'É'")
        with pytest.raises(NotStorable, match="client"):
            copy(source, postgres_url)


def test_a_backup_of_an_older_version_becomes_one_of_this(tmp_path: Path) -> None:
    """It is read as it would be if it were opened, and left as it is: the next older twinhaus can read it still."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    make_first_version(old)
    before = old.read_bytes()
    copied(str(old), str(new))
    assert old.read_bytes() == before
    shutil.copy(old, tmp_path / "opened.db")
    with opened(tmp_path / "opened.db") as one, opened(new) as other:
        assert Graph(one).ids() == Graph(other).ids()
        assert [model.id for model in one.read(lambda reader: reader.models()).result()] == [
            model_id("Thing")
        ]
    assert all_rows(str(new))["twin"] == all_rows(str(tmp_path / "opened.db"))["twin"]


def test_a_file_that_is_no_store_is_not_copied(tmp_path: Path) -> None:
    """An empty file, a letter, another program's database: each is refused with its name."""
    for content in (b"", b"This is a letter, not a store. " * 100):
        file = tmp_path / "letter"
        file.write_bytes(content)
        with pytest.raises(TwinhausError, match="letter cannot be opened as a store"):
            copy(str(file), str(tmp_path / "new.db"))
        assert file.read_bytes() == content
        assert not (tmp_path / "new.db").exists()


def test_a_copy_in_a_file_stands_alone(tmp_path: Path) -> None:
    """It is one file, for its owner alone; it can be read where nothing can be written, and reading leaves nothing."""
    source, folder = tmp_path / "source.db", tmp_path / "archive"
    fill(str(source))
    copied(str(source), str(folder / "copy.db"))
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_bytes()
    file.chmod(0o400)
    folder.chmod(0o500)
    try:
        assert all_rows(str(file)) == all_rows(str(source))
        assert list(folder.iterdir()) == [file]
    finally:
        folder.chmod(0o700)
    assert file.read_bytes() == before


def test_a_store_that_is_open_is_not_copied_into(tmp_path: Path) -> None:
    """Not even an empty one: whoever has it open knows its old secrets."""
    source, target = tmp_path / "source.db", tmp_path / "target.db"
    fill(str(source))
    with opened(target) as store:
        with pytest.raises(TwinhausError, match="locked"):
            copy(str(source), str(target))
        Graph(store).add_models(*MODELS)
        assert Graph(store).ids() == []
