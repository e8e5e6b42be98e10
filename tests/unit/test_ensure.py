"""Making sure that something is there: what is there already as it shall be is left alone."""

import pytest
from tests.unit.verbs import Verbs, contents_of, faults_of

from twinhaus import changes
from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.errors import Invalid
from twinhaus.graph import Change
from twinhaus.strictjson import JsonObject
from twinhaus.testing.store_contract.graph import model_id


def ensure(verbs: Verbs, twin_id: str, model_name: str, contents: JsonObject) -> Change:
    """Make sure of a twin."""
    draft = TwinDraft(twin_id, model_id(model_name), contents)
    return verbs.store.write(lambda transaction: changes.ensure_twin(transaction, draft)).result()


def test_a_twin_that_is_there_stays_as_it_is(verbs: Verbs) -> None:
    """The same model and the same contents, in whatever order, change nothing, its time included."""
    assert ensure(verbs, "a", "Room", {"code": "x", "area": {"gross": 1.5, "unit": "m"}}) is Change.CREATED
    before = verbs.find("a")
    again = {"area": {"unit": "m", "gross": 1.5, "$metadata": {"mine": 1}}, "code": "x"}
    assert ensure(verbs, "a", "Room", again) is Change.UNCHANGED
    assert verbs.find("a") == before


def test_a_component_left_out_is_one_that_is_empty(verbs: Verbs) -> None:
    """The server added it, so the same line without it is the same twin."""
    ensure(verbs, "a", "Room", {})
    assert ensure(verbs, "a", "Room", {}) is Change.UNCHANGED
    assert ensure(verbs, "a", "Room", {"area": {}}) is Change.UNCHANGED


@pytest.mark.parametrize(
    ("model_name", "contents"),
    [
        ("Room", {"code": "y", "area": {"gross": 1.0}}),
        ("Room", {"code": "x"}),
        ("Room", {"area": {"gross": 1.0}}),
        ("Room", {"code": "x", "area": {"gross": 1}}),
        ("Thing", {"code": "x"}),
    ],
)
def test_a_twin_that_differs_is_replaced(verbs: Verbs, model_name: str, contents: JsonObject) -> None:
    """Another value, more or less of it, a number written otherwise, or another model: a new time."""
    ensure(verbs, "a", "Room", {"code": "x", "area": {"gross": 1.0}})
    before = verbs.find("a")
    assert ensure(verbs, "a", model_name, contents) is Change.REPLACED
    after = verbs.find("a")
    assert before is not None
    assert after is not None
    assert after.updated > before.updated
    assert contents_of(after).get("code") == contents.get("code")


def test_what_is_wrong_is_refused_even_where_it_is_there(verbs: Verbs) -> None:
    """A twin whose model was removed is not put again, though it is the same."""
    ensure(verbs, "a", "Pump", {})
    verbs.remove_models("Pump")
    with pytest.raises(Invalid) as refused:
        ensure(verbs, "a", "Pump", {})
    assert faults_of(refused).keys() == {"modelId"}


def test_a_relationship_is_created_once(verbs: Verbs) -> None:
    """The second time nothing changes, and it says so."""
    verbs.put("a")
    draft = RelationshipDraft("a", "a", "isPartOf", {})

    def ensure_it() -> Change:
        return verbs.store.write(lambda transaction: changes.ensure_relationship(transaction, draft)).result()

    assert [ensure_it(), ensure_it()] == [Change.CREATED, Change.UNCHANGED]
    assert len(verbs.neighbours("a")) == 1
