"""In, out, and in again is the identity on all that has a counterpart."""

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.translation.bringing import (
    brick,
    bring,
    changes_of,
    graph_of,
    relationships_of,
    starter_store,
    take_out,
    twins_of,
)

from twinhaus.graph import Change
from twinhaus.storage.store import Store
from twinhaus.transfer.translation.triples import TYPE, Literal, Term, Triple
from twinhaus.transfer.translation.turtle import turtle

_CLASSES = [
    *sorted(class_ for classes in brick().classes.values() for class_ in classes),
    "https://brickschema.org/schema/Brick#Mixed_Air_Temperature_Sensor",
    "https://brickschema.org/schema/Brick#Turnstile",
    "dtmi:com:willowinc:GridRegion;1",
]
_IRIS = st.builds(
    lambda namespace, name: namespace + name,
    st.sampled_from(["https://a.example#", "https://a.example/b/", "urn:twinhaus:"]),
    st.sampled_from(["x", "y", "z%20z", "%_", "é", "a/b"]),
)
_UNITS = sorted({iri for one in brick().properties for iri in one.values})
_TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
_LITERALS = st.builds(
    Literal,
    st.one_of(
        _TEXTS, st.integers(-3, 3).map(str), st.floats().map(repr), st.sampled_from(["true", "2020-01-31"])
    ),
    language=st.sampled_from(["", "en", "de"]),
)
_VALUES: st.SearchStrategy[Term] = st.one_of(_LITERALS, st.sampled_from(_UNITS), _IRIS)


@st.composite
def buildings(draw: st.DrawFn) -> list[Triple]:
    """Things of any class, related by any predicate, with any values at any place of the table."""
    things = draw(st.lists(_IRIS, min_size=1, max_size=6, unique=True))
    triples = [Triple(one, TYPE, draw(st.sampled_from(_CLASSES))) for one in things]
    predicates = sorted(brick().relationships)
    for _ in range(draw(st.integers(0, 12))):
        ends = draw(st.sampled_from(things)), draw(st.sampled_from(things))
        triples.append(Triple(ends[0], draw(st.sampled_from(predicates)), ends[1]))
    for number in range(draw(st.integers(0, 12))):
        node = draw(st.sampled_from(things))
        *steps, last = draw(st.sampled_from(brick().properties)).steps
        for depth, step in enumerate(steps):
            below = f"_:n{number}x{depth}"
            triples.append(Triple(node, step.predicate, below))
            if step.node_class:
                triples.append(Triple(below, TYPE, step.node_class))
            node = below
        triples.append(Triple(node, last.predicate, draw(_VALUES)))
    return triples


def written(triples: list[Triple]) -> bytes:
    """As N-Triples, which is Turtle, too; by hand, for IRIs may hold what the writer refuses."""
    return b"".join(" ".join(map(_written, triple)).encode() + b" .\n" for triple in triples)


def _written(term: Term) -> str:
    if isinstance(term, str):
        return term if term.startswith("_:") else f"<{term}>"
    text = "".join(f"\\U{ord(character):08X}" for character in term.text)
    return f'"{text}"' + (f"@{term.language}" if term.language else "")


def same(one: Store, other: Store) -> bool:
    """Whether two stores hold the same twins and relationships; but for an IRI that cannot be written, whose twin's
    id says all of it.
    """

    def told(store: Store) -> dict[str, object]:
        twins = twins_of(store)
        for _, contents in twins.values():
            if "%_" in contents.get("externalID", ""):
                del contents["externalID"]
        return dict(twins)

    return told(one) == told(other) and relationships_of(one) == relationships_of(other)


@given(buildings())
def test_in_out_and_in_again(building: list[Triple]) -> None:
    """Into an empty store, and into the same; and what is told is not told twice."""
    first, second = starter_store(), starter_store()
    _, outcomes = bring(first, written(building))
    assert changes_of(outcomes) <= {Change.CREATED}
    text, gaps = take_out(first)
    assert {word for gap in gaps.report()["contents"] for word in (gap["place"],)} <= {"externalID"}
    assert not gaps.report()["relationships"]
    _, outcomes = bring(second, text)
    assert changes_of(outcomes) <= {Change.CREATED}
    assert same(first, second)
    _, outcomes = bring(first, text)
    assert changes_of(outcomes) <= {Change.UNCHANGED}


@given(st.lists(st.builds(Triple, _IRIS.filter(lambda iri: "%_" not in iri), st.just(TYPE), _LITERALS)))
def test_what_is_written_is_read(triples: list[Triple]) -> None:
    """Every text comes back from Turtle as what it was."""
    graph = graph_of(b"".join(turtle(triples, brick().prefixes)))
    read = [(node, *told(term)) for node, facts in graph.items() for _, term in facts]
    assert sorted(read) == sorted((triple.subject, *told(triple.object)) for triple in triples)


def told(term: Term) -> tuple[str, str]:
    """The text and the language of a value."""
    assert isinstance(term, Literal)
    return term.text, term.language
