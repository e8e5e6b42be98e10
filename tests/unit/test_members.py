"""Contract objects: keys in any casing, null as absent, and every fault noted."""

from collections.abc import Callable
from typing import Any

import pytest

from twinhaus import members as members_module
from twinhaus.errors import Invalid
from twinhaus.members import FAULTS_MAX, Faults, Members
from twinhaus.strictjson import Json

NAMES = ("id", "modelId", "pageSize", "filters")


def read(value: Json, path: str = "") -> tuple[Members, Faults]:
    """Members of an object that may have those of NAMES, and what was found wrong."""
    faults = Faults()
    return Members(value, path, NAMES, faults), faults


def told(faults: Faults) -> dict[str, str]:
    """Path to message."""
    return {fault.path: fault.message for fault in faults.found}


@pytest.mark.parametrize("key", ["modelId", "ModelId", "MODELID", "modelid"])
def test_keys_are_matched_in_any_casing(key: str) -> None:
    """A member is known by its contract name however its key is cased."""
    members, faults = read({key: "x"})
    assert "modelId" in members
    assert members.text("modelId") == "x"
    assert faults.found == ()


def test_null_is_absent() -> None:
    """A member that is null is not there; an object of such members is empty."""
    members, faults = read({"id": None, "pageSize": None})
    assert "id" not in members
    assert not members
    assert members.text("id") is None
    assert faults.found == ()


def test_the_same_key_in_two_casings_is_a_fault() -> None:
    """At the second one's path, even where both are null."""
    _, faults = read({"id": "a", "ID": "a"}, "x")
    assert told(faults) == {"x.ID": '"id" is given twice, in two casings'}
    assert told(read({"id": None, "Id": None})[1]) == {"Id": '"id" is given twice, in two casings'}


def test_an_unknown_key_is_a_fault_with_a_suggestion() -> None:
    """At its own path; the nearest known name is suggested, or all are named."""
    _, faults = read({"pagesiz": 1, "zzz": 1, "a.b": 1}, "x")
    assert told(faults) == {
        "x.pagesiz": 'Unknown member "pagesiz". Did you mean "pageSize"?',
        "x.zzz": 'Unknown member "zzz". Known here: id, modelId, pageSize, filters.',
        'x["a.b"]': 'Unknown member "a.b". Known here: id, modelId, pageSize, filters.',
    }


@pytest.mark.parametrize(
    ("value", "got"), [([], "an array"), ("x", 'the string "x"'), (None, "null"), (1, "the number 1")]
)
def test_an_object_is_expected(value: Json, got: str) -> None:
    """Anything else is one fault, and has no members; those that are required are not told as well."""
    members, faults = read(value)
    assert members.text("id", required=True) == ""
    assert not members.require("modelId")
    assert told(faults) == {"$": f"Expected an object; got {got}"}
    assert not members


@pytest.mark.parametrize(
    ("ask", "wrong", "otherwise", "expected"),
    [
        (lambda members: members.text("id"), 1, None, "a string"),
        (lambda members: members.text("id"), False, None, "a string"),
        (lambda members: members.text("id", required=True), [], "", "a string"),
        (lambda members: members.array("id"), {}, [], "an array"),
        (lambda members: members.free_object("id"), [], {}, "an object"),
        (lambda members: members.boolean("id"), "true", False, "true or false"),
        (lambda members: members.boolean("id"), 0, False, "true or false"),
        (lambda members: members.integer("id", least=1, most=9), 0, None, "an integer from 1 to 9"),
        (lambda members: members.integer("id", least=1, most=9), 10, None, "an integer from 1 to 9"),
        (lambda members: members.integer("id", least=1, most=9), 1.5, None, "an integer from 1 to 9"),
        (lambda members: members.integer("id", least=0, most=9), True, None, "an integer from 0 to 9"),
        (lambda members: members.choice("id", ("And", "Or")), "xor", None, "one of And, Or"),
        (lambda members: members.choice("id", ("And", "Or")), 1, None, "one of And, Or"),
        (lambda members: members.instant("id"), "yesterday", None, "an ISO 8601 time"),
        (lambda members: members.instant("id"), 17, None, "an ISO 8601 time"),
    ],
)
def test_a_wrong_type_is_a_fault(
    ask: Callable[[Members], Any], wrong: Json, otherwise: Json, expected: str
) -> None:
    """The fault says what was expected and what came; what is read is as if it were absent."""
    members, faults = read({"id": wrong}, "x")
    assert ask(members) == otherwise
    (message,) = told(faults).values()
    assert list(told(faults)) == ["x.id"]
    assert message.startswith(f"id expects {expected}")
    assert "; got " in message


@pytest.mark.parametrize("written", [7, 7.0])
def test_an_integer_may_be_written_as_a_float(written: Json) -> None:
    """JSON Schema's integers are numbers without a fraction."""
    members, faults = read({"id": written})
    assert repr(members.integer("id", least=1, most=9)) == "7"
    assert not told(faults)


def test_what_is_absent_is_empty() -> None:
    """Without a fault, unless it is required."""
    members, faults = read({})
    assert members.text("id") is None
    assert members.array("id") == []
    assert members.free_object("id") == {}
    assert members.boolean("id") is False
    assert members.integer("id", least=1, most=2) is None
    assert members.choice("id", ("And",)) is None
    assert members.instant("id") is None
    assert members.texts("id", most=1) == ()
    assert faults.found == ()


def test_a_required_text_is_there_and_not_empty() -> None:
    """Its absence and its emptiness are faults of their own."""
    members, faults = read({"id": ""})
    assert members.text("id", required=True) == members.text("modelId", required=True) == ""
    assert told(faults) == {"id": '"id" must not be empty', "modelId": '"modelId" is required'}
    assert read({"id": ""})[0].text("id") == ""


def test_a_member_can_be_required() -> None:
    """Whatever it is; one that is null is absent. The fault says what it is for."""
    members, faults = read({"id": 1, "modelId": None}, "x")
    assert members.require("id")
    assert not members.require("modelId", ": of what kind it is")
    assert told(faults) == {"x.modelId": '"modelId" is required: of what kind it is'}


def test_a_choice_is_read_in_any_casing() -> None:
    """It comes back in the contract's own."""
    assert read({"id": "aND"})[0].choice("id", ("And", "Or")) == "And"


def test_texts_are_each_once() -> None:
    """In the order of their first coming."""
    members, faults = read({"filters": ["b", "a", "b"]})
    assert members.texts("filters", most=3) == ("b", "a")
    assert faults.found == ()


def test_texts_are_checked_one_by_one() -> None:
    """Empty and other elements are faults at their own places; too many are one fault."""
    members, faults = read({"filters": ["a", "", 1, None]})
    assert members.texts("filters", most=4) == ("a",)
    assert told(faults) == {
        "filters[1]": 'Expected a non-empty string; got the string ""',
        "filters[2]": "Expected a non-empty string; got the number 1",
        "filters[3]": "Expected a non-empty string; got null",
    }
    members, faults = read({"filters": list("abc")})
    members.texts("filters", most=2)
    assert told(faults) == {"filters": "At most 2 are allowed; got 3"}


def test_the_users_own_data_are_not_touched() -> None:
    """Keys, nulls and casing inside a free object or a raw value stay as they are."""
    own = {"Id": None, "ID": {"x": None}}
    members, faults = read({"filters": own, "id": own})
    assert members.free_object("filters") is own
    assert members.raw("id") is own
    assert members.raw("modelId") is None
    assert faults.found == ()


def test_faults_are_raised_together() -> None:
    """raise_any raises Invalid with everything found, and nothing where nothing was."""
    faults = Faults()
    faults.raise_any()
    faults.add("a", "is wrong")
    faults.add("", "is wrong too")
    with pytest.raises(Invalid) as refused:
        faults.raise_any()
    assert [(fault.path, fault.message) for fault in refused.value.faults] == [
        ("a", "is wrong"),
        ("$", "is wrong too"),
    ]
    assert str(refused.value) == "a: is wrong; $: is wrong too"


def test_only_so_many_faults_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are counted, and nobody looks for what was meant by them: a body can have half a million."""
    asked: list[str] = []

    def suggest(key: str, names: tuple[str, ...]) -> str:
        asked.append(key)
        return ""

    monkeypatch.setattr(members_module, "suggestion", suggest)
    _, faults = read({f"wrong{number}": 1 for number in range(FAULTS_MAX + 2)})
    assert len(faults.found) == FAULTS_MAX + 1
    assert faults.found[FAULTS_MAX - 1].path == f"wrong{FAULTS_MAX - 1}"
    assert faults.found[-1].message == "2 more faults are not named here."
    assert len(asked) == FAULTS_MAX
