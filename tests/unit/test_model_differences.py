"""Differences between models: what is told, and that nothing breaks which is not marked."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinhaus.dtdl import Registry, check_contents, load_models
from twinhaus.dtdl.types import Primitive
from twinhaus.inspection.differences import Change, compare, compare_models
from twinhaus.inspection.fitting import Side, losses
from twinhaus.testing.strategies import ModelSet, contents, model_sets
from twinhaus.testing.strategies.values import PRIMITIVES

BASE, KIND, PART = (f"dtmi:com:example:{name};1" for name in ("Base", "Kind", "Part"))


def model(model_id: str, *held: dict[str, Any], **members: Any) -> str:
    """The text of a model."""
    context = [
        "dtmi:dtdl:context;4",
        "dtmi:dtdl:extension:requirement;2",
        "dtmi:dtdl:extension:quantitativeTypes;2",
    ]
    return json.dumps(
        {"@context": context, "@id": model_id, "@type": "Interface", "contents": held, **members}
    )


def prop(schema: Any, *types: str, name: str = "it", **members: Any) -> dict[str, Any]:
    """A Property, with any co-types."""
    return {"@type": ["Property", *types], "name": name, "schema": schema, **members}


def enum(*values: str) -> dict[str, Any]:
    """An Enum of texts."""
    named = [{"name": f"v{number}", "enumValue": value} for number, value in enumerate(values)]
    return {"@type": "Enum", "valueSchema": "string", "enumValues": named}


def thing(*fields: tuple[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """An Object."""
    made = [
        {"@type": ["Field", "Required"] if name in required else "Field", "name": name, "schema": schema}
        for name, schema in fields
    ]
    return {"@type": "Object", "fields": made}


def link(**members: Any) -> dict[str, Any]:
    """A Relationship."""
    return {"@type": "Relationship", "name": "to", **members}


def array(schema: Any) -> dict[str, Any]:
    """An Array."""
    return {"@type": "Array", "elementSchema": schema}


def told(*changes: Change) -> list[tuple[str, str, bool]]:
    """What is told of each change, and whether it breaks."""
    return [(change.subject, change.detail or change.change, change.breaks) for change in changes]


PAIR, LONGER = thing(("a", "integer")), thing(("a", "integer"), ("b", "date"))
COMPONENT = {"@type": "Component", "name": "it", "schema": PART}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([], [prop("string")], [("property it", "added", False)]),
        ([], [prop("string", "Required")], [("property it", "added", True)]),
        ([], [COMPONENT], [("component it", "added", True)]),
        ([prop("string")], [], [("property it", "removed", True)]),
        ([link()], [], [("relationship to", "removed", True)]),
        ([{"@type": "Command", "name": "go"}], [], [("command go", "removed", False)]),
        ([prop("integer")], [prop("long")], [("property it", "integer → long", False)]),
        ([prop("long")], [prop("integer")], [("property it", "long → integer", True)]),
        ([prop("date")], [prop("string")], [("property it", "date → string", False)]),
        ([prop("string")], [prop("date")], [("property it", "string → date", True)]),
        ([prop("integer")], [prop(array("integer"))], [("property it", "integer → array of integer", True)]),
        ([prop("string")], [prop("string", "Required")], [("property it", "required now", True)]),
        ([prop("string", "Required")], [prop("string")], [("property it", "no longer required", False)]),
        (
            [prop(enum("Lab", "Office"))],
            [prop(enum("Office", "Plant"))],
            [("property it", "value Lab is gone", True), ("property it", "value Plant is new", False)],
        ),
        ([prop(enum("a"))], [prop("string")], [("property it", "one of a → string", False)]),
        ([prop("string")], [prop(enum("a"))], [("property it", "string → one of a", True)]),
        ([prop(PAIR)], [prop(LONGER)], [("property it", "field b is new", False)]),
        ([prop(LONGER)], [prop(PAIR)], [("property it", "field b is gone", True)]),
        (
            [prop(array(PAIR))],
            [prop(array(thing(("a", "integer"), required=("a",))))],
            [("property it", "in []: field a is required now", True)],
        ),
        (
            [prop(thing(("in", enum("x", "y"))))],
            [prop(thing(("in", enum("x"))))],
            [("property it", "in in: value y is gone", True)],
        ),
        (
            [prop("double", "Length", unit="metre")],
            [prop("double", "Length", unit="foot")],
            [("property it", "unit metre → foot", False)],
        ),
        (
            [prop("double")],
            [{**prop("double"), "@type": "Telemetry"}],
            [("telemetry it", "property → telemetry", True)],
        ),
        (
            [{**prop("double"), "@type": "Telemetry"}],
            [{**prop("string"), "@type": "Telemetry"}],
            [("telemetry it", "double → string", False)],
        ),
        ([link()], [link(target=BASE)], [("relationship to", f"to any twin → to {BASE}", True)]),
        ([link(target=KIND)], [link(target=BASE)], [("relationship to", f"to {KIND} → to {BASE}", False)]),
        ([link()], [link(maxMultiplicity=2)], [("relationship to", "any number → at most 2", True)]),
        ([link(maxMultiplicity=1)], [link(maxMultiplicity=2)], [("relationship to", "at most 1 → at most 2", False)]),
        (
            [link(properties=[prop("string")])],
            [link(properties=[prop("date")])],
            [("relationship to, property it", "string → date", True)],
        ),
    ],
)  # fmt: skip
def test_a_change_of_contents(
    old: list[dict[str, Any]], new: list[dict[str, Any]], expected: list[tuple[str, str, bool]]
) -> None:
    """Each change is told once, at the model that declares it, and marked where it breaks."""
    part = model(PART, prop("string", "Required"))
    before, after = (
        load_models([part, model(BASE, *held), model(KIND, extends=BASE)]) for held in (old, new)
    )
    changes = compare(before, after)
    assert told(*changes) == expected
    assert {change.model_id for change in changes} == {BASE}
    assert compare(before, before) == ()


def test_models_that_come_and_go() -> None:
    """A model that is gone breaks its twins; a new one breaks nothing."""
    old, new = load_models([model(BASE)]), load_models([model(KIND)])
    assert compare(old, new) == (Change(BASE, "removed", breaks=True), Change(KIND, "added"))


def test_another_parent_is_told_with_what_it_brings() -> None:
    """Where a model extends another than before, what it inherits then is told as its own."""
    old = load_models([model(BASE, prop("string")), model(PART), model(KIND, extends=BASE)])
    new = load_models([model(BASE, prop("string")), model(PART, prop("date")), model(KIND, extends=PART)])
    assert told(*(change for change in compare(old, new) if change.model_id == KIND)) == [
        (f"extends {PART}", "added", False),
        (f"extends {BASE}", "removed", True),
        ("property it", "string → date", True),
    ]


def test_moving_up_to_a_parent_changes_no_twin() -> None:
    """A property that a parent declares from now on is still there; the parent has it newly."""
    old = load_models([model(BASE), model(KIND, prop("string"), extends=BASE)])
    new = load_models([model(BASE, prop("string")), model(KIND, extends=BASE)])
    assert [(one.model_id, *told(one)[0]) for one in compare(old, new)] == [
        (BASE, "property it", "added", False),
        (KIND, "", "what twins do not show only", False),
    ]


def test_only_words_have_changed() -> None:
    """A new description is a difference, and breaks nothing."""
    old, new = load_models([model(BASE)]), load_models([model(BASE, description="Now told", displayName="B")])
    assert told(*compare(old, new)) == [("", "display name and description only", False)]


def test_schemas_that_contain_themselves_are_compared() -> None:
    """A loop of schemas ends, and what differs in it is told once."""

    def models(label: str) -> Registry:
        tree = {
            "@id": "dtmi:com:example:Tree;1",
            **thing(("label", label), ("in", array("dtmi:com:example:Tree;1"))),
        }
        return load_models([model(BASE, prop("dtmi:com:example:Tree;1"), schemas=[tree])])

    assert told(*compare(models("string"), models("date"))) == [
        ("property it", "in label: string → date", True)
    ]


def test_two_models_are_compared_with_all_they_inherit() -> None:
    """Between two models of one set, inherited contents count like their own."""
    both = load_models(
        [model(BASE, prop("string")), model(KIND, prop("date", name="since"), extends=BASE), model(PART)]
    )
    assert told(*compare_models(both, KIND, both, PART)) == [
        ("property it", "removed", True),
        ("property since", "removed", True),
    ]
    assert told(*compare_models(both, BASE, both, KIND)) == [("property since", "added", False)]


@pytest.mark.parametrize("old", sorted(PRIMITIVES))
def test_a_wider_primitive_takes_every_value(old: str) -> None:
    """Between two primitive schemas something is lost exactly where a value of the old is none of the new."""
    for new in sorted(PRIMITIVES):
        registry = load_models([model(BASE, prop(new))])
        refused = [value for value in PRIMITIVES[old] if check_contents(registry, BASE, {"it": value})]
        lost = losses(Side(registry, Primitive(old)), Side(registry, Primitive(new)))
        assert bool(lost) == bool(refused), (new, refused)


@given(st.data(), model_sets(), model_sets())
def test_what_is_not_marked_breaks_no_twin(data: st.DataObject, old: ModelSet, new: ModelSet) -> None:
    """Where no change between two models breaks, every legal twin of the one is a legal twin of the other."""
    old_id, new_id = data.draw(st.sampled_from(old.ids)), data.draw(st.sampled_from(new.ids))
    held = data.draw(contents(old.registry, old_id))
    changes = compare_models(old.registry, old_id, new.registry, new_id)
    broken = {change.subject.split()[-1] for change in changes if change.breaks}
    kept = {name: value for name, value in held.items() if name not in broken}
    assert check_contents(new.registry, new_id, kept) == ()
