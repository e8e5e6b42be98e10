"""The graph: expanded step by step, laid out in three ways, and the same in words."""

import re

from playwright.sync_api import Page, expect
from tests.explorer.steps import go
from tests.serving import Served


def shown(page: Page) -> tuple[int, int]:
    """How many twins and relationships the page says that there are."""
    found = re.match(
        r"([\d,]+) twins?, ([\d,]+) relationships?", page.locator(".graph-tools .count").inner_text()
    )
    assert found
    twins, relationships = (int(number.replace(",", "")) for number in found.groups())
    return twins, relationships


def test_a_graph_grows_step_by_step(page: Page, served: Served) -> None:
    """It begins with a twin and what that is related to; Enter adds what the chosen one is related to. The address
    holds every step, and Back takes one back.
    """
    go(page, served, "#/graph?twin=BLDG-1-AHU-L02")
    twins = page.get_by_role("listbox", name="Twins in the graph")
    expect(twins.get_by_role("option", name="AHU-L02 Air Handling Unit")).to_be_visible()
    outgoing, incoming = (
        served.http.get(f"/twins/BLDG-1-AHU-L02/relationships/{way}").json()
        for way in ("outgoing", "incoming")
    )
    ends = {one["targetId"] for one in outgoing} | {one["sourceId"] for one in incoming}
    before = shown(page)
    assert before[0] == len(ends | {"BLDG-1-AHU-L02"})

    page.get_by_label("Find in the graph").fill("CH-2")
    twins.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".graph-said")).to_contain_text("added")
    after = shown(page)
    assert after[0] > before[0] and after[1] > before[1]
    page.reload()
    expect(twins.get_by_role("option").first).to_be_visible()
    expect(page.locator(".graph-tools .count")).to_contain_text(f"{after[0]} twins")
    page.go_back()
    expect(page.locator(".graph-tools .count")).to_contain_text(f"{before[0]} twins")


def test_a_twin_is_taken_out_and_opened(page: Page, served: Served) -> None:
    """Delete takes the chosen twin out of the drawing, not out of the store; its page is a step away."""
    go(page, served, "#/graph?twin=BLDG-1-AHU-L02")
    twins = page.get_by_role("listbox", name="Twins in the graph")
    expect(twins.get_by_role("option").first).to_be_visible()
    before, _ = shown(page)
    page.get_by_label("Find in the graph").fill("CH-2")
    twins.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Delete")
    expect(page.locator(".graph-tools .count")).to_contain_text(f"{before - 1} twins")
    assert served.http.get("/twins/BLDG-1-CH-2").status_code in (200, 404)
    page.get_by_label("Find in the graph").fill("AHU-L02")
    twins.get_by_role("option", name="AHU-L02 Air Handling Unit").click()
    page.get_by_role("link", name="Open").click()
    expect(page.get_by_role("heading", name="AHU-L02", exact=True)).to_be_visible()


def test_a_place_is_drawn_in_every_layout(page: Page, served: Served) -> None:
    """All that is in a level, in each of the three ways; the address says which."""
    expected = served.http.post("/twins/count", json={"locationFilter": {"locationId": "BLDG-1-L02"}}).json()
    go(page, served, "#/graph?location=BLDG-1-L02")
    expect(page.locator(".graph-tools .count")).to_contain_text(f"{expected} twins")
    for name, word in (("By containment", "containment"), ("By what feeds what", "feeds")):
        button = page.get_by_role("button", name=name)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        assert f"layout={word}" in page.url
    expect(page.locator(".graph-board canvas").first).to_be_visible()


def test_a_kind_of_twin_is_hidden_from_the_drawing(page: Page, served: Served) -> None:
    """The legend counts what is drawn, by model, and hides what one unticks."""
    go(page, served, "#/graph?location=BLDG-1-L02")
    sensors = page.get_by_role("checkbox", name=re.compile("^Sensors"))
    expect(sensors).to_be_checked()
    sensors.uncheck()
    expect(sensors).not_to_be_checked()


def test_the_twins_of_a_list_are_drawn(page: Page, served: Served) -> None:
    """What a list has found is where a graph can begin."""
    go(page, served, "#/twins?model=dtmi%3Acom%3Awillowinc%3ALevel%3B1")
    page.get_by_role("link", name="Show in the graph").click()
    expected = served.http.post(
        "/twins/count", json={"modelFilter": {"modelIds": ["dtmi:com:willowinc:Level;1"]}}
    ).json()
    expect(page.locator(".graph-tools .count")).to_contain_text(f"{expected} twins")
