"""The verbs on twins, on a real store in memory."""

import json

import pytest
from tests.unit.verbs import Verbs, contents_of, faults_of

from twinhaus import changes
from twinhaus.drafts import TwinDraft
from twinhaus.errors import Conflict, Fault, Invalid, NotFound, PreconditionFailed
from twinhaus.graph import Twin
from twinhaus.instants import format_instant
from twinhaus.strictjson import JsonObject
from twinhaus.testing.store_contract.graph import model_id


def test_a_twin_is_stored_as_it_is_answered(verbs: Verbs) -> None:
    """Its text is that of the seed: id, model, the time of the change, contents."""
    twin = verbs.put("a", code="x")
    assert json.loads(twin.document) == {
        "id": "a",
        "modelId": model_id("Thing"),
        "lastUpdateTime": format_instant(twin.updated),
        "contents": {"code": "x"},
    }
    assert list(json.loads(twin.document)) == ["id", "modelId", "lastUpdateTime", "contents"]
    assert verbs.find("a") == twin


def test_every_change_has_its_own_time(verbs: Verbs) -> None:
    """Replacing a twin moves its lastUpdateTime on, even with what it held before and while the clock stands still."""
    assert verbs.put("a", code="x").updated < verbs.put("a", code="x").updated


def test_a_twin_does_not_grow_for_ever(verbs: Verbs, monkeypatch: pytest.MonkeyPatch) -> None:
    """However often it is added to; what is refused leaves it as it was."""
    twin = verbs.put("a", code="x")
    monkeypatch.setattr(changes, "TWIN_CHARACTERS_MAX", len(twin.document) + 1)
    longer = verbs.put("a", code="xx")
    with pytest.raises(Invalid) as refused:
        verbs.put("a", code="xxx")
    assert faults_of(refused).keys() == {"$"}
    assert verbs.find("a") == longer


def test_a_twin_is_refused_with_all_its_faults(verbs: Verbs) -> None:
    """Those of its shape and those against its model come together, and nothing is stored."""
    draft = TwinDraft(
        "a", model_id("Room"), {"code": 1, "area": {"gross": "x"}}, (Fault("colour", "unknown"),)
    )
    with pytest.raises(Invalid) as refused:
        verbs.store.write(lambda transaction: changes.put_twin(transaction, draft)).result()
    assert set(faults_of(refused)) == {"colour", "contents.code", "contents.area.gross"}
    assert verbs.find("a") is None


def test_a_twin_of_an_unknown_model_is_refused(verbs: Verbs) -> None:
    """The fault says how to load it; an absent model is a fault of the shape already."""
    with pytest.raises(Invalid) as refused:
        verbs.put("a", "Unheard")
    assert "Load it first" in faults_of(refused)["modelId"]
    draft = TwinDraft("a", "", {}, (Fault("modelId", '"modelId" is required'),))
    with pytest.raises(Invalid) as refused:
        verbs.store.write(lambda transaction: changes.put_twin(transaction, draft)).result()
    assert faults_of(refused) == {"modelId": '"modelId" is required'}


def test_a_precondition_sees_the_twin_as_it_is(verbs: Verbs) -> None:
    """Where it does not hold nothing is written; it is asked before models are compared, and after faults."""
    stored = verbs.put("a", code="x")
    seen: list[Twin | None] = []

    def never(current: Twin | None) -> bool:
        seen.append(current)
        return False

    for draft in (TwinDraft("a", model_id("Thing"), {}), TwinDraft("b", model_id("Thing"), {})):
        with pytest.raises(PreconditionFailed):
            verbs.store.write(lambda transaction: changes.put_twin(transaction, draft, never)).result()  # noqa: B023
    with pytest.raises(PreconditionFailed):
        verbs.store.write(
            lambda transaction: changes.delete_twin(transaction, "a", cascade=True, precondition=never)
        ).result()
    assert seen == [stored, None, stored]
    assert verbs.find("a") == stored


def test_a_missing_component_is_added_empty(verbs: Verbs) -> None:
    """With the time of the change as its metadata, in the form the seed prints."""
    twin = verbs.put("a", "Room")
    metadata = {"$lastUpdateTime": format_instant(twin.updated, utc="Z")}
    assert contents_of(twin) == {"area": {"$metadata": metadata}}


def test_a_component_keeps_its_time_while_it_does_not_change(verbs: Verbs) -> None:
    """Other contents, the order of keys and metadata the client sends do not count as its change."""
    first = verbs.put("a", "Room", area={"gross": 1.5, "unit": "m2"})
    sent = {"unit": "m2", "$metadata": {"$lastUpdateTime": "1999-01-01T00:00:00Z", "x": 1}, "gross": 1.5}
    second = verbs.put("a", "Room", code="new", area=sent)
    assert second.updated > first.updated
    assert contents_of(second)["area"] == contents_of(first)["area"]


@pytest.mark.parametrize("area", [{}, {"gross": 2}, {"gross": 1.0}, {"gross": 1, "unit": ""}])
def test_a_component_has_the_time_of_its_last_change(verbs: Verbs, area: JsonObject) -> None:
    """Any other value, be it a number written otherwise, renews its time."""
    verbs.put("a", "Room", area={"gross": 1})
    changed = verbs.put("a", "Room", area=area)
    metadata = {"$lastUpdateTime": format_instant(changed.updated, utc="Z")}
    assert contents_of(changed)["area"] == {"$metadata": metadata, **area}


def test_a_component_comes_and_goes_with_the_model(verbs: Verbs) -> None:
    """A twin that becomes an instance of a model with a component has it from then on; back again, it is gone."""
    verbs.put("a", "Thing")
    assert "area" in contents_of(verbs.put("a", "Room"))
    assert "area" not in contents_of(verbs.put("a", "Thing"))


def test_a_twin_of_a_decommissioned_model_stays(verbs: Verbs) -> None:
    """It may be replaced; no other comes, neither by creation nor by change of model, until it is back in service."""
    verbs.put("old", "Room")
    verbs.put("other", "Thing")
    verbs.decommission("Room")
    verbs.put("old", "Room", code="x")
    for twin_id in ("new", "other"):
        with pytest.raises(Invalid) as refused:
            verbs.put(twin_id, "Room")
        assert "decommissioned" in faults_of(refused)["modelId"]
    verbs.decommission("Room", decommissioned=False)
    verbs.put("new", "Room")


def test_a_twin_with_relationships_is_deleted_with_them_or_not_at_all(verbs: Verbs) -> None:
    """Without cascade they are named in the conflict; with it they go too, loops included."""
    verbs.put("a")
    verbs.put("b")
    for triple in ("a isPartOf b", "b isPartOf a", "a isPartOf a"):
        verbs.relate(*triple.split())
    with pytest.raises(Conflict, match="Relationships remain: a_isPartOf_b, b_isPartOf_a, a_isPartOf_a"):
        verbs.delete("a")
    verbs.delete("a", cascade=True)
    assert verbs.find("a") is None
    assert verbs.neighbours("b") == []
    verbs.delete("b")
    with pytest.raises(NotFound, match='There is no twin "b"'):
        verbs.delete("b")


def test_many_relationships_are_counted_instead_of_named(verbs: Verbs) -> None:
    """A conflict names ten, and says how many more there are."""
    verbs.put("hub")
    for number in range(13):
        verbs.put(f"t{number}")
        verbs.relate(f"t{number}", "isPartOf", "hub")
    with pytest.raises(Conflict, match=r"t9_isPartOf_hub and 3 more\."):
        verbs.delete("hub")
