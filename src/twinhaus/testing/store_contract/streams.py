"""Streams: everything there is, in order, from one snapshot; and what a restore needs of a store."""

from collections.abc import Iterator

import pytest

from twinhaus.query.plan import ModelFilter, Query
from twinhaus.storage.store import Reader, Store, Transaction
from twinhaus.testing.store_contract.graph import (
    EPOCH,
    MODELS,
    Contract,
    Graph,
    Refused,
    model,
    model_id,
    thing,
)


def twin_ids(reader: Reader) -> Iterator[str]:
    """The ids of all twins."""
    return (twin.id for twin in reader.each_twin())


class StreamContract(Contract):
    """Taking everything out, and putting it back as it was."""

    def test_a_stream_yields_all_twins_in_order(self, graph: Graph) -> None:
        """Twins come in the order of their creation, as they are now."""
        graph.put_all("b", "a", "c")
        graph.remove("a")
        graph.put("a")
        graph.put("b", code="again")
        with graph.store.stream(lambda reader: reader.each_twin()) as twins:
            assert list(twins) == [graph.get(one) for one in ("b", "c", "a")]

    def test_a_stream_yields_all_relationships_in_order(self, graph: Graph) -> None:
        """Relationships come in the order of their creation, each with its ends."""
        graph.put_all("a", "b")
        graph.relate_all("b isPartOf a", "a isFedBy b", "a isFedBy a")
        graph.unrelate("b_isPartOf_a")
        graph.relate_all("b isPartOf a")
        with graph.store.stream(lambda reader: reader.each_relationship()) as found:
            ends = [(one.source_id, one.name, one.target_id) for one in found]
        assert ends == [("a", "isFedBy", "b"), ("a", "isFedBy", "a"), ("b", "isPartOf", "a")]

    def test_when_a_model_was_uploaded_can_be_set(self, graph: Graph) -> None:
        """Of one model, and no other."""
        before = graph.store.read(lambda reader: reader.models()).result()

        def job(transaction: Transaction) -> None:
            transaction.set_uploaded(model_id("Room"), EPOCH - 5)

        graph.store.write(job).result()
        after = graph.store.read(lambda reader: reader.models()).result()
        assert [one.id for one in after] == [one.id for one in before]
        assert [one.uploaded for one in after] == [
            EPOCH - 5 if one.id == model_id("Room") else one.uploaded for one in before
        ]

    def test_a_stream_sees_one_snapshot(self, graph: Graph) -> None:
        """What is written while it lasts, a stream does not see, and it holds up no write and no other read."""
        graph.put_all(*(f"t{number}" for number in range(5)))
        with graph.store.stream(twin_ids) as ids:
            found = [next(ids)]
            graph.remove("t3")
            graph.put("t9")
            assert graph.ids() == ["t0", "t1", "t2", "t4", "t9"]
            found += ids
        assert found == [f"t{number}" for number in range(5)]

    def test_a_stream_fails_as_its_job_does(self, graph: Graph) -> None:
        """What a job raises, the stream raises, and then it is over."""
        refusal = Refused()

        def job(reader: Reader) -> Iterator[int]:
            yield 1
            raise refusal

        stream = graph.store.stream(job)
        assert next(stream) == 1
        with pytest.raises(Refused) as raised:
            next(stream)
        assert raised.value is refusal
        assert list(stream) == []
        stream.close()

    def test_a_stream_can_be_closed_at_any_time(self, graph: Graph) -> None:
        """Before its first item, between two, and again: what it would still have yielded does not come."""
        graph.put_all("a", "b")
        for taken in (0, 1, 2):
            stream = graph.store.stream(twin_ids)
            assert [next(stream) for _ in range(taken)] == ["a", "b"][:taken]
            stream.close()
            stream.close()
            assert list(stream) == []

    def test_an_instant_can_be_passed(self, store: Store) -> None:
        """After an instant that was passed every one handed out is later; one long passed changes nothing."""

        def passing(instant: int) -> int:
            def job(transaction: Transaction) -> int:
                transaction.pass_instant(instant)
                return transaction.next_instant()

            return store.write(job).result()

        assert passing(EPOCH + 100) == EPOCH + 101
        assert passing(EPOCH + 50) == EPOCH + 102
        assert store.write(lambda transaction: transaction.next_instant()).result() == EPOCH + 103

    def test_a_twin_may_be_of_a_model_as_if_removed(self, graph: Graph) -> None:
        """Its twins are found by that model, exact or not, and are whole once the model is loaded."""

        def job(transaction: Transaction) -> None:
            for _ in range(2):
                transaction.add_removed_model(model_id("Lost"))
            transaction.put_twin(thing("a", "Lost"))

        graph.store.write(job).result()
        known = graph.store.read(lambda reader: reader.registry.ids).result()
        assert len(known) == len(MODELS)
        assert graph.ids(Query(model=ModelFilter((model_id("Lost"),)))) == ["a"]
        assert graph.ids(Query(model=ModelFilter((model_id("Lost"),), exact=True))) == ["a"]
        graph.add_models(model("Lost", "Space"))
        assert graph.ids(Query(model=ModelFilter((model_id("Thing"),)))) == ["a"]

    def test_a_stored_model_is_not_as_if_removed(self, graph: Graph) -> None:
        """Where the model is stored nothing changes."""
        before = graph.store.read(lambda reader: reader.models()).result()
        graph.store.write(lambda transaction: transaction.add_removed_model(model_id("Room"))).result()
        assert graph.store.read(lambda reader: reader.models()).result() == before
