"""What tests of the explorer do again and again."""

import json
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page, expect
from tests.serving import Credentials, Served


def signed_in(page: Page, served: Served, credentials: Credentials | None = None) -> Page:
    """Open the explorer as the demo's link does."""
    client = credentials or served.credentials
    brought = urlencode({"client_id": client.client_id, "client_secret": client.client_secret})
    page.goto(f"{served.url}/#sign-in?{brought}")
    expect(page.locator("main#content")).to_be_visible()
    return page


def put_all(served: Served, path: str, lines: Iterable[dict[str, Any]]) -> None:
    """Put many twins or relationships past the page."""
    answer = served.http.post(
        path,
        content="\n".join(map(json.dumps, lines)),
        headers={"Content-Type": "application/x-ndjson"},
        timeout=60,
    )
    assert '"rejected":0' in answer.text


def go(page: Page, served: Served, address: str) -> None:
    """Another view, by its address."""
    page.evaluate("address => { location.hash = address }", address)
    assert page.url == f"{served.url}/{address}"


def settle(page: Page) -> None:
    """Until nothing loads any more."""
    page.wait_for_load_state("networkidle")
    expect(page.locator(".spinner")).to_have_count(0)


def drawn(page: Page) -> None:
    """Until the twins of a graph have found their places."""
    expect(page.get_by_role("listbox", name="Twins in the graph").get_by_role("option").first).to_be_visible()
    expect(page.locator(".graph-settling")).to_have_count(0)
    expect(page.locator(".graph-canvas:not(.beginning)")).to_be_visible()


Spot = tuple[float, float]


def spots_on(page: Page) -> Iterator[Spot]:
    """Many places on the drawing of a graph, here and there."""
    board = page.locator(".graph-board").bounding_box()
    assert board
    for step in range(400):
        yield (
            board["x"] + board["width"] * (0.3 + 0.4 * (step * 37 % 100) / 100),
            board["y"] + board["height"] * (0.3 + 0.4 * (step * 61 % 100) / 100),
        )


def twin_on(page: Page, spots: Iterable[Spot]) -> Spot:
    """The first of these places where a twin is drawn: the pointer says so, once it is there."""
    for x, y in spots:
        page.mouse.move(x, y)
        page.evaluate("new Promise(done => setTimeout(done, 40))")
        if page.locator(".graph-canvas").evaluate("canvas => canvas.style.cursor") == "pointer":
            return x, y
    raise AssertionError("There is no twin under the pointer anywhere.")
