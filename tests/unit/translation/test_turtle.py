"""Turtle in and out."""

from io import BytesIO

import pytest
from tests.unit.translation.bringing import PREFIXES, graph_of

from twinhaus.errors import Invalid
from twinhaus.transfer.translation import turtle as turtle_
from twinhaus.transfer.translation.triples import STRING, TYPE, XSD, Literal, Triple, types_of
from twinhaus.transfer.translation.turtle import TurtleReader, is_iri, turtle

A = "https://b.example#a"


def test_terms_are_read_as_what_they_are() -> None:
    """IRIs whole, values with their datatype and language, blank nodes by a name of their own."""
    graph = graph_of(':a a :B ; :p "x"@en, "y", 1.50, true ; :q [ :r 2 ] .')
    facts = graph[A]
    assert types_of(facts) == ("https://b.example#B",)
    values = [term for predicate, term in facts if predicate == "https://b.example#p"]
    assert values == [
        Literal("x", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "en"),
        Literal("y", STRING),
        Literal("1.50", f"{XSD}decimal"),
        Literal("true", f"{XSD}boolean"),
    ]
    (node,) = [term for predicate, term in facts if predicate == "https://b.example#q"]
    assert isinstance(node, str)
    assert node.startswith("_:")
    assert graph[node] == [("https://b.example#r", Literal("2", f"{XSD}integer"))]


def test_older_namespaces_are_read_as_todays() -> None:
    """What the table lists as an older namespace becomes the first one; what only begins alike does not."""
    graph = graph_of(
        "<https://brickschema.org/schema/1.0.2/building_example#ahu>"
        " a <https://brickschema.org/schema/1.0.2/Brick#AHU> ;"
        " <https://brickschema.org/schema/1.0.2/BrickFrame#feeds> :b ."
    )
    assert graph == {
        "https://brickschema.org/schema/1.0.2/building_example#ahu": [
            (TYPE, "https://brickschema.org/schema/Brick#AHU"),
            ("https://brickschema.org/schema/Brick#feeds", "https://b.example#b"),
        ]
    }


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (b"@prefix : <https://b.example#> .\n:a :b .", 2, "object"),
        (b":a :b :c .", 1, "prefix"),
        (b'<a> <b> "\xff" .', 1, "UTF-8"),
        (b"{}", 1, ""),
    ],
)
def test_what_is_not_turtle_is_told_with_its_place(text: bytes, line: int, words: str) -> None:
    """The fault names the line and the reason."""
    with pytest.raises(Invalid) as raised:
        graph_of(text)
    (fault,) = raised.value.faults
    assert fault.path == f"line {line}"
    assert fault.message.startswith("Not Turtle: ")
    assert words in fault.message


def test_iris_of_real_buildings_are_taken() -> None:
    """A byte order mark at the beginning, relative IRIs, and signs that an IRI must not have do no harm."""
    graph = graph_of(b"\xef\xbb\xbf<#a> a <http://x.example/%_b>, <http://x.example/c d> .")
    assert graph == {"file:///#a": [(TYPE, "http://x.example/%_b"), (TYPE, "http://x.example/c d")]}


def test_blank_nodes_of_two_files_are_apart() -> None:
    """The same label in another file is another node."""
    reader = TurtleReader(str)
    for _ in range(2):
        reader.read(BytesIO(b"_:a a <http://x.example/b> ."), lambda size: None)
    assert len(reader.graph) == 2


def test_nesting_without_end_does_no_harm() -> None:
    """However deep blank nodes are nested, reading them takes no stack."""
    depth = 20_000
    graph = graph_of(f":a :p {'[ :p ' * depth}1{' ]' * depth} .")
    assert len(graph) == depth + 1


def test_progress_is_told_in_bytes() -> None:
    """What was read adds up to the file's size."""
    text = (PREFIXES + ":a a :b .\n" * 1_000).encode()
    told: list[int] = []
    TurtleReader(str).read(BytesIO(text), told.append)
    assert sum(told) == len(text)


def test_there_is_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """More triples than fit in memory are refused in time."""
    monkeypatch.setattr(turtle_, "TRIPLES_MAX", 2)
    with pytest.raises(Invalid, match="more than 2 triples"):
        graph_of(":a :b :c, :d, :e .")


def test_pieces_make_one_file() -> None:
    """However many pieces it comes in, the prefixes stand once, and every triple is read back."""
    triples = [
        *(Triple(A, "https://b.example#p", Literal(f"line\n{number} @prefix")) for number in range(12_000)),
        Triple(A, TYPE, "urn:x:y"),
        Triple("_:n", TYPE, "urn:x:z"),
    ]
    pieces = list(turtle(triples, {"": "https://b.example#", "e": "https://e.example#"}))
    assert len(pieces) == 3
    text = b"".join(pieces)
    assert text.count(b"\n@prefix") == 1
    graph = graph_of(text)
    assert graph[A] == [(triple.predicate, triple.object) for triple in triples[:-1]]
    assert len(graph) == 2


def test_nothing_is_an_empty_file() -> None:
    """No triples, no bytes."""
    assert list(turtle([], {"e": "https://e.example#"})) == []


def test_what_an_iri_is() -> None:
    """An absolute one, without what must not be in it."""
    assert all(map(is_iri, ("urn:x:y", "https://b.example#ä", "dtmi:com:willowinc:Room;1")))
    assert not any(map(is_iri, ("", "room", "https://b.example/a b", "https://b.example/%_c", "5:a")))
