"""Reading a JSON Patch, and applying it to a twin."""

import copy
from collections.abc import Iterable
from typing import Any

import pytest

from twinhaus.errors import Invalid
from twinhaus.members import Faults
from twinhaus.patches import COPIED_BYTES_MAX, OPERATIONS_MAX, PatchTestFailed, apply, read_patch
from twinhaus.strictjson import DEPTH_MAX, Json, JsonObject, is_deeper, write

TWIN: JsonObject = {
    "id": "L01",
    "modelId": "dtmi:x:Level;1",
    "lastUpdateTime": "2024-08-30T03:49:30.4062816+00:00",
    "contents": {
        "name": "Floor 1",
        "levelNumber": 1,
        "tags": ["a", "b"],
        "labels": {"a/b": "slash", "m~n": "tilde", "": "empty", "01": "digits", "-": "dash"},
        "area": {"$metadata": {"$lastUpdateTime": "2024-08-30T03:49:30.4062816Z"}, "gross": 1.5},
    },
}


def patched(*operations: JsonObject) -> Any:
    """What the operations make of the twin."""
    faults = Faults()
    patch = read_patch(list(operations), "", faults)
    faults.raise_any()
    return apply(patch, copy.deepcopy(TWIN))


def contents(*operations: JsonObject) -> Any:
    """The contents they make."""
    return patched(*operations)["contents"]


def noted(value: Json, path: str = "") -> dict[str, str]:
    """What is wrong with a patch, whatever the twin."""
    faults = Faults()
    read_patch(value, path, faults)
    return {fault.path: fault.message for fault in faults.found}


def refused(*operations: JsonObject) -> tuple[str, str]:
    """Where and why the twin refuses the operations."""
    with pytest.raises(Invalid) as error:
        patched(*operations)
    (fault,) = error.value.faults
    return fault.path, fault.message


# --- the six operations


def test_no_operation_changes_nothing() -> None:
    """An empty patch is one."""
    assert patched() == TWIN


def test_add() -> None:
    """A member is created or replaced; an element is put before the one at its index, or at the end."""
    assert contents({"op": "add", "path": "/contents/code", "value": None})["code"] is None
    assert contents({"op": "add", "path": "/contents/name", "value": {"x": 1}})["name"] == {"x": 1}
    for index, expected in (("0", "cab"), ("1", "acb"), ("2", "abc"), ("-", "abc")):
        tags = contents({"op": "add", "path": f"/contents/tags/{index}", "value": "c"})["tags"]
        assert tags == list(expected)


def test_remove() -> None:
    """A member or an element is gone; those behind it move up."""
    assert "name" not in contents({"op": "remove", "path": "/contents/name"})
    assert contents({"op": "remove", "path": "/contents/tags/0"})["tags"] == ["b"]


def test_replace() -> None:
    """What is there becomes another, where it stood."""
    replaced = contents({"op": "replace", "path": "/contents/levelNumber", "value": 2})
    assert replaced["levelNumber"] == 2
    assert list(replaced) == list(TWIN["contents"])
    assert contents({"op": "replace", "path": "/contents/tags/1", "value": 0})["tags"] == ["a", 0]


def test_move_and_copy() -> None:
    """A value comes to another place; a moved one leaves its own."""
    moved = contents({"op": "move", "from": "/contents/name", "path": "/contents/tags/1"})
    assert "name" not in moved
    assert moved["tags"] == ["a", "Floor 1", "b"]
    copied = contents(
        {"op": "copy", "from": "/contents/area", "path": "/contents/other"},
        {"op": "replace", "path": "/contents/other/gross", "value": 2},
    )
    assert (copied["area"]["gross"], copied["other"]["gross"]) == (1.5, 2)


def test_operations_are_done_in_their_order() -> None:
    """Each sees what the ones before it did."""
    made = contents(
        {"op": "add", "path": "/contents/a", "value": {}},
        {"op": "add", "path": "/contents/a/b", "value": []},
        {"op": "add", "path": "/contents/a/b/-", "value": 1},
        {"op": "test", "path": "/contents/a", "value": {"b": [1]}},
        {"op": "move", "from": "/contents/a/b", "path": "/contents/c"},
        {"op": "remove", "path": "/contents/a"},
    )
    assert made["c"] == [1]
    assert "a" not in made


@pytest.mark.parametrize(
    ("pointer", "key"),
    [("a~1b", "a/b"), ("m~0n", "m~n"), ("", ""), ("01", "01"), ("-", "-"), ("~01", "~1"), ("~10", "/0")],
)
def test_keys_are_escaped_in_pointers(pointer: str, key: str) -> None:
    """`~1` is a slash and `~0` a tilde; what would be no index is a key like any other in an object."""
    labels = contents({"op": "add", "path": f"/contents/labels/{pointer}", "value": "new"})["labels"]
    assert labels == {**TWIN["contents"]["labels"], key: "new"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/contents/levelNumber", 1.0),
        ("/contents/area/gross", 1.5),
        ("/contents/tags", ["a", "b"]),
        ("/contents/labels", {"-": "dash", "01": "digits", "": "empty", "m~n": "tilde", "a/b": "slash"}),
        ("/Contents/area/$metadata/$lastUpdateTime", "2024-08-30T03:49:30.4062816Z"),
        ("/lastUpdateTime", TWIN["lastUpdateTime"]),
        ("/ID", "L01"),
        ("", TWIN),
        ("", {key.upper(): value for key, value in TWIN.items()}),
    ],
)
def test_a_test_that_holds(path: str, value: Json) -> None:
    """Numbers are the same by value, objects whatever the order of their keys (RFC 6902 §4.6)."""
    assert patched({"op": "test", "path": path, "value": value}) == TWIN


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("/contents/levelNumber", True, "is the number 1, not true"),
        ("/contents/levelNumber", "1", 'is the number 1, not the string "1"'),
        ("/contents/levelNumber", 2**53 + 1, "is the number 1"),
        ("/contents/name", "floor 1", 'is the string "Floor 1", not the string "floor 1"'),
        ("/contents/name", None, "not null"),
        ("/contents/code", None, 'There is no "code" in /contents'),
        ("/contents/tags", ["b", "a"], "is an array that differs"),
        ("/contents/tags/-", "b", 'none at "-"'),
        ("/contents/Name", "Floor 1", 'Did you mean "/contents/name"?'),
        ("", {}, "the twin is an object that differs"),
    ],
)
def test_a_test_that_does_not_hold(path: str, value: Json, says: str) -> None:
    """It says what is there instead, and nothing is patched."""
    with pytest.raises(PatchTestFailed) as failed:
        patched({"op": "remove", "path": "/contents/area"}, {"op": "test", "path": path, "value": value})
    assert "The test at [1] does not hold" in failed.value.detail
    assert says in failed.value.detail


# --- as the wire has it


def test_words_of_the_contract_are_read_in_any_casing() -> None:
    """Keys, operations and the twin's own members; what is inside the contents is the user's data."""
    made = contents(
        {"OP": "Replace", "Path": "/CONTENTS/name", "VALUE": "x"},
        {"op": "COPY", "From": "/contents/name", "path": "/Contents/Name"},
    )
    assert (made["name"], made["Name"]) == ("x", "x")


def test_what_another_operation_would_need_is_not_looked_at() -> None:
    """Clients written with ASP.NET send every member with every operation, and a number for the word."""
    sent = {"operationType": 1, "op": "remove", "path": "/contents/name", "from": "", "value": None}
    assert "name" not in contents(sent)
    assert contents({**sent, "op": "add", "from": None, "value": "y", "operationType": "Add"})["name"] == "y"


def test_the_twin_as_a_whole_can_be_replaced() -> None:
    """By one with the same id, whose members may be spelt in any casing."""
    whole = {"ID": "L01", "ModelId": "dtmi:x:Room;1", "Contents": {"name": "x"}}
    spelt = {"id": "L01", "modelId": "dtmi:x:Room;1", "contents": {"name": "y"}}
    patch = (
        {"op": "replace", "path": "", "value": whole},
        {"op": "replace", "path": "/contents/name", "value": "y"},
    )
    assert patched(*patch) == spelt


def test_a_whole_twin_with_a_key_in_two_casings_stays_so() -> None:
    """It is refused with the twin that it makes, as it would be by PUT."""
    value = {"id": "L01", "ID": "L02"}
    assert patched({"op": "add", "path": "", "value": value}) == value


def test_numbers_stay_as_they_are_written() -> None:
    """`1.0` is not made `1`, and 64 bits are kept."""
    values = [1, 1.0, -0.0, 2**64 - 1, -(2**63), 1e300, True]
    made = contents({"op": "add", "path": "/contents/x", "value": values})["x"]
    assert write(made) == write(values)


def test_twin_and_patch_share_nothing() -> None:
    """What a later operation changes inside a value is not changed in the patch, nor in where it was copied from."""
    faults = Faults()
    sent: list[JsonObject] = [
        {"op": "add", "path": "/contents/x", "value": {"y": []}},
        {"op": "replace", "path": "/contents/tags", "value": [[]]},
        {"op": "add", "path": "/contents/x/y/-", "value": 1},
        {"op": "add", "path": "/contents/tags/0/-", "value": 1},
    ]
    patch = read_patch(sent, "", faults)
    for _ in range(2):
        made = apply(patch, copy.deepcopy(TWIN))
        assert (made["contents"]["x"], made["contents"]["tags"]) == ({"y": [1]}, [[1]])
    assert sent[0]["value"] == {"y": []}


# --- refusals, whatever the twin


def test_every_fault_of_a_patch_is_noted_at_once() -> None:
    """Each at its operation and member; within a larger body, below the member that holds the patch."""
    sent = [
        {"op": "add", "path": "/contents/x"},
        {"op": "increment", "path": "contents/x"},
        {"path": "/contents/a~2", "comment": "why"},
        {"op": "move", "path": "/name"},
        {"op": 1, "path": 2, "from": 3},
        "remove",
        {"op": "copy", "from": "/contents" + "/x" * DEPTH_MAX, "path": None},
        {"op": "test", "OP": "test", "path": "", "value": None},
        {"op": None, "path": ""},
    ]
    found = noted(sent)
    assert found.keys() == {
        "[0].value", "[1].op", "[1].path", "[2].op", "[2].path", "[2].comment", "[3].path", "[3].from", "[4].op",
        "[4].path", "[5]", "[6].from", "[6].path", "[7].OP", "[8].op",
    }  # fmt: skip
    assert "may be null" in found["[0].value"]
    assert "add, remove, replace, move, copy, test" in found["[1].op"]
    assert "begins with a slash" in found["[1].path"]
    assert "~0" in found["[2].path"]
    assert 'Did you mean "/contents/name"?' in found["[3].path"]
    assert noted(sent, "patch").keys() == {f"patch{path}" for path in found}


@pytest.mark.parametrize("value", [None, {}, "x", 1, {"op": "remove", "path": "/contents/name"}])
def test_a_patch_is_an_array(value: Json) -> None:
    """A single operation is none."""
    assert "array of operations" in noted(value)["$"]


def test_a_patch_has_a_limit() -> None:
    """A thousand operations are read, and one more is not."""
    operation = {"op": "test", "path": "/contents/name", "value": "Floor 1"}
    assert patched(*[operation] * OPERATIONS_MAX) == TWIN
    assert str(OPERATIONS_MAX) in noted([operation] * (OPERATIONS_MAX + 1))["$"]


# --- refusals of this twin

IMPOSSIBLE: list[tuple[JsonObject, str, str]] = [
    ({"op": "remove", "path": "/contents/nmae"}, "path", 'Did you mean "/contents/name"?'),
    ({"op": "remove", "path": "/contents/tags/2"}, "path", '2 elements, and none at "2"'),
    ({"op": "remove", "path": "/contents/tags/-"}, "path", 'none at "-"'),
    ({"op": "remove", "path": ""}, "path", "DELETE"),
    ({"op": "replace", "path": "/contents/code", "value": 1}, "path", 'There is no "code" in /contents'),
    ({"op": "replace", "path": "/contents/tags/-", "value": 1}, "path", 'none at "-"'),
    ({"op": "replace", "path": "/contents/tags/02", "value": 1}, "path", 'none at "02"'),
    ({"op": "replace", "path": "/contents/name/x", "value": 1}, "path", "is the string"),
    ({"op": "add", "path": "/contents/other/x", "value": 1}, "path", 'There is no "other" in /contents'),
    ({"op": "add", "path": "/contents/tags/3", "value": 1}, "path", "0 to 2 or at -"),
    ({"op": "add", "path": "/contents/tags/-1", "value": 1}, "path", "0 to 2 or at -"),
    ({"op": "add", "path": "/contents/tags/1e0", "value": 1}, "path", "0 to 2 or at -"),
    ({"op": "add", "path": "/contents/tags/x/y", "value": 1}, "path", 'none at "x"'),
    ({"op": "add", "path": "/contents/tags/-/x", "value": 1}, "path", 'none at "-"'),
    ({"op": "add", "path": "/contents/tags/" + "9" * 5_000, "value": 1}, "path", "0 to 2 or at -"),
    ({"op": "add", "path": "/contents/levelNumber/x", "value": 1}, "path", "which has no members"),
    ({"op": "add", "path": "/contents/name/0", "value": 1}, "path", "which has no members"),
    ({"op": "copy", "from": "/contents/x", "path": "/contents/y"}, "from", 'There is no "x"'),
    ({"op": "copy", "from": "/contents/tags/-", "path": "/contents/y"}, "from", 'none at "-"'),
    ({"op": "move", "from": "/contents/x", "path": "/contents/y"}, "from", 'There is no "x"'),
    ({"op": "move", "from": "/contents/area", "path": "/contents/area/x"}, "path", "place inside it"),
    ({"op": "move", "from": "", "path": "/contents/x"}, "path", "place inside it"),
    ({"op": "move", "from": "/contents/name", "path": "/contents/x/y"}, "path", 'There is no "x"'),
    ({"op": "replace", "path": "/id", "value": "L02"}, "path", '"L01"'),
    ({"op": "remove", "path": "/id"}, "path", "cannot be changed"),
    ({"op": "move", "from": "/id", "path": "/contents/x"}, "path", "cannot be changed"),
    ({"op": "replace", "path": "", "value": {"id": "L02"}}, "path", "cannot be changed"),
    ({"op": "replace", "path": "", "value": []}, "path", "cannot be changed"),
    ({"op": "copy", "from": "/contents", "path": ""}, "path", "cannot be changed"),
]


@pytest.mark.parametrize(
    ("operation", "member", "says"),
    IMPOSSIBLE,
    ids=lambda one: str(one)[:80] if isinstance(one, dict) else "",
)
def test_what_cannot_be_done_is_told_at_its_place(operation: JsonObject, member: str, says: str) -> None:
    """The operation that fails names its member, what is there, and what may have been meant."""
    path, message = refused({"op": "test", "path": "/id", "value": "L01"}, operation)
    assert path == f"[1].{member}"
    assert says in message
    assert len(message) < 400


def test_copies_have_a_limit() -> None:
    """A twin that is copied into itself again and again would double each time."""
    double = [{"op": "copy", "from": "/contents", "path": f"/contents/x{number}"} for number in range(60)]
    path, message = refused(*double)
    assert path.endswith("].from")
    assert str(COPIED_BYTES_MAX) in message


@pytest.mark.parametrize("count", [4, 900])
def test_nesting_has_a_limit(count: int) -> None:
    """However deep a patch could nest what it moves, the result is as deep as a request may be, or refused."""
    nest: Json = 0
    for _ in range(40):
        nest = {"x": nest}
    deep = "/x" * 40
    adds = [{"op": "add", "path": f"/contents/n{number}", "value": nest} for number in range(count // 2)]
    moves = [
        {"op": "move", "from": f"/contents/n{number}", "path": f"/contents/n{number + 1}{deep}"}
        for number in range(count // 2 - 1)
    ]
    path, message = refused(*adds, *moves)
    assert path == "$" or path.startswith("[")
    assert f"deeper than {DEPTH_MAX} levels" in message
    assert not is_deeper(contents(adds[0]), DEPTH_MAX)


def test_a_suggestion_is_looked_for_among_so_many_keys() -> None:
    """A map may have a million keys, each of a million letters: nobody waits until all of them are compared."""

    def fault(part: str, keys: Iterable[str]) -> str:
        faults = Faults()
        patch = read_patch([{"op": "remove", "path": f"/contents/{part}"}], "", faults)
        with pytest.raises(Invalid) as error:
            apply(patch, {"id": "L01", "contents": dict.fromkeys(keys, 1)})
        return error.value.faults[0].message

    assert "Did you mean" in fault("labels1", ["label1"])
    assert "Did you mean" not in fault("labels1", [*(f"{number}" for number in range(1_000)), "label1"])
    assert "Did you mean" not in fault("x" * 1_000, ["x" * 999])
