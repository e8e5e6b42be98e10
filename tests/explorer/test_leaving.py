"""What is not saved, what a tab has kept, and parts of the page that do not come."""

from playwright.sync_api import Dialog, Page, expect
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
