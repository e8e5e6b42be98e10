"""The registry: ancestors, descendants, effective contents, snapshots."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.dtdl.conftest import AREA, LEVEL, PERSON, SPACE, interface, prop

from twinhaus.dtdl import (
    InvalidModels,
    Registry,
    UnknownModel,
    UnresolvedReferences,
    check_contents,
    check_relationship,
    load_models,
)

DIAMOND = [
    interface("Top", prop("a", "string")),
    interface("Left", prop("b", "string"), extends="dtmi:test:Top;1"),
    interface("Right", prop("c", "string"), extends="dtmi:test:Top;1"),
    interface("Bottom", prop("d", "string"), extends=["dtmi:test:Left;1", "dtmi:test:Right;1"]),
]


def test_ancestors_are_listed_nearest_first_and_once() -> None:
    """A model comes first, then each ancestor once, even if several paths lead there."""
    registry = load_models(DIAMOND)
    names = ("Bottom", "Left", "Right", "Top")
    assert registry.ancestors("dtmi:test:Bottom;1") == tuple(f"dtmi:test:{name};1" for name in names)


def test_descendants_include_the_model_itself() -> None:
    """Descendants are all kinds of a model, itself included."""
    registry = load_models(DIAMOND)
    assert registry.descendants("dtmi:test:Left;1") == {"dtmi:test:Left;1", "dtmi:test:Bottom;1"}
    assert len(registry.descendants("dtmi:test:Top;1")) == 4
    assert registry.is_kind_of("dtmi:test:Bottom;1", "dtmi:test:Top;1")
    assert not registry.is_kind_of("dtmi:test:Top;1", "dtmi:test:Bottom;1")
    assert not registry.is_kind_of("dtmi:test:Nothing;1", "dtmi:test:Top;1")


def test_contents_come_with_inherited_ones_first() -> None:
    """The effective contents hold each inherited name once, ancestors' before descendants'."""
    assert sorted(load_models(DIAMOND).contents("dtmi:test:Bottom;1")) == ["a", "b", "c", "d"]
    assert list(load_models(DIAMOND).contents("dtmi:test:Left;1")) == ["a", "b"]


def test_components_are_named_in_the_order_declared(building: Registry) -> None:
    """Inherited components count."""
    assert building.components("dtmi:test:Level;1") == ("area",)


def test_a_document_is_given_back_as_it_came() -> None:
    """The text of a model is compact, its keys in the given order, its numbers as they were."""
    text = '{"@type":"Interface","@id":"dtmi:test:A;1","displayName":{"de":"Ä"},"@context":"dtmi:dtdl:context;3"}'
    assert load_models([f"[{text}]"]).document("dtmi:test:A;1") == text


def test_a_nested_interface_becomes_a_model_of_its_own() -> None:
    """An Interface written within another is a model too, and both documents stand on their own."""
    inner = {"@id": "dtmi:test:Inner;1", "@type": "Interface", "contents": [prop("x", "string")]}
    registry = load_models([interface("Outer", {"@type": "Component", "name": "part", "schema": inner})])
    assert set(registry.ids) == {"dtmi:test:Outer;1", "dtmi:test:Inner;1"}
    again = load_models([registry.document(id) for id in registry.ids])
    assert again == registry
    assert json.loads(registry.document("dtmi:test:Outer;1"))["contents"][0]["schema"] == "dtmi:test:Inner;1"


def test_unknown_models_are_errors() -> None:
    """Asking for a model that is not there raises, finding it returns nothing."""
    registry = Registry.empty()
    assert registry.find_interface("dtmi:test:A;1") is None
    assert "dtmi:test:A;1" not in registry
    for ask in (
        registry.get_interface,
        registry.ancestors,
        registry.descendants,
        registry.contents,
        registry.document,
    ):
        with pytest.raises(UnknownModel):
            ask("dtmi:test:A;1")


def test_extending_leaves_the_old_snapshot_as_it_was() -> None:
    """A registry never changes; adding models makes a new one."""
    old = load_models([AREA])
    new = old.extended([PERSON])
    assert len(old) == 1
    assert len(new) == 2
    assert "dtmi:test:Person;1" not in old


def test_descendants_follow_the_snapshot() -> None:
    """Models added later are descendants in the new snapshot only."""
    old = load_models(DIAMOND)
    assert len(old.descendants("dtmi:test:Bottom;1")) == 1
    new = old.extended([interface("Lower", extends="dtmi:test:Bottom;1")])
    assert len(new.descendants("dtmi:test:Bottom;1")) == 2
    assert len(old.descendants("dtmi:test:Bottom;1")) == 1


def test_a_model_is_defined_only_once() -> None:
    """Adding a model that is there is an error, even if it is the same."""
    registry = load_models([AREA])
    with pytest.raises(InvalidModels) as raised:
        registry.extended([AREA])
    (error,) = raised.value.errors
    assert (error.validation_id, error.primary_id) == (
        "dtmi:dtdl:parsingError:duplicateDefinition",
        "dtmi:test:Area;1",
    )


def test_missing_models_are_named() -> None:
    """References that lead nowhere are reported together; a relationship's target need not be there."""
    a = interface(
        "A", {"@type": "Relationship", "name": "r", "target": "dtmi:test:T;1"}, extends="dtmi:test:X;1"
    )
    b = interface("B", {"@type": "Component", "name": "c", "schema": "dtmi:test:Y;1"})
    with pytest.raises(UnresolvedReferences) as raised:
        load_models([a, b])
    assert raised.value.ids == ("dtmi:test:X;1", "dtmi:test:Y;1")


def test_a_resolver_is_asked_for_what_is_missing() -> None:
    """What a resolver gives is loaded too, and may make further models missing."""
    store = {"dtmi:test:Level;1": LEVEL, "dtmi:test:Space;1": SPACE, "dtmi:test:Area;1": AREA}
    asked: list[list[str]] = []

    def resolve(ids: list[str]) -> list[str]:
        asked.append(ids)
        return [store[id] for id in ids]

    registry = load_models([interface("Attic", extends="dtmi:test:Level;1")], resolver=resolve)
    assert len(registry) == 4
    assert asked == [["dtmi:test:Level;1"], ["dtmi:test:Space;1"], ["dtmi:test:Area;1"]]


def test_trusted_models_are_taken_as_they_are() -> None:
    """Reading back our own store gives the same registry as loading the models the first time."""
    registry = load_models([SPACE, LEVEL, AREA, PERSON])
    documents = [registry.document(id) for id in registry.ids]
    again = Registry.empty().extended(documents, trusted=True)
    assert again == registry
    assert again.contents("dtmi:test:Level;1").keys() == registry.contents("dtmi:test:Level;1").keys()


@settings(deadline=None)
@given(st.lists(st.sets(st.integers(0, 11), max_size=3), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_documents_makes_no_difference(parents: list[set[int]], chance: random.Random) -> None:
    """Models that extend each other in any acyclic way load to equal registries in every order."""
    documents = [
        interface(
            f"M{number}",
            prop(f"p{number}", "string"),
            extends=[f"dtmi:test:M{parent};1" for parent in sorted(above) if parent < number],
        )
        for number, above in enumerate(parents)
    ]
    shuffled = chance.sample(documents, len(documents))
    first, second = load_models(documents), load_models(shuffled)
    assert first == second
    for id in first.ids:
        assert set(first.ancestors(id)) == set(second.ancestors(id))
        assert first.descendants(id) == second.descendants(id)
        assert first.contents(id).keys() == second.contents(id).keys()
        assert all(id in first.descendants(ancestor) for ancestor in first.ancestors(id))


def test_removing_leaves_the_old_snapshot_as_it_was() -> None:
    """A registry never changes; without some of its models it is another, which does not know them."""
    old = load_models(DIAMOND)
    new = old.without(["dtmi:test:Bottom;1"])
    assert len(old) == 4
    assert old.descendants("dtmi:test:Left;1") == {"dtmi:test:Left;1", "dtmi:test:Bottom;1"}
    assert new.ids == old.ids[:-1]
    assert new == load_models(DIAMOND[:-1])
    assert new.descendants("dtmi:test:Left;1") == {"dtmi:test:Left;1"}
    with pytest.raises(UnknownModel):
        new.document("dtmi:test:Bottom;1")


def test_a_model_that_was_removed_may_come_back_as_another() -> None:
    """Its id, and the ids of elements in it, are free; nothing that was computed from it before is left."""
    text = {"@id": "dtmi:test:Scale;1", "@type": "Enum", "valueSchema": "integer"}
    link: dict[str, Any] = {"@type": "Relationship", "name": "r", "properties": [prop("x", "string")]}

    def scaled(number: int, *contents: dict[str, Any]) -> str:
        schema = {**text, "enumValues": [{"name": "one", "enumValue": number}]}
        return interface("A", prop("p", "dtmi:test:Scale;1"), *contents, schemas=[schema])

    a = "dtmi:test:A;1"
    old = load_models([scaled(1, link)])
    assert check_contents(old, a, {"p": 1}) == ()
    assert not check_relationship(old, source_model=a, name="r", target_model=a, properties={"x": ""})
    bare = old.without([a])
    assert bare.find_element("dtmi:test:Scale;1") is None
    link["properties"] = [prop("y", "string")]
    new = bare.extended([scaled(2, link)])
    assert check_contents(new, a, {"p": 2}) == ()
    assert [fault.path for fault in check_contents(new, a, {"p": 1})] == ["contents.p"]
    faults = check_relationship(new, source_model=a, name="r", target_model=a, properties={"x": ""})
    assert [fault.path for fault in faults] == ["properties.x"]
    assert check_contents(old, a, {"p": 1}) == ()


@settings(deadline=None)
@given(st.lists(st.sets(st.integers(0, 11), max_size=3), max_size=12), st.sets(st.integers(0, 11)))
def test_what_stays_is_as_if_it_had_come_alone(parents: list[set[int]], chosen: set[int]) -> None:
    """Without some models and all that extend them a registry is that of the rest, in every answer, whatever was asked
    of it before.
    """
    documents = [
        interface(
            f"M{number}",
            prop(f"p{number}", "string"),
            extends=[f"dtmi:test:M{parent};1" for parent in sorted(above) if parent < number],
        )
        for number, above in enumerate(parents)
    ]
    whole = load_models(documents)
    for id in whole.ids:
        check_contents(whole, id, {})
    gone = {
        below
        for number in chosen
        if number < len(parents)
        for below in whole.descendants(f"dtmi:test:M{number};1")
    }
    rest = whole.without(gone)
    alone = load_models([document for document in documents if json.loads(document)["@id"] not in gone])
    assert rest == alone
    assert rest.ids == alone.ids
    for id in rest.ids:
        assert rest.ancestors(id) == alone.ancestors(id)
        assert rest.descendants(id) == alone.descendants(id)
        assert rest.contents(id).keys() == alone.contents(id).keys()
        assert check_contents(rest, id, {"p0": ""}) == check_contents(alone, id, {"p0": ""})
