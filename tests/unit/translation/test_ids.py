"""Ids of IRIs, and IRIs of ids."""

from hypothesis import given
from hypothesis import strategies as st

from twinhaus.graph import TWIN_ID_LENGTH_MAX
from twinhaus.transfer.translation.ids import NAMESPACE, assign, iri_of, local_name, made_of, whole

_IRIS = st.builds(
    lambda namespace, name: namespace + name,
    st.sampled_from(["https://a.example#", "https://a.example/b/", "urn:a:", NAMESPACE]),
    st.sampled_from(["", "x", "y", "x/y", "x%20y", "z" * 300, "w" * 256]),
)


@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_an_id_comes_back(twin_id: str) -> None:
    """The IRI that is made of an id gives it back."""
    assert made_of(iri_of(twin_id, NAMESPACE), NAMESPACE) == twin_id


@given(st.sets(_IRIS), st.data())
def test_ids_tell_iris_apart(iris: set[str], data: st.DataObject) -> None:
    """No two IRIs come to one id, none to one that another twin has; and ids are never empty or too long."""
    names = sorted(map(local_name, iris))
    holders = st.sampled_from([*sorted(iris), "urn:else", ""])
    held = data.draw(st.dictionaries(st.sampled_from(names or ["-"]), holders))
    ids = assign(sorted(iris), NAMESPACE, held)
    assert ids.keys() == iris
    assert len(set(ids.values())) == len(iris)
    for iri, id_ in ids.items():
        assert 0 < len(id_) <= TWIN_ID_LENGTH_MAX
        assert held.get(id_) in (None, iri) or id_ in (made_of(iri, NAMESPACE), whole(iri))


@given(st.sets(_IRIS), st.sets(_IRIS))
def test_a_twin_keeps_its_id(first: set[str], more: set[str]) -> None:
    """Whatever else comes with it later."""
    before = assign(sorted(first), NAMESPACE, {})
    held = {id_: iri for iri, id_ in before.items()}
    after = assign(sorted(first | more), NAMESPACE, held)
    assert {iri: after[iri] for iri in first} == before


def test_local_names() -> None:
    """What stands behind the last `#`, else behind the last `/` or `:`."""
    assert local_name("https://a.example/b#c/d:e") == "c/d:e"
    assert local_name("https://a.example/b/c:d") == "c:d"
    assert local_name("urn:a:b") == "b"


def test_names_that_meet_are_told_apart_by_the_whole_iri() -> None:
    """A local name that two IRIs have is the id of neither; one that a twin of no IRI has is left to it."""
    assert assign(["urn:a#x", "urn:b#x", "urn:b#y", "urn:b#z"], NAMESPACE, {"y": "", "z": None}) == {
        "urn:a#x": "urn:a#x",
        "urn:b#x": "urn:b#x",
        "urn:b#y": "urn:b#y",
        "urn:b#z": "z",
    }
    assert assign([f"{NAMESPACE}x", "urn:a#x"], NAMESPACE, {"x": "urn:a#x"}) == {
        f"{NAMESPACE}x": f"{NAMESPACE}x",
        "urn:a#x": "x",
    }
