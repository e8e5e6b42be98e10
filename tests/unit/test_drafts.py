"""Drafts: what a client sends of a twin or a relationship, read for its shape alone."""

from typing import Any

import pytest

from twinhaus.drafts import RelationshipDraft, TwinDraft, read_relationship, read_twin
from twinhaus.errors import Fault
from twinhaus.graph import TWIN_ID_LENGTH_MAX


def told(faults: tuple[Fault, ...]) -> dict[str, str]:
    """Path to message."""
    return {fault.path: fault.message for fault in faults}


def test_a_twin_is_read() -> None:
    """Its keys in any casing; contents are the user's own; a lastUpdateTime is the server's to set."""
    contents = {"Code": None, "code": 1}
    draft = read_twin(
        {"ID": "a", "modelID": "dtmi:x;1", "LastUpdateTime": "2024-08-30T03:49:30Z", "contents": contents}
    )
    assert draft == TwinDraft("a", "dtmi:x;1", contents)
    assert draft.contents is contents


def test_a_twin_may_have_no_contents() -> None:
    """Absent or null, they are empty."""
    for more in ({}, {"contents": None}, {"lastUpdateTime": None}):
        assert read_twin({"id": "a", "modelId": "dtmi:x;1", **more}) == TwinDraft("a", "dtmi:x;1", {})


def test_all_faults_of_a_twin_are_kept() -> None:
    """The draft carries them, so that they can be told together with those of its model."""
    draft = read_twin({"modelId": 1, "contents": [], "lastUpdateTime": "soon", "colour": "red"})
    assert set(told(draft.faults)) == {"id", "modelId", "contents", "lastUpdateTime", "colour"}
    assert (draft.id, draft.model_id, draft.contents) == ("", "", {})


@pytest.mark.parametrize("value", [None, [], "a", 1])
def test_a_twin_is_an_object(value: Any) -> None:
    """Anything else is told at the path of the whole, and only there: what is missing in it is no second mistake."""
    (message,) = told(read_twin(value).faults).values()
    assert message.startswith("Expected an object")


@pytest.mark.parametrize(
    "twin_id", ["a", " ", "a/b c", "Ä😀", "x" * TWIN_ID_LENGTH_MAX, "😀" * TWIN_ID_LENGTH_MAX]
)
def test_a_twin_id_is_any_short_text(twin_id: str) -> None:
    """Up to its length in characters, whatever these are."""
    assert read_twin({"id": twin_id, "modelId": "m"}).faults == ()
    assert read_relationship({"sourceId": twin_id, "targetId": twin_id, "name": "n"}).faults == ()


@pytest.mark.parametrize(
    ("twin_id", "message"),
    [
        ("", '"id" must not be empty'),
        ("x" * (TWIN_ID_LENGTH_MAX + 1), "A twin's id has at most 256 characters; got 257"),
        ("a\nb", "A twin's id must not hold control characters"),
        ("\x7f", "A twin's id must not hold control characters"),
        ("a\x85", "A twin's id must not hold control characters"),
    ],
)
def test_a_twin_id_has_its_limits(twin_id: str, message: str) -> None:
    """It is neither empty nor too long, and holds no control characters."""
    assert told(read_twin({"id": twin_id, "modelId": "m"}).faults) == {"id": message}


def test_a_relationship_is_read() -> None:
    """Whatever the client calls it, its id is not kept."""
    value = {"id": "mine", "SourceId": "a", "targetId": "b", "name": "serves", "properties": {"K": None}}
    assert read_relationship(value) == RelationshipDraft("a", "b", "serves", {"K": None})
    assert read_relationship({"sourceId": "a", "targetId": "b", "name": "serves"}) == RelationshipDraft(
        "a", "b", "serves", {}
    )


def test_all_faults_of_a_relationship_are_kept() -> None:
    """The draft carries them, one for each member."""
    value = {"id": 1, "sourceId": "a\x00", "name": "", "properties": "none", "weight": 1}
    assert set(told(read_relationship(value).faults)) == {
        "id",
        "sourceId",
        "targetId",
        "name",
        "properties",
        "weight",
    }
