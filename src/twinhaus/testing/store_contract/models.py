"""Models: stored, extended, put out of service; and twins by their models."""

import json

import pytest

from twinhaus.query.plan import ModelFilter, Query
from twinhaus.storage.store import Reader, Store, StoredModel, Transaction
from twinhaus.testing.store_contract.graph import (
    EPOCH,
    MODELS,
    Contract,
    Graph,
    SetClock,
    model,
    model_id,
)


def of_model(*names: str, exact: bool = False) -> Query:
    """Instances of these models."""
    return Query(model=ModelFilter(tuple(map(model_id, names)), exact))


class ModelContract(Contract):
    """Models and their instances."""

    def test_a_new_store_has_no_models(self, store: Store) -> None:
        """The registry of an empty store is empty."""
        assert store.read(lambda reader: reader.registry.ids).result() == ()

    def test_models_are_seen_once_they_are_stored(self, graph: Graph) -> None:
        """The registry holds the models in the order they were added, each with the text it was given as."""
        registry = graph.store.read(lambda reader: reader.registry).result()
        assert registry.ids == tuple(json.loads(document)["@id"] for document in MODELS)
        for document in MODELS:
            given = json.loads(document)
            assert json.loads(registry.document(given["@id"])) == given

    def test_models_are_seen_by_the_transaction_that_adds_them(self, graph: Graph) -> None:
        """Right after add_models, in the same transaction, the registry has them and twins can be of them."""

        def job(transaction: Transaction) -> bool:
            extended = transaction.registry.extended([model("Late", "Room")])
            transaction.add_models(extended, [model_id("Late")])
            return transaction.registry.is_kind_of(model_id("Late"), model_id("Space"))

        assert graph.store.write(job).result()
        assert graph.store.read(lambda reader: model_id("Late") in reader.registry).result()

    def test_models_extend_those_stored_before(self, graph: Graph) -> None:
        """Instances of a model added later are instances of the ancestors stored earlier."""
        graph.put("a", "Room")
        graph.add_models(model("Office", "Room"), model("Corner", "Office"))
        graph.put("b", "Corner")
        assert graph.ids(of_model("Space")) == ["a", "b"]
        assert graph.ids(of_model("Office")) == ["b"]

    def test_a_model_goes_out_of_service_and_back(self, graph: Graph) -> None:
        """`is_decommissioned` tells of one model what was last said of it."""

        def told(reader: Reader) -> list[bool]:
            return [reader.is_decommissioned(model_id(name)) for name in ("Room", "Unit", "Unheard")]

        def turn(transaction: Transaction, *, decommissioned: bool) -> None:
            transaction.set_decommissioned(model_id("Room"), decommissioned=decommissioned)

        assert graph.store.read(told).result() == [False, False, False]
        graph.store.write(lambda transaction: turn(transaction, decommissioned=True)).result()
        assert graph.store.read(told).result() == [True, False, False]
        graph.store.write(lambda transaction: turn(transaction, decommissioned=False)).result()
        assert graph.store.read(told).result() == [False, False, False]

    def test_models_are_listed_with_what_is_known_of_them(self, graph: Graph, clock: SetClock) -> None:
        """In the order they were added, with the times of that, and those that are out of service marked."""
        clock.ticks += 5
        graph.add_models(model("Late", "Room"))

        def retire(transaction: Transaction) -> None:
            transaction.set_decommissioned(model_id("Unit"), decommissioned=True)

        graph.store.write(retire).result()
        listed = graph.store.read(lambda reader: reader.models()).result()
        assert [one.id for one in listed] == [
            *map(model_id, ("Thing", "Space", "Room", "Asset", "Unit", "Plantroom", "Late"))
        ]
        assert [one.uploaded for one in listed] == [*[EPOCH] * 6, EPOCH + 5]
        assert [one.id for one in listed if one.is_decommissioned] == [model_id("Unit")]

    def test_a_model_is_found_by_its_id(self, graph: Graph) -> None:
        """As the list has it; None where there is none, or no longer."""
        graph.remove_models("Plantroom")

        def found(reader: Reader) -> list[StoredModel | None]:
            return [reader.find_model(model_id(name)) for name in ("Unit", "Plantroom", "Unheard")]

        assert graph.store.read(found).result() == [StoredModel(model_id("Unit"), EPOCH, False), None, None]
        assert len(graph.store.read(lambda reader: reader.models()).result()) == len(MODELS) - 1

    def test_a_model_that_comes_back_was_uploaded_later(self, graph: Graph, clock: SetClock) -> None:
        """Even where the clock stands still or goes back, so that its time tells it from the one it was."""
        times = [EPOCH]
        for step in (0, -7):
            clock.ticks += step
            graph.remove_models("Plantroom")
            graph.add_models(model("Plantroom", "Unit"))
            found = graph.store.read(lambda reader: reader.find_model(model_id("Plantroom"))).result()
            assert found is not None
            times.append(found.uploaded)
        assert times == [EPOCH, EPOCH + 1, EPOCH + 2]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            (of_model("Thing"), ["thing", "space", "room", "unit", "plantroom"]),
            (of_model("Space"), ["space", "room", "plantroom"]),
            (of_model("Asset"), ["unit", "plantroom"]),
            (of_model("Unit"), ["unit", "plantroom"]),
            (of_model("Plantroom"), ["plantroom"]),
            (of_model("Space", "Asset"), ["space", "room", "unit", "plantroom"]),
            (of_model("Room", "Thing"), ["thing", "space", "room", "unit", "plantroom"]),
            (of_model("Thing", exact=True), ["thing"]),
            (of_model("Asset", exact=True), []),
            (of_model("Room", "Unit", exact=True), ["room", "unit"]),
            (of_model("Unheard"), []),
            (of_model("Unheard", exact=True), []),
            (of_model("Unheard", "Room"), ["room", "plantroom"]),
            (of_model("Unheard", "Room", exact=True), ["room"]),
            (of_model(), []),
            (of_model(exact=True), []),
        ],
    )
    def test_the_model_filter(self, graph: Graph, query: Query, expected: list[str]) -> None:
        """Instances of any of the models, of subclasses too unless exact; each once, by however many ways up it is one;
        none of an unknown model.
        """
        for name in ("Thing", "Space", "Room", "Unit", "Plantroom"):
            graph.put(name.lower(), name)
        assert graph.ids(query) == expected

    def test_a_twin_follows_its_change_of_model(self, graph: Graph) -> None:
        """A twin that is put with another model is in the lists of that one, and no longer in the old one's."""
        graph.put("a", "Room")
        graph.put("a", "Unit")
        assert graph.ids(of_model("Space")) == graph.ids(of_model("Room", exact=True)) == []
        assert graph.ids(of_model("Asset")) == graph.ids(of_model("Unit", exact=True)) == ["a"]
        assert graph.ids(of_model("Thing")) == ["a"]
