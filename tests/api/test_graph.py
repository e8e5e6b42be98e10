"""POST /twins/graph: what is gathered around a twin, against what plain Python makes of the portfolio's tables."""

from typing import Any

import httpx
import pytest
from tests.api.asking import faults, get, put, relate
from tests.api.models import willow
from tests.api.portfolio import ALL, LINKS, MODELS

Twin = dict[str, Any]


def others(twin_id: str, names: list[str], direction: str) -> list[str]:
    """What relationships of these names lead to from a twin, each once, in the order of lists."""
    found = set()
    for source, name, target in LINKS:
        if names and name not in names:
            continue
        if source == twin_id and direction != "Incoming":
            found.add(target)
        if target == twin_id and direction != "Outgoing":
            found.add(source)
    return sorted(found, key=ALL.index)


def gathered(http: httpx.Client, twin_id: str, branches: list[dict[str, Any]]) -> Twin:
    """The twin as GET answers it, and in it what the branches gather."""
    twin = get(http, twin_id)
    for branch in branches:
        inner = [branch["relationship"]] if branch.get("relationship") else []
        models = branch.get("modelNames")
        twin[branch["alias"]] = [
            gathered(http, other, inner)
            for other in others(twin_id, branch.get("relationshipNames", []), branch.get("direction", ""))
            if not models or MODELS[other] in models
        ]
    return twin


def branch(alias: str, direction: str, *names: str, **more: Any) -> dict[str, Any]:
    """One entry of `relationships`."""
    return {"alias": alias, "relationshipNames": [*names], "direction": direction, **more}


GRAPHS = {
    "alone": ("BLDG-1", []),
    "levels": ("BLDG-1", [branch("Levels", "Incoming", "isPartOf")]),
    "two levels deep": (
        "BLDG-1",
        [
            branch(
                "Levels",
                "Incoming",
                "isPartOf",
                relationship=branch(
                    "Rooms", "Incoming", "isPartOf", modelNames=[willow("Room")], exactModelMatch=True
                ),
            ),
            branch("Owners", "Outgoing", "ownedBy", relationship={}),
            branch("Nothing", "Outgoing", "isFedBy"),
        ],
    ),
    "any name, either way": ("AHU-1", [branch("Around", "IncomingOrOutgoing")]),
    "back again": (
        "Room-L01-100",
        [branch("Wholes", "Outgoing", "isPartOf", relationship=branch("Parts", "Incoming", "isPartOf"))],
    ),
    "round and round": (
        "LOOP-1",
        [
            branch(
                "a",
                "",
                relationship=branch("b", "", relationship=branch("c", "", relationship=branch("d", ""))),
            )
        ],
    ),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_a_graph_is_what_the_relationships_say(reading: httpx.Client, name: str) -> None:
    """The twin stands under its alias; each collection in each twin, empty or not; each twin once in a collection."""
    twin_id, branches = GRAPHS[name]
    sent = [_without_empty(one) for one in branches]
    answer = reading.post("/twins/graph", json={"alias": "Top", "id": twin_id, "relationships": sent})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"Top": gathered(reading, twin_id, branches)}


def _without_empty(one: Any) -> Any:
    """Where no direction is given it is left out."""
    if not isinstance(one, dict):
        return one
    return {key: _without_empty(value) for key, value in one.items() if (key, value) != ("direction", "")}


def test_a_model_takes_in_its_subclasses_unless_exact(reading: httpx.Client) -> None:
    """`modelNames` are models with all that extend them; `exactModelMatch` takes the named ones only."""

    def found(exact: bool) -> list[str]:
        spaces = branch("Spaces", "Incoming", modelNames=[willow("Space")], exactModelMatch=exact)
        answer = reading.post("/twins/graph", json={"alias": "B", "id": "BLDG-1", "relationships": [spaces]})
        return [one["id"] for one in answer.json()["B"]["Spaces"]]

    assert found(exact=False) == ["TW-DD-II-L01", "L02"]
    assert found(exact=True) == []


def test_the_public_sample_works_as_pasted(writing: httpx.Client) -> None:
    """Whatever the casing of keys and words, with the empty objects and arrays of the public reference."""
    put(writing, "PNT2Uga", willow("AirHandlingUnit"))
    put(writing, "PNT2Uga-FAN", willow("Fan"))
    put(writing, "PNT2Uga-P", willow("AirTemperatureSensor"))
    relate(writing, "PNT2Uga-FAN", "isPartOf", "PNT2Uga")
    relate(writing, "PNT2Uga-P", "isCapabilityOf", "PNT2Uga-FAN")
    sample = """{"Alias":"Twin","Id":"PNT2Uga","relationships":[{"alias":"Components","relationshipNames":["isPartOf"],
    "modelNames":["dtmi:com:willowinc:Fan;1"],"exactModelMatch":false,"direction":"incoming","relationship":{
    "alias":"ComponentPoints","relationshipNames":["isCapabilityOf"],"modelNames":[],"exactModelMatch":false,
    "direction":"Incoming","relationship":{}}},{"alias":"TwinPoints","relationshipNames":["isCapabilityOf"],
    "modelNames":[],"exactModelMatch":false,"direction":"Incoming","relationship":{}}]}"""
    answer = writing.post("/api/v3/twins/graph", content=sample, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    twin = answer.json()["Twin"]
    assert [one["id"] for one in twin["Components"]] == ["PNT2Uga-FAN"]
    assert [one["id"] for one in twin["Components"][0]["ComponentPoints"]] == ["PNT2Uga-P"]
    assert twin["TwinPoints"] == []


def test_an_unknown_twin_is_404(reading: httpx.Client) -> None:
    """There is nothing to gather around it."""
    assert reading.post("/twins/graph", json={"alias": "T", "id": "nobody"}).status_code == 404


def deep(levels: int) -> dict[str, Any]:
    """A chain of so many levels."""
    one = branch(f"level{levels}", "Outgoing")
    for level in range(levels - 1, 0, -1):
        one = branch(f"level{level}", "Outgoing", relationship=one)
    return one


def test_every_fault_of_a_graph_is_named(reading: httpx.Client) -> None:
    """At its path, all at once."""
    answer = reading.post(
        "/twins/graph",
        json={
            "Id": 7,
            "relationships": [
                {
                    "alias": "contents",
                    "direction": "Sideways",
                    "modelNames": ["room"],
                    "exactModelMatch": "yes",
                },
                {"relationshipNames": ["is part of"], "relationship": {"alias": ""}, "depth": 3},
                {"alias": "a"},
                {"alias": "a"},
                "b",
            ],
        },
    )
    assert set(faults(answer)) == {
        "alias",
        "id",
        "relationships",
        "relationships[0].alias",
        "relationships[0].direction",
        "relationships[0].modelNames[0]",
        "relationships[0].exactModelMatch",
        "relationships[1].alias",
        "relationships[1].relationshipNames[0]",
        "relationships[1].relationship.alias",
        "relationships[1].depth",
        "relationships[4]",
    }


def test_a_graph_has_ten_levels_and_no_more(reading: httpx.Client) -> None:
    """Ten are answered; the eleventh is a fault at its place; so is a hundred and first collection."""
    ten = {"alias": "T", "id": "AHU-1", "relationships": [deep(10)]}
    assert reading.post("/twins/graph", json=ten).status_code == 200
    eleven = reading.post("/twins/graph", json={**ten, "relationships": [deep(11)]})
    assert list(faults(eleven)) == ["relationships[0]" + ".relationship" * 10]
    many = [branch(f"b{number}", "Outgoing", "isFedBy") for number in range(101)]
    assert list(faults(reading.post("/twins/graph", json={**ten, "relationships": many}))) == [
        "relationships[100]"
    ]


def test_an_answer_that_would_never_end_is_refused(writing: httpx.Client) -> None:
    """Going back and forth between a hub and its spokes multiplies twins at every level: told before they are made."""
    put(writing, "HUB", willow("Asset"))
    for number in range(40):
        put(writing, f"SPOKE-{number}", willow("Asset"))
        relate(writing, f"SPOKE-{number}", "isPartOf", "HUB")
    body = {"alias": "Hub", "id": "HUB", "relationships": [deep_either(10)]}
    assert list(faults(writing.post("/twins/graph", json=body))) == ["relationships"]
    body["relationships"] = [deep_either(3)]
    hub = writing.post("/twins/graph", json=body).json()["Hub"]
    assert len(hub["level1"]) == 40
    assert len(hub["level1"][39]["level2"][0]["level3"]) == 40


def deep_either(levels: int) -> dict[str, Any]:
    """A chain that may go either way."""
    one = branch(f"level{levels}", "IncomingOrOutgoing")
    for level in range(levels - 1, 0, -1):
        one = branch(f"level{level}", "IncomingOrOutgoing", relationship=one)
    return one
