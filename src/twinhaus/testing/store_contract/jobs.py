"""Jobs: what is written is read, whole or not at all."""

from concurrent.futures import Future

import pytest

from twinhaus.graph import Twin
from twinhaus.query.plan import DateFilter, Include, ModelFilter, Query
from twinhaus.storage.store import Expected, Reader, Store, Transaction
from twinhaus.testing.store_contract.graph import (
    EPOCH,
    Contract,
    Graph,
    Refused,
    ids_of,
    model,
    model_id,
    thing,
)


def put(transaction: Transaction, *twin_ids: str) -> None:
    """Put things through a plain transaction."""
    for twin_id in twin_ids:
        transaction.put_twin(thing(twin_id))


def listed(reader: Reader, query: Query | None = None) -> list[str]:
    """The ids a reader lists."""
    return ids_of(reader.list_twins(query or Query(), Include(), after=0, limit=100))


class JobContract(Contract):
    """Reading and writing as jobs."""

    def test_a_write_is_read_once_it_is_done(self, graph: Graph) -> None:
        """Whoever reads after a write's future is done sees what it wrote, by id and in lists."""
        graph.store.write(lambda transaction: put(transaction, "a")).result()
        assert graph.get("a") == thing("a")
        assert graph.ids() == ["a"]

    def test_a_job_answers_through_its_future(self, store: Store) -> None:
        """The future of a job holds what the job returned."""
        assert store.write(lambda transaction: "written").result() == "written"
        assert store.read(lambda reader: "read").result() == "read"

    def test_a_job_fails_through_its_future(self, store: Store) -> None:
        """What a job raises, reading or writing, is raised by its future, as it was."""
        refusal = Refused()

        def refuse(reader: Reader) -> None:
            raise refusal

        for future in (store.read(refuse), store.write(refuse)):
            assert future.exception() is refusal

    def test_a_write_that_raises_leaves_nothing(self, graph: Graph) -> None:
        """A job that raises after it has written leaves the graph as it was."""
        graph.put_all("a", "b")
        graph.relate("a", "isPartOf", "b")
        before = graph.twins(include=Include(outgoing=True, incoming=True))

        def job(transaction: Transaction) -> None:
            transaction.put_twin(thing("a", code="changed"))
            transaction.delete_relationships(["a_isPartOf_b"])
            transaction.delete_twins(["b"])
            put(transaction, "c")
            raise Refused

        with pytest.raises(Refused):
            graph.store.write(job).result()
        assert graph.twins(include=Include(outgoing=True, incoming=True)) == before

    def test_a_write_that_raises_takes_no_other_with_it(self, graph: Graph) -> None:
        """Of many writes that wait together, those that raise leave nothing and the others all land, in order."""

        def send(number: int) -> Future[None]:
            def job(transaction: Transaction) -> None:
                put(transaction, f"t{number}")
                if number % 3 == 1:
                    raise Refused

            return graph.store.write(job)

        futures = [send(number) for number in range(12)]
        refused = [number for number, future in enumerate(futures) if future.exception() is not None]
        assert refused == [1, 4, 7, 10]
        kept = [number for number in range(12) if number not in refused]
        assert graph.ids() == [f"t{number}" for number in kept]

    def test_what_writes_expect_changes_no_answer(self, graph: Graph) -> None:
        """Of many writes that wait together, each finds what those before it left, whatever it and others expected."""
        graph.put("kept")

        def send(number: int) -> "Future[list[str]]":
            def job(transaction: Transaction) -> list[str]:
                found = [id_ for id_ in ids if transaction.find_twin(id_) is not None]
                if number % 4 == 3:
                    transaction.delete_twins(["t"])
                else:
                    put(transaction, "t")
                if number % 4 == 1:
                    raise Refused
                return found

            expected = Expected(ids[: number % 4], ("t_isPartOf_kept",), (model_id("Thing"), "dtmi:none;1"))
            return graph.store.write(job, expected)

        ids = ("t", "kept", "none")
        futures = [send(number) for number in range(24)]
        found = [None if future.exception() else future.result() for future in futures]
        assert found == [["kept"], None, ["t", "kept"], ["t", "kept"]] * 6

    def test_a_write_reads_what_it_has_written(self, graph: Graph) -> None:
        """Inside a job, by id, by relationship and in every list, everything it has written so far is there."""
        graph.put("b")

        def job(transaction: Transaction) -> tuple[list[str], list[str], Twin | None]:
            put(transaction, "a")
            transaction.put_twin(thing("b", "Room", updated=EPOCH + 50))
            rooms = Query(model=ModelFilter((model_id("Space"),)))
            late = Query(date=DateFilter(after=EPOCH + 40))
            assert transaction.count_twins(late) == 1
            assert transaction.list_ids(late, after=0, limit=9).ids == ("b",)
            return listed(transaction, rooms), listed(transaction, late), transaction.find_twin("a")

        assert graph.store.write(job).result() == (["b"], ["b"], thing("a"))

    def test_a_read_sees_one_snapshot(self, graph: Graph) -> None:
        """What is written while a read job runs, the job does not see; the next one does."""
        graph.put("a")

        def job(reader: Reader) -> tuple[list[str], list[str]]:
            before = listed(reader)
            graph.put("b")
            return before, listed(reader)

        assert graph.store.read(job).result() == (["a"], ["a"])
        assert graph.ids() == ["a", "b"]

    def test_a_read_sees_the_models_of_its_snapshot(self, graph: Graph) -> None:
        """Models loaded while a read job runs, the job does not see; the next one does."""
        known = graph.store.read(lambda reader: reader.registry.ids).result()

        def job(reader: Reader) -> tuple[str, ...]:
            reader.find_twin("a")  # Only the first look takes the snapshot.
            graph.add_models(model("Late", "Thing"))
            return reader.registry.ids

        assert graph.store.read(job).result() == known
        assert graph.store.read(lambda reader: reader.registry.ids).result() == (*known, model_id("Late"))

    def test_an_attempt_keeps_what_it_wrote(self, graph: Graph) -> None:
        """An attempt that succeeds answers what its job returned, and its writes are the transaction's."""

        def create(transaction: Transaction) -> str:
            put(transaction, "a")
            return "done"

        def job(transaction: Transaction) -> str:
            return transaction.attempt(create)

        assert graph.store.write(job).result() == "done"
        assert graph.ids() == ["a"]

    def test_an_attempt_that_raises_is_undone_alone(self, graph: Graph) -> None:
        """It raises what its job raised; what was written before it and after it stays."""

        def fail(transaction: Transaction) -> None:
            put(transaction, "b")
            transaction.put_twin(thing("a", code="changed"))
            raise Refused

        def job(transaction: Transaction) -> list[str]:
            put(transaction, "a")
            with pytest.raises(Refused):
                transaction.attempt(fail)
            put(transaction, "c")
            return listed(transaction)

        assert graph.store.write(job).result() == ["a", "c"]
        assert graph.ids() == ["a", "c"]
        assert graph.get("a") == thing("a")

    def test_an_attempt_inside_an_attempt(self, graph: Graph) -> None:
        """An inner attempt is undone without the outer one, and with it."""

        def fail(transaction: Transaction) -> None:
            put(transaction, "inner")
            raise Refused

        def outer(transaction: Transaction) -> None:
            put(transaction, "outer")
            with pytest.raises(Refused):
                transaction.attempt(fail)

        def fail_outside(transaction: Transaction) -> None:
            transaction.attempt(lambda inner: put(inner, "lost"))
            raise Refused

        def job(transaction: Transaction) -> None:
            transaction.attempt(outer)
            with pytest.raises(Refused):
                transaction.attempt(fail_outside)

        graph.store.write(job).result()
        assert graph.ids() == ["outer"]

    def test_an_attempt_undone_takes_its_models_back(self, graph: Graph) -> None:
        """Models added in an attempt that raises are not there after it, and can be added again."""

        def fail(transaction: Transaction) -> None:
            extended = transaction.registry.extended([model("Late", "Thing")])
            transaction.add_models(extended, [model_id("Late")])
            put(transaction, "a")
            raise Refused

        def job(transaction: Transaction) -> bool:
            with pytest.raises(Refused):
                transaction.attempt(fail)
            return model_id("Late") in transaction.registry

        assert not graph.store.write(job).result()
        assert graph.add_models(model("Late", "Thing")) == (model_id("Late"),)
        graph.put("a", "Late")
        assert graph.ids(Query(model=ModelFilter((model_id("Thing"),)))) == ["a"]

    def test_an_attempt_undone_leaves_no_trace_in_a_date_filter(self, graph: Graph) -> None:
        """A change of `lastUpdateTime` that was undone neither adds the twin to a list by date nor drops it."""
        graph.put("a")

        def fail(transaction: Transaction) -> None:
            transaction.put_twin(thing("a", updated=EPOCH + 1_000))
            assert listed(transaction, Query(date=DateFilter(after=EPOCH + 500))) == ["a"]
            raise Refused

        def job(transaction: Transaction) -> None:
            with pytest.raises(Refused):
                transaction.attempt(fail)

        graph.store.write(job).result()
        assert graph.ids(Query(date=DateFilter(after=EPOCH + 500))) == []
        assert graph.ids(Query(date=DateFilter(before=EPOCH + 500))) == ["a"]
