"""Requests as the public reference of the Willow API prints them work as pasted: casing, empty objects and all."""

import json
from collections.abc import Iterator

import httpx
import pytest
from tests import serving
from tests.engines import Engine
from tests.serving import Served

JSON = {"Content-Type": "application/json"}

LEVEL = """{
  "Id": "TW-DD-II-L01",
  "ModelId": "dtmi:com:willowinc:Level;1",
  "LastUpdateTime": "2024-08-30T03:49:30.4062816+00:00",
  "Contents": {"levelNumber": 0, "name": "Floor_1", "code": "L01",
    "area": {"$metadata": {"$lastUpdateTime": "2024-08-30T03:49:30.4062816Z"}}}
}"""
BUILDING = (
    '{"id": "BLDG-1", "modelId": "dtmi:com:willowinc:Building;1", "lastUpdateTime": null, "contents": {}}'
)
PUMP = '{"id": "AHU-1", "modelId": "dtmi:com:willowinc:AirHandlingUnit;1"}'
CHILLER = '{"id": "Chiller-1", "modelId": "dtmi:com:willowinc:Chiller;1", "contents": null}'

PART = """{
  "Id": "TW-DD-II-L01_isPartOf_BLDG-1",
  "targetId": "BLDG-1",
  "sourceId": "TW-DD-II-L01",
  "name": "isPartOf"
}"""
FED = """{
  "Id": "AHU-1_isFedBy_substance_ChilledWater_Chiller-1",
  "targetId": "Chiller-1",
  "sourceId": "AHU-1",
  "name": "isFedBy",
  "properties": {
    "substance": "ChilledWater"
  }
}"""

LIST = """{
  "ModelFilter": {"ModelIds": ["dtmi:com:willowinc:Space;1"], "ExactModelMatch": false},
  "RelationshipFilter": {"RelationshipDirection": "Outgoing", "RelationshipNames": ["isPartOf"],
    "RelatedModelFilter": {"ModelIds": ["dtmi:com:willowinc:Building;1"], "ExactModelMatch": true}},
  "LocationFilter": {"LocationId": null},
  "DateFilter": {"LastUpdatedAfter": "2024-09-23T15:16:03.405Z", "LastUpdatedBefore": "2124-09-23T15:16:03.405Z"},
  "PropertyFilter": {"Filters": [{"Field": "name", "Operator": "contains", "Value": "floor"},
    {"Field": "levelNumber", "Operator": "=", "Value": 0}], "FilterConditionOperator": "and"},
  "Include": {"OutgoingRelationships": true, "IncomingRelationships": true},
  "PageSize": 101,
  "ContinuationToken": null
}"""

# What the page of the reference fills in by itself, word for word but for its dots.
SCHEMATIC_LIST = """{
  "modelFilter": {"modelIds": ["dtmi:com:willowinc:Building;1"], "exactModelMatch": true},
  "relationshipFilter": {"relationshipDirection": "Incoming", "relationshipNames": null,
    "relatedModelFilter": {"modelIds": [], "exactModelMatch": true}},
  "locationFilter": {"locationId": null},
  "dateFilter": {"lastUpdatedAfter": null, "lastUpdatedBefore": null},
  "propertyFilter": {"field": null, "operator": null, "value": {}, "filterConditionOperator": "And", "filters": []},
  "include": {"outgoingRelationships": true, "incomingRelationships": true},
  "pageSize": 1,
  "continuationToken": null
}"""

PATCH = """[
  {"value": "Ground floor", "path": "/contents/name", "op": "replace", "from": null},
  {"value": 1, "path": "/Contents/levelNumber", "op": "Add", "from": ""}
]"""
PATCH_WITH_TYPES = (
    '[{"operationType": 2, "path": "/contents/name", "op": "replace", "from": null, "value": "Floor_1"}]'
)

GRAPH = """{
  "alias": "Twin",
  "id": "BLDG-1",
  "relationships": [
    {"alias": "Components", "relationshipNames": ["isPartOf"], "modelNames": ["dtmi:com:willowinc:Level;1"],
     "exactModelMatch": false, "direction": "Incoming",
     "relationship": {"alias": "ComponentPoints", "relationshipNames": ["isCapabilityOf"], "modelNames": [],
       "exactModelMatch": false, "direction": "Incoming", "relationship": {}}},
    {"alias": "TwinPoints", "relationshipNames": ["isCapabilityOf"], "modelNames": [], "exactModelMatch": false,
     "direction": "Incoming", "relationship": {}}
  ]
}"""


@pytest.fixture(scope="module")
def served(engine: Engine) -> Iterator[Served]:
    """A server with the starter models, asked under /api/v3 as Willow's own is."""
    with engine.new_store() as store:
        serving.make_store(store)
        with serving.serving(store) as served:
            yield served


@pytest.fixture(scope="module")
def http(served: Served) -> Iterator[httpx.Client]:
    """A client with a token got as the reference says: a form, no scope."""
    base = f"{served.url}/api/v3"
    form = f"grant_type=client_credentials&client_id={served.credentials.client_id}"
    answer = httpx.post(
        f"{base}/oauth2/token",
        content=f"{form}&client_secret={served.credentials.client_secret}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.json()["token_type"] == "Bearer"
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    with httpx.Client(base_url=base, headers=headers) as http:
        for twin in (LEVEL, BUILDING, PUMP, CHILLER):
            assert http.put("/twins", content=twin, headers=JSON).status_code == 200
        for relationship in (PART, FED):
            answer = http.put("/twins/relationships", content=relationship, headers=JSON)
            assert answer.status_code == 200
            assert answer.json()["id"] == json.loads(relationship)["Id"]
        yield http


@pytest.mark.parametrize("path", ["/twins", "/twins/count"])
def test_lists_and_counts(http: httpx.Client, path: str) -> None:
    """Every filter at once, keys and words in Pascal case, nulls where nothing is meant."""
    answer = http.post(path, content=LIST, headers=JSON)
    assert answer.status_code == 200, answer.text
    if path == "/twins":
        (twin,) = answer.json()["content"]
        assert [one["id"] for one in twin["outgoingRelationships"]] == ["TW-DD-II-L01_isPartOf_BLDG-1"]
        assert twin["incomingRelationships"] == []
    else:
        assert answer.json() == 1


def test_a_list_with_nothing_filled_in(http: httpx.Client) -> None:
    """Nulls, empty arrays and an empty object for a value filter nothing; what is given, does."""
    answer = http.post("/twins", content=SCHEMATIC_LIST, headers=JSON)
    assert answer.status_code == 200, answer.text
    assert [twin["id"] for twin in answer.json()["content"]] == ["BLDG-1"]


def test_patches(http: httpx.Client) -> None:
    """As clients of ASP.NET write them: `from` where there is none, `operationType`, words in any casing."""
    patched = http.patch("/twins/TW-DD-II-L01", content=PATCH, headers=JSON)
    assert patched.status_code == 200, patched.text
    assert patched.json()["contents"]["name"] == "Ground floor"
    headers = {"Content-Type": "application/json-patch+json"}
    back = http.patch("/twins/TW-DD-II-L01", content=PATCH_WITH_TYPES, headers=headers)
    assert back.json()["contents"]["name"] == "Floor_1"
    again = '[{"op": "replace", "path": "/contents/levelNumber", "value": 0}]'
    assert http.patch("/twins/TW-DD-II-L01", content=again, headers=JSON).status_code == 200


def test_single_reads(http: httpx.Client) -> None:
    """One twin, several, and relationships by their derived ids."""
    assert http.get("/twins/AHU-1?includeRelationships=true").json()["outgoingRelationships"]
    found = http.post(
        "/twins/ids?includeRelationships=true", content='["AHU-1", "nobody"]', headers=JSON
    ).json()
    assert [twin["id"] for twin in found] == ["AHU-1"]
    fed = "AHU-1_isFedBy_substance_ChilledWater_Chiller-1"
    assert http.get(f"/twins/AHU-1/relationships/{fed}").json()["properties"] == {"substance": "ChilledWater"}
    assert [one["id"] for one in http.get("/twins/AHU-1/relationships/outgoing").json()] == [fed]
    assert [one["id"] for one in http.get("/twins/Chiller-1/relationships/incoming").json()] == [fed]


def test_graphs(http: httpx.Client) -> None:
    """The sample of the reference: chains that end in an empty object, collections that stay though they are empty."""
    twin = http.post("/twins/graph", content=GRAPH, headers=JSON).json()["Twin"]
    assert [one["id"] for one in twin["Components"]] == ["TW-DD-II-L01"]
    assert (twin["Components"][0]["ComponentPoints"], twin["TwinPoints"]) == ([], [])


def test_models(http: httpx.Client) -> None:
    """The model and its descendants, with definitions where asked for; one model has its definition always."""
    rooted = http.get("/models?rootModel=dtmi:com:willowinc:Space;1&includeModelDefinitions=true").json()
    level = next(model for model in rooted if model["id"] == "dtmi:com:willowinc:Level;1")
    assert level["displayName"]["en"] == "Level"
    assert json.loads(level["modelDefinition"])["@id"] == level["id"]
    assert (
        http.get("/models/dtmi:com:willowinc:Level;1").json()["modelDefinition"] == level["modelDefinition"]
    )
    assert "modelDefinition" not in http.get("/models").json()[0]


def test_deleting_a_relationship(http: httpx.Client) -> None:
    """204, and it is gone."""
    path = "/twins/TW-DD-II-L01/relationships/TW-DD-II-L01_isPartOf_BLDG-1"
    assert http.delete(path).status_code == 204
    assert http.get(path).status_code == 404
    assert http.put("/twins/relationships", content=PART, headers=JSON).status_code == 200
