"""Which model a class stands for."""

import pytest
from tests.unit.translation.bringing import WILLOW, brick, graph_of, starter

from twinhaus.transfer.translation.classes import By, Classes, Kind, Superclasses, definitions
from twinhaus.transfer.translation.table import read_table

_ONTOLOGY = """
brick:Supply_Fan rdfs:subClassOf brick:Fan .
:Book_Lift rdfs:subClassOf :Lift .
:Lift rdfs:subClassOf brick:Elevator, :Lift .
:Ahu owl:equivalentClass brick:AHU .
"""


def kind_of(*written: str, ontology: str = "") -> Kind | None:
    """What a thing of these classes is, by the table and by what an ontology says."""
    classes = Classes(brick(), starter(), Superclasses(graph_of(ontology)))
    prefixes = {**brick().prefixes, "": "https://b.example#"}
    spelt = (one if one.startswith("dtmi:") else _spelt(one, prefixes) for one in written)
    return classes.kind_of(tuple(spelt))


def _spelt(written: str, prefixes: dict[str, str]) -> str:
    prefix, _, rest = written.partition(":")
    return prefixes[prefix] + rest


@pytest.mark.parametrize(
    ("class_", "model", "by"),
    [
        ("brick:AHU", "AirHandlingUnit", By.TABLE),
        ("rec:HVACZone", "HVACZone", By.TABLE),
        ("brick:Chilled_Water_Pump", "Pump", By.NAME),
        ("brick:Max_Zone_Air_Temperature_Sensor", "ZoneAirTemperatureSensor", By.NAME),
        ("rec:ConferenceRoom", "Room", By.NAME),
        ("rec:MezzanineLevel", "Level", By.NAME),
        ("brick:Supply_Fan", "Fan", By.SUPERCLASS),
        (":Book_Lift", "Equipment", By.SUPERCLASS),
        (":Ahu", "AirHandlingUnit", By.SUPERCLASS),
        (f"{WILLOW}Pump;1", "Pump", By.ITSELF),
    ],
)
def test_a_class_has_a_counterpart(class_: str, model: str, by: By) -> None:
    """By its own line, by the nearest superclass with one, by the end of its name, or because it is a model itself."""
    kind = kind_of(class_, ontology=_ONTOLOGY)
    assert kind is not None
    assert (kind.counterpart.model_id, kind.counterpart.by) == (f"{WILLOW}{model};1", by)


@pytest.mark.parametrize("class_", ["brick:Turnstile", ":Pump", ":My_Temperature_Sensor", "owl:Class"])
def test_a_class_may_have_none(class_: str) -> None:
    """A name says nothing in a namespace that the table has no classes of."""
    assert kind_of(class_) is None


def test_the_class_that_says_most_counts() -> None:
    """Of several it is the one with the most special model; those that follow from it are not told of."""
    kind = kind_of("brick:Equipment", "brick:AHU", "owl:NamedIndividual", "brick:HVAC_Equipment")
    assert kind is not None
    assert kind.class_.endswith("#AHU")
    assert kind.others == ()


def test_a_class_beside_it_is_told_of() -> None:
    """One that says something else is not lost silently."""
    kind = kind_of("brick:AHU", "brick:Room", ":Special")
    assert kind is not None
    assert [other.rpartition("#")[2] for other in kind.others] == ["Room", "Special"]


def test_what_has_no_line_says_more_than_its_superclass() -> None:
    """A class that is taken as another is kept rather than that other."""
    kind = kind_of("brick:Fan", "brick:Supply_Fan")
    assert kind is not None
    assert kind.class_.endswith("#Supply_Fan")
    assert kind.others == ()


def test_a_model_beside_a_class_says_what_a_twin_is() -> None:
    """As exports write it where the class alone would come to another model; the class is kept, known or not."""
    for class_ in ("brick:Equipment", ":Unheard_Of"):
        kind = kind_of(class_, f"{WILLOW}Pump;1")
        assert kind is not None
        assert kind.counterpart.model_id == f"{WILLOW}Pump;1"
        assert kind.class_.endswith(class_.split(":")[1])
        assert kind.others == ()


def test_a_model_that_is_not_loaded_is_passed_over() -> None:
    """A table may name models of several ontologies."""
    table = read_table(
        b"prefixes: {e: https://e.example#}\n"
        b"classes: {dtmi:elsewhere:Tower;1: e:Tower, dtmi:com:willowinc:HVACEquipment;1: e:Tower}"
    )
    found = Classes(table, starter(), Superclasses()).find("https://e.example#Tower")
    assert found is not None
    assert found.model_id == f"{WILLOW}HVACEquipment;1"


def test_definitions_are_told_from_things() -> None:
    """Classes, properties, shapes and what hangs on them say what words mean; an individual is a thing."""
    graph = graph_of("""
        <https://b.example> a owl:Ontology .
        :Lift a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty [ owl:inverseOf :p ] ] .
        :Apartment rdfs:subClassOf brick:Space .
        :shape a <http://www.w3.org/ns/shacl#NodeShape> .
        :lift a :Lift, owl:NamedIndividual, owl:Thing ; :p [ :q 1 ] .
    """)
    named = {node.rpartition("#")[2] for node in definitions(graph) if not node.startswith("_:")}
    assert named == {"https://b.example", "Lift", "Apartment", "shape"}
    assert len(definitions(graph)) == 6
