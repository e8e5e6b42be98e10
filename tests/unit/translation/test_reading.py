"""Triples become twins and relationships."""

import pytest
from tests.unit.translation.bringing import (
    LIBRARY,
    bring,
    changes_of,
    relationships_of,
    starter_store,
    twins_of,
)

from twinhaus import changes
from twinhaus.drafts import read_relationship, read_twin
from twinhaus.graph import Change
from twinhaus.storage.store import Store
from twinhaus.transfer.translation.gaps import Gaps
from twinhaus.transfer.translation.table import read_table

ROOM, AHU, VAV = "Room;1", "AirHandlingUnit;1", "VAVBox;1"


def noted(gaps: Gaps) -> dict[str, list[tuple[int, str]]]:
    """What had no counterpart: how often, and the words about it."""
    return {
        sort: [
            (gap["count"], " ".join(word for name, word in gap.items() if name not in ("count", "examples")))
            for gap in found
        ]
        for sort, found in gaps.report().items()
        if found
    }


def put_twin(store: Store, twin_id: str, model: str, **contents: object) -> None:
    """Put a twin that no file tells of."""
    draft = read_twin({"id": twin_id, "modelId": f"dtmi:com:willowinc:{model}", "contents": contents})
    store.write(lambda transaction: changes.put_twin(transaction, draft)).result()


def test_a_building_comes_whole(store: Store) -> None:
    """Twins with their values and units, relationships in their direction, whichever way they were told."""
    gaps, outcomes = bring(store, LIBRARY.read_bytes())
    assert changes_of(outcomes) == {Change.CREATED}
    twins = twins_of(store)
    assert len(twins) == 22
    model, library = twins["library"]
    assert model == "Building;1"
    assert library == {
        "name": "Library",
        "type": "Library",
        "externalID": "https://library.example/site#library",
        "alternateClassification": {"brickSchema": {"code": "https://w3id.org/rec#Building"}},
        "area": {"grossArea": 2150.5, "grossAreaUnit": "squareMetre"},
        "coordinates": {"latitude": 52.5, "longitude": 13.25},
        "address": {"addressLine1": "Mill Lane 3", "city": "Springfield", "country": "DE"},
    }
    assert twins["reading"][1]["area"] == {"grossArea": 410, "grossAreaUnit": "squareFoot"}
    assert twins["zoneTemperature"][1]["unit"] == "degreeCelsius"
    assert twins["power"][1]["unit"] == "http://qudt.org/vocab/unit/TeraW"
    assert twins["zoneTemperature"][1]["trendID"] == "b6f3-17"
    assert twins["zoneTemperature"][1]["customProperties"] == {
        "Brick": {"storedAt": "postgresql://history/library"},
        "BACnet": {"objectIdentifier": "analog-input,17", "objectName": "VAV1.ZN-T"},
    }
    assert relationships_of(store) >= {
        ("ground", "isPartOf", "library"),
        ("upper", "isPartOf", "library"),
        ("ahu", "locatedIn", "upper"),
        ("vav1", "isFedBy", "ahu"),
        ("zone", "isFedBy", "vav1"),
        ("office", "servedBy", "vav2"),
        ("zoneTemperature", "isCapabilityOf", "reading"),
        ("zoneTemperature", "hostedBy", "controller"),
        ("fanStatus", "isCapabilityOf", "supplyFan"),
        ("submeter", "subMeterOf", "meter"),
    }
    assert len(relationships_of(store)) == 23
    found = noted(gaps)
    assert sorted(words for _, words in found["classes"]) == [
        "",
        "brick:Fan without an IRI",
        "brick:Turnstile",
    ]
    assert [words for _, words in found["predicates"]] == [
        "brick:coolingCapacity",
        "brick:hasTag",
        "brick:meters",
        "brick:yearBuilt",
        "ref:hasExternalReference/bacnet:priority",
    ]
    assert found["relationships"] == [
        (1, "brick:isLocationOf dtmi:com:willowinc:Equipment;1 what is no twin")
    ]
    assert found["values"] == [(1, "rdfs:label there is another value already")]
    assert len(found["generalised"]) == 7


def test_to_import_again_changes_nothing(store: Store) -> None:
    """Every twin and relationship is there already."""
    bring(store, LIBRARY.read_bytes())
    _, outcomes = bring(store, LIBRARY.read_bytes())
    assert changes_of(outcomes) == {Change.UNCHANGED}


def test_what_a_file_does_not_say_stays(store: Store) -> None:
    """A twin that is there keeps what was added to it; what the file says is laid over."""
    bring(store, ":r a brick:Room ; rdfs:label 'Old' ; brick:grossArea [ brick:value 5 ] .")
    old = twins_of(store)["r"][1]
    put_twin(store, "r", ROOM, **{**old, "code": "R1", "area": {"grossArea": 5, "netArea": 4}})
    _, outcomes = bring(store, ":r a brick:Room ; rdfs:label 'New' ; brick:grossArea [ brick:value 6 ] .")
    assert changes_of(outcomes) == {Change.REPLACED}
    new = twins_of(store)["r"][1]
    assert (new["name"], new["code"], new["area"]) == ("New", "R1", {"grossArea": 6, "netArea": 4})


def test_a_twin_may_become_another_thing(store: Store) -> None:
    """With another class it gets another model, and keeps what that has too."""
    bring(store, ":x a brick:AHU ; rdfs:label 'X' ; rec:serialNumber '7' .")
    put_twin(store, "x", AHU, **{**twins_of(store)["x"][1], "filterType": "F7"})
    bring(store, ":x a brick:VAV .")
    model, contents = twins_of(store)["x"]
    assert model == VAV
    assert (contents["name"], contents["serialNumber"]) == ("X", "7")
    assert "filterType" not in contents


def test_a_relationship_with_properties_stays_the_one_it_is(store: Store) -> None:
    """No second one is made beside it."""
    bring(store, ":ahu a brick:AHU . :vav a brick:VAV .")
    told = {"sourceId": "vav", "name": "isFedBy", "targetId": "ahu", "properties": {"substance": "SupplyAir"}}
    store.write(lambda transaction: changes.put_relationship(transaction, read_relationship(told))).result()
    _, outcomes = bring(store, ":ahu a brick:AHU ; brick:feeds :vav . :vav a brick:VAV .")
    assert changes_of(outcomes) == {Change.UNCHANGED}
    with store.stream(lambda reader: reader.each_relationship()) as found:
        assert [one.properties for one in found] == ['{"substance":"SupplyAir"}']


def test_another_twin_of_that_id_is_left_alone(store: Store) -> None:
    """The thing gets its whole IRI as id, and keeps it."""
    put_twin(store, "r", ROOM, name="Another")
    for _ in range(2):
        bring(store, ":r a brick:Room .")
        assert twins_of(store).keys() == {"r", "https://b.example#r"}
    assert twins_of(store)["r"][1] == {"name": "Another"}


def test_an_iri_made_of_an_id_is_that_twin(store: Store) -> None:
    """It needs no IRI of its own."""
    put_twin(store, "a b", ROOM, name="Old")
    bring(store, "<urn:twinhaus:a%20b> a brick:Room ; rdfs:label 'New' .")
    (twin,) = twins_of(store).values()
    assert twin[1]["name"] == "New"
    assert "externalID" not in twin[1]


def test_what_is_rejected_is_told_with_its_reason(store: Store) -> None:
    """A twin that the models forbid is, and so are its relationships; the rest is kept."""
    store.write(
        lambda transaction: changes.decommission_model(transaction, "dtmi:com:willowinc:Room;1")
    ).result()
    _, outcomes = bring(store, ":r a brick:Room ; brick:isPartOf :f . :f a brick:Floor .")
    told = {outcome.id: [fault.path for fault in outcome.faults] for outcome in outcomes}
    assert told == {"r": ["modelId"], "f": [], "r_isPartOf_f": ["sourceId"]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5", 5),
        ('"+5"', 5),
        ('"5.0"', 5),
        ("5.5", None),
        ('"five"', None),
        ('"5"@en', 5),
        ("true", None),
        ('"99999999999999999999"', None),
        (":five", None),
    ],
)
def test_a_value_is_what_the_model_takes(store: Store, value: str, expected: int | None) -> None:
    """A whole number here, however it is written; what is none is left out, and told of."""
    gaps, _ = bring(store, f":f a rec:Level ; rec:levelNumber {value} .")
    assert twins_of(store)["f"][1].get("levelNumber") == expected
    assert gaps.count == (0 if expected is not None else 1)


def test_a_text_that_cannot_be_stored_is_left_out(store: Store) -> None:
    """As NUL: in a value, in an IRI and in an id."""
    gaps, outcomes = bring(
        store, ":r a brick:Room ; rdfs:label 'a\\u0000b' . <https://b\\u0000.example#s> a brick:Room ."
    )
    assert gaps.count == 1
    assert changes_of(outcomes) == {Change.CREATED}
    assert "externalID" not in twins_of(store)["s"][1]


def test_the_first_of_several_names_is_taken(store: Store) -> None:
    """One without a language, else in English; the others are told of."""
    gaps, _ = bring(store, ":r a brick:Room ; rdfs:label 'Zimmer'@de, 'Room'@en-GB ; skos:prefLabel 'Raum' .")
    assert twins_of(store)["r"][1]["name"] == "Room"
    assert noted(gaps)["values"] == [
        (1, "rdfs:label there is another value already"),
        (1, "skos:prefLabel there is another value already"),
    ]


def test_parts_are_of_the_class_that_the_table_says(store: Store) -> None:
    """Or of none; one of another class is told of, and what hangs on it goes with it."""
    gaps, _ = bring(
        store,
        ":p a brick:Sensor ; ref:hasExternalReference [ a ref:Other ; ref:hasTimeseriesId '1' ; :q [ :r 2 ] ] . "
        ":q a brick:Sensor ; ref:hasExternalReference :node . :node a ref:TimeseriesReference ; "
        "ref:hasTimeseriesId '2' . ",
    )
    twins = twins_of(store)
    assert "trendID" not in twins["p"][1]
    assert twins["q"][1]["trendID"] == "2"
    assert noted(gaps) == {"predicates": [(1, "ref:hasExternalReference[ref:Other]")]}


def test_an_ontology_says_which_classes_are_below_which(store: Store) -> None:
    """Beside the file; nothing of it becomes a twin."""
    ontology = "brick:Turnstile rdfs:subClassOf brick:Equipment . :not a brick:Room ."
    gaps, _ = bring(store, ":t a brick:Turnstile .", ontology=ontology)
    assert {id_: model for id_, (model, _) in twins_of(store).items()} == {"t": "Equipment;1"}
    assert gaps.count == 0


def test_a_table_of_ones_own(store: Store) -> None:
    """Says where things go; one without a place for the IRI keeps to local names."""
    table = read_table(
        b"""
        prefixes: {b: https://b.example#}
        classes: {dtmi:com:willowinc:Pump;1: b:Thing}
        relationships: {b:in: ^isPartOf}
        properties: {b:says: 'customProperties.b["what it.says"]'}
        """
    )
    for expected in (Change.CREATED, Change.UNCHANGED):
        _, outcomes = bring(store, ":a a :Thing ; :says 'x' ; :in :b . :b a :Thing .", table=table)
        assert changes_of(outcomes) == {expected}
    assert twins_of(store)["a"] == ("Pump;1", {"customProperties": {"b": {"what it.says": "x"}}})
    assert relationships_of(store) == {("b", "isPartOf", "a")}


def test_without_models_nothing_has_a_counterpart() -> None:
    """Not even a model's own id."""
    empty = starter_store()
    gaps, outcomes = bring(empty, ":x a <dtmi:com:example:Nothing;1> .")
    assert outcomes == []
    assert noted(gaps) == {"classes": [(1, "dtmi:com:example:Nothing;1")]}
