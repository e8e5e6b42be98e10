"""A copy that is interrupted goes on where it stood, or begins again, and is no store meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.copies import Pair, all_rows, copy, filling, reading
from tests.copying.filled import TWINS, Interrupted, change, interrupt_after
from tests.serving import opened

from twinhaus import changes
from twinhaus.storage.access import SigningKey
from twinhaus.storage.store import Transaction
from twinhaus.storage.tables import CopyUnderWay, StoreUnfinished
from twinhaus.testing.store_contract.graph import Graph, model, model_id
from twinhaus.transfer import copying
from twinhaus.transfer.copying import Beginning


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
        lambda transaction: transaction.delete_relationships(["t1_isPartOf_room"]),
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
