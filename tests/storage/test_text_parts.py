"""SQLite's index of parts of texts: what it has not read is found all the same, and it reads when nobody waits."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import apsw
import pytest
from tests.properties.looking import Looking, looking_into

from twinhaus.errors import Unavailable
from twinhaus.query.plan import Attribute, Comparison, Group, Leaf, ModelFilter, Query
from twinhaus.storage.paths import EVERY_PATH, IndexedPaths
from twinhaus.storage.sql.following import Following
from twinhaus.storage.sql.queries import QUERIES
from twinhaus.storage.sql.sqlite import store as sqlite_store
from twinhaus.storage.sql.sqlite import unread
from twinhaus.storage.sql.sqlite.store import SqliteStore
from twinhaus.storage.sql.sqlite.unread import LOOK_SECONDS
from twinhaus.storage.store import Reader, Transaction
from twinhaus.testing.server import running_server
from twinhaus.testing.store_contract.graph import EPOCH, MODELS, Graph, model, model_id, thing
from twinhaus.testing.waiting import wait_until

WITH_PART = Query(condition=Leaf(("code",), Comparison.CONTAINS, "humid"))
WITH_PART_OF_ID = Query(condition=Leaf(Attribute.ID, Comparison.CONTAINS, "humid"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a store's file."""
    return tmp_path / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    """With the contract's models."""
    with closing(SqliteStore(path)) as store:
        Graph(store).add_models(*MODELS)
        yield store


@pytest.fixture
def looking(store: SqliteStore, path: Path) -> Iterator[Looking]:
    """Into its file."""
    with looking_into(str(path)) as looking:
        yield looking


def put(store: SqliteStore, **codes: str) -> None:
    """Things with codes, or with others than before."""

    def job(transaction: Transaction) -> None:
        for id_, code in codes.items():
            transaction.put_twin(thing(id_, code=code))

    store.write(job).result()


def unread_ids(looking: Looking) -> list[str]:
    """The twins whose texts the index has not read."""
    return [id_ for (id_,) in looking.rows("SELECT id FROM unread JOIN twin ON number = twin")]


def new_ids(looking: Looking) -> list[str]:
    """The twins whose ids it has not read."""
    last = "(SELECT value FROM state WHERE name = 'ids_read')"
    return [id_ for (id_,) in looking.rows(f"SELECT id FROM twin WHERE number > {last}")]


def tend_all(store: SqliteStore, looking: Looking) -> int:
    """In how many pieces all of it is read."""
    pieces = 0
    while True:
        pieces += bool(unread_ids(looking))
        if store.tend().result() == LOOK_SECONDS:
            return pieces


def page_by_page(store: SqliteStore, query: Query, limit: int) -> list[str]:
    """The ids of what a query lists."""

    def job(reader: Reader) -> list[str]:
        found: list[str] = []
        page = reader.list_ids(query, after=0, limit=limit)
        while page.ids:
            found += page.ids
            page = reader.list_ids(query, after=page.last, limit=limit)
        return found

    return store.read(job).result()


def test_what_is_written_is_found_before_and_after_it_is_read(store: SqliteStore, looking: Looking) -> None:
    """By the index itself, whose candidates the table of properties confirms."""
    put(store, a="Humidity", b="Temperature")
    for unread_before in (["a", "b"], []):
        assert unread_ids(looking) == unread_before
        assert Graph(store).ids(WITH_PART) == ["a"]
        assert {source: ids for source, ids, _ in looking.answers(WITH_PART)}["trigram"] == ["a"]
        tend_all(store, looking)


def test_only_texts_that_differ_are_read_again(store: SqliteStore, looking: Looking) -> None:
    """A twin put again as it was costs nothing; one that changed, or is gone, is right at once."""
    put(store, a="Humidity", b="Humidity", c="Humidity")
    tend_all(store, looking)
    store.write(
        lambda transaction: transaction.put_twin(thing("a", code="Humidity", updated=EPOCH + 1))
    ).result()
    assert unread_ids(looking) == []
    put(store, b="Pressure")
    store.write(lambda transaction: transaction.delete_twins(("c",))).result()
    assert unread_ids(looking) == ["b"]
    assert Graph(store).ids(WITH_PART) == ["a"]
    tend_all(store, looking)
    assert Graph(store).ids(WITH_PART) == ["a"]


def test_a_twin_of_another_model_is_read_again(store: SqliteStore, looking: Looking) -> None:
    """Though its contents stay as they were; and all of a model that comes back, whose ancestors may be others."""
    graph = Graph(store)
    put(store, a="Humidity", b="Humidity")
    graph.put("plantroom", "Plantroom", code="Humidity")
    tend_all(store, looking)
    store.write(lambda transaction: transaction.put_twin(thing("a", "Room", code="Humidity"))).result()
    assert unread_ids(looking) == ["a"]
    tend_all(store, looking)
    of_rooms, of_assets = (
        Query(ModelFilter((model_id(name),)), condition=WITH_PART.condition) for name in ("Room", "Asset")
    )
    assert {source: ids for source, ids, _ in looking.answers(of_rooms)}["trigram"] == ["a", "plantroom"]
    graph.remove_models("Plantroom")
    graph.add_models(model("Plantroom", "Asset"))
    for unread_before in (["plantroom"], []):
        assert unread_ids(looking) == unread_before
        assert {source: ids for source, ids, _ in looking.answers(of_rooms)}["trigram"] == ["a"]
        assert {source: ids for source, ids, _ in looking.answers(of_assets)}["trigram"] == ["plantroom"]
        tend_all(store, looking)


def test_a_model_may_extend_more_than_have_a_place_of_their_own(store: SqliteStore, looking: Looking) -> None:
    """All are found by each of them."""
    graph = Graph(store)
    chain = [f"Level{number}" for number in range(11)]
    graph.add_models(model(chain[0]), *(model(name, above) for above, name in pairwise(chain)))
    graph.put("deep", chain[-1])
    tend_all(store, looking)
    for name in chain:
        query = Query(
            ModelFilter((model_id(name),)), condition=Leaf(Attribute.ID, Comparison.CONTAINS, "deep")
        )
        assert {source: ids for source, ids, _ in looking.answers(query)}["trigram"] == ["deep"]


def test_texts_on_a_path_that_is_indexed_again_are_read(
    store: SqliteStore, looking: Looking, path: Path
) -> None:
    """What was written while it was not has no parts in the index; so all texts are unread once it is."""
    without = IndexedPaths(left_out=('"code"',))
    for indexed, new, found in ((without, "a", ["a"]), (EVERY_PATH, "b", ["a", "b"])):
        SqliteStore(path, following=Following(indexed=indexed)).close()
        put(store, **{new: "Humidity"})
        for _ in range(2):
            assert Graph(store).ids(WITH_PART) == found
            tend_all(store, looking)
    assert {source: ids for source, ids, _ in looking.answers(WITH_PART)}["trigram"] == ["a", "b"]


def test_ids_are_found_before_and_after_they_are_read(store: SqliteStore, looking: Looking) -> None:
    """By the index itself, in whatever casing; an id is read once, whatever becomes of its twin."""
    put(store, Humidity="1", b="2", huMIDor="3")
    for new_before in (["Humidity", "b", "huMIDor"], []):
        assert new_ids(looking) == new_before
        assert Graph(store).ids(WITH_PART_OF_ID) == ["Humidity", "huMIDor"]
        answers = {source: ids for source, ids, _ in looking.answers(WITH_PART_OF_ID)}
        assert answers["trigram"] == ["Humidity", "huMIDor"]
        tend_all(store, looking)
    put(store, Humidity="4")
    store.write(lambda transaction: transaction.delete_twins(("huMIDor",))).result()
    assert new_ids(looking) == []
    assert Graph(store).ids(WITH_PART_OF_ID) == ["Humidity"]
    put(store, huMIDor="5")
    assert new_ids(looking) == ["huMIDor"]
    assert Graph(store).ids(WITH_PART_OF_ID) == ["Humidity", "huMIDor"]


def test_one_of_several_fields_may_have_the_part(store: SqliteStore, looking: Looking) -> None:
    """A page goes on in the order of twins, whichever field each was found by."""
    put(store, humid1="x", b="humid", c="x", humid2="humid", e="humid")
    tend_all(store, looking)
    leaves = [Leaf(field, Comparison.CONTAINS, "humid") for field in (Attribute.ID, ("code",), ("none",))]
    query = Query(condition=Group(tuple(leaves), any_suffices=True))
    everything = ["humid1", "b", "humid2", "e"]
    assert {source: ids for source, ids, _ in looking.answers(query)}["trigram"] == everything
    for limit in range(1, 5):
        assert page_by_page(store, query, limit) == everything


def test_the_index_is_put_together_where_there_is_time(
    store: SqliteStore, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many pieces it was read in, few remain to look into; and nothing is lost."""
    monkeypatch.setattr(unread, "TWINS_AT_ONCE", 1)
    ids = [f"humid{number}" for number in range(32)]
    put(store, **dict.fromkeys(ids, "humid"))
    assert tend_all(store, looking) == len(ids)
    ((segments,),) = looking.rows("SELECT count(DISTINCT segid) FROM text_part_idx")
    assert segments == 1
    for query in (WITH_PART, WITH_PART_OF_ID):
        assert {source: found for source, found, _ in looking.answers(query)}["trigram"] == ids


def test_what_older_servers_write_is_noted(store: SqliteStore, looking: Looking, path: Path) -> None:
    """They know nothing of the index; the file itself notes what they write."""
    put(store, a="1", b="2")
    tend_all(store, looking)
    with closing(apsw.Connection(str(path))) as older:
        older.execute("UPDATE document SET json = replace(json, '1', 'Humidity')")
        older.execute("UPDATE property SET value = '\"Humidity' WHERE value = '\"1'")
    assert unread_ids(looking) == ["a"]
    assert Graph(store).ids(WITH_PART) == ["a"]


def test_no_text_has_what_cannot_be_stored(store: SqliteStore) -> None:
    """A part with NUL in it is in no twin, and no fault."""
    put(store, a="Humidity")
    for comparison in (Comparison.CONTAINS, Comparison.STARTS_WITH, Comparison.ENDS_WITH):
        assert Graph(store).ids(Query(condition=Leaf(("code",), comparison, "humi\x00dity"))) == []


def test_a_piece_is_of_a_few_twins_and_texts(
    store: SqliteStore, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others wait no longer than for one; a twin with more texts than are read at once is one."""
    monkeypatch.setattr(unread, "TWINS_AT_ONCE", 2)
    put(store, a="1", b="2", c="3")
    assert tend_all(store, looking) == 2
    monkeypatch.setattr(unread, "TEXTS_AT_ONCE", 0)
    put(store, a="4", b="5", c="6")
    assert tend_all(store, looking) == 3
    assert unread_ids(looking) == []


def test_a_piece_that_fails_is_done_again(
    store: SqliteStore, looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read is undone with it, nothing is lost, and writers go on."""
    put(store, a="Humidity")
    with monkeypatch.context() as failing:
        failing.setitem(QUERIES["sqlite"], "forget_unread", "INSERT INTO unread (twin) VALUES ('no number')")
        with pytest.raises(Exception, match="datatype"):
            store.tend().result()
    assert unread_ids(looking) == ["a"]
    put(store, b="humid")
    assert Graph(store).ids(WITH_PART) == ["a", "b"]
    tend_all(store, looking)
    assert Graph(store).ids(WITH_PART) == ["a", "b"]


def test_a_piece_is_done_between_two_transactions(store: SqliteStore, looking: Looking) -> None:
    """Whoever hands one in while a group is written waits for it, and who writes after that for the piece."""
    is_under_way, may_end = threading.Event(), threading.Event()

    def first(transaction: Transaction) -> None:
        transaction.put_twin(thing("a", code="humid"))
        is_under_way.set()
        may_end.wait()

    writing: Future[None] = store.write(first)
    is_under_way.wait()
    tending = store.tend()
    later = store.write(lambda transaction: transaction.put_twin(thing("b", code="humid")))
    may_end.set()
    later.result()
    assert writing.done()
    assert tending.done()
    assert unread_ids(looking) == ["b"]
    assert Graph(store).ids(WITH_PART) == ["a", "b"]


def test_texts_are_read_slowly_beside_writes_and_fast_else(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where anybody has written since the last piece, it is rested for much longer than that took."""
    monkeypatch.setattr(unread, "TWINS_AT_ONCE", 1)
    monkeypatch.setattr(sqlite_store, "RESTS_BESIDE_WRITES", 1e9)
    long = 1_000.0
    put(store, a="1", b="2")
    rests = [store.tend().result() or 0.0 for _ in range(2)]
    assert [rest > long for rest in rests] == [True, False]
    assert LOOK_SECONDS in [store.tend().result() for _ in range(3)]


def test_a_closed_store_is_not_tended(path: Path) -> None:
    """It says so."""
    store = SqliteStore(path)
    store.close()
    with pytest.raises(Unavailable):
        store.tend().result()


def test_a_server_reads_what_others_have_written(store: SqliteStore, looking: Looking, path: Path) -> None:
    """By itself, and whoever wrote it."""
    put(store, a="Humidity")
    with running_server(str(path), "--auth", "none"):
        wait_until(lambda: unread_ids(looking) == [], "the server reads what was there")
        put(store, b="Humidity")
        wait_until(lambda: unread_ids(looking) == [], "the server reads what came")
    assert Graph(store).ids(WITH_PART) == ["a", "b"]


def test_two_characters_are_found_by_the_trigrams_that_begin_with_them(
    store: SqliteStore, looking: Looking
) -> None:
    """At the beginning of a text, at its end, and in whatever casing; and so is one that a text begins with."""
    put(
        store,
        a="XQ",
        b="no xq",
        c="\N{KELVIN SIGN}xQ-1",
        d="x q",
        e="\N{LATIN SMALL LETTER SHARP S}xq",
        f="qx",
    )
    asked = {
        (Comparison.CONTAINS, "xq"): ["a", "b", "c", "e"],
        (Comparison.CONTAINS, "kx"): ["c"],
        (Comparison.STARTS_WITH, "k"): ["c"],
        (Comparison.STARTS_WITH, "X"): ["a", "d"],
        (Comparison.CONTAINS, "zz"): [],
    }
    for _ in range(2):
        for (comparison, part), expected in asked.items():
            query = Query(condition=Leaf(("code",), comparison, part))
            assert Graph(store).ids(query) == expected, part
            assert {source: ids for source, ids, _ in looking.answers(query)}["pair"] == expected, part
        tend_all(store, looking)


def test_two_characters_of_an_id_are_found(store: SqliteStore, looking: Looking) -> None:
    """As those of other texts are; whichever page they are on, each twin comes once."""
    put(store, **{f"xq-xqa-{number}": "xq" for number in range(9)}, b="2", Xq="3")
    query = Query(condition=Leaf(Attribute.ID, Comparison.CONTAINS, "xq"))
    for _ in range(2):
        assert len(page_by_page(store, query, limit=2)) == 10
        assert {source: len(ids) for source, ids, _ in looking.answers(query)}["pair"] == 10
        tend_all(store, looking)
