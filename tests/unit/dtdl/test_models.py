"""Models against the rules of the language: each broken rule is named as its authors name it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.dtdl.conftest import array_of, interface, prop, rules

from twinhaus.dtdl import InvalidModels, load_models

ANNOTATED = [
    "dtmi:dtdl:extension:quantitativeTypes;1",
    "dtmi:dtdl:extension:annotation;1",
    "dtmi:dtdl:extension:overriding;1",
]
ENUM = {"@type": "Enum", "valueSchema": "string", "enumValues": [{"name": "a", "enumValue": "A"}]}


def chain(length: int) -> list[str]:
    """Interfaces, each extending the one before it."""
    return [
        interface(f"C{number}", extends=[f"dtmi:test:C{number - 1};1"] if number else [])
        for number in range(length + 1)
    ]


VALID: dict[str, list[str]] = {
    "the least an Interface can be": [interface("A")],
    "plural members as a bare value": [interface("A", contents=prop("x", "string"))],
    "single members in an array": [interface("A", comment=["x"])],
    "members by their DTMI": [interface("A", more={"dtmi:dtdl:property:comment;3": "x"})],
    "value objects": [interface("A", prop("x", "string", writable={"@value": True, "@type": "xsd:boolean"}))],
    "a schema by its DTMI": [interface("A", prop("x", "dtmi:dtdl:instance:Schema:double;2"))],
    "texts in several languages": [
        interface("A", displayName={"en": "House", "de-CH": "Haus", "zh-Hant": "x"})
    ],
    "tagged texts": [interface("A", displayName=["House", {"@value": "Haus", "@language": "de"}])],
    "a quantity with its unit": [
        interface("A", prop("t", "double", "Temperature", unit="kelvin"), version=2)
    ],
    "unknown co-types in v2": [interface("A", prop("t", "double", "Fancy", shine=3), version=2)],
    "an unknown context in v2": [interface("A", version=2, extensions=["dtmi:other:context;1"])],
    "an annotation of an absent sibling": [
        interface("A", prop("n", "string", "ValueAnnotation", annotates="gone"), extensions=ANNOTATED)
    ],
    "an override by the unit enum": [
        interface(
            "A",
            prop("l", "double", "Length", unit="metre"),
            prop("lUnit", "LengthUnit", "ValueAnnotation", "Override", annotates="l", overrides="unit"),
            extensions=ANNOTATED,
        )
    ],
    "ten levels of extends": chain(10),
    "five levels of arrays": [interface("A", prop("x", array_of(5)))],
    "a v3 Interface extending a v2 one": [
        interface("A", version=2),
        interface("B", version=3, extends="dtmi:test:A;1"),
    ],
    "a name inherited twice from one place": [
        interface("A", prop("x", "string")),
        interface("B", extends="dtmi:test:A;1"),
        interface("C", extends=["dtmi:test:A;1", "dtmi:test:B;1"]),
    ],
    "a component of a kind with a base": [
        interface("Base", prop("x", "string")),
        interface("Part", extends="dtmi:test:Base;1"),
        interface("A", {"@type": "Component", "name": "part", "schema": "dtmi:test:Part;1"}),
    ],
    "an enum without values in v3": [interface("A", prop("x", {"@type": "Enum", "valueSchema": "string"}))],
}

INVALID: dict[str, tuple[str, list[str]]] = {
    "not JSON": ("notJsonObject", ["{"]),
    "a key twice": ("notJsonObject", ['{"@id":"dtmi:a;1","@id":"dtmi:a;1"}']),
    "a scalar at the top": ("notJsonObject", ["3"]),
    "no context": ("missingContext", ['{"@id":"dtmi:test:A;1","@type":"Interface"}']),
    "an unknown version of the language": ("unrecognizedContextVersion", [interface("A", version=7)]),
    "an unknown extension in v3": (
        "unresolvableContextSpecifier",
        [interface("A", extensions=["dtmi:x:y;1"])],
    ),
    "an unknown version of an extension": (
        "unresolvableContextVersion",
        [interface("A", extensions=["dtmi:dtdl:extension:annotation;9"])],
    ),
    "the language after an extension": (
        "dtdlContextFollowsAffiliate",
        [interface("A", extensions=["dtmi:dtdl:extension:annotation;1", "dtmi:dtdl:context;3"])],
    ),
    "terms of one's own": ("disallowedLocalContext", [interface("A", extensions=[{"x": "dtmi:x;1"}])]),
    "no id": ("missingTopLevelId", ['{"@context":"dtmi:dtdl:context;3","@type":"Interface"}']),
    "an id without version in v2": (
        "invalidId",
        ['{"@context":"dtmi:dtdl:context;2","@id":"dtmi:a","@type":"Interface"}'],
    ),
    "a reserved id": (
        "reservedId",
        ['{"@context":"dtmi:dtdl:context;2","@id":"dtmi:dtdl:a;1","@type":"Interface"}'],
    ),
    "no Interface at the top": (
        "typeNotRootable",
        ['{"@context":"dtmi:dtdl:context;2","@id":"dtmi:a;1","@type":"Array","elementSchema":"string"}'],
    ),
    "one id twice": ("duplicateDefinition", [interface("A"), interface("A")]),
    "an unknown member": ("propertyUndefinedTerm", [interface("A", dislayName="x")]),
    "an unknown member in v2": ("noTypeThatAllows", [interface("A", dislayName="x", version=2)]),
    "an unknown type": ("typeUndefinedTerm", [interface("A", prop("x", "string", "Temprature"))]),
    "two kinds at once": ("multipleMaterialTypes", [interface("A", prop("x", "string", "Telemetry"))]),
    "a member twice": (
        "duplicatePropertyName",
        [interface("A", comment="a", more={"dtmi:dtdl:property:comment;3": "b"})],
    ),
    "a keyword": ("topLevelKeywordDisallowed", [interface("A", more={"@index": 1})]),
    "null": ("propertyValueNull", [interface("A", comment=None)]),
    "a missing name": (
        "missingDtmiSegPropertyValue",
        [interface("A", {"@type": "Property", "schema": "string"})],
    ),
    "an element with an id and no name": (
        "missingLiteralProperty",
        [interface("A", {"@type": "Property", "@id": "dtmi:test:x;1", "schema": "string"})],
    ),
    "a missing schema": ("missingObjectProperty", [interface("A", {"@type": "Property", "name": "x"})]),
    "a malformed name": ("stringInvalid", [interface("A", prop("1x", "string"))]),
    "a long name": ("stringTooLong", [interface("A", prop("x" * 65, "string"), version=2)]),
    "a malformed language code": ("langStringInvalidCode", [interface("A", displayName={"EN": "x"})]),
    "an unknown schema": ("badDtmiOrTerm", [interface("A", prop("x", "strng"))]),
    "a name twice": ("nonUniquePropertyValue", [interface("A", prop("x", "string"), prop("x", "double"))]),
    "an inherited name": (
        "nonUniqueImportedPropertyValue",
        [interface("A", prop("x", "string")), interface("B", prop("x", "string"), extends="dtmi:test:A;1")],
    ),
    "a cycle": (
        "recursiveStructureNarrow",
        [interface("A", extends="dtmi:test:B;1"), interface("B", extends="dtmi:test:A;1")],
    ),
    "eleven levels of extends": ("excessiveDepthNarrow", chain(11)),
    "three parents in v2": (
        "objectCountAboveMax",
        [
            *(interface(name, version=2) for name in "ABC"),
            interface("D", version=2, extends=[f"dtmi:test:{name};1" for name in "ABC"]),
        ],
    ),
    "a component within a component": (
        "excludedType",
        [
            interface("A", {"@type": "Component", "name": "b", "schema": "dtmi:test:B;1"}),
            interface("B", {"@type": "Component", "name": "c", "schema": "dtmi:test:C;1"}),
            interface("C"),
        ],
    ),
    "a component that is no Interface": (
        "badType",
        [
            interface(
                "A",
                {"@type": "Component", "name": "b", "schema": "dtmi:test:e;1"},
                schemas=[{"@id": "dtmi:test:e;1", **ENUM}],
            )
        ],
    ),
    "the schema of another Interface": (
        "crossPartitionReference",
        [
            interface("A", schemas=[{"@id": "dtmi:test:e;1", **ENUM}]),
            interface("B", prop("x", "dtmi:test:e;1"), extends="dtmi:test:A;1"),
        ],
    ),
    "a v2 Interface extending a v3 one": (
        "disallowedVersionReference",
        [interface("A", version=3), interface("B", version=2, extends="dtmi:test:A;1")],
    ),
    "six levels of arrays": ("excessiveDepthWide", [interface("A", prop("x", array_of(6)))]),
    "a schema within itself in v3": (
        "recursiveStructureWide",
        [
            interface(
                "A", schemas=[{"@id": "dtmi:test:a;1", "@type": "Array", "elementSchema": "dtmi:test:a;1"}]
            )
        ],
    ),
    "an array in a Property of v2": ("excludedType", [interface("A", prop("x", array_of(1)), version=2)]),
    "an enum value of another type": (
        "nonConformantDatatype",
        [interface("A", prop("x", {**ENUM, "valueSchema": "integer"}))],
    ),
    "an enum of doubles": (
        "incorrectPropertyValue",
        [interface("A", prop("x", {**ENUM, "valueSchema": "double"}))],
    ),
    "an enum without values in v2": (
        "missingObjectProperty",
        [interface("A", prop("x", {"@type": "Enum", "valueSchema": "string"}), version=2)],
    ),
    "no more than one minimum": (
        "valueNotExact",
        [interface("A", {"@type": "Relationship", "name": "r", "minMultiplicity": 1})],
    ),
    "a quantity without unit": (
        "missingSupplementalObjectProperty",
        [interface("A", prop("t", "double", "Temperature"), version=2)],
    ),
    "the unit of another quantity": (
        "wrongParent",
        [interface("A", prop("t", "double", "Temperature", unit="metre"), version=2)],
    ),
    "a quantity that is no number": (
        "notRequiredType",
        [interface("A", prop("t", "string", "Temperature", unit="kelvin"), version=2)],
    ),
    "an annotation of an annotation": (
        "disallowedType",
        [
            interface(
                "A",
                prop("a", "string", "ValueAnnotation", annotates="b"),
                prop("b", "string", "ValueAnnotation", annotates="c"),
                extensions=ANNOTATED,
            )
        ],
    ),
    "an override alone": (
        "missingCocotype",
        [interface("A", prop("a", "string", "Override", overrides="unit"), extensions=ANNOTATED)],
    ),
    "a co-type on the wrong kind": (
        "invalidCotype",
        [interface("A", {"@type": ["Command", "Temperature"], "name": "x"}, version=2)],
    ),
}


@pytest.mark.parametrize("documents", VALID.values(), ids=VALID.keys())
def test_a_legal_model_is_accepted(documents: list[str]) -> None:
    """A model that keeps the rules breaks none."""
    assert rules(*documents) == []


@pytest.mark.parametrize(("rule", "documents"), INVALID.values(), ids=INVALID.keys())
def test_a_broken_rule_is_named(rule: str, documents: list[str]) -> None:
    """A model that breaks a rule is refused, with the rule's own name among the errors."""
    assert rule in rules(*documents)


def test_all_errors_come_at_once() -> None:
    """Errors of several models and of several members are reported together, each at its place."""
    documents = [interface("A", prop("1x", "strng")), interface("B", dislayName="x")]
    with pytest.raises(InvalidModels) as raised:
        load_models(documents)
    found = [(error.document, error.primary_id, error.path) for error in raised.value.errors]
    assert found == [
        (0, "dtmi:test:A:_contents:__1x;1", "contents[0].name"),
        (0, "dtmi:test:A:_contents:__1x;1", "contents[0].schema"),
        (1, "dtmi:test:B;1", "dislayName"),
    ]


def test_a_typing_error_is_told_the_nearest_legal_name() -> None:
    """Unknown members, types and schemas come with a suggestion."""
    documents = [
        interface("A", prop("x", "strng"), dislayName="x"),
        interface("B", {"@type": "Propery", "name": "x"}),
    ]
    with pytest.raises(InvalidModels) as raised:
        load_models(documents)
    messages = "\n".join(error.message for error in raised.value.errors)
    for meant in ("displayName", "string", "Property"):
        assert f'Did you mean "{meant}"?' in messages


@settings(deadline=None)
@given(st.integers(2, 4), st.integers(1, 40), st.integers(0, 39))
def test_a_chain_of_schemas_is_legal_by_its_depth_and_loops(version: int, length: int, back: int) -> None:
    """A chain of schemas is refused when it is too deep, and before v4 when it leads back into itself."""
    loops = back < length
    schemas = [
        {
            "@id": f"dtmi:test:s{number};1",
            "@type": "Array",
            "elementSchema": f"dtmi:test:s{following};1" if following is not None else "string",
        }
        for number in range(length)
        for following in [number + 1 if number + 1 < length else back if loops else None]
    ]
    depth_max = 8 if version == 4 else 5
    broken = set(rules(interface("A", version=version, schemas=schemas)))
    if loops:
        assert broken == (set() if version == 4 else {"recursiveStructureWide"})
    else:
        assert broken == ({"excessiveDepthWide"} if length > depth_max else set())


def test_one_models_wrong_reference_hides_nothing_of_another() -> None:
    """A reference to an element of the wrong kind stops the rules for its own Interface only."""
    wrong = interface("A", prop("p", "dtmi:test:q;1"), prop("q", "string") | {"@id": "dtmi:test:q;1"})
    twice = interface("B", prop("same", "string"), prop("same", "integer"))
    assert set(rules(wrong, twice)) == {"badType", "nonUniquePropertyValue"}


def test_an_unsound_model_can_be_extended_and_held() -> None:
    """The rules for those around it go on, and find what is wrong with them."""
    wrong = interface(
        "A",
        prop("p", {"@type": "Object", "fields": ["dtmi:test:q;1"]}),
        prop("q", "string") | {"@id": "dtmi:test:q;1"},
    )
    heir = interface(
        "B",
        prop("q", "string"),
        {"@type": "Component", "name": "part", "schema": "dtmi:test:A;1"},
        extends="dtmi:test:A;1",
    )
    assert set(rules(wrong, heir)) == {"badType", "nonUniqueImportedPropertyValue"}
