"""What adding models to others would come to: what is new, and faults at their places in what was given."""

import json
from typing import Any

import pytest

from twinhaus.dtdl import InvalidModels, Registry, UnresolvedReferences, load_models
from twinhaus.dtdl.additions import check_addition
from twinhaus.dtdl.errors import FAULTS_MAX
from twinhaus.errors import Conflict, Invalid


def interface(name: str, *contents: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A model of the tests."""
    head = {"@context": "dtmi:dtdl:context;3", "@id": f"dtmi:test:{name};1", "@type": "Interface"}
    return {**head, "contents": list(contents), **members}


def prop(name: str, schema: Any = "string") -> dict[str, Any]:
    """A property of theirs."""
    return {"@type": "Property", "name": name, "schema": schema}


STORED = interface("Stored", prop("code"))
REGISTRY = load_models([json.dumps(STORED)])


def refused(kind: type[Invalid], *models: Any, registry: Registry = REGISTRY) -> dict[str, str]:
    """The faults of models that cannot be added, by path."""
    with pytest.raises(kind) as raised:
        check_addition(registry, [json.dumps(list(models))])
    return {fault.path: fault.message for fault in raised.value.faults}


def test_what_is_there_already_is_passed_over() -> None:
    """All that was given is named in its order, the new ones once more; nested models are models of their own."""
    inner = interface("Inner")
    outer = interface("Outer", {"@type": "Component", "name": "part", "schema": inner})
    turned = dict(reversed(STORED.items()))
    addition = check_addition(REGISTRY, [json.dumps([turned, outer])])
    assert addition.given == ("dtmi:test:Stored;1", "dtmi:test:Inner;1", "dtmi:test:Outer;1")
    assert addition.added == addition.given[1:]
    assert addition.after.ids == addition.given
    assert addition.before is REGISTRY


def test_nothing_new_is_no_fault() -> None:
    """Nothing at all, or what is there: the models stay as they are."""
    for documents in ([], ["[]"], [json.dumps(STORED)]):
        addition = check_addition(REGISTRY, documents)
        assert addition.added == ()
        assert addition.after == REGISTRY


def test_faults_are_placed_in_what_was_given() -> None:
    """Beside models that are there already, too, be it a fault of form or against a rule."""
    form = interface("Form", prop("size", "dubble"))
    rule = interface("Rule", prop("code"), extends="dtmi:test:Stored;1")
    assert refused(InvalidModels, STORED, form, rule).keys() == {
        "[1].contents[0].schema",
        "[2].contents",
    }
    assert refused(InvalidModels, STORED, rule).keys() == {"[1].contents"}


def test_a_key_that_is_not_plain_is_quoted_in_a_path() -> None:
    """As in the path of any fault."""
    (path,) = refused(InvalidModels, interface("Odd", **{"a.b c": 1}))
    assert path == '[0]["a.b c"]'


def test_every_use_of_what_is_not_there_is_named() -> None:
    """At its place, with the id."""
    lost = "dtmi:test:Lost;1"
    one = interface("One", extends=[lost, "dtmi:test:Stored;1"])
    two = interface("Two", {"@type": "Component", "name": "part", "schema": lost})
    faults = refused(UnresolvedReferences, one, two)
    assert faults.keys() == {"[0].extends[0]", "[1].contents[0].schema"}
    assert all(lost in message for message in faults.values())


def test_what_is_not_there_is_named_beside_other_faults() -> None:
    """But not what is given and could not be read: that is told of where it stands."""
    broken = {"@id": "dtmi:test:Broken;1", "@type": "Interface"}
    user = interface("User", extends=["dtmi:test:Broken;1", "dtmi:test:Lost;1"])
    assert refused(InvalidModels, broken, user).keys() == {"[0]", "[1].extends[1]"}


def test_a_stored_model_that_comes_broken_is_only_told_so() -> None:
    """Nothing is said of its being there already."""
    assert refused(InvalidModels, {**STORED, "contents": [prop("code", "dubble")]}).keys() == {
        "[0].contents[0].schema"
    }


def test_another_value_is_a_conflict() -> None:
    """Under the id of a stored model; named, and what to do."""
    with pytest.raises(Conflict, match=r"different: dtmi:test:Stored;1\. Models do not change"):
        check_addition(REGISTRY, [json.dumps(interface("Stored", prop("other")))])


def test_an_elements_id_must_not_be_a_stored_models() -> None:
    """It is defined twice then."""
    taken = interface("Taker", {**prop("code"), "@id": "dtmi:test:Stored;1"})
    assert "already defined" in refused(InvalidModels, taken)["[0].contents[0].@id"]


def test_an_answer_names_so_many_faults() -> None:
    """And says how many more there are."""
    faults = refused(InvalidModels, *[1] * (FAULTS_MAX + 7))
    assert len(faults) == FAULTS_MAX + 1
    assert faults["$"] == "7 more faults are not named here."
