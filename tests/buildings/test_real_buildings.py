"""Five real buildings on a real server: every line is taken, and every filter finds what their files say it should."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.buildings.shared import (
    BUILDINGS,
    Portfolio,
    relationships_file,
    skip_without_shared,
    twins_file,
)
from tests.serving import client

from twinhaus.strictjson import JsonObject
from twinhaus.testing.server import run_cli, running_server

pytestmark = skip_without_shared
W = "dtmi:com:willowinc:"  # What the ids of Willow's models begin with.


@dataclass(frozen=True, slots=True)
class Imported:
    """A server with all five buildings, and what their files say."""

    http: httpx.Client
    portfolio: Portfolio

    def listed(self, request: JsonObject) -> set[str]:
        """The ids of a whole list, each of which must come once."""
        found: list[str] = []
        body = {**request, "pageSize": 1_000}
        while body:
            answer = self.http.post("/twins", json=body)
            assert answer.status_code == 200, answer.text
            found += [one["id"] for one in answer.json()["content"]]
            token = answer.json()["continuationToken"]
            body = {"continuationToken": token} if token else {}
        assert len(found) == len(set(found))
        return set(found)


@pytest.fixture(scope="module")
def imported(store_of_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Imported]:
    """All five buildings, imported one after another through the command line, without one rejected line."""
    store = Path(shutil.copy(store_of_models, tmp_path_factory.mktemp("buildings")))
    for building in BUILDINGS:
        check_import(store, building)
    with running_server(store, "--auth", "none") as server, client(server.url) as http:
        yield Imported(http, Portfolio())


def check_import(store: Path, building: str) -> None:
    """Every line of a building's two files is taken."""
    twins, relationships = twins_file(building), relationships_file(building)
    counts = [len(file.read_bytes().splitlines()) for file in (twins, relationships)]
    ids = {json.loads(line)["id"] for line in twins.read_bytes().splitlines()}
    repeated = f", {counts[0] - len(ids)} of them replaced" if len(ids) < counts[0] else ""
    done = run_cli(
        "import", "--store", str(store), "--twins", str(twins), "--relationships", str(relationships)
    )
    assert done.stdout.decode().splitlines() == [
        f"twins: {counts[0]} imported{repeated}, 0 rejected.",
        f"relationships: {counts[1]} imported, 0 rejected.",
    ], done.stderr.decode()
    assert done.returncode == 0


def by_model(*names: str, exact: bool = False) -> JsonObject:
    """A model filter."""
    return {"modelIds": [f"{W}{name};1" for name in names], "exactModelMatch": exact}


def test_all_twins_are_listed(imported: Imported) -> None:
    """A list without filters is every twin of every file."""
    assert imported.listed({}) == imported.portfolio.twins.keys()


@pytest.mark.parametrize(
    "names",
    [
        ("Capability",),
        ("Sensor",),
        ("TemperatureSensor",),
        ("Space",),
        ("HVACEquipment",),
        ("Room", "Actuator"),
    ],
)
def test_by_model_with_its_subclasses(imported: Imported, names: tuple[str, ...]) -> None:
    """A model filter finds the twins of the models and of all that extend them."""
    wanted = imported.portfolio.of_models(*(f"{W}{name};1" for name in names))
    assert wanted
    assert imported.listed({"modelFilter": by_model(*names)}) == wanted


@pytest.mark.parametrize("name", ["Sensor", "Capability", "Room", "Asset"])
def test_by_exact_model(imported: Imported, name: str) -> None:
    """An exact model filter leaves the subclasses out."""
    wanted = {id_ for id_, one in imported.portfolio.twins.items() if one["modelId"] == f"{W}{name};1"}
    assert imported.listed({"modelFilter": by_model(name, exact=True)}) == wanted


@pytest.mark.parametrize(
    ("direction", "names", "related"),
    [
        ("Outgoing", ["isFedBy"], None),
        ("Incoming", ["isFedBy"], None),
        ("IncomingOrOutgoing", ["isFedBy", "isPartOf"], None),
        ("Outgoing", ["isCapabilityOf"], "VAVBox"),
        ("Incoming", ["isCapabilityOf"], "Setpoint"),
        ("Incoming", [], "Level"),
        ("IncomingOrOutgoing", [], None),
        ("Outgoing", ["hasDocument"], None),
    ],
)
def test_by_relationship(imported: Imported, direction: str, names: list[str], related: str | None) -> None:
    """A relationship filter finds the twins at that end of such a relationship."""
    portfolio, wanted = imported.portfolio, set()
    others = portfolio.twins.keys() if related is None else portfolio.of_models(f"{W}{related};1")
    for one in portfolio.relationships:
        if one["name"] in (names or one["name"]):
            if direction != "Incoming" and one["targetId"] in others:
                wanted.add(one["sourceId"])
            if direction != "Outgoing" and one["sourceId"] in others:
                wanted.add(one["targetId"])
    request: JsonObject = {"relationshipDirection": direction, "relationshipNames": names}
    if related is not None:
        request["relatedModelFilter"] = by_model(related)
    assert imported.listed({"relationshipFilter": request}) == wanted


@pytest.mark.parametrize(
    "place", ["EBU3B-EBU3B", "SODA-building_1", "SODA-floor_3", "EBU3B-EBU3B_AHU_1", "nowhere"]
)
def test_by_location(imported: Imported, place: str) -> None:
    """A location filter finds the place and all that is in it at any depth; an unknown one nothing."""
    wanted = imported.portfolio.located_in(place) if place in imported.portfolio.twins else set()
    assert imported.listed({"locationFilter": {"locationId": place}}) == wanted


def test_by_location_wherever_something_is_located(imported: Imported) -> None:
    """So it is for whatever holds the most, a machine with all its points as well as a level."""
    portfolio = imported.portfolio
    for place in sorted(portfolio.parts, key=lambda one: -len(portfolio.parts[one]))[:30]:
        assert imported.listed({"locationFilter": {"locationId": place}}) == portfolio.located_in(place)


def test_by_date(imported: Imported) -> None:
    """Buildings imported one after another are told apart by when: strictly after, and strictly before."""
    order = imported.portfolio.of_buildings(*BUILDINGS)
    first, last = order.index("GHC-1Floor"), order.index("SODA-floor_3")
    after, before = (
        imported.http.get(f"/twins/{order[one]}").json()["lastUpdateTime"] for one in (first, last)
    )
    assert imported.listed({"dateFilter": {"lastUpdatedAfter": after}}) == {*order[first + 1 :]}
    assert imported.listed({"dateFilter": {"lastUpdatedBefore": before}}) == {*order[:last]}
    between = {"lastUpdatedAfter": after, "lastUpdatedBefore": before}
    assert imported.listed({"dateFilter": between}) == {*order[first + 1 : last]}


def brick(one: JsonObject) -> str:
    """Its class in Brick, which every twin of these buildings has."""
    code: str = one["contents"]["alternateClassification"]["brickSchema"]["code"]
    return code


def leaf(field: str, operator: str, value: object = None) -> JsonObject:
    """One comparison of a property filter."""
    return {"field": field, "operator": operator, **({} if value is None else {"value": value})}


_BRICK = "alternateClassification.brickSchema.code"
_SETPOINTS = [f"dtmi:org:brickschema:schema:Brick:{name};1" for name in ("Setpoint", "Air_Flow_Setpoint")]
_PROPERTIES: tuple[tuple[JsonObject, Callable[[JsonObject], bool]], ...] = (
    (leaf("name", "contains", "TEMP"), lambda one: "temp" in one["contents"]["name"].lower()),
    (leaf("name", "notContains", "temp"), lambda one: "temp" not in one["contents"]["name"].lower()),
    (leaf("id", "startsWith", "soda-"), lambda one: one["id"].startswith("SODA-")),
    (leaf("name", "endsWith", "1"), lambda one: one["contents"]["name"].endswith("1")),
    (leaf("contents.name", ">=", "Room"), lambda one: one["contents"]["name"] >= "Room"),
    (leaf(_BRICK, "in", _SETPOINTS), lambda one: brick(one) in _SETPOINTS),
    (leaf(_BRICK, "notEquals", _SETPOINTS[0]), lambda one: brick(one) != _SETPOINTS[0]),
    (leaf("externalIds.mappingKey", "isNull"), lambda one: "externalIds" not in one["contents"]),
    (leaf("externalIds", "isNotEmpty"), lambda one: bool(one["contents"].get("externalIds"))),
    (leaf("modelId", "equals", f"{W}Room;1"), lambda one: one["modelId"] == f"{W}Room;1"),
    (leaf("levelNumber", "<", 3), lambda one: False),
    (
        {
            "filterConditionOperator": "Or",
            "filters": [
                leaf("name", "startsWith", "floor"),
                {"filters": [leaf("name", "contains", "vav"), leaf("id", "startsWith", "RICE")]},
            ],
        },
        lambda one: (
            one["contents"]["name"].lower().startswith("floor")
            or ("vav" in one["contents"]["name"].lower() and one["id"].startswith("RICE"))
        ),
    ),
)


@pytest.mark.parametrize(("condition", "holds"), _PROPERTIES)
def test_by_property(imported: Imported, condition: JsonObject, holds: Callable[[JsonObject], bool]) -> None:
    """A property filter finds the twins whose contents, as the file has them, are so."""
    wanted = {id_ for id_, one in imported.portfolio.twins.items() if holds(one)}
    assert imported.listed({"propertyFilter": condition}) == wanted


def test_all_filters_together(imported: Imported) -> None:
    """All five filters given are to hold at once: the points of one building's air handler that are sensors, changed
    after another building was imported, and called something with a temperature.
    """
    portfolio = imported.portfolio
    order = portfolio.of_buildings(*BUILDINGS)
    handlers = portfolio.of_models(f"{W}AirHandlingUnit;1")
    points = {
        one["sourceId"]
        for one in portfolio.relationships
        if one["name"] == "isCapabilityOf" and one["targetId"] in handlers
    }
    hot = {id_ for id_, one in portfolio.twins.items() if "_T" in one["contents"]["externalID"].upper()}
    early, place = "EBU3B-EBU2_BATT", "EBU3B-EBU3B_AHU_1"
    wanted = portfolio.of_models(f"{W}Sensor;1") & points & hot & portfolio.located_in(place)
    wanted &= {*order[order.index(early) + 1 :]}
    assert wanted
    request = {
        "modelFilter": by_model("Sensor"),
        "relationshipFilter": {
            "relationshipDirection": "Outgoing",
            "relationshipNames": ["isCapabilityOf"],
            "relatedModelFilter": by_model("AirHandlingUnit"),
        },
        "locationFilter": {"locationId": place},
        "dateFilter": {"lastUpdatedAfter": imported.http.get(f"/twins/{early}").json()["lastUpdateTime"]},
        "propertyFilter": leaf("externalID", "contains", "_t"),
    }
    assert imported.listed(request) == wanted


def test_relationships_are_included_as_the_files_have_them(imported: Imported) -> None:
    """With `include`, each twin carries its own relationships in both directions."""
    request = {
        "locationFilter": {"locationId": "SODA-building_1"},
        "include": {"outgoingRelationships": True, "incomingRelationships": True},
    }
    page = imported.http.post("/twins", json={**request, "pageSize": 1_000}).json()
    ids = imported.portfolio.located_in("SODA-building_1")
    assert {one["id"] for one in page["content"]} == ids
    for end, direction in (("sourceId", "outgoing"), ("targetId", "incoming")):
        found = {_key(link) for one in page["content"] for link in one[f"{direction}Relationships"]}
        assert found == {_key(link) for link in imported.portfolio.relationships if link[end] in ids}


def _key(link: JsonObject) -> tuple[str, str, str]:
    return link["sourceId"], link["name"], link["targetId"]
