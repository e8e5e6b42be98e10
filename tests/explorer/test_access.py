"""By keyboard alone, for everyone: WCAG 2.2 AA as far as axe can tell, dark and light, on a phone and on a wall."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from tests.explorer.steps import go, settle
from tests.serving import Served

_AXE = Path(__file__).parents[2] / "explorer" / "node_modules" / "axe-core" / "axe.min.js"
VIEWS = {
    "twins": "#/twins?model=dtmi%3Acom%3Awillowinc%3ALevel%3B1&location=BLDG-1",
    "nothing": "#/twins?text=qqqqqq",
    "twin": "#/twin/BLDG-1-L02",
    "edit": "#/twin/BLDG-1-L02/edit",
    "new": "#/new",
    "model": "#/models/dtmi%3Acom%3Awillowinc%3ALevel%3B1",
    "import": "#/import",
    "graph": "#/graph?twin=BLDG-1-L02",
}
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page: Page) -> list[str]:
    """What axe finds wrong with what is shown."""
    page.evaluate(_AXE.read_text())  # Run by the debugger, which the page's policy does not bind.
    found = page.evaluate("rules => axe.run({ runOnly: rules, resultTypes: ['violations'] })", _RULES)
    return [
        f"{violation['id']}: {violation['help']}: {[node['html'] for node in violation['nodes']]}"
        for violation in found["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_view(page: Page, served: Served, scheme: str) -> None:
    """Names, roles, contrast, order of headings, landmarks."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = {}
    for name, address in VIEWS.items():
        go(page, served, address)
        settle(page)
        found[name] = faults(page)
    for kind in ("model", "location", "relationship", "date", "property"):
        go(page, served, "#/twins")
        page.get_by_label("Add a filter").select_option(kind)
        settle(page)
        found[f"filter {kind}"] = faults(page)
        page.keyboard.press("Escape")
    assert [f"{name}: {fault}" for name, one in found.items() for fault in one] == []


def test_axe_finds_nothing_where_one_signs_in(blank: Page, served: Served) -> None:
    """The first thing that anyone sees."""
    blank.goto(served.url)
    expect(blank.get_by_role("button", name="Sign in")).to_be_visible()
    assert faults(blank) == []


def test_a_twin_is_found_and_edited_without_a_pointer(page: Page) -> None:
    """`/` leads to the search box; Tab and Enter lead on to the form, and the first field is reached."""
    page.keyboard.press("/")
    page.keyboard.type("level l02")
    expect(page.locator(".suggestions:not(.stale)").get_by_role("option").first).to_contain_text("Level L02")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Level L02")).to_be_visible()
    _tab_to(page, "Edit")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Edit BLDG-1-L02")).to_be_visible()
    _tab_to(page, "name")


def test_a_tree_is_walked_with_the_arrow_keys(page: Page) -> None:
    """Right opens and goes in, left goes out and closes, Enter chooses; the tree is one stop for Tab."""
    tree = page.get_by_role("tree", name="Locations")
    campus = tree.get_by_role("treeitem", name="Campus 1")
    campus.focus()
    page.keyboard.press("ArrowRight")
    expect(campus).to_have_attribute("aria-expanded", "true")
    expect(tree.get_by_role("treeitem", name="Building 1")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(tree.get_by_role("treeitem", name="Building 1")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(campus).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(campus).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove the filter in LAND-1")).to_be_visible()


def test_escape_closes_a_dialog_and_the_focus_returns(page: Page) -> None:
    """To where it was, as the browser's own dialogs do it."""
    button = page.get_by_role("button", name="Columns")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


@pytest.mark.parametrize("width", [320, 768, 3840])
def test_nothing_is_wider_than_the_screen(page: Page, served: Served, width: int) -> None:
    """From a phone to a wall screen, what has to scroll sideways does so in a box of its own (WCAG 1.4.10)."""
    page.set_viewport_size(ViewportSize(width=width, height=900))
    for address in VIEWS.values():
        go(page, served, address)
        settle(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def _tab_to(page: Page, label: str) -> None:
    """Press Tab until something with this label has the focus."""
    for _ in range(200):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText ?? '').split('\\n')[0]"
        )
        if focused.strip() == label:
            return
    raise AssertionError(f"Tab never comes to {label}")
