"""What the language recommends and does not demand."""

from typing import Any

import pytest

from twinhaus.dtdl.recommendations import recommendations


def interface(**members: Any) -> dict[str, Any]:
    """A plain Interface with these members beside, or instead of, the usual ones."""
    return {
        "@context": "dtmi:dtdl:context;3",
        "@id": "dtmi:test:A;1",
        "@type": "Interface",
        **members,
    }


def content(**members: Any) -> dict[str, Any]:
    """An Interface with one Property."""
    return interface(contents=[{"@type": "Property", "name": "p", "schema": "double", **members}])


@pytest.mark.parametrize(
    "document",
    [
        interface(),
        [interface(), interface(displayName={"en": "A"}, comment="dtmi:test:class:B;1")],
        content(displayName="p", writable={"@value": True, "@type": "xsd:boolean"}),
        content(**{"@type": ["Property", "Length"], "unit": "metre"}),
        interface(description=[{"@value": "A", "@language": "en"}], extends="dtmi:test:B;1"),
        interface(**{"@context": ["dtmi:dtdl:context;4#limitless", "dtmi:dtdl:context;4#limits"]}),
        "no model",
        [3, None],
    ],
)
def test_good_style_gets_no_advice(document: Any) -> None:
    """Nor does what is no model at all."""
    assert list(recommendations(document)) == []


@pytest.mark.parametrize(
    ("document", "path", "words"),
    [
        (interface(**{"@type": "dtmi:dtdl:class:Interface;3"}), "@type", "term Interface"),
        (interface(**{"@type": ["Interface", "Interface"]}), "@type", "twice"),
        (interface(**{"@type": ["Interface", "dtmi:dtdl:class:Interface;3"]}), "@type", "twice"),
        (interface(**{"dtmi:dtdl:property:comment;3": "x"}), "dtmi:dtdl:property:comment;3", "term comment"),
        (content(schema="dtmi:dtdl:instance:Schema:double;3"), "contents[0].schema", "term double"),
        (content(schema="dtmi:standard:schema:geospatial:point;3"), "contents[0].schema", "term point"),
        (content(unit="dtmi:standard:unit:metre;2"), "contents[0].unit", "term metre"),
        (content(**{"@foo": 1}), 'contents[0].@foo', "means nothing in DTDL"),
        (content(displayName=["p"]), "contents[0].displayName[0]", "which language"),
        (content(displayName=[{"@value": "p"}]), "contents[0].displayName[0]", "@language"),
        (content(writable={"@value": True}), "contents[0].writable", "datatype"),
        (content(writable={"@value": True, "@type": "xsd:boolean", "@x": 1}), "contents[0].writable.@x", "beside"),
        (interface(**{"@context": ["dtmi:dtdl:context;2", "dtmi:dtdl:context;3"]}), "@context", "one version"),
        (
            interface(**{"@context": ["dtmi:dtdl:context;3", "dtmi:x:y;1", "dtmi:x:y;2"]}),
            "@context",
            "dtmi:x:y is named more than once",
        ),
        (
            interface(contents={"@type": "Command", "name": "c", "commandType": "synchronous"}),
            "contents.commandType",
            "deprecated",
        ),
    ],
)  # fmt: skip
def test_what_could_be_better(document: Any, path: str, words: str) -> None:
    """The advice says where, and what is better."""
    assert any(one.path == path and words in one.message for one in recommendations(document))


def test_what_a_version_does_not_deprecate() -> None:
    """commandType is as good as any member in DTDL v2."""
    document = interface(contents={"@type": "Command", "name": "c", "commandType": "synchronous"})
    assert list(recommendations(document | {"@context": "dtmi:dtdl:context;2"})) == []
