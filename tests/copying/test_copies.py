"""A copy of a store is that store, in whichever engine."""

import pytest
from tests.copies import Pair, all_rows, copied, filling, reading
from tests.copying.filled import change, everything, indexes_of
from tests.serving import opened

from twinhaus.audit import Action
from twinhaus.query.plan import Query
from twinhaus.storage.tables import (
    NUMBERS_LEFT_OUT,
    Row,
)
from twinhaus.testing.store_contract.audit import trail
from twinhaus.testing.store_contract.graph import MODELS, Graph, ids_of, model
from twinhaus.testing.store_contract.identity import add_clients
from twinhaus.testing.store_contract.models import of_model
from twinhaus.transfer import copying


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
