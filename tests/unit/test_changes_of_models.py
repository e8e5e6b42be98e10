"""The verbs on models, and what becomes of twins whose model is removed, on a real store in memory."""

import json
from collections.abc import Callable

import pytest
from tests.unit.verbs import MODELS, Verbs, faults_of, model, prop, relationship

from twinhaus import changes
from twinhaus.dtdl import UnresolvedReferences
from twinhaus.dtdl.additions import Addition, check_addition
from twinhaus.errors import Conflict, Invalid, NotFound
from twinhaus.testing.store_contract.graph import model_id

NAMES = {"Area", "Thing", "Room", "Fan", "SmallFan", "Pump"}


def test_models_are_added_all_or_none(verbs: Verbs) -> None:
    """One that cannot be resolved keeps the others out too."""
    with pytest.raises(UnresolvedReferences):
        verbs.add_models(model("Good"), model("Bad", extends="Missing"))
    assert verbs.models() == NAMES
    assert verbs.add_models(model("Good")) == (model_id("Good"),)


def check(verbs: Verbs, *documents: str) -> Addition:
    """What adding models would come to, by what there is now."""
    return check_addition(verbs.store.read(lambda reader: reader.registry).result(), documents)


def add(verbs: Verbs, addition: Addition) -> Addition:
    """Add models that were checked before."""
    return verbs.store.write(lambda transaction: changes.add_checked_models(transaction, addition)).result()


def test_models_checked_before_the_transaction_are_added(verbs: Verbs) -> None:
    """Where nothing came between, they are not checked again."""
    addition = check(verbs, model("New", extends="Room"))
    assert add(verbs, addition) is addition
    assert verbs.models() == NAMES | {"New"}


def test_models_that_came_meanwhile_count(verbs: Verbs) -> None:
    """What was checked before is checked again: the same model is passed over, another one is a conflict."""
    same, other = check(verbs, model("New"), model("More")), check(verbs, model("New", prop("x")))
    verbs.add_models(model("New"))
    assert add(verbs, same).added == (model_id("More"),)
    with pytest.raises(Conflict, match=model_id("New")):
        add(verbs, other)


def test_models_that_left_meanwhile_count(verbs: Verbs) -> None:
    """What would have extended a model that is gone is refused."""
    addition = check(verbs, model("New", extends="Pump"))
    verbs.remove_models("Pump")
    with pytest.raises(UnresolvedReferences):
        add(verbs, addition)
    assert verbs.models() == NAMES - {"Pump"}


def test_models_added_again_are_passed_over(verbs: Verbs) -> None:
    """The same text changes nothing, alone or beside new ones; the ids of the new ones are answered."""
    assert verbs.add_models(*MODELS) == ()
    assert verbs.add_models(*MODELS, model("New", extends="Room")) == (model_id("New"),)


def test_the_same_model_is_the_same_json_value(verbs: Verbs) -> None:
    """White space and the order of keys make no difference, at any depth; the text stored first stays."""
    before = verbs.store.read(lambda reader: reader.registry).result()
    turned = [json.dumps(_turned(json.loads(text)), indent=3) for text in MODELS]
    assert verbs.add_models(*turned) == ()
    assert verbs.store.read(lambda reader: reader.registry).result() == before


def _turned(value: object) -> object:
    """With the keys of every object the other way round."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "other",
    [
        model("Fan"),
        model("Fan", relationship("drives", maxMultiplicity=2), extends="Thing"),
        MODELS[3].replace('"drives"', '"moves"'),
        MODELS[3].replace("2", "3"),
    ],
)
def test_models_do_not_change(verbs: Verbs, other: str) -> None:
    """Another value under a stored id is a conflict that names it and what to do, and keeps the rest out."""
    with pytest.raises(
        Conflict, match=f"different: {model_id('Fan')}. Models do not change: raise their version"
    ):
        verbs.add_models(other, model("New"))
    assert verbs.models() == NAMES


def test_many_models_that_differ_are_counted_instead_of_named(verbs: Verbs) -> None:
    """A conflict names ten, and says how many more there are."""
    verbs.add_models(*(model(f"M{number}") for number in range(13)))
    with pytest.raises(Conflict, match=r"M9;1 and 3 more\."):
        verbs.add_models(*(model(f"M{number}", prop("x")) for number in range(13)))


def test_an_unknown_model_cannot_be_decommissioned(verbs: Verbs) -> None:
    """NotFound names it, also where it was removed."""
    verbs.remove_models("Pump")
    for name in ("Unheard", "Pump"):
        with pytest.raises(NotFound, match=name):
            verbs.decommission(name)


def test_models_are_removed_all_or_none(verbs: Verbs) -> None:
    """One that is not there keeps the others, and is named; so is one that was removed before."""
    assert verbs.remove_models("Pump") == 0
    with pytest.raises(NotFound, match=f"There is no model {model_id('Unheard')}, {model_id('Pump')}\\."):
        verbs.remove_models("SmallFan", "Unheard", "Pump")
    assert verbs.models() == NAMES - {"Pump"}


@pytest.mark.parametrize(
    ("name", "needed_by"),
    [("Fan", "1 in all: dtmi:test:SmallFan;1."), ("Area", "1 in all: dtmi:test:Room;1.")],
)
def test_a_model_that_another_needs_stays(verbs: Verbs, name: str, needed_by: str) -> None:
    """Where others extend it or have it as a component the removal is refused, and they are named."""
    with pytest.raises(Conflict) as refused:
        verbs.remove_models("Pump", name)
    assert needed_by in refused.value.detail
    assert verbs.models() == NAMES


def test_many_models_in_the_way_are_counted(verbs: Verbs) -> None:
    """A conflict names ten, and says how many there are in all."""
    verbs.add_models(*(model(f"M{number}", extends="Pump") for number in range(13)))
    with pytest.raises(Conflict, match=r"13 in all: dtmi:test:M0;1, .*M9;1 and 3 more\."):
        verbs.remove_models("Pump")


def test_models_are_removed_together_with_those_that_need_them(verbs: Verbs) -> None:
    """In whatever order they are named, and however often."""
    verbs.remove_models("Fan", "SmallFan", "Fan", "Area", "Room")
    assert verbs.models() == {"Thing", "Pump"}


def test_a_relationships_target_may_go(verbs: Verbs) -> None:
    """It does not keep a model; the relationship then still leads to what is left of it, and to nothing else."""
    verbs.put("thing")
    verbs.put("room", "Room")
    verbs.put("other", "Room")
    verbs.relate("thing", "serves", "room")
    assert verbs.remove_models("Room") == 2
    verbs.relate("thing", "serves", "other")
    with pytest.raises(Invalid):
        verbs.relate("thing", "serves", "thing")


def test_orphans_are_counted(verbs: Verbs) -> None:
    """Twins of each removed model, once, however often it is named; those of other models are none."""
    for twin_id, name in (("a", "Fan"), ("b", "Fan"), ("c", "SmallFan"), ("d", "Pump")):
        verbs.put(twin_id, name)
    assert verbs.remove_models("SmallFan", "Fan", "Fan") == 3


def test_an_orphan_is_not_put_again_with_its_model(verbs: Verbs) -> None:
    """The model must be stored, for a twin that is there as for a new one; the orphan stays as it was."""
    before = verbs.put("fan", "Fan", code="x")
    verbs.remove_models("SmallFan", "Fan")
    for twin_id in ("fan", "new"):
        with pytest.raises(Invalid) as refused:
            verbs.put(twin_id, "Fan", code="x")
        assert "Load it first" in faults_of(refused)["modelId"]
    assert verbs.find("fan") == before


def test_an_orphan_is_put_with_another_model(verbs: Verbs) -> None:
    """As any twin that changes its model, it must be able to keep its relationships."""
    verbs.put("fan", "Fan")
    verbs.put("thing")
    verbs.relate("fan", "drives", "thing")
    verbs.remove_models("SmallFan", "Fan")
    with pytest.raises(Conflict, match="fan_drives_thing"):
        verbs.put("fan", "Thing")
    assert verbs.put("fan", "Pump", code="x").model_id == model_id("Pump")
    verbs.relate("fan", "drives", "fan")


def test_an_orphan_does_not_hold_others_to_their_model(verbs: Verbs) -> None:
    """Whether a relationship that leads from it would be legal nobody can say; so it is in nobody's way."""
    verbs.put("fan", "Fan")
    verbs.put("room", "Room")
    verbs.relate("fan", "serves", "room")
    verbs.remove_models("SmallFan", "Fan")
    assert verbs.put("room", "Pump").model_id == model_id("Pump")
    assert [one.relationship.id for one in verbs.neighbours("room")] == ["fan_serves_room"]


def test_nothing_new_leads_from_an_orphan(verbs: Verbs) -> None:
    """The fault names its model; what leads from it already may be put again, and deleted."""
    verbs.put("fan", "Fan")
    verbs.put("thing")
    led = verbs.relate("fan", "drives", "thing")
    verbs.remove_models("SmallFan", "Fan")
    with pytest.raises(Invalid) as refused:
        verbs.relate("fan", "isPartOf", "thing")
    assert faults_of(refused) == {
        "sourceId": "dtmi:test:Fan;1, the model of this twin, was removed; load it again, or put the twin with another"
    }
    assert verbs.relate("fan", "drives", "thing") == led
    verbs.delete_relationship("thing", led.id)
    assert verbs.neighbours("fan") == []


def test_new_relationships_may_lead_to_an_orphan(verbs: Verbs) -> None:
    """Where they may lead to any twin, or to those of just its model; what it extended does not count."""
    verbs.add_models(
        model("Duct", relationship("any"), relationship("toFan", target=model_id("Fan"))),
        model("Pipe", relationship("toThing", target=model_id("Thing"))),
    )
    for twin_id, name in (("fan", "Fan"), ("duct", "Duct"), ("pipe", "Pipe")):
        verbs.put(twin_id, name)
    verbs.remove_models("SmallFan", "Fan")
    verbs.relate("duct", "any", "fan")
    verbs.relate("duct", "toFan", "fan")
    with pytest.raises(Invalid) as refused:
        verbs.relate("pipe", "toThing", "fan")
    assert faults_of(refused).keys() == {"targetId"}


@pytest.mark.parametrize("again", [lambda: MODELS[3], lambda: model("Fan", prop("speed"), extends="Thing")])
def test_a_removed_id_is_free(verbs: Verbs, again: Callable[[], str]) -> None:
    """The same model or another may have it; its twins are of that one then, and checked when they are put."""
    verbs.put("fan", "Fan", code="x")
    verbs.remove_models("SmallFan", "Fan")
    assert verbs.add_models(again()) == (model_id("Fan"),)
    assert verbs.put("fan", "Fan", code="y").model_id == model_id("Fan")
    verbs.relate("fan", "isPartOf", "fan")


def test_what_was_checked_before_does_not_count(verbs: Verbs) -> None:
    """A model that comes back as another decides on contents, components and relationships as what it is now."""
    part = {"@type": "Component", "name": "part", "schema": model_id("Part")}
    verbs.add_models(model("Part", prop("n")), model("Box", part, relationship("holds", prop("since"))))
    verbs.put("box", "Box", part={"n": "x"})
    verbs.relate("box", "holds", "box", since="then")
    verbs.remove_models("Part", "Box")
    verbs.add_models(
        model("Part", prop("n", "integer")), model("Box", part, relationship("holds", prop("until")))
    )
    verbs.put("box", "Box", part={"n": 1})
    with pytest.raises(Invalid):
        verbs.put("box", "Box", part={"n": "x"})
    verbs.relate("box", "holds", "box", until="now")
    with pytest.raises(Invalid):
        verbs.relate("box", "holds", "box", since="now")
