"""Twins that no path can name: whatever it is encoded as, a browser takes `.` and `..` for steps."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.explorer.steps import go, signed_in
from tests.serving import LEVEL, Served


@pytest.fixture
def dotted(blank: Page, changeable: Served) -> Page:
    """The explorer, on a portfolio with twins called `.` and `..`, the first of which is a part of the other."""
    for id_ in (".", ".."):
        twin = {"id": id_, "modelId": LEVEL, "contents": {"name": f"Level {id_}", "code": "before"}}
        assert changeable.http.put("/twins", json=twin).is_success
    for source, target in ((".", ".."), ("..", "BLDG-1")):
        link = {"sourceId": source, "targetId": target, "name": "isPartOf"}
        assert changeable.http.put("/twins/relationships", json=link).is_success
    return signed_in(blank, changeable)


def code_of(served: Served, id_: str) -> str | None:
    """The twin's code as the API has it; None where there is no such twin."""
    found = served.http.post("/twins/ids", json=[id_]).json()
    return found[0]["contents"]["code"] if found else None


def relationships_of(served: Served, id_: str) -> set[str]:
    """The ids of the twin's relationships, either way."""
    found = served.http.post("/twins/ids", json=[id_], params={"includeRelationships": True}).json()
    ways = ("outgoingRelationships", "incomingRelationships")
    return {one["id"] for twin in found for way in ways for one in twin[way]}


def test_a_twin_that_no_path_names_has_a_page(dotted: Page, changeable: Served) -> None:
    """With its values and its relationships both ways; where there is none any more, the page says so."""
    go(dotted, changeable, "#/twin/.")
    twin = dotted.locator("article.twin")
    expect(twin.get_by_role("heading", name="Level .", exact=True)).to_be_visible()
    twin.get_by_role("link", name="Level ..").click()
    expect(twin.get_by_role("heading", name="Level ..", exact=True)).to_be_visible()
    expect(twin.get_by_role("link", name="Level .", exact=True)).to_be_visible()
    expect(twin.get_by_role("link", name=re.compile("Building"))).to_be_visible()
    assert changeable.http.delete("/twins/%2E%2E", params={"cascade": True}).is_success
    dotted.reload()
    expect(dotted.get_by_text("There is no twin with this id")).to_be_visible()


def test_a_twin_that_no_path_names_is_edited(dotted: Page, changeable: Served) -> None:
    """Also so that what somebody else has changed meanwhile is not overwritten unseen."""
    go(dotted, changeable, "#/twin/../edit")
    code = dotted.locator("label.field", has_text="code").first.locator("input")
    code.fill("mine")
    theirs = {"id": "..", "modelId": LEVEL, "contents": {"code": "theirs"}}
    assert changeable.http.put("/twins", json=theirs).is_success
    dotted.get_by_role("button", name="Save").click()
    expect(dotted.get_by_role("alert")).to_contain_text("Somebody else has changed this twin")
    assert code_of(changeable, "..") == "theirs"
    dotted.get_by_role("button", name="Save").click()
    expect(dotted.get_by_role("heading", name="Level ..")).to_be_visible()
    assert code_of(changeable, "..") == "mine"


def test_a_twin_that_no_path_names_is_deleted(dotted: Page, changeable: Served) -> None:
    """And its relationships, one of them or all with it; undo brings all back."""
    go(dotted, changeable, "#/twin/..")
    related = relationships_of(changeable, "..")
    dotted.get_by_role("button", name=re.compile("Delete the relationship isPartOf B")).click()
    expect(dotted.get_by_role("button", name=re.compile("Delete the relationship"))).to_have_count(1)
    dotted.get_by_role("button", name="Undo").click()
    expect(dotted.get_by_role("button", name=re.compile("Delete the relationship"))).to_have_count(2)
    dotted.get_by_role("button", name="Delete", exact=True).click()
    dialog = dotted.get_by_role("dialog")
    expect(dialog).to_contain_text("With it go 2 relationships")
    dialog.get_by_role("button", name="Delete").click()
    expect(dotted.get_by_text(".. was deleted.")).to_be_visible()
    assert code_of(changeable, "..") is None
    dotted.locator(".notice", has_text=".. was deleted.").get_by_role("button", name="Undo").click()
    expect(dotted.get_by_text("That was undone.")).to_have_count(2)
    assert code_of(changeable, "..") == "before"
    assert relationships_of(changeable, "..") == related
