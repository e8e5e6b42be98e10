"""Records of Project Haystack become twins and relationships."""

from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from phable.io.ph_json import ph_to_json
from phable.io.ph_zinc import ph_from_zinc
from tests.unit.translation.bringing import changes_of, imported, relationships_of, starter, twins_of
from tests.unit.translation.test_reading import noted

from twinhaus.dtdl.places import check_in_contents
from twinhaus.dtdl.types import Relationship
from twinhaus.errors import Invalid
from twinhaus.graph import Change
from twinhaus.storage.store import Store
from twinhaus.transfer.outcomes import Outcome
from twinhaus.transfer.translation import records
from twinhaus.transfer.translation.correspondence import Correspondence
from twinhaus.transfer.translation.gaps import Gaps
from twinhaus.transfer.translation.ids import NAMESPACE
from twinhaus.transfer.translation.reading import Translator
from twinhaus.transfer.translation.records import RecordReader
from twinhaus.transfer.translation.table import read_table, shipped
from twinhaus.transfer.translation.tags import Tags
from twinhaus.transfer.translation.triples import Graph

CLINIC = Path(__file__).with_name("clinic.zinc")
TABLE = read_table(shipped("haystack"))
Format = Literal["zinc", "json"]


def graph_of(text: bytes, format_: Format = "zinc") -> Graph:
    """What records say."""
    reader = RecordReader()
    reader.read(BytesIO(text), format_)
    return reader.graph


def bring_records(store: Store, text: bytes, format_: Format = "zinc") -> tuple[Gaps, list[Outcome]]:
    """Import records: what had no counterpart, and what became of the rest."""
    registry = store.read(lambda reader: reader.registry).result()
    kinds = Tags(TABLE, registry)
    translator = Translator(graph_of(text, format_), Correspondence(TABLE, registry), kinds, NAMESPACE)
    return translator.gaps, imported(store, translator)


def test_a_building_comes_whole(store: Store) -> None:
    """Twins by their markers, values with their units, references as relationships in the right direction."""
    gaps, outcomes = bring_records(store, CLINIC.read_bytes())
    assert changes_of(outcomes) == {Change.CREATED}
    twins = twins_of(store)
    assert {id_: model for id_, (model, _) in twins.items()} == {
        "1-site": "Building;1",
        "2-floor": "Level;1",
        "3-room": "Room;1",
        "4-zone": "HVACZone;1",
        "5-ahu": "AirHandlingUnit;1",
        "6-vav": "VAVBox;1",
        "7-fan": "Fan;1",
        "8-tower": "HVACEquipment;1",
        "10-dat": "DischargeAirTemperatureSensor;1",
        "11-run": "StartStopActuator;1",
        "12-flow": "DischargeAirFlowSetpoint;1",
    }
    assert twins["1-site"][1] == {
        "name": "Clinic",
        "externalID": "p:clinic:r:1-site",
        "alternateClassification": {"projectHaystack": {"code": "site"}},
        "area": {"grossArea": 5400, "grossAreaUnit": "squareFoot"},
        "address": {"city": "Berlin", "country": "DE"},
        "coordinates": {"latitude": 52.5, "longitude": 13.25},
        "customProperties": {"Haystack": {"tz": "Berlin"}},
    }
    assert twins["2-floor"][1]["levelNumber"] == 0
    assert twins["7-fan"][1]["name"] == "Fan of AHU 1"
    assert twins["12-flow"][1]["validValues"] == {"minimum": 100, "maximum": 900}
    assert (twins["10-dat"][1]["unit"], twins["10-dat"][1]["type"]) == ("degreeCelsius", "analog")
    assert relationships_of(store) == {
        ("2-floor", "isPartOf", "1-site"),
        ("3-room", "isPartOf", "2-floor"),
        ("4-zone", "isPartOf", "3-room"),
        ("4-zone", "isFedBy", "6-vav"),
        ("5-ahu", "locatedIn", "2-floor"),
        ("6-vav", "locatedIn", "3-room"),
        ("6-vav", "isFedBy", "5-ahu"),
        ("7-fan", "isPartOf", "5-ahu"),
        ("8-tower", "locatedIn", "1-site"),
        ("10-dat", "isCapabilityOf", "5-ahu"),
        ("11-run", "isCapabilityOf", "7-fan"),
        ("12-flow", "isCapabilityOf", "6-vav"),
    }
    assert noted(gaps) == {
        "generalised": [(1, "cmd-fan-point-run dtmi:com:willowinc:StartStopActuator;1 markers")],
        "predicates": [(1, "curVal"), (1, "maxVal/unit"), (1, "minVal/unit"), (1, "weatherStationRef")],
    }


def test_json_says_the_same(store: Store) -> None:
    """Of the same records nothing changes, whichever way they are written."""
    bring_records(store, CLINIC.read_bytes())
    text = ph_to_json(ph_from_zinc(CLINIC.read_text("utf-8"))).encode()
    _, outcomes = bring_records(store, text, "json")
    assert changes_of(outcomes) == {Change.UNCHANGED}


def test_what_has_no_counterpart_is_told(store: Store) -> None:
    """Records that no model fits, by their markers; those without an id; and every tag."""
    gaps, _ = bring_records(
        store,
        b'ver:"3.0"\nid,user,weather,site,x,l\n@u,M,,,,\n@w,,M,,,\n,,,M,,\n@s,,,M,{a:1},[@w,"z"]\n',
    )
    assert twins_of(store).keys() == {"s"}
    assert noted(gaps) == {
        "classes": [(1, "site without an IRI"), (1, "user"), (1, "weather")],
        "predicates": [(2, "l"), (1, "x")],
    }


@pytest.mark.parametrize(
    ("text", "format_", "words"),
    [
        (b"", "zinc", "Not Haystack's zinc"),
        (b'ver:"2.0"\nid\n@a\n', "zinc", "version"),
        (b'ver:"3.0"\nid,l\n@a,' + b"[" * 5_000 + b"\n", "zinc", "Not Haystack's zinc"),
        (b"\xff", "zinc", "Not Haystack's zinc"),
        (b"[" * 100_000, "json", "Not Haystack's json"),
        (b"{}", "json", "Haystack 4"),
        (b"[1]", "json", "a list of records"),
        (b'[{"id": {"_kind": "ref"}}]', "json", "Not Haystack's json"),
        (b'{"meta":{"ver":"3.0"},"cols":[],"rows":[{"id":"r:a","site":"m:"}]}', "json", "Haystack 4"),
    ],
)
def test_what_is_no_haystack_is_refused(text: bytes, format_: Format, words: str) -> None:
    """With the reason, as far as there is one."""
    with pytest.raises(Invalid, match=words):
        graph_of(text, format_)


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is too large is refused before it is read."""
    monkeypatch.setattr(records, "BYTES_MAX", 10)
    with pytest.raises(Invalid, match="at most 10 bytes"):
        graph_of(CLINIC.read_bytes())


def test_the_table_is_of_the_starter_models() -> None:
    """Every model, relationship and place that it names is there."""
    registry = starter()
    assert set(TABLE.classes) <= set(registry.ids)
    declared = {
        name
        for model_id in registry.ids
        for name, content in registry.contents(model_id).items()
        if isinstance(content, Relationship)
    }
    assert {way.name for ways in TABLE.relationships.values() for way in ways} <= declared
    for property_ in TABLE.properties:
        for keys in property_.places:
            assert any(check_in_contents(registry, id_, keys) for id_ in registry.ids), property_.written
