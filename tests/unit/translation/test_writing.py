"""Twins and relationships become triples."""

from tests.unit.translation.bringing import (
    LIBRARY,
    bring,
    graph_of,
    relationships_of,
    starter_store,
    take_out,
    twins_of,
)
from tests.unit.translation.test_reading import noted, put_twin

from twinhaus import changes
from twinhaus.drafts import read_relationship
from twinhaus.storage.store import Store
from twinhaus.transfer.translation.triples import Literal, types_of

_RDFS_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"


def relate(store: Store, source_id: str, name: str, target_id: str, **properties: object) -> None:
    """Put a relationship."""
    told = {"sourceId": source_id, "name": name, "targetId": target_id, "properties": properties}
    store.write(lambda transaction: changes.put_relationship(transaction, read_relationship(told))).result()


def test_a_building_that_came_from_brick_goes_back(store: Store) -> None:
    """With its IRIs and its classes; imported elsewhere it is the same, and exported again the same to the byte."""
    bring(store, LIBRARY.read_bytes())
    text, gaps = take_out(store)
    assert gaps.count == 0
    graph, before = graph_of(text), graph_of(LIBRARY.read_bytes())
    for iri in ("library", "supplyFan", "vav2", "office"):
        whole = f"https://library.example/site#{iri}"
        assert types_of(graph[whole]) == types_of(before[whole])
    another = starter_store()
    bring(another, text)
    assert twins_of(another) == twins_of(store)
    assert relationships_of(another) == relationships_of(store)
    assert take_out(another)[0] == text


def test_twins_of_no_vocabulary_get_iris_of_their_ids(store: Store) -> None:
    """And a class that their model is exported as."""
    put_twin(store, "L 1/ä", "Level;1", name="One", levelNumber=1)
    graph = graph_of(take_out(store)[0])
    facts = graph["urn:twinhaus:L%201%2F%C3%A4"]
    assert types_of(facts) == ("https://w3id.org/rec#Level",)
    assert (_RDFS_LABEL, Literal("One")) in facts
    text, _ = take_out(store, namespace="https://b.example#")
    assert "https://b.example#L%201%2F%C3%A4" in graph_of(text)


def test_a_model_that_no_class_comes_to_is_told_beside_one(store: Store) -> None:
    """So that it comes back as what it was."""
    put_twin(store, "g", "GridRegion;1")
    text, _ = take_out(store)
    assert types_of(graph_of(text)["urn:twinhaus:g"]) == (
        "https://w3id.org/rec#Space",
        "dtmi:com:willowinc:GridRegion;1",
    )
    another = starter_store()
    bring(another, text)
    assert twins_of(another)["g"][0] == "GridRegion;1"


def test_two_twins_of_one_iri_are_told_apart(store: Store) -> None:
    """The second gets one that is made of its id; an external id that is no IRI is none."""
    for twin_id in "ab":
        put_twin(store, twin_id, "Room;1", externalID="https://b.example#r")
    put_twin(store, "c", "Room;1", externalID="7")
    text, gaps = take_out(store)
    assert graph_of(text).keys() == {"https://b.example#r", "urn:twinhaus:b", "urn:twinhaus:c"}
    assert noted(gaps) == {"contents": [(2, "externalID")]}


def test_what_has_no_counterpart_is_told(store: Store) -> None:
    """Contents, relationships, and the properties of those."""
    put_twin(store, "ahu", "AirHandlingUnit;1", filterType="F7", customTags={"a.b": True})
    put_twin(store, "vav", "VAVBox;1")
    relate(store, "vav", "isFedBy", "ahu", substance="SupplyAir")
    relate(store, "ahu", "serves", "vav")
    text, gaps = take_out(store)
    assert noted(gaps) == {
        "relationships": [(1, "serves dtmi:com:willowinc:AirHandlingUnit;1 dtmi:com:willowinc:VAVBox;1")],
        "contents": [(1, 'customTags["a.b"]'), (1, "filterType"), (1, "the properties of isFedBy")],
    }
    assert ("https://brickschema.org/schema/Brick#isFedBy", "urn:twinhaus:ahu") in graph_of(text)[
        "urn:twinhaus:vav"
    ]


def test_back_in_the_same_store_nothing_is_lost(store: Store) -> None:
    """What the file cannot say stays as it is."""
    put_twin(store, "ahu", "AirHandlingUnit;1", name="A", filterType="F7")
    put_twin(store, "vav", "VAVBox;1")
    relate(store, "vav", "isFedBy", "ahu", substance="SupplyAir")
    bring(store, take_out(store)[0])
    before = twins_of(store)
    assert before["ahu"][1]["filterType"] == "F7"
    bring(store, take_out(store)[0])
    assert twins_of(store) == before
    assert len(relationships_of(store)) == 1


def test_twins_whose_model_was_removed_keep_their_name(store: Store) -> None:
    """Their class, and no more: nothing says what their contents are."""
    bring(store, ":p a brick:Boiler ; rdfs:label 'B' . :q a brick:Boiler ; brick:isPartOf :p .")
    boiler = ["dtmi:com:willowinc:Boiler;1"]
    store.write(lambda transaction: changes.remove_models(transaction, boiler)).result()
    text, gaps = take_out(store)
    assert types_of(graph_of(text)["https://b.example#p"]) == (
        "https://brickschema.org/schema/Brick#Boiler",
        "dtmi:com:willowinc:Boiler;1",
    )
    assert sorted(noted(gaps)) == ["contents", "relationships"]


def test_prefixes_are_made_for_the_namespaces_of_twins(store: Store) -> None:
    """So that files are short and can be read."""
    bring(store, ":p a brick:Pump . :q a brick:Pump . other:r a brick:Pump .")
    text = take_out(store)[0].decode()
    assert "@prefix b1: <https://b.example#> ." in text
    assert "b1:p a brick:Pump" in text
    assert "<https://other.example#r> a brick:Pump" in text
