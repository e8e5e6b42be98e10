"""The table of what corresponds to what."""

from collections import Counter

import pytest
from tests.unit.translation.bringing import brick, starter

from twinhaus.dtdl.places import check_in_contents
from twinhaus.dtdl.types import Relationship
from twinhaus.errors import Invalid
from twinhaus.transfer.translation.paths import Step, Way, read_steps
from twinhaus.transfer.translation.table import TABLE_BYTES_MAX, read_table

_ONLY_ELSEWHERE = {"isControlledBy"}  # Models that extend these, or Willow's own, have it.


def test_every_model_of_ours_is_a_starter_model() -> None:
    """And every starter model that a twin may be of has classes, but for two that no vocabulary knows."""
    assert set(brick().classes) <= set(starter().ids)
    components = ("CapabilityCommunication", "SpaceArea", "SpaceCapacity", "Address")
    left = {id_.split(":")[-1].split(";")[0] for id_ in set(starter().ids) - set(brick().classes)}
    assert left == {*components, "Identified", "GridRegion"}


def test_every_class_of_ours_stands_once() -> None:
    """No class is of two models."""
    counts = Counter(class_ for classes in brick().classes.values() for class_ in classes)
    assert [class_ for class_, count in counts.items() if count > 1] == []


def test_every_relationship_of_ours_is_one() -> None:
    """A starter model declares it."""
    declared = {
        name
        for model_id in starter().ids
        for name, content in starter().contents(model_id).items()
        if isinstance(content, Relationship)
    }
    named = {way.name for ways in brick().relationships.values() for way in ways}
    assert named - declared == _ONLY_ELSEWHERE


def test_every_place_of_ours_is_one() -> None:
    """A starter model has it; and those of the IRI and the class are had by every model of twins."""
    for property_ in brick().properties:
        for keys in property_.places:
            assert any(check_in_contents(starter(), id_, keys) for id_ in starter().ids), property_.written
    for model_id in brick().classes:
        assert check_in_contents(starter(), model_id, brick().iri_place) is not None
        assert check_in_contents(starter(), model_id, brick().class_place) is not None


def test_every_unit_of_ours_is_told_from_the_others() -> None:
    """No two IRIs are the same unit, or an export could not tell which it was."""
    (values, *_) = (one.values for one in brick().properties if one.values)
    assert len(set(values.values())) == len(values) > 30


def test_a_table_is_read() -> None:
    """Prefixes are spelt out, one text is a list of one, and sections may be missing."""
    table = read_table(
        b"""
        prefixes: {e: [https://e.example#, https://old.example#], f: https://f.example#}
        classes: {dtmi:x;1: e:A, dtmi:y;1: [f:B, <urn:c>]}
        relationships: {e:in: [isPartOf, ^hasPart]}
        properties:
          e:name: name
          e:size[f:Size]/f:value: {at: [a.b, 'c["d.e"]'], values: {f:big: 9}}
        """
    )
    assert table.prefixes == {"e": "https://e.example#", "f": "https://f.example#"}
    assert table.canonical("https://old.example#x") == "https://e.example#x"
    assert table.short("https://f.example#x") == "f:x"
    assert table.short("urn:x") == "urn:x"
    assert table.classes == {
        "dtmi:x;1": ("https://e.example#A",),
        "dtmi:y;1": ("https://f.example#B", "urn:c"),
    }
    assert table.relationships == {"https://e.example#in": (Way("isPartOf", False), Way("hasPart", True))}
    name, size = table.properties
    assert (name.places, name.steps) == ((("name",),), (Step("https://e.example#name", ""),))
    assert size.places == (("a", "b"), ("c", "d.e"))
    assert size.values == {"https://f.example#big": 9}
    assert size.steps[0] == Step("https://e.example#size", "https://f.example#Size")
    assert (table.iri_place, table.class_place) == ((), ())


def test_every_fault_is_named() -> None:
    """At its path, all at once."""
    with pytest.raises(Invalid) as raised:
        read_table(
            b"""
            prefixes: {e: https://e.example#}
            twin: {iri: "a[", class: name}
            klasses: {}
            classes: {dtmi:x;1: [g:A, 3]}
            relationships: {e:in: []}
            properties:
              e:a//e:b: name
              e:c: {at: name, valeus: {}}
              e:d: {}
            units: [1]
            """
        )
    paths = {fault.path: fault.message for fault in raised.value.faults}
    assert paths.keys() == {
        "klasses",
        "twin.iri",
        "classes.dtmi:x;1",
        "properties.e:a//e:b",
        "properties.e:c.valeus",
        "properties.e:d",
        "units",
    }
    assert "there are prefixes, twin, classes" in paths["klasses"]
    assert len(raised.value.faults) == 8  # Two in the list of classes.


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"a: [", "Not YAML"),
        (b"\xff", "Not YAML"),
        (b"- a", "keys and values"),
        (b"classes: {a: b, a: c}", "twice"),
        (b"!!python/object/apply:os.system [true]", "Not YAML"),
        (b"#" * (TABLE_BYTES_MAX + 1), "at most"),
    ],
)
def test_what_is_no_table_is_refused(text: bytes, words: str) -> None:
    """With the reason; nothing in a table is ever run."""
    with pytest.raises(Invalid, match=words):
        read_table(text)


@pytest.mark.parametrize("text", ["", "/", "a:b/", "/a:b", "a:b[", "a:b[c:d", "a:b]c:d", "a:b[]"])
def test_what_leads_nowhere(text: str) -> None:
    """Steps that cannot be read are none."""
    assert read_steps(text) is None
