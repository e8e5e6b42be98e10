"""What tests of the explorer do again and again."""

import json
from collections.abc import Iterable
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
