"""Search, filters, the table, and what one takes away from it."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.serving import Served, get_token

Filling = Callable[[Page], None]


def count(served: Served, filters: dict[str, Any]) -> int:
    """How many the API says that there are."""
    answer = served.http.post("/twins/count", json=filters)
    assert answer.status_code == 200, answer.text
    counted: int = answer.json()
    return counted


def add_filter(page: Page, kind: str) -> None:
    """Ask for a filter's dialog."""
    page.get_by_label("Add a filter").select_option(kind)
    expect(page.get_by_role("dialog")).to_be_visible()


def apply(page: Page) -> None:
    """Take what the dialog says."""
    page.get_by_role("dialog").get_by_role("button", name="Apply").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_twins_are_found_as_one_types(page: Page) -> None:
    """By parts of name and id; the arrow keys choose, Enter opens."""
    box = page.get_by_role("combobox", name="Search twins")
    box.press_sequentially("office l02.0")
    # Those of fewer letters stay in view until the others are there, and cannot be chosen.
    expect(page.locator(".suggestions:not(.stale)").get_by_role("option").first).to_contain_text(
        "Office L02.001"
    )
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_role("heading", name="Office L02.001")).to_be_visible()


def test_the_words_of_a_search_become_a_filter(page: Page, served: Served) -> None:
    """Enter lists all that fit, in other texts than the name, too."""
    box = page.get_by_role("combobox", name="Search twins")
    box.fill("L02.001")
    box.press("Enter")
    fields = ["id", "name", "code"]
    leaves = [{"field": field, "operator": "contains", "value": "L02.001"} for field in fields]
    expected = count(served, {"propertyFilter": {"filterConditionOperator": "Or", "filters": leaves}})
    expect(page.locator(".count")).to_contain_text(f"{expected} twins")
    expect(page.get_by_role("button", name="Remove the filter “L02.001”")).to_be_visible()


def by_model(page: Page) -> None:
    """Through the tree of models, searched."""
    add_filter(page, "model")
    page.get_by_role("dialog").get_by_label("Find a model").fill("temperature sensor")
    page.get_by_role("dialog").get_by_text("Temperature Sensor", exact=True).first.click()
    apply(page)


def by_location(page: Page) -> None:
    """Through the tree of places at the side, two steps down."""
    tree = page.get_by_role("tree", name="Locations")
    tree.get_by_role("treeitem", name="Campus 1").press("ArrowRight")
    tree.get_by_role("treeitem", name="Building 1").press("ArrowRight")
    tree.get_by_role("treeitem", name="Level L02").press("Enter")


def by_relationship(page: Page) -> None:
    """A direction, and one of the names that models declare."""
    add_filter(page, "relationship")
    page.get_by_label("Direction").select_option("Outgoing")
    page.get_by_role("checkbox", name="isFedBy").check()
    apply(page)


def by_date(page: Page) -> None:
    """An end in the future leaves all."""
    add_filter(page, "date")
    page.get_by_label("Updated before").fill("2100-01-01T00:00:00")
    apply(page)


def by_property(page: Page) -> None:
    """A field of a component, with the operators of a number."""
    add_filter(page, "property")
    page.get_by_label("Which property").fill("area.grossArea")
    page.get_by_label("Comparison").select_option(">")
    page.get_by_label("Value").fill("500")
    apply(page)


@pytest.mark.parametrize(
    ("fill", "filters"),
    [
        pytest.param(
            by_model, {"modelFilter": {"modelIds": ["dtmi:com:willowinc:TemperatureSensor;1"]}}, id="model"
        ),
        pytest.param(by_location, {"locationFilter": {"locationId": "BLDG-1-L02"}}, id="location"),
        pytest.param(
            by_relationship,
            {"relationshipFilter": {"relationshipDirection": "Outgoing", "relationshipNames": ["isFedBy"]}},
            id="relationship",
        ),
        pytest.param(by_date, {"dateFilter": {"lastUpdatedBefore": "2100-01-01T00:00:00Z"}}, id="date"),
        pytest.param(
            by_property,
            {"propertyFilter": {"field": "area.grossArea", "operator": ">", "value": 500}},
            id="property",
        ),
    ],
)
def test_every_kind_of_filter_finds_what_the_api_finds(
    page: Page, served: Served, fill: Filling, filters: dict[str, Any]
) -> None:
    """The list, its address when it is opened again, and the call that is shown all say the same as the API."""
    expected = count(served, filters)
    assert expected
    fill(page)
    expect(page.locator(".count")).to_contain_text(f"{expected:,} twins")
    page.reload()
    expect(page.locator(".count")).to_contain_text(f"{expected:,} twins")
    page.get_by_role("button", name="Show as an API call").click()
    shown = page.get_by_role("dialog").locator("code").inner_text()
    request = json.loads(shown[shown.index("-d '") + 4 : shown.rindex("'")])
    assert count(served, request) == expected


def test_a_chip_can_be_changed_and_taken_away(page: Page, served: Served) -> None:
    """Two conditions are joined by all or by any; without them everything is there again."""
    by_property(page)
    add_filter(page, "property")
    page.get_by_label("Which property").fill("code")
    page.get_by_label("Comparison").select_option("equals")
    page.get_by_label("Value").fill("L02")
    apply(page)
    page.get_by_label("Whether one property that fits suffices").select_option("any")
    leaves = [
        {"field": "area.grossArea", "operator": ">", "value": 500},
        {"field": "code", "operator": "equals", "value": "L02"},
    ]
    expected = count(served, {"propertyFilter": {"filterConditionOperator": "Or", "filters": leaves}})
    expect(page.locator(".count")).to_contain_text(f"{expected} twins")
    page.get_by_role("button", name="Remove the filter area.grossArea > 500").click()
    page.get_by_role("button", name="Remove the filter code is L02").click()
    expect(page.locator(".count")).to_contain_text("2,000 twins")


def test_a_long_list_is_loaded_as_it_is_looked_through(page: Page) -> None:
    """Only the rows in view are in the page, and the end is reached by scrolling."""
    table = page.get_by_role("region", name="Twins that fit")
    table.hover()
    while "2,000 of 2,000 loaded" not in page.locator(".count").inner_text():
        page.mouse.wheel(0, 20_000)
        page.wait_for_function("document.querySelectorAll('.table tbody tr').length > 5")
    assert page.locator(".table tbody tr").count() < 200


def test_a_column_sorts_what_is_loaded(page: Page) -> None:
    """Once up, once down; the address says so."""
    heading = page.get_by_role("columnheader", name="Id")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert "sort=-id" in page.url


def test_columns_are_chosen_from_those_that_the_models_have(page: Page) -> None:
    """A property more is a column more."""
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("dialog").get_by_role("checkbox", name="code", exact=False).first.check()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("columnheader", name="code").first).to_be_visible()


def test_all_that_fit_are_saved_as_lines_and_as_a_table(page: Page, tmp_path: Path) -> None:
    """Every page of the list is in the file, not only what is loaded; the lines are twins as the API has them."""
    for format_ in ("ndjson", "csv"):
        with page.expect_download() as download:
            page.get_by_label("Export").select_option(format_)
        download.value.save_as(tmp_path / download.value.suggested_filename)
    lines = (tmp_path / "twins.ndjson").read_text().splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == 2_000
    with (tmp_path / "twins.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [json.loads(line)["id"] for line in lines]


def test_the_call_in_python_runs_as_it_is_shown(page: Page, served: Served) -> None:
    """It prints the ids that the view shows, on every page."""
    by_property(page)
    page.get_by_role("button", name="Show as an API call").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Python").click()
    dialog.get_by_role("button", name="Copy").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    code = page.evaluate("navigator.clipboard.readText()")
    token = get_token(served.url, served.credentials)
    ran = subprocess.run(
        [sys.executable, "-c", code], env={"TOKEN": token}, capture_output=True, text=True, check=True
    )
    filters = {"propertyFilter": {"field": "area.grossArea", "operator": ">", "value": 500}}
    assert len(ran.stdout.split()) == count(served, filters)


def test_the_trees_count_twins(page: Page, served: Served) -> None:
    """Each model is shown with the number of twins of it and of what extends it."""
    expected = count(served, {"modelFilter": {"modelIds": ["dtmi:com:willowinc:Level;1"]}})
    page.get_by_label("Find a model").fill("level")
    item = page.get_by_role("tree", name="Models").get_by_role(
        "treeitem", name=f"Level {expected}", exact=True
    )
    expect(item).to_be_visible()


def test_nothing_found_leads_on(page: Page) -> None:
    """An empty list says so, and offers to take the filters away."""
    page.evaluate("location.hash = '#/twins?text=qqqqqq'")
    expect(page.get_by_text("No twin fits.")).to_be_visible()
    page.get_by_role("button", name="Clear all").click()
    expect(page.locator(".count")).to_contain_text("2,000 twins")
