"""Models: stored, extended, put out of service; and twins by their models."""

import json

import pytest

from twinhaus.query.plan import ModelFilter, Query
from twinhaus.storage.store import Reader, Store, Transaction
from twinhaus.testing.store_contract.graph import MODELS, Contract, Graph, model, model_id


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
