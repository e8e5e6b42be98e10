"""Lines of Azure Digital Twins become what `PUT /twins` and `PUT /twins/relationships` take."""

import json
from typing import Any

import pytest

from twinhaus.drafts import RelationshipDraft, TwinDraft
from twinhaus.errors import Fault, Invalid
from twinhaus.transfer.azure import AZURE_RELATIONSHIPS, AZURE_TWINS
from twinhaus.transfer.formats import Kind, Ndjson
from twinhaus.transfer.lines import Line

TWIN = {
    "$dtId": "room-1",
    "$etag": 'W/"1"',
    "$metadata": {"$model": "dtmi:com:example:Room;1", "name": {"lastUpdateTime": "2024-01-01T00:00:00Z"}},
    "name": "Reception",
    "area": {"$metadata": {"$lastUpdateTime": "2024-01-01T00:00:00Z"}, "gross": 12.5},
}
ANSWERED = {
    "$relationshipId": "r1",
    "$etag": 'W/"1"',
    "$sourceId": "room-1",
    "$relationshipName": "isPartOf",
    "$targetId": "level-1",
    "since": 2020,
}
IN_A_FILE = {**{key: value for key, value in ANSWERED.items() if key != "$sourceId"}, "$dtId": "room-1"}
OTHERS = ({"Section": "Twins"}, {"fileVersion": "1.0.0", "author": "me"}, {"@id": "dtmi:com:example:Room;1"})


def test_a_twin_is_read() -> None:
    """Its id and its model are the system's, and what is not the system's is its contents, components included."""
    assert AZURE_TWINS.read(TWIN) == TwinDraft(
        "room-1", "dtmi:com:example:Room;1", {"name": "Reception", "area": TWIN["area"]}
    )


@pytest.mark.parametrize("line", [ANSWERED, IN_A_FILE])
def test_a_relationship_is_read(line: dict[str, Any]) -> None:
    """As a query answers it, and as it stands in a file for bulk imports."""
    assert AZURE_RELATIONSHIPS.read(line) == RelationshipDraft(
        "room-1", "level-1", "isPartOf", {"since": 2020}
    )


@pytest.mark.parametrize(
    ("kind", "others"),
    [(AZURE_TWINS, (ANSWERED, IN_A_FILE, *OTHERS)), (AZURE_RELATIONSHIPS, (TWIN, *OTHERS))],
    ids=["twins", "relationships"],
)
def test_what_is_of_another_kind_is_passed_over(kind: Kind, others: tuple[dict[str, Any], ...]) -> None:
    """One file holds all, so it can be read for twins and then for relationships."""
    for number, line in enumerate(others):
        assert Ndjson(kind).read(Line(number, json.dumps(line).encode())) is None


@pytest.mark.parametrize("kind", [AZURE_TWINS, AZURE_RELATIONSHIPS], ids=["twins", "relationships"])
@pytest.mark.parametrize("line", [{}, {"id": "room-1"}, [], "room-1", {"result": [TWIN]}])
def test_what_is_none_of_them_is_a_fault(kind: Kind, line: Any) -> None:
    """Nothing is passed over that nobody knows."""
    with pytest.raises(Invalid, match="Azure Digital Twins"):
        kind.read(line)


def test_what_is_missing_is_named() -> None:
    """A twin without its model, a relationship without its ends."""
    twin = AZURE_TWINS.read({"$dtId": "room-1", "$metadata": None})
    assert [fault.path for fault in twin.faults] == ["modelId"]
    relationship = AZURE_RELATIONSHIPS.read({"$relationshipId": "r1"})
    assert sorted(fault.path for fault in relationship.faults) == ["name", "sourceId", "targetId"]
    assert isinstance(relationship.faults[0], Fault)
