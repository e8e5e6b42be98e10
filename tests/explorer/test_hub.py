"""A twin with more relationships than a page should load at once."""

import pytest
from playwright.sync_api import Page, expect
from tests.explorer.steps import go, put_all, signed_in
from tests.serving import Served

HUB = "BLDG-1-L02-R001"
OUTGOING_HUB = "BLDG-1-AHU-L02"
PARTS = 1_600


@pytest.fixture
def hub(blank: Page, changeable: Served) -> Page:
    """The explorer, signed in, where a room has got a sensor for every hour of two months."""
    sensors = [
        {"id": f"HOUR-{number:04}", "modelId": "dtmi:com:willowinc:AirTemperatureSensor;1"}
        for number in range(PARTS)
    ]
    links = [{"sourceId": one["id"], "name": "isCapabilityOf", "targetId": HUB} for one in sensors]
    put_all(changeable, "/twins/bulk", sensors)
    put_all(changeable, "/twins/relationships/bulk", links)
    return signed_in(blank, changeable)


@pytest.fixture
def server_of_many(blank: Page, changeable: Served) -> Page:
    """The explorer, signed in, where an air handler serves a room for each of these parts."""
    rooms = [{"id": f"ROOM-{number:04}", "modelId": "dtmi:com:willowinc:Room;1"} for number in range(PARTS)]
    put_all(changeable, "/twins/bulk", rooms)
    links = [{"sourceId": OUTGOING_HUB, "name": "serves", "targetId": one["id"]} for one in rooms]
    put_all(changeable, "/twins/relationships/bulk", links)
    return signed_in(blank, changeable)


def noted(page: Page) -> list[str]:
    """The addresses from which relationships are asked from now on."""
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/relationships/" in request.url else None
    )
    return asked


def test_the_page_of_a_hub_loads_a_part_and_offers_more(hub: Page, changeable: Served) -> None:
    """It says that there are more than it shows, and loads them page by page."""
    asked = noted(hub)
    go(hub, changeable, f"#/twin/{HUB}")
    incoming = hub.locator("section", has=hub.get_by_role("heading", name="To this twin")).last
    expect(incoming.get_by_role("heading", name="To this twin")).to_contain_text("200+")
    more = incoming.get_by_role("button", name="Load more")
    more.click()
    expect(incoming.get_by_role("heading", name="To this twin")).to_contain_text("1,200+")
    more.click()
    expect(more).to_have_count(0)
    whole = changeable.http.get(f"/twins/{HUB}/relationships/incoming").json()
    expect(incoming.get_by_role("heading", name="To this twin")).to_have_text(f"To this twin {len(whole):,}")
    assert all("pageSize=" in address for address in asked)


def test_a_hub_is_expanded_in_steps(hub: Page, changeable: Served) -> None:
    """The graph shows some of what is around it, and more of it at each further step; Back takes one back."""
    asked = noted(hub)
    go(hub, changeable, f"#/graph?twin={HUB}")
    count = hub.locator(".graph-tools .count")
    expect(hub.locator(".graph-said")).to_contain_text("There is more than is shown at once.")
    before = count.inner_text()
    for _ in range(3):
        hub.get_by_role("button", name="Show more around").click()
        expect(count).not_to_have_text(before)
        before = count.inner_text()
    expect(hub.get_by_role("button", name="Show more around")).to_have_count(0)
    whole = changeable.http.get(f"/twins/{HUB}?includeRelationships=true").json()
    ends = {one["sourceId"] for one in whole["incomingRelationships"]}
    ends |= {one["targetId"] for one in whole["outgoingRelationships"]}
    expect(count).to_contain_text(f"{len(ends | {HUB}):,} twins")
    hub.go_back()
    expect(count).not_to_have_text(before)
    assert all("pageSize=" in address for address in asked)


def test_a_hub_of_outgoing_relationships_is_expanded_in_steps(
    server_of_many: Page, changeable: Served
) -> None:
    """It makes no difference which way they lead."""
    asked = noted(server_of_many)
    go(server_of_many, changeable, f"#/graph?twin={OUTGOING_HUB}")
    count = server_of_many.locator(".graph-tools .count")
    more = server_of_many.get_by_role("button", name="Show more around")
    expect(more).to_be_visible()
    while more.count():
        before = count.inner_text()
        more.click()
        expect(count).not_to_have_text(before)
        expect(server_of_many.locator(".graph-said")).not_to_have_text("Loading more…")
    whole = changeable.http.get(f"/twins/{OUTGOING_HUB}?includeRelationships=true").json()
    ends = {one["sourceId"] for one in whole["incomingRelationships"]}
    ends |= {one["targetId"] for one in whole["outgoingRelationships"]}
    expect(count).to_contain_text(f"{len(ends | {OUTGOING_HUB}):,} twins")
    assert all("pageSize=" in address for address in asked)


def test_a_hub_beside_a_twin_is_not_loaded_with_it(server_of_many: Page, changeable: Served) -> None:
    """Around a twin is one that serves thousands of others: it is drawn, with the relationship that leads to it; of the
    others, no more than a page is asked for.
    """
    rooms = [{"id": f"FAR-{number:04}", "modelId": "dtmi:com:willowinc:Room;1"} for number in range(PARTS)]
    put_all(changeable, "/twins/bulk", rooms)
    links = [{"sourceId": OUTGOING_HUB, "name": "serves", "targetId": one["id"]} for one in rooms]
    put_all(changeable, "/twins/relationships/bulk", links)
    asked = noted(server_of_many)
    go(server_of_many, changeable, "#/graph?twin=ROOM-0007")
    expect(server_of_many.locator(".graph-tools .count")).to_have_text("2 twins, 1 relationship")
    of_the_hub = [address for address in asked if f"/{OUTGOING_HUB}/" in address]
    assert [address.partition("/relationships/")[2] for address in of_the_hub] == ["outgoing?pageSize=200"]
