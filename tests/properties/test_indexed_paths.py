"""Which paths are indexed: whatever a deployment says, and says otherwise over a store with data, each engine answers
as the law says.
"""

from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.examples import EXAMPLES
from tests.properties.looking import indexed_in
from tests.properties.test_property_index import IDS, Subject, changes_of_some, subject_in

from twinhaus.engines import open_store
from twinhaus.query.plan import Query
from twinhaus.settings import Settings
from twinhaus.storage import properties
from twinhaus.storage.documents import DocumentView
from twinhaus.storage.paths import EVERY_PATH, IndexedPaths
from twinhaus.storage.properties import ENTRIES_MAX, entries_changed, entries_of
from twinhaus.storage.sql.sqlite import unread
from twinhaus.strictjson import JsonObject, write
from twinhaus.testing.store_contract.graph import EPOCH
from twinhaus.testing.strategies.anything import KEYS, any_conditions, any_contents

FEW = 4  # Entries of a twin, in place of the many there may be.

_keys = st.lists(st.sampled_from(("a", "a", "b", "a.b", "É", '"', ",", "", "\x01")), min_size=1, max_size=3)
fields = _keys.map(lambda keys: "".join(f'["{key.replace(chr(34), chr(92) + chr(34))}"]' for key in keys))
choices = st.tuples(*(st.lists(fields, max_size=2).map(tuple),) * 2)


def follow(store: str, only: tuple[str, ...], left_out: tuple[str, ...]) -> None:
    """Another server opens the store, with these settings."""
    settings_ = Settings(store=store, index_only=only or ("*",), index_except=left_out)
    open_store(settings_).close()


@pytest.mark.parametrize("entries_max", [properties.ENTRIES_MAX, FEW])
def test_the_law_is_answered_whatever_is_indexed(
    new_store: str, monkeypatch: pytest.MonkeyPatch, entries_max: int
) -> None:
    """While one server writes and reads, others say again and again that other paths be indexed. After each change, and
    whatever is written then, the index has just the rows of the paths that were named last; and for every condition,
    on those and on others, each source yields the twins that it holds for, or is known to yield more.
    """
    monkeypatch.setattr(unread, "TWINS_AT_ONCE", 1)
    monkeypatch.setattr(properties, "ENTRIES_MAX", entries_max)
    with subject_in(new_store) as subject:

        @settings(max_examples=EXAMPLES // 4)
        @given(st.data())
        def law(data: st.DataObject) -> None:
            subject.clear()
            for _ in range(3):
                subject.write(data.draw(changes_of_some), [], data.draw(changes_of_some))
                subject.tend(data.draw(st.integers(0, len(IDS))))
                follow(new_store, *data.draw(choices))
                subject.tend(data.draw(st.integers(0, len(IDS))))
                check(subject, data)

        law()


def check(subject: Subject, data: st.DataObject) -> None:
    """A few conditions about what is there."""
    subject.check_rows()
    known = tuple(DocumentView(EPOCH, text).contents for text in subject.texts.values())
    for _ in range(2):
        subject.check(Query(condition=data.draw(any_conditions(known, IDS))))


def test_who_says_nothing_leaves_it_as_it_is(new_store: str) -> None:
    """A server without either setting follows what the store does."""
    with subject_in(new_store) as subject:
        follow(new_store, ("a",), ("a.b",))
        followed = indexed_in(subject.looking)
        with closing(open_store(Settings(store=new_store))):
            assert indexed_in(subject.looking) == followed == IndexedPaths(('"a"',), ('"a","b"',))
        follow(new_store, (), ())
        assert indexed_in(subject.looking) == EVERY_PATH


_paths = st.lists(st.sampled_from(KEYS[:4]), min_size=1, max_size=3).map(
    lambda keys: EVERY_PATH.text_of(tuple(keys))
)
indexed_paths = st.builds(
    IndexedPaths, *(st.lists(_paths, max_size=2).map(lambda found: tuple(filter(None, found))),) * 2
)


@given(any_contents(), indexed_paths)
def test_a_path_is_told_of_wholly_or_not_at_all(contents: dict[str, object], paths: IndexedPaths) -> None:
    """Of each path that is followed all is told that would be told if every path were, and of others nothing; but an
    object or an array says of itself that it is there, where nothing is told that is in it.
    """
    document = write({"id": "a", "modelId": "dtmi:a;1", "contents": contents}).decode()
    whole, part = entries_of(document), entries_of(document, paths)
    followed = {(path, value) for path, value in whole if paths.follows(path)}
    assert followed <= part
    assert {value for _, value in part - followed} <= {"{", "["}
    assert all(paths.follows(path) for path, _ in part)


@given(any_contents(), any_contents(), st.sets(st.sampled_from(KEYS)), indexed_paths, st.booleans())
def test_only_what_differs_changes(
    before: JsonObject, coming: JsonObject, going: set[str], paths: IndexedPaths, is_long: bool
) -> None:
    """Where a twin is replaced, of whose members some stay, just those entries go that only it before has, and those
    come that only it after has, with however much text beside them.
    """
    beside: JsonObject = {"long": "long" * ENTRIES_MAX} if is_long else {}
    stays = {key: value for key, value in before.items() if key not in going}
    old, new = (
        write({"id": "a", "modelId": "dtmi:a;1", "contents": contents | beside}).decode()
        for contents in (before, stays | coming)
    )
    told, told_now = entries_of(old, paths), entries_of(new, paths)
    assert entries_changed(old, new, paths) == (told - told_now, told_now - told)
