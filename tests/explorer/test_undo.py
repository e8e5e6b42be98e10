"""Undo of what has many parts: how far it is, a way to stop it, and what of it could not be undone."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from tests.explorer.steps import go, put_all, signed_in
from tests.serving import Served

PARTS = 500
AT_ONCE = 200  # Taken out by one request.
LEVEL = "BLDG-1-L02"
LINKS = "**/twins/relationships"


@pytest.fixture
def imported(blank: Page, changeable: Served, tmp_path: Path) -> Page:
    """The explorer, signed in, right after an import of relationships."""
    rooms = [{"id": f"PART-{one:03}", "modelId": "dtmi:com:willowinc:Room;1"} for one in range(PARTS)]
    put_all(changeable, "/twins/bulk", rooms)
    file = tmp_path / "parts.ndjson"
    links = [{"sourceId": one["id"], "name": "isPartOf", "targetId": LEVEL} for one in rooms]
    file.write_text("".join(json.dumps(link) + "\n" for link in links))
    page = signed_in(blank, changeable)
    go(page, changeable, "#/import")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Try").click()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text(f"Were {PARTS} created")).to_be_visible()
    assert left(changeable) == PARTS
    return page


def left(served: Served) -> int:
    """How many of the relationships are there."""
    incoming = served.http.get(f"/twins/{LEVEL}/relationships/incoming").json()
    return sum(one["sourceId"].startswith("PART-") for one in incoming)


def test_an_import_of_relationships_is_undone(imported: Page, changeable: Served) -> None:
    """All that it created goes; that somebody else has deleted one meanwhile does no harm."""
    gone = f"/twins/PART-007/relationships/PART-007_isPartOf_{LEVEL}"
    assert changeable.http.delete(gone).status_code == 204
    imported.get_by_role("button", name="Undo").click()
    expect(imported.get_by_text("That was undone.")).to_be_visible()
    assert left(changeable) == 0


def test_an_undo_tells_how_far_it_is_and_can_be_stopped(imported: Page, changeable: Served) -> None:
    """What is under way when it is stopped is done; nothing more is asked, and the notice says how much was undone."""
    held: list[Route] = []

    def hold_the_second(route: Route) -> None:
        if asked := len(held):
            assert asked == 1, "nothing more is asked"
        held.append(route)
        if not asked:
            route.continue_()

    imported.route(LINKS, hold_the_second)
    imported.get_by_role("button", name="Undo").click()
    notice = imported.locator(".notice")
    expect(notice).to_contain_text(f"{AT_ONCE} of {PARTS}")
    notice.get_by_role("button", name="Stop").click()
    held[1].continue_()
    expect(notice).to_contain_text(f"{2 * AT_ONCE} of {PARTS} undone.")
    assert left(changeable) == PARTS - 2 * AT_ONCE


def test_an_undo_that_is_refused_says_why(imported: Page, changeable: Served) -> None:
    """What was undone before stays so; nothing more is asked."""
    problem = {"title": "Conflict", "status": 409, "detail": "Somebody holds on to it."}
    asked: list[Route] = []

    def refuse_the_second(route: Route) -> None:
        asked.append(route)
        if len(asked) == 1:
            route.continue_()
        else:
            route.fulfill(status=409, content_type="application/problem+json", body=json.dumps(problem))

    imported.route(LINKS, refuse_the_second)
    imported.get_by_role("button", name="Undo").click()
    notice = imported.locator(".notice")
    expect(notice).to_contain_text(f"{AT_ONCE} of {PARTS} undone. Somebody holds on to it.")
    assert len(asked) == 2
    assert left(changeable) == PARTS - AT_ONCE


def test_a_server_that_goes_away_ends_an_undo(imported: Page, changeable: Served) -> None:
    """It is not asked for the rest, and the notice says so."""
    imported.route(LINKS, lambda route: route.abort())
    imported.get_by_role("button", name="Undo").click()
    expect(imported.locator(".notice")).to_contain_text(f"0 of {PARTS} undone. The server does not answer.")
    assert left(changeable) == PARTS


def test_twins_come_back_without_what_is_gone_since(blank: Page, changeable: Served) -> None:
    """A deleted twin comes back, a relationship to one that somebody else has deleted does not, and is named."""
    put_all(
        changeable,
        "/twins/bulk",
        [
            {"id": "HERE", "modelId": "dtmi:com:willowinc:Room;1"},
            {"id": "THERE", "modelId": "dtmi:com:willowinc:Level;1"},
        ],
    )
    link = {"sourceId": "HERE", "name": "isPartOf", "targetId": "THERE"}
    put_all(changeable, "/twins/relationships/bulk", [link])
    page = signed_in(blank, changeable)
    go(page, changeable, "#/twin/HERE")
    page.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("HERE was deleted.")).to_be_visible()
    assert changeable.http.delete("/twins/THERE").status_code == 204
    page.get_by_role("button", name="Undo").click()
    notice = page.locator(".notice")
    expect(notice).to_contain_text("1 of 2 undone.")
    expect(notice).to_contain_text("THERE")
    assert changeable.http.get("/twins/HERE").status_code == 200
