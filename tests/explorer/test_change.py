"""Changes: forms with the server's faults at their fields, relationships, deletion, imports, models; and undo."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.explorer.steps import go, signed_in
from tests.serving import Served


@pytest.fixture
def changing(blank: Page, changeable: Served) -> Page:
    """The explorer, signed in, on a portfolio that may be changed."""
    return signed_in(blank, changeable)


def twin(served: Served, twin_id: str) -> Any:
    """A twin as the API has it; None where there is none."""
    answer = served.http.get(f"/twins/{twin_id}")
    return answer.json() if answer.status_code == 200 else None


def timeless(value: Any) -> Any:
    """The same without what the server notes of every change."""
    if isinstance(value, list):
        return [timeless(one) for one in value]
    if isinstance(value, dict):
        noted = ("$metadata", "lastUpdateTime")
        return {key: timeless(one) for key, one in value.items() if key not in noted}
    return value


def undo(page: Page) -> None:
    """Take back what was just done, and see that it is."""
    page.get_by_role("button", name="Undo").last.click()
    expect(page.get_by_text("That was undone.")).to_be_visible()


def test_a_fault_stands_at_its_field_and_a_change_can_be_undone(changing: Page, changeable: Served) -> None:
    """Nothing is written until the server agrees; undo puts the twin back as it was."""
    before = twin(changeable, "BLDG-1-L02")["contents"]
    go(changing, changeable, "#/twin/BLDG-1-L02/edit")
    number = changing.locator("label.field", has_text="levelNumber")
    number.locator("input").fill("second")
    changing.get_by_role("button", name="Save").click()
    expect(number.locator(".fault")).to_contain_text("levelNumber expects an integer")
    assert twin(changeable, "BLDG-1-L02")["contents"] == before
    number.locator("input").fill("7")
    changing.get_by_role("button", name="Save").click()
    expect(changing.get_by_role("heading", name="Level L02")).to_be_visible()
    assert twin(changeable, "BLDG-1-L02")["contents"]["levelNumber"] == 7
    undo(changing)
    assert twin(changeable, "BLDG-1-L02")["contents"]["levelNumber"] == before["levelNumber"]


def test_a_change_of_somebody_else_is_not_overwritten_unseen(changing: Page, changeable: Served) -> None:
    """Whoever saves second is told first, where they see it, though the form is longer than the window."""
    go(changing, changeable, "#/twin/BLDG-1-L02/edit")
    code = changing.locator("label.field", has_text="code").first.locator("input")
    code.fill("mine")
    theirs = twin(changeable, "BLDG-1-L02")
    theirs["contents"]["code"] = "theirs"
    assert changeable.http.put("/twins", json=theirs).status_code == 200
    changing.get_by_role("button", name="Save").click()
    expect(changing.get_by_role("alert")).to_contain_text("Somebody else has changed this twin")
    expect(changing.get_by_role("alert")).to_be_in_viewport(ratio=1)
    assert twin(changeable, "BLDG-1-L02")["contents"]["code"] == "theirs"
    changing.get_by_role("button", name="Save").click()
    expect(changing.get_by_role("heading", name="Level L02")).to_be_visible()
    assert twin(changeable, "BLDG-1-L02")["contents"]["code"] == "mine"


def test_a_twin_that_somebody_else_deleted_is_said_not_to_be_there(
    changing: Page, changeable: Served
) -> None:
    """Whoever saves it is told so, and not that it was changed."""
    level = twin(changeable, "BLDG-1-L02")
    assert changeable.http.put("/twins", json={**level, "id": "SPARE"}).status_code == 200
    go(changing, changeable, "#/twin/SPARE/edit")
    changing.locator("label.field", has_text="code").first.locator("input").fill("mine")
    assert changeable.http.delete("/twins/SPARE").is_success
    changing.get_by_role("button", name="Save").click()
    expect(changing.get_by_role("alert")).to_contain_text("There is no twin")


def test_a_twin_is_created_related_and_deleted(changing: Page, changeable: Served) -> None:
    """From the form of its model; deletion shows what goes with it, and can be undone with all of that."""
    go(changing, changeable, "#/new?model=dtmi%3Acom%3Awillowinc%3ARoom%3B1")
    changing.get_by_role("button", name="Save").click()
    expect(changing.locator("label.field.faulty", has_text="Id")).to_be_visible()
    changing.locator("label.field", has_text="Id").first.locator("input").fill("ROOM-NEW")
    changing.locator("label.field", has_text="name").first.locator("input").fill("New room")
    changing.get_by_role("button", name="Save").click()
    expect(changing.get_by_role("heading", name="New room")).to_be_visible()

    changing.get_by_role("button", name="Relate").click()
    changing.get_by_role("dialog").get_by_role("combobox").select_option("isPartOf")
    changing.get_by_label("Id of the other twin").fill("BLDG-1-L02")
    changing.get_by_role("dialog").get_by_role("button", name="Relate").click()
    expect(changing.get_by_role("link", name="Level L02")).to_be_visible()

    changing.get_by_role("button", name="Delete", exact=True).click()
    expect(changing.get_by_role("dialog")).to_contain_text("With it go 1 relationship")
    changing.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(changing.get_by_text("ROOM-NEW was deleted.")).to_be_visible()
    assert twin(changeable, "ROOM-NEW") is None
    undo(changing)
    assert twin(changeable, "ROOM-NEW")["contents"]["name"] == "New room"
    related = changeable.http.get("/twins/ROOM-NEW/relationships/outgoing").json()
    assert [one["targetId"] for one in related] == ["BLDG-1-L02"]


def test_a_file_is_tried_first_and_reported_line_by_line(
    changing: Page, changeable: Served, tmp_path: Path
) -> None:
    """A trial writes nothing and names what is wrong with which line; then what is right is imported."""
    lines = [
        {"id": "R-1", "modelId": "dtmi:com:willowinc:Room;1", "contents": {"name": "One"}},
        {"id": "R-2", "modelId": "dtmi:com:willowinc:Room;1", "contents": {"nonsense": 2}},
        {"id": "BLDG-1-L02", "modelId": "dtmi:com:willowinc:Level;1", "contents": {"name": "Other"}},
    ]
    file = tmp_path / "rooms.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    go(changing, changeable, "#/import")
    changing.locator("input[type=file]").set_input_files(file)
    changing.get_by_role("button", name="Try").click()
    expect(changing.get_by_text("Would be 1 created, 1 replaced, 1 rejected")).to_be_visible()
    expect(changing.get_by_role("row", name="2 R-2")).to_contain_text("nonsense")
    assert twin(changeable, "R-1") is None
    changing.get_by_role("button", name="Import", exact=True).click()
    expect(changing.get_by_text("Were 1 created, 1 replaced, 1 rejected")).to_be_visible()
    assert twin(changeable, "R-1")["contents"]["name"] == "One"
    undo(changing)
    assert twin(changeable, "R-1") is None
    assert twin(changeable, "BLDG-1-L02")["contents"]["name"] == "Level L02"


def test_an_import_that_the_server_broke_off_is_told_of(
    changing: Page, changeable: Served, tmp_path: Path
) -> None:
    """A report without its last line is not taken for a whole one."""
    file = tmp_path / "rooms.ndjson"
    file.write_text(json.dumps({"id": "R-1", "modelId": "dtmi:com:willowinc:Room;1"}) + "\n")
    go(changing, changeable, "#/import")
    changing.route("**/twins/bulk*", lambda route: route.fulfill(body='{"aborted":{"status":503}}\n'))
    changing.locator("input[type=file]").set_input_files(file)
    changing.get_by_role("button", name="Try").click()
    expect(changing.get_by_role("alert")).to_contain_text("The server could not go on.")
    expect(changing.get_by_role("button", name="Import", exact=True)).to_be_disabled()


def test_tables_and_relationships_are_imported_too(
    changing: Page, changeable: Served, tmp_path: Path
) -> None:
    """A CSV of twins and a file of relationships, dropped together: twins go first."""
    rooms, parts = tmp_path / "rooms.csv", tmp_path / "parts.ndjson"
    rooms.write_text("id,modelId,name\nR-9,dtmi:com:willowinc:Room;1,Nine\n")
    parts.write_text(json.dumps({"sourceId": "R-9", "targetId": "BLDG-1-L02", "name": "isPartOf"}) + "\n")
    go(changing, changeable, "#/import")
    changing.locator("input[type=file]").set_input_files([parts, rooms])
    changing.get_by_role("button", name="Try").click()
    # Relationships are tried against what is stored: the room is not there yet.
    expect(changing.get_by_text("Would be 1 created")).to_be_visible()
    expect(changing.get_by_text("You can undo it right afterwards.")).to_have_count(2)
    changing.get_by_role("button", name="Import", exact=True).click()
    expect(changing.get_by_text("Were 1 created")).to_have_count(2)
    assert len(changeable.http.get("/twins/R-9/relationships/outgoing").json()) == 1
    # The relationships go with their twins, and to take them back as well is no fault.
    changing.get_by_role("button", name="Undo").first.click()
    expect(changing.get_by_text("That was undone.")).to_have_count(1)
    assert twin(changeable, "R-9") is None
    changing.get_by_role("button", name="Undo").click()
    expect(changing.get_by_text("That was undone.")).to_have_count(2)


def test_an_import_of_relationships_is_taken_back(changing: Page, changeable: Served, tmp_path: Path) -> None:
    """What it has created goes, however many underscores its twins' ids have; what was there before stays."""
    rooms = [{"id": id_, "modelId": "dtmi:com:willowinc:Room;1"} for id_ in ("R", "R_isPartOf_X", "R_1")]
    for room in rooms:
        assert changeable.http.put("/twins", json=room).status_code == 200
    links = [{"sourceId": room["id"], "name": "isPartOf", "targetId": "BLDG-1-L02"} for room in rooms]
    assert changeable.http.put("/twins/relationships", json=links[2]).status_code == 200
    before = changeable.http.get("/twins/BLDG-1-L02/relationships/incoming").json()
    file = tmp_path / "parts.ndjson"
    file.write_text("".join(json.dumps(link) + "\n" for link in links))
    go(changing, changeable, "#/import")
    changing.locator("input[type=file]").set_input_files(file)
    changing.get_by_role("button", name="Try").click()
    expect(changing.get_by_text("Would be 2 created, 1 unchanged")).to_be_visible()
    expect(changing.get_by_text("You can undo it right afterwards.")).to_be_visible()
    changing.get_by_role("button", name="Import", exact=True).click()
    expect(changing.get_by_text("Were 2 created, 1 unchanged")).to_be_visible()
    assert len(changeable.http.get("/twins/BLDG-1-L02/relationships/incoming").json()) == len(before) + 2
    undo(changing)
    assert changeable.http.get("/twins/BLDG-1-L02/relationships/incoming").json() == before


@pytest.mark.parametrize("count", [5_000, 5_001])
def test_a_large_import_of_relationships_says_whether_it_can_be_undone(
    changing: Page, changeable: Served, tmp_path: Path, count: int
) -> None:
    """Before anything is imported, and also where its twins are not there yet: of 5,000 it can, of more it cannot."""
    file = tmp_path / "parts.ndjson"
    link = {"name": "isPartOf", "targetId": "BLDG-1-L02"}
    file.write_text("".join(json.dumps({"sourceId": f"R-{one}", **link}) + "\n" for one in range(count)))
    go(changing, changeable, "#/import")
    changing.locator("input[type=file]").set_input_files(file)
    changing.get_by_role("button", name="Try").click()
    expect(changing.get_by_text(f"Would be {count:,} rejected")).to_be_visible()
    can = "You can undo it right afterwards." if count <= 5_000 else "This import cannot be undone"
    expect(changing.get_by_text(can)).to_be_visible()


def test_a_table_is_imported_and_taken_back(changing: Page, changeable: Served, tmp_path: Path) -> None:
    """What it has created goes, also where it stands there twice, and what it has replaced is as it was."""
    before = twin(changeable, "BLDG-1-L02")["contents"]
    table = tmp_path / "rooms.csv"
    table.write_text(
        "modelId,name,id\n"
        "dtmi:com:willowinc:Room;1,Nine,R-9\n"
        'dtmi:com:willowinc:Room;1,"Nine, again",R-9\n'
        "dtmi:com:willowinc:Level;1,Another name,BLDG-1-L02\n"
    )
    go(changing, changeable, "#/import")
    changing.locator("input[type=file]").set_input_files(table)
    changing.get_by_role("button", name="Try").click()
    expect(changing.get_by_text("You can undo it right afterwards.")).to_be_visible()
    changing.get_by_role("button", name="Import", exact=True).click()
    expect(changing.get_by_text("Were 1 created, 2 replaced")).to_be_visible()
    assert twin(changeable, "BLDG-1-L02")["contents"]["name"] == "Another name"
    assert twin(changeable, "R-9")["contents"]["name"] == "Nine, again"
    undo(changing)
    assert twin(changeable, "R-9") is None
    assert timeless(twin(changeable, "BLDG-1-L02")["contents"]) == timeless(before)


@pytest.mark.parametrize("count", [1_200, 5_001])
def test_a_large_import_says_whether_it_can_be_undone(
    changing: Page, changeable: Served, tmp_path: Path, count: int
) -> None:
    """Before anything is imported: of 5,000 twins it can, of more it cannot."""
    lines = ({"id": f"R-{number}", "modelId": "dtmi:com:willowinc:Room;1"} for number in range(count))
    file = tmp_path / "rooms.ndjson"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    go(changing, changeable, "#/import")
    changing.locator("input[type=file]").set_input_files(file)
    changing.get_by_role("button", name="Try").click()
    expect(changing.get_by_text(f"Would be {count:,} created")).to_be_visible()
    if count > 5_000:
        expect(changing.get_by_text("This import cannot be undone")).to_be_visible()
        return
    changing.get_by_role("button", name="Import", exact=True).click()
    expect(changing.get_by_text(f"Were {count:,} created")).to_be_visible()
    undo(changing)
    assert twin(changeable, "R-0") is None
    assert twin(changeable, f"R-{count - 1}") is None


def test_models_are_uploaded_and_faults_stand_at_their_interfaces(
    changing: Page, changeable: Served, tmp_path: Path
) -> None:
    """All or none; the server's words, at the file and the interface."""
    good = {
        "@context": "dtmi:dtdl:context;3",
        "@id": "dtmi:com:example:Bench;1",
        "@type": "Interface",
        "extends": "dtmi:com:willowinc:Asset;1",
        "contents": [{"@type": "Property", "name": "seats", "schema": "integer"}],
    }
    bad = {**good, "@id": "dtmi:com:example:Stool;1", "contents": [{"@type": "Property", "name": "seats"}]}
    (tmp_path / "good.json").write_text(json.dumps(good))
    (tmp_path / "bad.json").write_text(json.dumps([bad]))
    go(changing, changeable, "#/models")
    changing.get_by_role("button", name="Upload models").click()
    dialog = changing.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files([tmp_path / "good.json", tmp_path / "bad.json"])
    dialog.get_by_role("button", name="Upload", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("bad.json dtmi:com:example:Stool;1")
    dialog.locator("input[type=file]").set_input_files(tmp_path / "good.json")
    dialog.get_by_role("button", name="Upload", exact=True).click()
    expect(changing.get_by_text("1 model uploaded.")).to_be_visible()
    assert changeable.http.get("/models/dtmi:com:example:Bench;1").status_code == 200
    undo(changing)
    assert changeable.http.get("/models/dtmi:com:example:Bench;1").status_code == 404


def found(served: Served, **request: Any) -> list[Any]:
    """All twins that filters find, with their relationships, each in the order of ids."""
    both = {"outgoingRelationships": True, "incomingRelationships": True}
    listed = served.http.post("/twins", json={**request, "include": both, "pageSize": 1_000}).json()[
        "content"
    ]
    for one in listed:
        for name in both:
            one[name].sort(key=lambda relationship: relationship["id"])
    return sorted(map(timeless, listed), key=lambda one: one["id"])


def test_all_that_fit_are_deleted_after_a_look_and_can_be_taken_back(
    changing: Page, changeable: Served
) -> None:
    """The server rehearses it, and says how much goes; all of it, twins and relationships, can be put back."""
    there = {"locationFilter": {"locationId": "BLDG-1-L02-R001"}}
    before = found(changeable, **there)
    go(changing, changeable, "#/twins?location=BLDG-1-L02-R001")
    changing.get_by_role("button", name="Delete all that fit").click()
    dialog = changing.get_by_role("dialog")
    expect(dialog).to_contain_text("will be deleted")
    expect(dialog).to_contain_text("You can undo it right afterwards.")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(changing.get_by_text("No twin fits.")).to_be_visible()
    assert twin(changeable, "BLDG-1-L02-R001") is None
    undo(changing)
    assert found(changeable, **there) == before


def test_what_has_come_to_fit_since_the_look_is_not_deleted(changing: Page, changeable: Served) -> None:
    """It could not be taken back, as nobody has seen it."""
    go(changing, changeable, "#/twins?where=%5B%22id%22%2C%22startsWith%22%2C%22BLDG-1-L02-R%22%5D")
    changing.get_by_role("button", name="Delete all that fit").click()
    dialog = changing.get_by_role("dialog")
    expect(dialog).to_contain_text("You can undo it right afterwards.")
    late = {"id": "BLDG-1-L02-R-LATE", "modelId": "dtmi:com:willowinc:Room;1"}
    assert changeable.http.put("/twins", json=late).status_code == 200
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(changing.get_by_text(re.compile(r"\d twins deleted\."))).to_be_visible()
    assert twin(changeable, "BLDG-1-L02-R001") is None
    assert twin(changeable, "BLDG-1-L02-R-LATE") is not None


def test_what_is_too_much_to_be_kept_is_said_before(changing: Page, changeable: Served) -> None:
    """Where the rehearsal finds more than the page keeps, the dialog says that there is no way back."""
    go(changing, changeable, "#/twins?location=BLDG-1-L02-R001")
    rehearsed = {"matched": 6_000, "deleted": 6_000, "relationshipsDeleted": 9, "dryRun": True}
    changing.route("**/twins?*dryRun=true*", lambda route: route.fulfill(json=rehearsed))
    changing.get_by_role("button", name="Delete all that fit").click()
    expect(changing.get_by_role("dialog")).to_contain_text("This cannot be undone: at most 5,000 twins")
