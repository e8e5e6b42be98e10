"""The verbs on relationships, on a real store in memory."""

import json

import pytest
from tests.unit.verbs import Verbs, faults_of

from twinhaus import changes
from twinhaus.drafts import RelationshipDraft
from twinhaus.errors import Conflict, Fault, Invalid, NotFound
from twinhaus.strictjson import JsonObject
from twinhaus.testing.store_contract.graph import model_id


@pytest.mark.parametrize(
    ("properties", "relationship_id"),
    [
        ({}, "f_isFedBy_t"),
        ({"substance": "Chilled Water"}, "f_isFedBy_substance_Chilled Water_t"),
        ({"substance": "Air", "flow": 1.5, "main": True}, "f_isFedBy_flow_1.5_main_true_substance_Air_t"),
        ({"main": False, "flow": 2}, "f_isFedBy_flow_2_main_false_t"),
        ({"substance": ""}, "f_isFedBy_substance__t"),
        ({"substance": 'Ä"_'}, 'f_isFedBy_substance_Ä"__t'),
    ],
)
def test_the_id_is_derived(verbs: Verbs, properties: JsonObject, relationship_id: str) -> None:
    """Source, name, the properties by their sorted keys, target; the text of an answer carries it."""
    verbs.put("f", "Fan")
    verbs.put("t")
    created = verbs.relate("f", "isFedBy", "t", **properties)
    assert created.id == relationship_id
    expected = {"id": relationship_id, "targetId": "t", "sourceId": "f", "name": "isFedBy"}
    assert json.loads(created.document) == (expected | {"properties": properties} if properties else expected)


def test_the_same_relationship_again_changes_nothing(verbs: Verbs) -> None:
    """Whatever the order of its properties; what is answered is what was stored first."""
    verbs.put("f", "Fan")
    verbs.put("t")
    first = verbs.relate("f", "isFedBy", "t", substance="Air", flow=1)
    assert verbs.relate("f", "isFedBy", "t", flow=1, substance="Air") == first
    assert verbs.relate("f", "drives", "t") == verbs.relate("f", "drives", "t")
    assert len(verbs.neighbours("f")) == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("a", "isPartOf", "b_isPartOf_c"), ("a_isPartOf_b", "isPartOf", "c")),
        (("a", "isFedBy", "substance_x_c"), ("a", "isFedBy", "c", "x")),
    ],
)
def test_two_relationships_may_not_share_an_id(
    verbs: Verbs, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    """Where underscores make the ids of different ones alike, the later one is a conflict that names the earlier."""
    for twin_id in ("a", "c", "b_isPartOf_c", "a_isPartOf_b", "substance_x_c"):
        verbs.put(twin_id, "Fan")
    verbs.relate(*first)
    with pytest.raises(Conflict, match=f"{first[1]} from {first[0]} to {first[2]}"):
        verbs.relate(*second[:3], **({"substance": second[3]} if len(second) > 3 else {}))
    assert len(verbs.neighbours("c")) == 0


def test_properties_that_only_look_alike_are_a_conflict(verbs: Verbs) -> None:
    """A flow of 1 and one of 1.0 are two relationships with ids of their own; nothing is taken for another."""
    verbs.put("f", "Fan")
    verbs.put("t")
    whole, real = verbs.relate("f", "isFedBy", "t", flow=1), verbs.relate("f", "isFedBy", "t", flow=1.0)
    assert (whole.id, real.id) == ("f_isFedBy_flow_1_t", "f_isFedBy_flow_1.0_t")


def test_a_relationship_to_nobody_is_refused(verbs: Verbs) -> None:
    """Each unknown twin is named at its own member, beside the faults of the shape."""
    verbs.put("a")
    with pytest.raises(Invalid) as refused:
        verbs.relate("nobody", "isPartOf", "noone")
    assert faults_of(refused) == {
        "sourceId": 'There is no twin "nobody"',
        "targetId": 'There is no twin "noone"',
    }
    draft = RelationshipDraft(
        "a", "", "", {}, (Fault("targetId", "is required"), Fault("name", "is required"))
    )
    with pytest.raises(Invalid) as refused:
        verbs.store.write(lambda transaction: changes.put_relationship(transaction, draft)).result()
    assert faults_of(refused) == {"targetId": "is required", "name": "is required"}


def test_a_relationship_is_what_its_models_allow(verbs: Verbs) -> None:
    """Its name is declared by the source's model, its target is such an instance, its properties are legal."""
    verbs.put("t", "Thing")
    verbs.put("f", "Fan")
    for (source, name, target, properties), path in {
        ("t", "isFedBy", "f", ()): "name",
        ("f", "serves", "t", ()): "targetId",
        ("f", "isFedBy", "t", (("flow", "much"),)): "properties.flow",
        ("f", "isFedBy", "t", (("colour", "red"),)): "properties.colour",
    }.items():
        with pytest.raises(Invalid) as refused:
            verbs.relate(source, name, target, **dict(properties))
        assert list(faults_of(refused)) == [path]
    assert verbs.neighbours("t") == verbs.neighbours("f") == []


def test_max_multiplicity_is_held(verbs: Verbs) -> None:
    """One more than the model allows is refused; a repeat is none; after a deletion there is room again."""
    for twin_id in ("f", "g", "h"):
        verbs.put(twin_id, "SmallFan")
    verbs.relate("f", "drives", "g")
    verbs.relate("f", "drives", "h")
    verbs.relate("f", "drives", "h")
    with pytest.raises(Invalid) as refused:
        verbs.relate("f", "drives", "f")
    assert faults_of(refused) == {"name": f'{model_id("SmallFan")} allows at most 2 "drives" relationships'}
    verbs.delete_relationship("f", "f_drives_g")
    verbs.relate("f", "drives", "f")


def test_a_relationship_is_deleted_under_either_twin(verbs: Verbs) -> None:
    """Not under another, and not twice."""
    for twin_id in ("a", "b", "c"):
        verbs.put(twin_id)
    for under in ("a", "b"):
        verbs.relate("a", "isPartOf", "b")
        with pytest.raises(NotFound, match='The twin "c" has no relationship "a_isPartOf_b"'):
            verbs.delete_relationship("c", "a_isPartOf_b")
        verbs.delete_relationship(under, "a_isPartOf_b")
        with pytest.raises(NotFound):
            verbs.delete_relationship(under, "a_isPartOf_b")


@pytest.mark.parametrize(
    ("twin_id", "model_name", "illegal"),
    [
        ("room", "Thing", ["fan_serves_room"]),
        ("fan", "Room", ["fan_isFedBy_room", "fan_drives_room"]),
        ("pump", "Fan", ["pump_drives_room", "pump_drives_fan", "pump_drives_pump"]),
        ("pump", "Thing", ["pump_drives_room", "pump_drives_fan", "pump_drives_pump"]),
    ],
)
def test_a_change_of_model_keeps_every_relationship_legal(
    verbs: Verbs, twin_id: str, model_name: str, illegal: list[str]
) -> None:
    """As source and as target, in number too; else the conflict names those that could not stay."""
    for twin in ("room", "fan", "pump"):
        verbs.put(twin, twin.capitalize())
    fans = ("fan serves room", "fan isFedBy room", "fan drives room")
    pumps = ("pump drives room", "pump drives fan", "pump drives pump")
    for triple in (*fans, *pumps):
        verbs.relate(*triple.split())
    with pytest.raises(Conflict) as refused:
        verbs.put(twin_id, model_name)
    assert refused.value.detail.endswith(f"these relationships: {', '.join(illegal)}.")
    stored = verbs.find(twin_id)
    assert stored is not None
    assert stored.model_id == model_id(twin_id.capitalize())


def test_a_change_of_model_that_stays_legal_is_made(verbs: Verbs) -> None:
    """Relationships stay as they are."""
    verbs.put("fan", "Fan")
    verbs.put("room", "Room")
    for triple in ("fan serves room", "fan drives fan", "room isPartOf fan"):
        verbs.relate(*triple.split())
    before = [neighbour.relationship for neighbour in verbs.neighbours("fan")]
    verbs.put("fan", "SmallFan")
    verbs.put("fan", "Fan")
    assert [neighbour.relationship for neighbour in verbs.neighbours("fan")] == before
