"""The small graph the contract works on: models of its own, writes through `changes.py`, and lists as ids."""

import json
from collections.abc import Iterable

import pytest

from twinhaus import changes
from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.errors import TwinhausError
from twinhaus.graph import Relationship, Twin
from twinhaus.query.plan import PAGE_SIZE_MAX, Include, Query
from twinhaus.storage.store import IdPage, Page, Store, Transaction
from twinhaus.strictjson import Json, JsonObject

EPOCH = 17_000_000_000_000_000  # In ticks: some day in 2023.


class SetClock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.ticks = EPOCH

    def __call__(self) -> int:
        return self.ticks


class Refused(TwinhausError):
    """A job of these tests changed its mind."""

    code = "refused"


def model_id(name: str) -> str:
    """The id of one of the contract's models."""
    return f"dtmi:test:{name};1"


def model(name: str, *parents: str, contents: Iterable[JsonObject] = ()) -> str:
    """The text of a model that extends others."""
    return json.dumps(
        {
            "@context": "dtmi:dtdl:context;3",
            "@id": model_id(name),
            "@type": "Interface",
            "extends": [model_id(parent) for parent in parents],
            "contents": list(contents),
        }
    )


def _relationship(name: str) -> JsonObject:
    substance = {"@type": "Property", "name": "substance", "schema": "string"}
    return {"@type": "Relationship", "name": name, "properties": [substance]}


# Thing ◄─┬─ Space ◄─ Room ◄──┬─ Plantroom: two ways up to Thing
#         └─ Asset ◄─ Unit ◄──┘
MODELS = (
    model(
        "Thing",
        contents=(
            {"@type": "Property", "name": "code", "schema": "string"},
            {"@type": "Property", "name": "size", "schema": "double"},
            *map(_relationship, ("isPartOf", "locatedIn", "isFedBy", "serves")),
        ),
    ),
    model("Space", "Thing"),
    model("Room", "Space"),
    model("Asset", "Thing"),
    model("Unit", "Asset"),
    model("Plantroom", "Room", "Unit"),
)


def thing(twin_id: str, model_name: str = "Thing", *, code: str = "", updated: int = EPOCH) -> Twin:
    """A twin that a plain transaction can put."""
    document = f'{{"id":"{twin_id}","modelId":"{model_id(model_name)}","contents":{{"code":"{code}"}}}}'
    return Twin(twin_id, model_id(model_name), updated, document)


class Graph:
    """A store that holds `MODELS`, spoken to in few words."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def put(self, twin_id: str, model_name: str = "Thing", **contents: Json) -> Twin:
        """Create or replace a twin."""
        draft = TwinDraft(twin_id, model_id(model_name), contents)
        return self.store.write(lambda transaction: changes.put_twin(transaction, draft)).result()

    def put_all(self, *twin_ids: str) -> None:
        """Create things, in this order."""
        for twin_id in twin_ids:
            self.put(twin_id)

    def remove(self, twin_id: str) -> None:
        """Delete a twin and its relationships."""
        self.store.write(lambda transaction: changes.delete_twin(transaction, twin_id, cascade=True)).result()

    def relate(self, source: str, name: str, target: str, **properties: Json) -> Relationship:
        """Create a relationship."""
        draft = RelationshipDraft(source, target, name, properties)
        return self.store.write(lambda transaction: changes.put_relationship(transaction, draft)).result()

    def relate_all(self, *triples: str) -> None:
        """Create relationships, each written as `source name target`."""
        for triple in triples:
            self.relate(*triple.split())

    def unrelate(self, *relationship_ids: str) -> None:
        """Delete relationships, all at once."""

        def job(transaction: Transaction) -> None:
            transaction.delete_relationships(relationship_ids)

        self.store.write(job).result()

    def add_models(self, *documents: str) -> tuple[str, ...]:
        """Load models."""
        return self.store.write(lambda transaction: changes.add_models(transaction, documents)).result()

    def remove_models(self, *names: str) -> int:
        """Remove models, and say how many twins that orphans."""
        ids = tuple(map(model_id, names))
        return self.store.write(lambda transaction: changes.remove_models(transaction, ids)).result()

    def page(
        self, query: Query | None = None, include: Include | None = None, *, after: int = 0, limit: int
    ) -> Page:
        """One page, just as the store gives it."""
        asked, carried = query or Query(), include or Include()
        return self.store.read(
            lambda reader: reader.list_twins(asked, carried, after=after, limit=limit)
        ).result()

    def id_page(self, query: Query, *, after: int = 0, limit: int) -> IdPage:
        """One page of ids."""
        return self.store.read(lambda reader: reader.list_ids(query, after=after, limit=limit)).result()

    def remove_all(self, *twin_ids: str) -> int:
        """Delete twins at once, and say how many relationships went with them."""
        return self.store.write(lambda transaction: transaction.delete_twins(twin_ids)).result()

    def twins(self, query: Query | None = None, include: Include | None = None) -> list[JsonObject]:
        """All matching twins as answers carry them."""
        return twins_of(self.page(query, include, limit=PAGE_SIZE_MAX))

    def ids(self, query: Query | None = None) -> list[str]:
        """The ids of all matching twins, in the order of the list."""
        return ids_of(self.page(query, limit=PAGE_SIZE_MAX))

    def find(self, twin_id: str) -> Twin | None:
        """A twin by its id."""
        return self.store.read(lambda reader: reader.find_twin(twin_id)).result()

    def get(self, twin_id: str) -> Twin:
        """A twin that is there."""
        twin = self.find(twin_id)
        assert twin is not None
        return twin


def twins_of(page: Page) -> list[JsonObject]:
    """The twins a page carries."""
    twins: list[JsonObject] = json.loads(b"[" + page.body + b"]")
    return twins


def ids_of(page: Page) -> list[str]:
    """The ids of the twins a page carries."""
    return [twin["id"] for twin in twins_of(page)]


class Contract:
    """What the parts of the contract share: a clock, and a graph in a store.

    The fixture `store` is its subclass's: an empty store that takes its time from `clock`, closed afterwards.
    """

    @pytest.fixture
    def clock(self) -> SetClock:
        """The store's clock."""
        return SetClock()

    @pytest.fixture
    def graph(self, store: Store) -> Graph:
        """The store with the contract's models."""
        graph = Graph(store)
        graph.add_models(*MODELS)
        return graph
