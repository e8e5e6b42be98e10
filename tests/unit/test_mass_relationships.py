"""Deleting every relationship that a filter finds, on a real store in memory."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.verbs import MODELS, Verbs, faults_of

from twinhaus import mass_changes
from twinhaus.errors import Invalid
from twinhaus.query.plan import Comparison, Leaf, Query, RelationshipQuery
from twinhaus.storage.memory import MemoryStore

TWINS = "abcd"
NAMES = ("isPartOf", "isFedBy", "drives")


def code_is(*codes: str) -> Query:
    """Twins of these codes."""
    return Query(condition=Leaf(("code",), Comparison.IN, codes))


def delete(verbs: Verbs, query: RelationshipQuery, *, dry_run: bool = False) -> int:
    """Delete what a query finds."""
    return verbs.store.write(
        lambda transaction: mass_changes.delete_relationships(transaction, query, dry_run=dry_run)
    ).result()


def left(verbs: Verbs) -> set[tuple[str, str, str]]:
    """The relationships that there are: source, name and target."""

    def found() -> Iterator[tuple[str, str, str]]:
        for one in verbs.store.read(lambda reader: list(reader.each_relationship())).result():
            yield one.source_id, one.name, one.target_id

    return set(found())


_ends = st.none() | st.lists(st.sampled_from(TWINS), min_size=1, max_size=2, unique=True)
_triples = st.tuples(st.sampled_from(TWINS), st.sampled_from(NAMES[:2]), st.sampled_from(TWINS))


@given(
    st.frozensets(_triples, max_size=8),
    st.lists(_triples, max_size=4, unique=True),
    st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
    _ends,
    _ends,
    st.booleans(),
)
def test_all_that_is_told_holds_for_what_goes(
    there: frozenset[tuple[str, str, str]],
    meant: list[tuple[str, str, str]],
    names: list[str],
    sources: list[str] | None,
    targets: list[str] | None,
    dry_run: bool,
) -> None:
    """Just the relationships for which all holds that the filter tells are counted, and go unless all is undone."""
    verbs = Verbs(MemoryStore())
    verbs.add_models(*MODELS)
    for twin_id in TWINS:
        verbs.put(twin_id, "Fan", code=twin_id)
    for source, name, target in sorted(there):
        verbs.relate(source, name, target)
    query = RelationshipQuery(
        ids=tuple("_".join(one) for one in meant),
        names=tuple(names),
        source=None if sources is None else code_is(*sources),
        target=None if targets is None else code_is(*targets),
    )
    wanted = {
        (source, name, target)
        for source, name, target in there
        if (not meant or (source, name, target) in meant)
        and (not names or name in names)
        and (sources is None or source in sources)
        and (targets is None or target in targets)
    }
    assert delete(verbs, query, dry_run=dry_run) == len(wanted)
    assert left(verbs) == (there if dry_run else there - wanted)


def test_more_than_the_limit_is_refused(verbs: Verbs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is deleted; the refusal says what there is too much of, relationships or twins at an end."""
    monkeypatch.setattr(mass_changes, "MATCHED_MAX", 2)
    for twin_id in "abc":
        verbs.put(twin_id, code="x")
        verbs.relate("a", "isPartOf", twin_id)
    with pytest.raises(Invalid) as refused:
        delete(verbs, RelationshipQuery(names=("isPartOf",)))
    assert "More than 2 relationships match" in faults_of(refused)["filter"]
    with pytest.raises(Invalid) as refused:
        delete(verbs, RelationshipQuery(target=code_is("x")))
    assert "More than 2 twins match" in faults_of(refused)["filter.target"]
    assert len(left(verbs)) == 3
    verbs.delete_relationship("a", "a_isPartOf_c")
    assert delete(verbs, RelationshipQuery(names=("isPartOf",))) == 2
