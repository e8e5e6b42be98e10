"""Parts of texts and of ids on SQLite: whatever is written, undone and read into their index, by whom and in which
order, each source answers as the law says.
"""

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.examples import EXAMPLES
from tests.properties.test_property_index import Changes, Subject, subject_in

from twinhaus.engines import open_store
from twinhaus.query.plan import Attribute, Comparison, Condition, Group, Leaf, ModelFilter, Query
from twinhaus.settings import Settings
from twinhaus.storage.properties import TEXT_MAX
from twinhaus.storage.sql.sqlite import unread
from twinhaus.strictjson import Json
from twinhaus.testing.store_contract.graph import model_id

# Few characters, so that parts come again: casings of ASCII and beyond it, those of which several fold to one, what
# FTS5 and LIKE mind, and what takes four bytes.
CHARACTERS = "aAbBꭰᎠẞß \"'%_\\\n[!#ſsKkİıßéÉΣς🏠"  # noqa: RUF001
PATHS = ("p", "q")
IDS = ("aAbB%", "AABB\\", "Ꭰßkéaa", "ꭰẞKÉAA", "aab")  # noqa: RUF001
FIELDS: tuple[Attribute | tuple[str, ...], ...] = (Attribute.ID, ("p",), ("q",), ("p", "q"), ("unknown",))
OPERATORS = (Comparison.CONTAINS, Comparison.STARTS_WITH, Comparison.ENDS_WITH)

short = st.text(CHARACTERS, max_size=12)
long = st.builds(
    lambda head, many, tail: head + "x" * many + tail, short, st.integers(TEXT_MAX - 14, TEXT_MAX), short
)
texts = short | short | long
values: st.SearchStrategy[Json] = (
    texts | texts | st.lists(texts, max_size=3) | st.lists(st.builds(lambda v: {"q": v}, texts))
)
contents = st.dictionaries(st.sampled_from(PATHS), values)
some_changes: st.SearchStrategy[Changes] = st.lists(
    st.tuples(st.sampled_from(IDS), contents | contents | st.none()), max_size=4
)


@st.composite
def conditions(draw: st.DrawFn, known: list[str]) -> Condition:
    """About parts of known texts and ids, mostly; several of them, or one in several fields, as a search box asks."""
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return Group(tuple(draw(st.lists(conditions(known), min_size=1, max_size=3))), draw(st.booleans()))
    whole = draw(st.sampled_from((*known, *IDS)))
    start = draw(st.integers(0, len(whole)))
    part = whole[start : start + draw(st.integers(0, 20))]
    wanted = draw(st.sampled_from((part, part, part.swapcase(), whole[-5:], whole[:5], draw(short))))
    operator = draw(st.sampled_from(OPERATORS))
    if kind < 3:
        fields = draw(st.lists(st.sampled_from(FIELDS), min_size=1, unique=True))
        return Group(tuple(Leaf(field, operator, wanted) for field in fields), any_suffices=True)
    return Leaf(draw(st.sampled_from(FIELDS)), operator, wanted, draw(st.integers(0, 9)) == 0)


def texts_in(value: Json) -> list[str]:
    """All of them."""
    match value:
        case str():
            return [value]
        case list():
            return [text for one in value for text in texts_in(one)]
        case dict():
            return [text for one in value.values() for text in texts_in(one)]
        case _:
            return []


def check(data: st.DataObject, subject: Subject, other: Subject) -> None:
    """Two servers write in turn, and each reads texts now and then."""
    subject.clear()
    known: list[str] = []
    for turn in range(3):
        writing = (subject, other)[turn % 2]
        writing.texts = subject.texts
        written = [data.draw(some_changes) for _ in range(3)]
        writing.write(*written)
        subject.texts = writing.texts
        known += [text for some in written for _, one in some for text in texts_in(one)]
        (subject, other)[data.draw(st.integers(0, 1))].tend(data.draw(st.integers(0, len(IDS))))
        for _ in range(2):
            condition = data.draw(conditions(known))
            subject.check(Query(condition=condition))
            subject.check(Query(ModelFilter((model_id("Thing"),)), condition=condition))


def test_parts_are_found_as_the_law_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all that two servers write to one file, whichever twins the index has read."""
    monkeypatch.setattr(unread, "TWINS_AT_ONCE", 1)
    store = str(tmp_path / "store.db")
    with subject_in(store) as subject, closing(open_store(Settings(store=store))) as second:
        other = Subject(second, subject.looking)

        @settings(max_examples=EXAMPLES)
        @given(st.data())
        def law(data: st.DataObject) -> None:
            check(data, subject, other)

        law()
