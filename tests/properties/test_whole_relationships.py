"""A relationship in which nothing is wrong is read at once, and comes to what reading it member by member does."""

from hypothesis import given
from hypothesis import strategies as st

from twinhaus import drafts
from twinhaus.strictjson import Json

MEMBERS = ("id", "sourceId", "targetId", "name", "properties", "SOURCEID", "other")
TEXTS = st.sampled_from(("", "one", "a b", "é" * 256, "é" * 257, "line\nfeed", "\x7f"))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2)
)
WHOLE = st.fixed_dictionaries(
    {"sourceId": TEXTS, "targetId": TEXTS, "name": TEXTS},
    optional={"id": TEXTS, "properties": st.dictionaries(TEXTS, VALUES, max_size=3)},
)


@given(WHOLE | st.dictionaries(st.sampled_from(MEMBERS), VALUES) | VALUES)
def test_both_ways_agree(value: Json) -> None:
    """Draft and faults are the same."""
    assert drafts.read_relationship(value) == drafts._read_relationship(value)
