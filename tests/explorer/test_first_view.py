"""Getting in, and what one sees first."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.explorer.steps import go, signed_in
from tests.serving import Credentials, Served, add_client, make_store, serving

from twinhaus.api.sites import folder_of
from twinhaus.testing.server import run_cli

BYTES_MAX = 400_000


def test_whoever_is_not_signed_in_is_asked_to(blank: Page, served: Served) -> None:
    """What `twinhaus clients add` printed can be pasted whole; then all twins are there, counted."""
    blank.goto(served.url)
    client = {
        "client_id": served.credentials.client_id,
        "client_secret": served.credentials.client_secret,
    }
    blank.get_by_label("Client id").fill(json.dumps(client))
    blank.get_by_role("button", name="Sign in").click()
    expect(blank.get_by_role("link", name="Harbour Street Estates")).to_be_visible()
    expect(blank.locator(".count")).to_contain_text("2,000 twins")


def test_a_wrong_secret_is_refused_in_words(blank: Page, served: Served) -> None:
    """What the server answers is shown, and one can try again."""
    blank.goto(served.url)
    blank.get_by_label("Client id").fill("nobody")
    blank.get_by_label("Client secret").fill("nothing")
    blank.get_by_role("button", name="Sign in").click()
    expect(blank.get_by_role("alert")).to_be_visible()
    expect(blank.get_by_label("Client id")).to_have_value("nobody")


def test_a_secret_in_the_address_does_not_stay_there(page: Page, served: Served) -> None:
    """The link of `make serve` signs in, and leaves nothing in the address or in the history."""
    assert served.credentials.client_secret not in page.url
    page.go_back()
    assert served.credentials.client_secret not in page.url


def test_the_session_outlives_a_reload_and_ends_with_sign_out(page: Page) -> None:
    """It is kept in the tab; signed out, nothing is."""
    page.reload()
    expect(page.locator(".count")).to_contain_text("2,000 twins")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Client secret")).to_be_visible()
    assert page.evaluate("JSON.stringify(sessionStorage)") == "{}"


def test_a_server_that_stopped_is_told_of_and_asked_again(page: Page) -> None:
    """No blank screen: the page says that the server does not answer, and goes on once it does."""
    page.route("**/twins/BLDG-1", lambda route: route.abort())
    page.evaluate("location.hash = '#/twin/BLDG-1'")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    page.unroute("**/twins/BLDG-1")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Building 1")).to_be_visible()


def test_a_part_that_does_not_come_leaves_no_blank_screen(page: Page) -> None:
    """A newer server may no longer have a part of the page; it says so, and offers to load the page again."""
    page.route("**/import-*.js", lambda route: route.abort())
    page.evaluate("location.hash = '#/import'")
    expect(page.get_by_role("alert")).to_be_visible()
    # Elsewhere nothing is wrong; and back, it is told again.
    page.evaluate("location.hash = '#/models'")
    expect(page.get_by_role("tree")).to_be_visible()
    page.evaluate("location.hash = '#/import'")
    expect(page.get_by_role("alert")).to_be_visible()
    page.unroute("**/import-*.js")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Import")).to_be_visible()


def test_an_instance_has_an_explorer_of_its_own(blank: Page, tmp_path: Path) -> None:
    """Below the instance's path it asks that instance, as a client of it; what it keeps is for no other."""
    store = tmp_path / "store.db"
    made = run_cli("instances", "create", "acme", "--starter", "--client", "admin", "--store", str(store))
    assert made.returncode == 0, made.stderr
    with serving(store) as running:
        client = Credentials(**json.loads(made.stdout))
        acme = replace(running, url=f"{running.url}/instances/acme")
        signed_in(blank, acme, client)
        expect(blank.get_by_text("This graph has no twins yet.")).to_be_visible()
        blank.goto(f"{running.url}/")
        expect(blank.get_by_label("Client secret")).to_be_visible()


def test_a_restricted_client_sees_its_location_only(blank: Page, served: Served) -> None:
    """A client restricted to a level finds the level and what is in it; what is elsewhere is not there for it."""
    client = add_client(served.store, "of one level", "twins:read", locations=["BLDG-1-L02"])
    page = signed_in(blank, served, client)
    inside = served.http.post("/twins/count", json={"locationFilter": {"locationId": "BLDG-1-L02"}}).json()
    expect(page.locator(".count")).to_contain_text(f"{inside:,} twins")
    tree = page.get_by_role("tree", name="Locations")
    expect(tree.get_by_role("treeitem")).to_have_text(["▸Level L02Level"])
    page.evaluate("location.hash = '#/twin/BLDG-1'")
    expect(page.get_by_text("There is no twin with this id, or it is not yours to see.")).to_be_visible()
    # It may read, and no more; the page offers nothing else.
    page.evaluate("location.hash = '#/twin/BLDG-1-L02'")
    expect(page.get_by_role("heading", name="Level L02")).to_be_visible()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)


def test_who_may_only_read_is_offered_no_import(blank: Page, tmp_path: Path) -> None:
    """A client with `twins:read` alone finds no link to import or to put a twin, not even where there are no twins."""
    store = tmp_path / "store.db"
    make_store(store)
    with serving(store) as running:
        page = signed_in(blank, running, add_client(running.store, "reader", "twins:read"))
        for address in ("#/twins", "#/graph"):
            go(page, running, address)
            expect(page.get_by_role("main").get_by_text("This graph has no twins yet.")).to_be_visible()
            expect(page.get_by_role("link", name="Import")).to_have_count(0)
            expect(page.get_by_role("link", name="New twin")).to_have_count(0)


@pytest.mark.usefixtures("chromium")
def test_all_that_a_browser_ever_loads_is_small() -> None:
    """At most 400 kB, compressed, with every part that is loaded later."""
    files = list((folder_of("explorer") / "assets").iterdir())
    sizes = {file.name: len(gzip.compress(file.read_bytes(), 9)) for file in files}
    print(json.dumps(sizes, indent=2), sum(sizes.values()))
    assert sum(sizes.values()) <= BYTES_MAX
