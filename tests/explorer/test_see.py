"""A twin's page, and the models."""

from playwright.sync_api import Page, expect
from tests.explorer.steps import go, signed_in
from tests.serving import Served


def test_a_twin_shows_its_values_with_units_and_its_relationships_both_ways(
    page: Page, served: Served
) -> None:
    """Inherited properties, components, and a link to whatever it is related to."""
    go(page, served, "#/twin/BLDG-1-L02")
    expect(page.get_by_role("heading", name="Level L02")).to_be_visible()
    twin = page.locator("article.twin")
    expect(twin.locator("dt", has_text="elevation").first).to_have_text("elevation metre")
    expect(twin.locator(".component", has_text="grossArea")).to_be_visible()
    expect(twin.get_by_role("heading", name="From this twin")).to_be_visible()
    twin.get_by_role("link", name="Office L02.001").click()
    expect(page.get_by_role("heading", name="Office L02.001")).to_be_visible()
    page.get_by_role("link", name="Level L02").click()
    expect(page.get_by_role("heading", name="Level L02")).to_be_visible()


def test_a_twin_that_is_not_there_is_told_of(page: Page, served: Served) -> None:
    """The page says so, in words."""
    go(page, served, "#/twin/no%20such")
    expect(page.get_by_text("There is no twin with this id, or it is not yours to see.")).to_be_visible()


def test_an_id_of_any_characters_has_a_page(blank: Page, changeable: Served) -> None:
    """Slashes, spaces and question marks belong to ids; addresses keep them."""
    strange = "Plant/AHU 7? ü#"
    put = {
        "id": strange,
        "modelId": "dtmi:com:willowinc:AirHandlingUnit;1",
        "contents": {"name": "Strange one"},
    }
    assert changeable.http.put("/twins", json=put).status_code == 200
    page = signed_in(blank, changeable)
    page.get_by_role("combobox", name="Search twins").fill("Plant/AHU 7?")
    page.get_by_role("option", name="Strange one").click()
    expect(page.get_by_role("heading", name="Strange one")).to_be_visible()
    page.reload()
    expect(page.get_by_text(strange, exact=True)).to_be_visible()


def test_a_twin_may_be_called_as_an_operation_is(blank: Page, changeable: Served) -> None:
    """`POST /twins/count` is another path than that of the twin `count`."""
    for name in ("count", "relationships"):
        put = {"id": name, "modelId": "dtmi:com:willowinc:Level;1", "contents": {"name": f"Called {name}"}}
        assert changeable.http.put("/twins", json=put).status_code == 200
    page = signed_in(blank, changeable)
    for name in ("count", "relationships"):
        go(page, changeable, f"#/twin/{name}")
        expect(page.get_by_role("heading", name=f"Called {name}")).to_be_visible()


def test_a_model_shows_what_it_inherits_and_where_it_is_used(page: Page, served: Served) -> None:
    """Contents with the model that declares them; the model leads to its twins."""
    go(page, served, "#/models/dtmi%3Acom%3Awillowinc%3ALevel%3B1")
    model = page.locator("article.model")
    expect(model.get_by_role("row", name="Property elevation number")).to_contain_text("metre")
    expect(model.get_by_role("row", name="Property name")).to_contain_text("Identified")
    expect(model).to_contain_text("Extends Space")
    expected = served.http.post(
        "/twins/count", json={"modelFilter": {"modelIds": ["dtmi:com:willowinc:Level;1"]}}
    ).json()
    model.get_by_role("link", name="Find its twins").click()
    expect(page.locator(".count")).to_contain_text(f"{expected} twins")
