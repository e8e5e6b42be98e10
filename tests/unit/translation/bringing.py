"""Buildings brought into a store in memory, and out again."""

import json
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from twinhaus import changes
from twinhaus.dtdl import Registry, load_models
from twinhaus.graph import Change
from twinhaus.ontology import documents
from twinhaus.storage.memory import MemoryStore
from twinhaus.storage.store import Store
from twinhaus.transfer.outcomes import Outcome
from twinhaus.transfer.translation.classes import Classes, Superclasses
from twinhaus.transfer.translation.correspondence import Correspondence
from twinhaus.transfer.translation.exporter import export_triples
from twinhaus.transfer.translation.forms import IriForm
from twinhaus.transfer.translation.gaps import Gaps
from twinhaus.transfer.translation.ids import NAMESPACE
from twinhaus.transfer.translation.importer import import_relationships, import_twins, translate
from twinhaus.transfer.translation.reading import Translator
from twinhaus.transfer.translation.table import Table, read_table, shipped
from twinhaus.transfer.translation.triples import Graph
from twinhaus.transfer.translation.turtle import TurtleReader, is_iri, turtle
from twinhaus.transfer.translation.writing import Writer

LIBRARY = Path(__file__).with_name("library.ttl")
WILLOW = "dtmi:com:willowinc:"
PREFIXES = """
@prefix : <https://b.example#> .
@prefix other: <https://other.example#> .
@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix rec: <https://w3id.org/rec#> .
@prefix ref: <https://brickschema.org/schema/Brick/ref#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


@cache
def brick() -> Table:
    """The table that comes with twinhaus."""
    return read_table(shipped("brick"))


@cache
def starter() -> Registry:
    """The starter models."""
    return load_models(documents())


def graph_of(text: str | bytes, table: Table | None = None) -> Graph:
    """What Turtle says; a text gets the prefixes above."""
    reader = TurtleReader((table or brick()).canonical)
    file = BytesIO(text if isinstance(text, bytes) else (PREFIXES + text).encode())
    reader.read(file, lambda size: None)
    return reader.graph


def starter_store() -> Store:
    """A store with the starter models."""
    store = MemoryStore()
    store.write(lambda transaction: changes.add_models(transaction, documents())).result()
    return store


def bring(
    store: Store,
    text: str | bytes,
    *,
    table: Table | None = None,
    ontology: str = "",
    namespace: str = NAMESPACE,
) -> tuple[Gaps, list[Outcome]]:
    """Import Turtle into a store: what had no counterpart, and what became of the rest."""
    registry = store.read(lambda reader: reader.registry).result()
    correspondence = Correspondence(table or brick(), registry)
    graph = graph_of(text, table)
    classes = Classes(table or brick(), registry, Superclasses(graph, graph_of(ontology, table)))
    translator = Translator(graph, correspondence, classes, namespace)
    return translator.gaps, imported(store, translator)


def imported(store: Store, translator: Translator) -> list[Outcome]:
    """What became of all that a translator makes."""
    translation = translate(store, translator)
    batches = [*import_twins(store, translation), *import_relationships(store, translation)]
    return [outcome for batch in batches for outcome in batch.outcomes]


def take_out(store: Store, *, table: Table | None = None, namespace: str = NAMESPACE) -> tuple[bytes, Gaps]:
    """The graph of a store as Turtle, and what had no counterpart."""
    registry = store.read(lambda reader: reader.registry).result()
    correspondence = Correspondence(table or brick(), registry)
    writer = Writer(correspondence, namespace, IriForm(correspondence, is_iri))
    with store.stream(lambda reader: turtle(export_triples(reader, writer), writer.prefixes)) as pieces:
        return b"".join(pieces), writer.gaps


def twins_of(store: Store) -> dict[str, tuple[str, dict[str, Any]]]:
    """The model and the contents of each twin, by id; the server's `$metadata` apart."""

    def own(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            key: inner
            for key, below in value.items()
            if key != "$metadata" and (inner := own(below)) not in ({}, None)
        }

    with store.stream(lambda reader: reader.each_twin()) as twins:
        return {
            twin.id: (twin.model_id.removeprefix(WILLOW), own(json.loads(twin.document)["contents"]))
            for twin in twins
        }


def relationships_of(store: Store) -> set[tuple[str, str, str]]:
    """Source, name and target of each relationship."""
    with store.stream(lambda reader: reader.each_relationship()) as found:
        return {(one.source_id, one.name, one.target_id) for one in found}


def changes_of(outcomes: list[Outcome]) -> set[Change | None]:
    """What became of them."""
    return {outcome.change for outcome in outcomes}
