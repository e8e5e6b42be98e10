"""Names and ids with signs in them that turn the text after them around."""

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.explorer.steps import signed_in
from tests.serving import LEVEL, Served

OVERRIDE, END = "\u202e", "\u2069"
# As people see it: the signs of an element from left to right, as far as they take room.
_SEEN = """element => {
  const signs = [];
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    for (let at = 0; at < text.data.length; at += 1) {
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const { left, width } = range.getBoundingClientRect();
      if (width) signs.push([left, text.data[at]]);
    }
  }
  return signs.sort(([a], [b]) => a - b).map(([_, sign]) => sign).join("");
}"""


def seen(element: Locator) -> str:
    """The text of one line as it is seen."""
    expect(element).to_be_visible()
    return str(element.evaluate(_SEEN))


@pytest.mark.parametrize("turning", [OVERRIDE, END + OVERRIDE], ids=["open", "closing"])
def test_a_name_that_turns_text_around_turns_itself_alone(
    turning: str, blank: Page, changeable: Served
) -> None:
    """What stands after it in a list, a dialog, a sentence or a chip is seen as it is."""
    id_ = f"Quoin{turning}99"
    link = {"sourceId": id_, "targetId": "BLDG-1", "name": "isPartOf"}
    put = {"id": id_, "modelId": LEVEL, "contents": {"name": f"Nook {turning}99"}}
    assert changeable.http.put("/twins", json=put).is_success
    assert changeable.http.put("/twins/relationships", json=link).is_success
    page = signed_in(blank, changeable)
    page.get_by_role("combobox", name="Search twins").fill("Quoin")
    option = page.get_by_role("option", name="Nook")
    assert seen(option) == "Nook 99 Level Quoin99"
    option.click()
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog")
    assert seen(dialog.get_by_role("heading")) == "Delete Quoin99?"
    assert seen(dialog.get_by_role("listitem")) == "Quoin99 isPartOf BLDG-1"
    dialog.get_by_role("button", name="Delete").click()
    assert seen(page.locator(".notice span")) == "Quoin99 was deleted."
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("That was undone.")).to_be_visible()
    page.evaluate("id => { location.hash = `#/twins?location=${encodeURIComponent(id)}` }", id_)
    assert seen(page.locator(".chip")) == "in Quoin99✕"
    page.locator("tbody").get_by_role("link").first.click()
    page.get_by_text("JSON").click()
    assert (
        f'"id": "Quoin{turning}99"'.encode("ascii", "backslashreplace").decode()
        in page.locator("pre").inner_text()
    )
