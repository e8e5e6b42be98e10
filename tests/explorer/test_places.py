"""The tree of places where a place, or the portfolio itself, has more in it than a page should load at once."""

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.explorer.steps import put_all, signed_in
from tests.explorer.test_access import faults
from tests.serving import Served

PLACE = "BLDG-1-L02"
PAGE = 200
PARTS = 450
BUILDINGS = 430


@pytest.fixture
def crowded(changeable: Served) -> Served:
    """A level with hundreds of further rooms, and hundreds of buildings that are in nothing."""
    rooms = [f"ROOM-{number:03}" for number in range(PARTS)]
    buildings = [f"FREE-{number:03}" for number in range(BUILDINGS)]
    put_all(changeable, "/twins/bulk", ({"id": id_, "modelId": "dtmi:com:willowinc:Room;1"} for id_ in rooms))
    put_all(
        changeable,
        "/twins/bulk",
        ({"id": id_, "modelId": "dtmi:com:willowinc:Building;1"} for id_ in buildings),
    )
    put_all(
        changeable,
        "/twins/relationships/bulk",
        ({"sourceId": id_, "name": "isPartOf", "targetId": PLACE} for id_ in rooms),
    )
    return changeable


@pytest.fixture
def tree(blank: Page, crowded: Served) -> Locator:
    """The tree of places, signed in."""
    return signed_in(blank, crowded).get_by_role("tree", name="Locations")


def loaded(branch: Locator) -> Locator:
    """The items that are directly below a branch, without the one that asks for more."""
    return branch.locator(":scope > ul > li > [aria-selected]")


def open_level(tree: Locator) -> Locator:
    """The crowded level, opened by keys alone."""
    for name in ("Campus 1", "Building 1", "Level L02"):
        item = tree.get_by_role("treeitem", name=name)
        item.press("ArrowRight")
    return tree.locator("li:has(> [data-label='Level L02'])")


def test_a_place_with_many_parts_is_loaded_page_by_page(tree: Locator, blank: Page, crowded: Served) -> None:
    """The last item of the branch asks for more, by keys and by pointer; in the end each part was there once."""
    asked: list[str] = []
    blank.on("request", lambda sent: asked.append(sent.url) if "/relationships/" in sent.url else None)
    level = open_level(tree)
    expect(loaded(level)).to_have_count(PAGE)
    more = level.get_by_role("treeitem", name="Load more")
    expect(more).to_have_text("Load more200+")

    loaded(level).last.focus()
    blank.keyboard.press("ArrowDown")
    expect(more).to_be_focused()
    blank.keyboard.press("Enter")
    expect(loaded(level)).to_have_count(2 * PAGE)
    # Whoever asked goes on with the first that came, and hears how many there are.
    expect(loaded(level).nth(PAGE)).to_be_focused()
    expect(tree.locator("xpath=..").get_by_role("status")).to_have_text("200 more loaded.")

    more.click()
    expect(more).to_have_count(0)
    expect(loaded(level).nth(2 * PAGE)).to_be_focused()
    incoming = crowded.http.get(f"/twins/{PLACE}/relationships/incoming").json()
    parts = {one["sourceId"] for one in incoming}
    expect(loaded(level)).to_have_count(len(parts))
    assert len(set(loaded(level).evaluate_all("items => items.map(item => item.dataset.label)"))) > PARTS
    assert asked
    assert all("pageSize=200" in address for address in asked)


def test_many_wholes_are_loaded_page_by_page(tree: Locator, blank: Page) -> None:
    """What is in something else is never among them, and after the last nothing asks for more."""
    expect(tree.get_by_role("treeitem", name="Campus 1")).to_be_visible()
    more = tree.get_by_role("treeitem", name="Load more")
    while more.count():
        before = tree.get_by_role("treeitem").count()
        more.click()
        expect(tree.get_by_role("treeitem")).not_to_have_count(before)
        expect(tree.locator("[aria-busy=true]")).to_have_count(0)
    labels = tree.get_by_role("treeitem").evaluate_all("items => items.map(item => item.dataset.label)")
    assert len(labels) == len(set(labels)) == BUILDINGS + len(("Harbour Street Estates", "Campus 1"))
    assert "Building 1" not in labels
    # The tree is still one stop for Tab.
    expect(tree.locator("[tabindex='0']")).to_have_count(1)


def test_a_page_that_does_not_come_is_told_and_asked_again(tree: Locator, blank: Page) -> None:
    """What was there stays; the last item says what is wrong, and asks again; axe finds nothing wrong with it, on a
    light screen or a dark one.
    """
    level = open_level(tree)
    expect(loaded(level)).to_have_count(PAGE)
    blank.route("**/relationships/incoming*", lambda route: route.abort())
    level.get_by_role("treeitem", name="Load more").press("Enter")
    again = level.get_by_role("treeitem", name="Try again")
    expect(again).to_contain_text("The server does not answer.")
    expect(again).to_be_focused()
    expect(tree.locator("xpath=..").get_by_role("status")).to_contain_text("The server does not answer.")
    for scheme in ("dark", "light"):
        blank.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        assert faults(blank) == []
    blank.unroute("**/relationships/incoming*")
    blank.keyboard.press("Enter")
    expect(loaded(level)).to_have_count(2 * PAGE)
    expect(loaded(level).nth(PAGE)).to_be_focused()
    assert faults(blank) == []
