"""Twins and relationships become records of Project Haystack, from which the same come again."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phable.io.ph_json import ph_to_json
from phable.kinds import Coord, Marker, Number, Ref
from tests.unit.translation.bringing import changes_of, relationships_of, starter_store, twins_of
from tests.unit.translation.test_haystack import CLINIC, TABLE, bring_records
from tests.unit.translation.test_reading import noted

from twinhaus import changes
from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.graph import Change
from twinhaus.storage.store import Store
from twinhaus.transfer.translation.correspondence import Correspondence
from twinhaus.transfer.translation.exporter import export_triples
from twinhaus.transfer.translation.forms import MarkerForm
from twinhaus.transfer.translation.gaps import Gaps
from twinhaus.transfer.translation.ids import NAMESPACE, in_reference, iri_of, of_reference
from twinhaus.transfer.translation.record_writing import grid
from twinhaus.transfer.translation.tags import TAG
from twinhaus.transfer.translation.writing import Writer

WILLOW = "dtmi:com:willowinc:"
MARKER: Any = Marker()  # type: ignore[no-untyped-call]


def take_out(store: Store) -> tuple[bytes, Gaps]:
    """The graph of a store as records, and what had no counterpart."""
    registry = store.read(lambda reader: reader.registry).result()
    correspondence = Correspondence(TABLE, registry)
    writer = Writer(correspondence, NAMESPACE, MarkerForm(correspondence))
    with store.stream(lambda reader: grid(export_triples(reader, writer), writer.gaps)) as pieces:
        return b"".join(pieces), writer.gaps


def records_of(text: bytes) -> dict[str, dict[str, Any]]:
    """The rows of a grid by their ids."""
    return {row["id"]["val"]: row for row in json.loads(text)["rows"]}


def put(store: Store, twin_id: str, model: str, **contents: Any) -> None:
    """A twin of a starter model."""
    draft = TwinDraft(twin_id, f"{WILLOW}{model};1", contents)
    store.write(lambda transaction: changes.put_twin(transaction, draft)).result()


def relate(store: Store, source: str, name: str, target: str) -> None:
    """A relationship."""
    draft = RelationshipDraft(source, target, name, {})
    store.write(lambda transaction: changes.put_relationship(transaction, draft)).result()


def test_what_came_from_records_goes_out_as_it_came(store: Store) -> None:
    """Imported elsewhere it is the same graph, under the same ids; nothing of it lacks a counterpart."""
    bring_records(store, CLINIC.read_bytes())
    text, gaps = take_out(store)
    assert gaps.count == 0
    elsewhere = starter_store()
    again, _ = bring_records(elsewhere, text, "json")
    assert noted(again).keys() <= {"generalised"}
    assert twins_of(elsewhere) == twins_of(store)
    assert relationships_of(elsewhere) == relationships_of(store)
    assert take_out(elsewhere)[0] == text


def test_a_record_says_what_haystack_has_words_for(store: Store) -> None:
    """Markers of the model, numbers with their units, coordinates, and references to what they say they lead to."""
    put(
        store,
        "HQ",
        "Building",
        name="Head office",
        area={"grossArea": 120.5, "grossAreaUnit": "squareMetre"},
        coordinates={"latitude": 52.5, "longitude": 13.25},
    )
    put(store, "L1", "Level", levelNumber=1)
    put(store, "A 1", "AirHandlingUnit")
    put(store, "T", "DischargeAirTemperatureSensor", unit="degreeCelsius")
    for source, name, target in (
        ("L1", "isPartOf", "HQ"),
        ("A 1", "locatedIn", "L1"),
        ("T", "isCapabilityOf", "A 1"),
    ):
        relate(store, source, name, target)
    text, gaps = take_out(store)
    assert gaps.count == 0
    marker, found = {"_kind": "marker"}, records_of(text)
    assert found == {
        "urn:twinhaus:HQ": {
            "id": {"_kind": "ref", "val": "urn:twinhaus:HQ"},
            "site": marker,
            "dis": "Head office",
            "area": {"_kind": "number", "val": 120.5, "unit": "m²"},
            "geoCoord": {"_kind": "coord", "lat": 52.5, "lng": 13.25},
        },
        "urn:twinhaus:L1": {
            "id": {"_kind": "ref", "val": "urn:twinhaus:L1"},
            "floor": marker,
            "floorNum": 1,
            "siteRef": {"_kind": "ref", "val": "urn:twinhaus:HQ"},
        },
        "urn:twinhaus:A~201": {
            "id": {"_kind": "ref", "val": "urn:twinhaus:A~201"},
            "ahu": marker,
            "equip": marker,
            "floorRef": {"_kind": "ref", "val": "urn:twinhaus:L1"},
        },
        "urn:twinhaus:T": {
            "id": {"_kind": "ref", "val": "urn:twinhaus:T"},
            **dict.fromkeys(("discharge", "air", "temp", "sensor", "point"), marker),
            "unit": "°C",
            "equipRef": {"_kind": "ref", "val": "urn:twinhaus:A~201"},
        },
    }
    assert {column["name"] for column in json.loads(text)["cols"]} == {
        tag for row in found.values() for tag in row
    }
    elsewhere = starter_store()
    bring_records(elsewhere, text, "json")
    assert twins_of(elsewhere).keys() == {"HQ", "L1", "A 1", "T"}
    assert relationships_of(elsewhere) == relationships_of(store)


def test_what_haystack_has_no_words_for_is_told(store: Store) -> None:
    """Models beyond the markers, relationships without a tag that may say them, contents without a place, and a unit
    without its number.
    """
    put(store, "D", "Document")
    put(store, "S", "TenantUnit")
    put(store, "A", "AirHandlingUnit", filterType="F7")
    put(store, "C", "Chiller")
    put(store, "HQ", "Building", area={"grossAreaUnit": "squareMetre"})
    relate(store, "A", "isFedBy", "C")
    text, gaps = take_out(store)
    assert noted(gaps) == {
        "classes": [(1, f"{WILLOW}Document;1"), (1, f"{WILLOW}TenantUnit;1")],
        "contents": [(1, "area without what belongs to it"), (1, "filterType")],
        "relationships": [(1, f"isFedBy {WILLOW}AirHandlingUnit;1 {WILLOW}Chiller;1")],
    }
    assert records_of(text).keys() == {f"urn:twinhaus:{id_}" for id_ in ("S", "A", "C", "HQ")}


def test_what_is_part_of_itself_stays_where_it_is() -> None:
    """Of its site nothing else tells."""
    record = {"id": Ref("a"), "ahu": MARKER, "equip": MARKER, "equipRef": Ref("a"), "siteRef": Ref("s")}
    store = starter_store()
    bring_records(store, ph_to_json([record, {"id": Ref("s"), "site": MARKER}]).encode(), "json")
    assert relationships_of(store) == {("a", "isPartOf", "a"), ("a", "locatedIn", "s")}


_MARKERS = sorted({TABLE.short(one) for classes in TABLE.classes.values() for one in classes})
_TAGS = sorted({one.steps[0].predicate.removeprefix(TAG) for one in TABLE.properties})
_REFERENCES = sorted(TABLE.short(one) for one in TABLE.relationships)
_IDS = ["p:demo:r:1", "p:demo:r:2", "a~b", "site.3", "urn:twinhaus:A~201", "urn:twinhaus:B"]
_VALUES = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.booleans(),
    st.integers(-3, 3).map(Number),
    st.floats(allow_nan=False, allow_infinity=False).map(Number),
    st.builds(Number, st.floats(-9, 9), st.sampled_from(["ft²", "m²", "furlong"])),
    st.builds(Coord, st.decimals(-90, 90, places=3), st.decimals(-180, 180, places=3)),
)


@st.composite
def buildings(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Records with the markers of any line of the table, with any values and references."""
    ids = draw(st.lists(st.sampled_from(_IDS), min_size=1, unique=True))
    records: list[dict[str, Any]] = []
    for id_ in ids:
        values = draw(st.dictionaries(st.sampled_from(_TAGS), _VALUES, max_size=4))
        others = st.lists(
            st.sampled_from(ids).map(Ref), min_size=1, max_size=2, unique_by=lambda ref: ref.val
        )
        references = draw(st.dictionaries(st.sampled_from(_REFERENCES), others, max_size=3))
        markers = dict.fromkeys(draw(st.sampled_from(_MARKERS)).split(), MARKER)
        records.append({"id": Ref(id_), **values, **references, **markers})
    return records


@given(buildings())
def test_in_out_and_in_again(building: list[dict[str, Any]]) -> None:
    """Into an empty store it is the same graph, but for what an export has told of; into the same, nothing changes."""
    first, second = starter_store(), starter_store()
    bring_records(first, ph_to_json(building).encode(), "json")
    text, gaps = take_out(first)
    bring_records(second, text, "json")
    untold = gaps.report()
    if not (untold["relationships"] or untold["contents"] or untold["classes"]):
        assert twins_of(second) == twins_of(first)
        assert relationships_of(second) == relationships_of(first)
    _, outcomes = bring_records(first, text, "json")
    assert changes_of(outcomes) <= {Change.UNCHANGED}


@given(st.text(min_size=1, max_size=20))
@settings(max_examples=200)
def test_an_id_of_any_characters_is_a_reference(twin_id: str) -> None:
    """Made of what references are made of, and read again it is the same."""
    iri = iri_of(twin_id, NAMESPACE)
    assert set(in_reference(iri)) <= {*"0123456789_:.~-", *map(chr, range(65, 91)), *map(chr, range(97, 123))}
    assert of_reference(in_reference(iri)) == iri


@pytest.mark.parametrize("reference", ["p:demo:r:1", "a~b", "%", "site-1"])
def test_references_of_others_stay(reference: str) -> None:
    """Only those that are made of a twin's id are read in another way."""
    assert of_reference(reference) == in_reference(reference) == reference
