"""Restoring: what comes from an export is put as it was, and what is newer stays."""

import json
from io import BytesIO

import pytest
from tests.unit.verbs import MODELS, Verbs, contents_of, faults_of, model

from twinhaus import restoration
from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.errors import Conflict, Invalid
from twinhaus.graph import Change
from twinhaus.instants import FIRST, format_instant
from twinhaus.restoration import AHEAD_TICKS_MAX, ModelDraft
from twinhaus.strictjson import JsonObject
from twinhaus.testing.store_contract.graph import EPOCH, model_id
from twinhaus.transfer import restorer
from twinhaus.transfer.exporter import HEADER

LONG_AGO = EPOCH - 1_000_000
LATEST = EPOCH + AHEAD_TICKS_MAX


def restore(verbs: Verbs, twin_id: str, model_name: str, updated: int, contents: JsonObject) -> Change:
    """Restore a twin."""
    draft = TwinDraft(twin_id, model_id(model_name), contents)
    return verbs.store.write(
        lambda transaction: restoration.restore_twin(transaction, draft, updated, latest=LATEST)
    ).result()


def restore_models(verbs: Verbs, models: list[ModelDraft]) -> tuple[str, ...]:
    """Restore models."""
    return verbs.store.write(
        lambda transaction: restoration.restore_models(transaction, models, latest=LATEST)
    ).result()


def relate(verbs: Verbs, source: str, name: str, target: str, **properties: object) -> Change:
    """Restore a relationship."""
    draft = RelationshipDraft(source, target, name, dict(properties))
    return verbs.store.write(
        lambda transaction: restoration.restore_relationship(transaction, draft)
    ).result()


def test_a_twin_keeps_its_times(verbs: Verbs) -> None:
    """Its own, and that of each component, to the letter."""
    metadata = {"$lastUpdateTime": "2020-01-01T00:00:00.0000000Z"}
    contents: JsonObject = {"area": {"$metadata": metadata, "gross": 2.5}, "code": "x"}
    assert restore(verbs, "a", "Room", LONG_AGO, contents) is Change.CREATED
    twin = verbs.find("a")
    assert twin is not None
    assert twin.updated == LONG_AGO
    assert json.loads(twin.document)["lastUpdateTime"] == format_instant(LONG_AGO)
    assert contents_of(twin) == contents


def test_a_component_without_a_time_takes_the_twins(verbs: Verbs) -> None:
    """Also one that is left out, so that every twin has all its components."""
    restore(verbs, "a", "Room", LONG_AGO, {})
    twin = verbs.find("a")
    assert twin is not None
    time = format_instant(LONG_AGO, utc="Z")
    assert contents_of(twin) == {"area": {"$metadata": {"$lastUpdateTime": time}}}


def test_what_is_newer_stays(verbs: Verbs) -> None:
    """A twin that was changed at the same instant or later is left alone; an older one is replaced."""
    restore(verbs, "a", "Thing", LONG_AGO, {"code": "first"})
    assert restore(verbs, "a", "Thing", LONG_AGO, {"code": "second"}) is Change.UNCHANGED
    assert restore(verbs, "a", "Thing", LONG_AGO - 1, {"code": "second"}) is Change.UNCHANGED
    assert restore(verbs, "a", "Thing", LONG_AGO + 1, {"code": "third"}) is Change.REPLACED
    twin = verbs.find("a")
    assert twin is not None
    assert (contents_of(twin), twin.updated) == ({"code": "third"}, LONG_AGO + 1)


def test_later_changes_are_later(verbs: Verbs) -> None:
    """A twin restored from a clock that was ahead has an earlier time than the next change, whatever the clock says."""
    ahead = EPOCH + 1_000_000
    restore(verbs, "a", "Thing", ahead, {})
    assert verbs.put("b").updated > ahead


@pytest.mark.parametrize("time", [LATEST + 1, FIRST - 1])
def test_an_age_ahead_is_refused(verbs: Verbs, time: int) -> None:
    """One wrong time would use up all instants; a day ahead a clock may be. Nor is there a time before all dates."""
    with pytest.raises(Invalid) as refused:
        restore(verbs, "a", "Thing", time, {})
    assert faults_of(refused).keys() == {"lastUpdateTime"}
    late = ModelDraft(model_id("Late"), model("Late"), time, is_decommissioned=False)
    with pytest.raises(Invalid) as refused:
        restore_models(verbs, [late])
    assert faults_of(refused).keys() == {f"{model_id('Late')}.uploadTime"}


def test_no_export_leads_further_than_a_day_ahead(verbs: Verbs) -> None:
    """However many twins it has, each half a day later than the one before."""
    lines = [HEADER.decode()]
    for number in range(1, 10):
        twin = {"id": f"t{number}", "modelId": model_id("Thing"), "contents": {}}
        time = format_instant(EPOCH + number * AHEAD_TICKS_MAX // 2)
        lines.append(json.dumps({"twin": {**twin, "lastUpdateTime": time}}) + "\n")
    restored = list(restorer.restore(verbs.store, BytesIO("".join(lines).encode())))
    outcomes = [one for part in restored for one in part.outcomes]
    assert [one.id for one in outcomes if one.change is not None] == ["t1", "t2"]
    assert verbs.put("next").updated <= LATEST + 10


def test_a_twin_may_be_without_its_model(verbs: Verbs) -> None:
    """Then nothing says what its contents may be; but its model must be one by its name."""
    assert restore(verbs, "a", "Lost", LONG_AGO, {"anything": [1]}) is Change.CREATED
    verbs.add_models(model("Lost"))
    with pytest.raises(Invalid) as refused:
        verbs.store.write(
            lambda transaction: restoration.restore_twin(
                transaction, TwinDraft("b", "no id", {}), LONG_AGO, latest=LATEST
            )
        ).result()
    assert faults_of(refused).keys() == {"modelId"}


def test_a_twin_is_held_to_a_model_that_is_stored(verbs: Verbs) -> None:
    """And to the relationships it has; but new twins of a model out of service are old ones here."""
    with pytest.raises(Invalid) as refused:
        restore(verbs, "a", "Thing", LONG_AGO, {"code": 1})
    assert faults_of(refused).keys() == {"contents.code"}
    verbs.decommission("Thing")
    assert restore(verbs, "a", "Thing", LONG_AGO, {}) is Change.CREATED
    restore(verbs, "b", "Fan", LONG_AGO, {})
    relate(verbs, "b", "drives", "a")
    with pytest.raises(Conflict):
        restore(verbs, "b", "Room", LONG_AGO + 1, {})


def test_relationships_of_removed_models_come_back(verbs: Verbs) -> None:
    """Where a model at an end is not stored, what it would have said is not asked; the rest is."""
    restore(verbs, "a", "Thing", LONG_AGO, {})
    restore(verbs, "lost", "Lost", LONG_AGO, {})
    assert relate(verbs, "a", "serves", "lost") is Change.CREATED
    assert relate(verbs, "a", "serves", "lost") is Change.UNCHANGED
    assert relate(verbs, "lost", "anything", "a", deep={"x": 1}) is Change.CREATED
    with pytest.raises(Invalid) as refused:
        relate(verbs, "a", "flies", "lost")
    assert faults_of(refused).keys() == {"name"}
    with pytest.raises(Invalid):
        relate(verbs, "a", "serves", "nobody")


def test_models_come_back_as_they_were(verbs: Verbs) -> None:
    """With their times and whether they are in service; one that is stored already stays as it is."""
    models = [
        ModelDraft(model_id("Late"), model("Late", extends="Thing"), LONG_AGO, is_decommissioned=True),
        ModelDraft(model_id("Thing"), MODELS[1], LONG_AGO, is_decommissioned=True),
    ]
    added = restore_models(verbs, models)
    assert added == (model_id("Late"),)
    found = {one.id: one for one in verbs.store.read(lambda reader: reader.models()).result()}
    late, thing = found[model_id("Late")], found[model_id("Thing")]
    assert (late.uploaded, late.is_decommissioned) == (LONG_AGO, True)
    assert (thing.uploaded, thing.is_decommissioned) == (EPOCH, False)
