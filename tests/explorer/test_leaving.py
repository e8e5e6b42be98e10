"""What is not saved, what a tab has kept, and parts of the page that do not come."""

from pathlib import Path

from playwright.sync_api import Dialog, Page, Route, expect
from tests.explorer.steps import go, signed_in
from tests.serving import Served

EDIT = "#/twin/BLDG-1-L02/edit"


def answering(page: Page, *, leave: bool) -> list[str]:
    """From now on the page's questions are answered so; what was asked."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        if leave:
            dialog.accept()
        else:
            dialog.dismiss()

    page.on("dialog", answer)
    return asked


def test_what_is_not_saved_is_not_left_without_a_question(blank: Page, changeable: Served) -> None:
    """By a link, back or a reload; who stays finds the form as it was, and who goes is asked once."""
    page = signed_in(blank, changeable)
    go(page, changeable, "#/twin/BLDG-1-L02")
    go(page, changeable, EDIT)
    code = page.locator("label.field", has_text="code").first.locator("input")
    code.fill("not saved")
    asked = answering(page, leave=False)
    for leaving in ("location.hash = '#/models/'", "history.back()"):
        with page.expect_event("dialog"):
            page.evaluate(leaving)
        expect(page).to_have_url(f"{changeable.url}/{EDIT}")
        expect(code).to_have_value("not saved")
    with page.expect_event("dialog"):
        page.close(run_before_unload=True)
    expect(code).to_have_value("not saved")
    assert asked == ["confirm", "confirm", "beforeunload"]


def test_nothing_is_asked_where_all_is_saved(blank: Page, changeable: Served) -> None:
    """A form that nobody touched, one in which all was taken back, and one that was saved are left at once."""
    page = signed_in(blank, changeable)
    asked = answering(page, leave=True)
    go(page, changeable, EDIT)
    code = page.locator("label.field", has_text="code").first.locator("input")
    before = code.input_value()
    code.fill("other")
    code.fill(before)
    go(page, changeable, "#/twin/BLDG-1-L02")
    expect(page.get_by_role("heading", name="Level L02")).to_be_visible()
    go(page, changeable, EDIT)
    code.fill("saved")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Level L02")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Level L02")).to_be_visible()
    assert asked == []


def test_a_step_that_was_declined_is_not_in_the_way_back(blank: Page, changeable: Served) -> None:
    """Whether it led on, back or back by two, also after a reload: one step back is the view from before the form."""
    page = signed_in(blank, changeable)
    go(page, changeable, "#/models")
    go(page, changeable, "#/twin/BLDG-1-L02")
    go(page, changeable, EDIT)
    page.reload()
    code = page.locator("label.field", has_text="code").first.locator("input")
    code.fill("not saved")
    for leaving in ("location.hash = '#/import'", "history.back()", "history.go(-2)", "history.forward()"):
        page.once("dialog", lambda dialog: dialog.dismiss())
        with page.expect_event("dialog"):
            page.evaluate(leaving)
        expect(page).to_have_url(f"{changeable.url}/{EDIT}")
        expect(code).to_have_value("not saved")
    page.once("dialog", lambda dialog: dialog.accept())
    page.go_back()
    expect(page.get_by_role("heading", name="Level L02")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Models")).to_be_visible()
    page.go_forward()
    page.go_forward()
    expect(page.get_by_role("heading", name="Edit BLDG-1-L02")).to_be_visible()


def test_who_signs_out_is_asked_first(blank: Page, changeable: Served) -> None:
    """While something is not saved; who stays finds the form as it was."""
    page = signed_in(blank, changeable)
    go(page, changeable, EDIT)
    code = page.locator("label.field", has_text="code").first.locator("input")
    code.fill("not saved")
    out = page.get_by_role("button", name="Sign out")
    page.once("dialog", lambda dialog: dialog.dismiss())
    out.click()
    expect(code).to_have_value("not saved")
    page.once("dialog", lambda dialog: dialog.accept())
    out.click()
    expect(page.get_by_label("Client secret")).to_be_visible()


def test_a_dialog_in_which_something_was_typed_is_not_closed_without_a_question(
    blank: Page, changeable: Served
) -> None:
    """By Escape, its cross or a click beside it; empty, it is closed at once, and so it is when it is done."""
    page = signed_in(blank, changeable)
    go(page, changeable, "#/twin/BLDG-1-L02")
    page.get_by_role("button", name="Relate").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Relate").click()
    target = page.get_by_label("Id of the other twin")
    target.fill("BLDG-1")
    asked = answering(page, leave=False)
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("button", name="Close").click(),
        lambda: page.mouse.click(5, 5),
        lambda: page.evaluate("location.hash = '#/models/'"),
    ):
        with page.expect_event("dialog"):
            leave()
        expect(target).to_have_value("BLDG-1")
    assert len(asked) == 5
    page.get_by_role("dialog").get_by_label("Name").select_option("isPartOf")
    page.get_by_role("dialog").get_by_role("button", name="Relate").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    go(page, changeable, "#/models/")
    assert len(asked) == 5


def test_an_import_under_way_is_not_left_without_a_question(
    blank: Page, changeable: Served, tmp_path: Path
) -> None:
    """Its report would be lost; when it is done, it is left at once."""
    file = tmp_path / "rooms.ndjson"
    file.write_text('{"id": "R-1", "modelId": "dtmi:com:willowinc:Room;1"}\n')
    page = signed_in(blank, changeable)
    go(page, changeable, "#/import")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Try").click()
    expect(page.get_by_text("Would be 1 created")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/twins/bulk*", hold)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Importing…")).to_be_visible()
    asked = answering(page, leave=False)
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Models").click()
    expect(page).to_have_url(f"{changeable.url}/#/import")
    held[0].continue_()
    expect(page.get_by_text("Were 1 created")).to_be_visible()
    page.get_by_role("link", name="Models").click()
    expect(page.get_by_role("heading", name="Models")).to_be_visible()
    assert asked == ["confirm"]


def test_what_a_tab_has_kept_may_be_damaged(blank: Page, served: Served) -> None:
    """Whatever it is by now, one can sign in again."""
    page = signed_in(blank, served)
    for damaged in ("{", "7", "{}", '{"kind": "client"}'):
        page.evaluate("value => sessionStorage.setItem(Object.keys(sessionStorage)[0], value)", damaged)
        page.reload()
        expect(page.get_by_label("Client secret")).to_be_visible()


def test_a_part_of_the_page_that_does_not_come(blank: Page, served: Served) -> None:
    """A server that was upgraded has other files: the page says what to do, and not what the browser says."""
    page = signed_in(blank, served)
    page.route("**/*.js", lambda route: route.fulfill(status=404))
    go(page, served, EDIT)
    expect(page.get_by_text("A part of this page could not be loaded")).to_be_visible()
    page.unroute("**/*.js")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Edit BLDG-1-L02")).to_be_visible()
