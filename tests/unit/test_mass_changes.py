"""The verbs on every twin that a filter finds, on a real store in memory."""

import pytest
from tests.unit.verbs import Verbs, contents_of, faults_of

from twinhaus import mass_changes
from twinhaus.errors import Conflict, Invalid
from twinhaus.mass_changes import Deleted, Patched
from twinhaus.patches import Kind, Operation, Patch
from twinhaus.query.plan import Comparison, Leaf, ModelFilter, Query, RelationshipFilter
from twinhaus.strictjson import Json
from twinhaus.testing.store_contract.graph import model_id

ALL = Query(condition=Leaf(("code",), Comparison.IS_PRESENT, negated=False))


def put_to(path: str, value: Json) -> Operation:
    """An operation."""
    return Operation("[0]", Kind.ADD, tuple(path.split("/")), value=value)


def patch(verbs: Verbs, query: Query, *operations: Operation, dry_run: bool = False) -> Patched:
    """Patch what a query finds."""
    return verbs.store.write(
        lambda transaction: mass_changes.patch_twins(transaction, query, Patch(operations), dry_run=dry_run)
    ).result()


def delete(verbs: Verbs, query: Query, *, cascade: bool = False, dry_run: bool = False) -> Deleted:
    """Delete what a query finds."""
    return verbs.store.write(
        lambda transaction: mass_changes.delete_twins(transaction, query, cascade=cascade, dry_run=dry_run)
    ).result()


def test_what_changes_is_counted(verbs: Verbs) -> None:
    """A twin that is so already keeps its time, as it does when it is patched alone."""
    before = [verbs.put("a", code="x"), verbs.put("b", code="y")]
    assert patch(verbs, ALL, put_to("contents/code", "x")) == Patched(matched=2, changed=1)
    after = [verbs.find("a"), verbs.find("b")]
    assert after[0] == before[0]
    assert after[1] is not None and contents_of(after[1]) == {"code": "x"}


def test_a_twin_that_comes_to_match_is_not_changed(verbs: Verbs) -> None:
    """What one change makes of the answer to the filter is of no account: it was asked before."""
    verbs.put("a", "Thing", code="x")
    verbs.put("b", "Thing", code="y")
    verbs.relate("a", "isPartOf", "b")
    to_things = Query(relationship=RelationshipFilter(related=ModelFilter((model_id("Thing"),), exact=True)))
    to_room = (put_to("modelId", model_id("Room")), put_to("contents/code", "z"))
    assert patch(verbs, to_things, *to_room) == Patched(2, 2)
    assert patch(verbs, to_things, *to_room) == Patched(0, 0)


def test_models_are_judged_together(verbs: Verbs) -> None:
    """Whether relationships stay legal is asked when every twin has its new model, in whatever order they come."""
    verbs.put("room", "Room", code="x")
    verbs.put("thing", "Thing", code="x")
    verbs.relate("thing", "serves", "room")
    to_pumps = (put_to("contents", {}), put_to("modelId", model_id("Pump")))
    with pytest.raises(Conflict) as refused:
        patch(verbs, ALL, *to_pumps)
    assert refused.value.detail.startswith('Refused by 2 of 2 matching twins. "room": As a')
    assert refused.value.detail.count("thing_serves_room") == 2
    assert patch(verbs, ALL, put_to("modelId", model_id("Room"))) == Patched(2, 1)


def test_more_than_the_limit_is_refused(verbs: Verbs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is changed, and the refusal says how many may be."""
    monkeypatch.setattr(mass_changes, "MATCHED_MAX", 2)
    for twin_id in "abc":
        verbs.put(twin_id, code="x")
    for change in (
        lambda: patch(verbs, ALL, put_to("contents/code", "y")),
        lambda: delete(verbs, ALL),
    ):
        with pytest.raises(Invalid) as refused:
            change()
        assert "More than 2 twins match" in faults_of(refused)["filter"]
    verbs.delete("b")
    assert patch(verbs, ALL, put_to("contents/code", "y")) == Patched(2, 2)
    assert delete(verbs, ALL) == Deleted(2, 0)


def test_a_dry_run_refuses_as_the_run_would(verbs: Verbs) -> None:
    """It does all that the run does, and leaves nothing of it."""
    before = [verbs.put(twin_id, code="x") for twin_id in "ab"]
    verbs.relate("a", "isPartOf", "b")
    verbs.put("whole")
    verbs.relate("b", "isPartOf", "whole")
    assert patch(verbs, ALL, put_to("contents/code", "y"), dry_run=True) == Patched(2, 2)
    with pytest.raises(Invalid):
        patch(verbs, ALL, put_to("contents/code", 1), dry_run=True)
    with pytest.raises(Conflict, match="Relationships lead to twins that would stay: b_isPartOf_whole"):
        delete(verbs, ALL, dry_run=True)
    assert delete(verbs, ALL, cascade=True, dry_run=True) == Deleted(2, 2)
    assert [verbs.find("a"), verbs.find("b")] == before
    assert len(verbs.neighbours("b")) == 2


def test_a_decommissioned_model_takes_none_of_them(verbs: Verbs) -> None:
    """As with a single twin: those that are of it already may be patched."""
    verbs.put("old", "Room", code="x")
    verbs.put("new", "Thing", code="x")
    verbs.decommission("Room")
    with pytest.raises(Invalid) as refused:
        patch(verbs, ALL, put_to("modelId", model_id("Room")))
    assert faults_of(refused).keys() == {"twins", 'twins["new"].modelId'}
    assert patch(verbs, Query(ModelFilter((model_id("Room"),))), put_to("contents/code", "y")) == Patched(
        1, 1
    )


@pytest.mark.parametrize(("limit", "most"), [("OPERATIONS_MAX", 5), ("WRITTEN_CHARACTERS_MAX", 300)])
def test_the_work_of_one_request_is_limited(
    verbs: Verbs, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    """Operations times twins, and all that is written: beyond it nothing is changed; told what to do."""
    monkeypatch.setattr(mass_changes, limit, most)
    for twin_id in "abc":
        verbs.put(twin_id, code="x")
    change = put_to("contents/code", "y" * 60)
    with pytest.raises(Invalid) as refused:
        patch(verbs, ALL, change, change)
    assert "send several requests" in faults_of(refused)["patch"]
    assert patch(verbs, ALL, put_to("contents/code", "x")) == Patched(3, 0)
