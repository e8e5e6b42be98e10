"""Time: the date filter, and the instants a store hands out."""

from itertools import pairwise

import pytest

from twinhaus.query.plan import DateFilter, Query
from twinhaus.storage.store import Store, Transaction
from twinhaus.testing.store_contract.graph import EPOCH, Contract, Graph, Refused, SetClock, thing


def instants(store: Store, count: int) -> list[int]:
    """Instants handed out, each in a transaction of its own."""
    return [store.write(lambda transaction: transaction.next_instant()).result() for _ in range(count)]


def is_rising(values: list[int]) -> bool:
    """Whether each is greater than the one before."""
    return all(before < after for before, after in pairwise(values))


class DateContract(Contract):
    """Dates and the clock."""

    def test_the_date_filter_is_strict(self, graph: Graph, clock: SetClock) -> None:
        """`after` and `before` leave out the very instant; together they leave what lies between."""
        for number in range(5):
            clock.ticks = EPOCH + 1_000 + number * 10
            graph.put(f"t{number}")
        second, fourth = EPOCH + 1_010, EPOCH + 1_030

        def ids(after: int | None, before: int | None) -> list[str]:
            return graph.ids(Query(date=DateFilter(after, before)))

        assert ids(second, None) == ["t2", "t3", "t4"]
        assert ids(second - 1, None) == ["t1", "t2", "t3", "t4"]
        assert ids(None, fourth) == ["t0", "t1", "t2"]
        assert ids(None, fourth + 1) == ["t0", "t1", "t2", "t3"]
        assert ids(second, fourth) == ["t2"]
        assert ids(fourth, second) == ids(second, second) == ids(second, second + 1) == []

    def test_instants_far_from_today(self, graph: Graph) -> None:
        """The first and the last year there is, before and after 1970, are dates like others."""
        graph.put("a")
        first, last = -621_355_968_000_000_000, 2_534_023_007_999_999_999
        assert graph.ids(Query(date=DateFilter(after=first))) == ["a"]
        assert graph.ids(Query(date=DateFilter(before=first))) == []
        assert graph.ids(Query(date=DateFilter(before=last))) == ["a"]
        assert graph.ids(Query(date=DateFilter(after=last))) == []

    def test_a_twin_put_again_moves_in_time(self, graph: Graph, clock: SetClock) -> None:
        """A replaced twin is found by its new instant and no longer by the old one, its neighbours as before."""
        graph.put_all("a", "b", "c")
        clock.ticks = EPOCH + 1_000
        graph.put("b")
        assert graph.ids(Query(date=DateFilter(after=EPOCH + 999))) == ["b"]
        assert graph.ids(Query(date=DateFilter(before=EPOCH + 999))) == ["a", "c"]

    def test_a_date_filter_over_many_twins(self, graph: Graph) -> None:
        """Among some hundred twins, replaced and deleted here and there, exactly those of that time are found."""

        def fill(transaction: Transaction) -> None:
            for number in range(200):
                transaction.put_twin(thing(f"t{number}", updated=EPOCH + number))

        def change(transaction: Transaction) -> None:
            transaction.put_twin(thing("t70", updated=EPOCH + 160))
            transaction.delete_twins(["t199", "t155"])

        def count(after: int | None, before: int | None) -> int:
            return graph.page(Query(date=DateFilter(after, before)), limit=1_000).count

        graph.store.write(fill).result()
        assert count(EPOCH + 150, EPOCH + 200) == 49
        graph.store.write(change).result()
        assert count(EPOCH + 150, EPOCH + 200) == 48
        assert count(None, EPOCH + 71) == 70
        assert count(EPOCH + 197, None) == 1

    def test_instants_follow_the_clock(self, store: Store, clock: SetClock) -> None:
        """Where the clock is ahead of what was handed out, the instant is the clock's."""
        clock.ticks = EPOCH + 12_345
        assert instants(store, 1) == [EPOCH + 12_345]

    def test_instants_rise_while_the_clock_stands_still(self, store: Store) -> None:
        """No instant is handed out twice, in one transaction or in several."""

        def three(transaction: Transaction) -> list[int]:
            return [transaction.next_instant() for _ in range(3)]

        found = [*store.write(three).result(), *instants(store, 2), *store.write(three).result()]
        assert is_rising(found)

    def test_instants_rise_when_the_clock_goes_back(self, store: Store, clock: SetClock) -> None:
        """A clock that is set back, even by a year, does not make later changes earlier."""
        (before,) = instants(store, 1)
        clock.ticks = EPOCH - 365 * 86_400 * 10_000_000
        after = instants(store, 3)
        assert is_rising([before, *after])
        clock.ticks = after[-1] + 500
        assert instants(store, 1) == [after[-1] + 500]

    def test_an_instant_is_not_handed_out_again_after_a_refusal(self, store: Store) -> None:
        """What a job that raised was handed out is spent, as is what an attempt inside a job was."""
        spent: list[int] = []

        def refuse(transaction: Transaction) -> None:
            spent.append(transaction.next_instant())
            raise Refused

        def attempt(transaction: Transaction) -> int:
            with pytest.raises(Refused):
                transaction.attempt(refuse)
            return transaction.next_instant()

        with pytest.raises(Refused):
            store.write(refuse).result()
        later = store.write(attempt).result()
        assert is_rising([*spent, later])
